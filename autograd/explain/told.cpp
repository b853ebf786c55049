#include <autograd/explain/told.hpp>

namespace wengert::explain {
namespace {

bool choice_of(const Symbol& call, std::string_view name, bool usual) {
  const bool* choice = find_attribute<bool>(call.attributes(), name);
  return choice == nullptr ? usual : *choice;
}

}  // namespace

std::ptrdiff_t axis_of(const Symbol& call) { return static_cast<std::ptrdiff_t>(told<std::size_t>(call, "axis")); }
std::size_t number_of(const Symbol& call, std::string_view name) { return told<std::size_t>(call, name); }
const Axes& axes_of(const Symbol& call) { return told<Axes>(call, "axes"); }
Dims dims_of(const Symbol& call) { return told<bool>(call, "keep_dims") ? Dims::keep : Dims::drop; }
Size2d size_of(const Symbol& call) { return told_size(call.attributes(), "size", 1); }

ConvolutionOptions<double> convolution_of(const Symbol& call) {
  const Sliding sliding = told_sliding(call.attributes());
  const std::size_t* groups = find_attribute<std::size_t>(call.attributes(), "groups");
  return {.stride = sliding.stride,
          .padding = sliding.padding,
          .dilation = sliding.dilation,
          .groups = groups == nullptr ? 1 : *groups};
}

kernel::Convolution extents_of(const Symbol& call, const Shape& x, const Shape& w) {
  return conv2d_extents(call.name(), {"x", &x}, {"w", &w}, convolution_of(call));
}

AvgPoolOptions pooling_of(const Symbol& call) {
  return {.stride = told_size(call.attributes(), "stride", size_of(call)),
          .padding = told_size(call.attributes(), "padding", 0),
          .ceil_mode = choice_of(call, "ceil_mode", false),
          .count_padding = choice_of(call, "count_padding", true)};
}

PoolOptions sliding_of(const Symbol& call) {
  const AvgPoolOptions options = pooling_of(call);
  return {options.stride, options.padding, options.ceil_mode};
}

}  // namespace wengert::explain
