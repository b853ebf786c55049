#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/convolution.hpp>
#include <autograd/operations/map.hpp>
#include <autograd/operations/matmul.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/operations/unfold.hpp>
#include <autograd/tape/record.hpp>

namespace wengert {
namespace {

Shape input_shape(const kernel::Convolution& c) { return {c.samples, c.in_channels, c.rows.input, c.columns.input}; }
Shape weight_shape(const kernel::Convolution& c) { return {c.out_channels, c.group_in(), c.rows.taps, c.columns.taps}; }
Shape output_shape(const kernel::Convolution& c) {
  return {c.samples, c.out_channels, c.rows.output, c.columns.output};
}

/// Whether there is more padding behind than in front, which only Padding::same makes.
bool is_lopsided(const kernel::Windows& windows) {
  const std::size_t reached = (windows.output - 1) * windows.stride + (windows.taps - 1) * windows.dilation + 1;
  return reached > windows.input + 2 * windows.before;
}

/// What is recorded of a convolution beside its operands, without what is as usual.
Attributes attributes_of(const kernel::Convolution& c) {
  const bool is_same = is_lopsided(c.rows) || is_lopsided(c.columns);
  Attributes attributes;
  tell(attributes, {.size = {c.rows.taps, c.columns.taps},
                    .stride = {c.rows.stride, c.columns.stride},
                    .padding = is_same ? Padding2d(Padding::same) : Padding2d(c.rows.before, c.columns.before),
                    .dilation = {c.rows.dilation, c.columns.dilation}});
  if (c.groups != 1) attributes.push_back({"groups", c.groups});
  return attributes;
}

/// The same for what gives an array of the shape of x or of w, which the other operands do not tell.
Attributes attributes_of(const kernel::Convolution& c, const Shape& shape) {
  Attributes attributes = attributes_of(c);
  attributes.push_back({"shape", shape});
  return attributes;
}

/// (N, C, L) as (N, C, 1, L).
Shape as_rows(const Shape& shape) { return {shape[0], shape[1], 1, shape[2]}; }

template <class T>
void require_shape(const char* operation, const Var<T>& x, const Shape& expected) {
  require(x.shape() == expected, operation, "got {}; expected {} for these extents", described(x), expected);
}

/// The cotangent of the sums behind a ReLU, whose derivative at 0 is 0.
template <class T>
Var<T> before_relu(const Var<T>& g, const Var<T>& y) {
  return map([](const auto& cotangent, const auto& output) { return where(output <= 0.0, 0.0, cotangent); }, g, y);
}

template <class T>
Var<T> convolved(const Var<T>& x, const Var<T>& w, const kernel::Convolution& c, const ConvolutionOptions<T>& options) {
  const bool relu = options.activation == Activation::relu;
  Array<T> value = empty<T>(output_shape(c));
  kernel::convolve(c, x.value().data(), w.value().data(),
                   {.bias = options.bias ? options.bias->value().data() : nullptr, .relu = relu}, value.data());
  Label label("conv2d", attributes_of(c));
  label.formula = [=, told = label.attributes](std::span<const Symbol> operands) {
    const Symbol sum = Symbol::call("conv2d", {operands.begin(), operands.end()}, told);
    return relu ? Symbol::call("relu", {sum}) : sum;
  };
  std::vector<Var<T>> inputs{x, w};
  if (options.bias) inputs.push_back(*options.bias);
  return record(std::move(label), std::move(value), inputs,
                [=](const Var<T>& g, const Var<T>& y, const std::vector<bool>& wanted) {
                  const Var<T> sums = relu ? before_relu(g, y) : g;
                  Contributions<T> contributions(wanted.size());
                  if (wanted[0]) contributions[0] = conv2d_input_gradient(sums, w, c);
                  if (wanted[1]) contributions[1] = conv2d_weight_gradient(x, sums, c);
                  if (wanted.size() > 2 && wanted[2]) contributions[2] = sum(sums, {0, 2, 3});
                  return contributions;
                });
}

std::string text_of(const NamedShape& x, const NamedShape& w) { return fmt::format("{} and the weight {}", x, w); }

/// The extents for an input (N, C, H, W) and a weight (O, C / groups, kH, kW); `got()` says what was given.
template <class T, class Got>
kernel::Convolution extents_of(std::string_view operation, const Got& got, const Shape& input, const Shape& weight,
                               const ConvolutionOptions<T>& options) {
  const std::size_t groups = options.groups;
  if (groups == 0 || input[1] % groups != 0 || weight[0] % groups != 0) {
    fail(operation, fmt::format("got {} in {} groups; expected a number that divides the {} channels of the input and "
                                "the {} of the output",
                                got(), groups, input[1], weight[0]));
  }
  if (weight[1] * groups != input[1]) {
    fail(operation,
         fmt::format("got {}{}: the input has {} channels, but the weight is for {}; expected the same", got(),
                     groups == 1 ? "" : fmt::format(" in {} groups", groups), input[1], weight[1] * groups));
  }
  if (weight[0] == 0 || weight[1] == 0) fail(operation, fmt::format("got {}; expected at least one channel", got()));
  if (options.bias && options.bias->shape() != Shape{weight[0]}) {
    fail(operation, fmt::format("got the bias {} for {}; expected ({},), one number for each output channel",
                                described(*options.bias), got(), weight[0]));
  }
  const Sliding sliding{{weight[2], weight[3]}, options.stride, options.padding, options.dilation};
  const WindowsOfPlane windows = windows_of_plane(operation, got(), {input[2], input[3]}, sliding);
  return {input[0], input[1], weight[0], groups, windows.rows, windows.columns};
}

}  // namespace

template <class T>
kernel::Convolution conv2d_extents(std::string_view operation, const NamedShape& x, const NamedShape& w,
                                   const ConvolutionOptions<T>& options) {
  const auto got = [&] { return text_of(x, w); };
  if (x.shape->size() != 4 || w.shape->size() != 4) {
    fail(operation, fmt::format("got {}; expected (N, C, H, W) and (O, C / groups, kH, kW)", got()));
  }
  return extents_of(operation, got, *x.shape, *w.shape, options);
}

template <class T>
Var<T> conv2d(const Var<T>& x, const Var<T>& w, const ConvolutionOptions<T>& options) {
  return convolved(x, w, conv2d_extents("conv2d", described(x), described(w), options), options);
}

template <class T>
Var<T> conv2d_input_gradient(const Var<T>& g, const Var<T>& w, const kernel::Convolution& c) {
  require_shape("conv2d_input_gradient", g, output_shape(c));
  require_shape("conv2d_input_gradient", w, weight_shape(c));
  Array<T> value = empty<T>(input_shape(c));
  kernel::convolve_input_gradient(c, g.value().data(), w.value().data(), value.data());
  return record(Label("conv2d_input_gradient", attributes_of(c, input_shape(c))), std::move(value),  //
                wrt(g, [=](const Var<T>& h) { return convolved(h, w, c, {}); }),
                wrt(w, [=](const Var<T>& h) { return conv2d_weight_gradient(h, g, c); }));
}

template <class T>
Var<T> conv2d_weight_gradient(const Var<T>& x, const Var<T>& g, const kernel::Convolution& c) {
  require_shape("conv2d_weight_gradient", x, input_shape(c));
  require_shape("conv2d_weight_gradient", g, output_shape(c));
  Array<T> value = empty<T>(weight_shape(c));
  kernel::convolve_weight_gradient(c, x.value().data(), g.value().data(), value.data());
  return record(Label("conv2d_weight_gradient", attributes_of(c, weight_shape(c))), std::move(value),  //
                wrt(x, [=](const Var<T>& h) { return conv2d_input_gradient(g, h, c); }),
                wrt(g, [=](const Var<T>& h) { return convolved(x, h, c, {}); }));
}

template <class T>
kernel::Convolution conv1d_extents(std::string_view operation, const NamedShape& x, const NamedShape& w,
                                   const ConvolutionOptions<T>& options) {
  const auto got = [&] { return text_of(x, w); };
  if (x.shape->size() != 3 || w.shape->size() != 3) {
    fail(operation, fmt::format("got {}; expected (N, C, L) and (O, C / groups, k)", got()));
  }
  const Shape row = as_rows(*x.shape), taps = as_rows(*w.shape);
  ConvolutionOptions<T> along_width = options;
  along_width.stride.height = along_width.dilation.height = 1;
  along_width.padding.size.height = 0;
  return extents_of(operation, got, row, taps, along_width);
}

template <class T>
Var<T> conv1d(const Var<T>& x, const Var<T>& w, const ConvolutionOptions<T>& options) {
  const AllOrNothing<T> whole;
  const kernel::Convolution c = conv1d_extents("conv1d", described(x), described(w), options);
  const Var<T> y = convolved(reshape(x, as_rows(x.shape())), reshape(w, as_rows(w.shape())), c, options);
  return reshape(y, {c.samples, c.out_channels, c.columns.output});
}

template <class T>
Var<T> conv2d_by_matmul(const Var<T>& x, const Var<T>& w, const ConvolutionOptions<T>& options) {
  const AllOrNothing<T> whole;
  const kernel::Convolution c = conv2d_extents("conv2d_by_matmul", described(x), described(w), options);
  const Sliding sliding{{c.rows.taps, c.columns.taps}, options.stride, options.padding, options.dilation};
  std::vector<Var<T>> groups;
  for (std::size_t k = 0; k < c.groups; ++k) {
    const Var<T> channels = slice(x, 1, k * c.group_in(), (k + 1) * c.group_in());
    const Var<T> weights = slice(w, 0, k * c.group_out(), (k + 1) * c.group_out());
    const Var<T> patches = unfold(channels, sliding);                                 // (N, K, L)
    groups.push_back(matmul(reshape(weights, {c.group_out(), c.patch()}), patches));  // (N, O, L)
  }
  Var<T> y = reshape(concat(groups, 1), output_shape(c));
  if (options.bias) y = y + reshape(*options.bias, {c.out_channels, 1, 1});
  return options.activation == Activation::relu ? relu(y) : y;
}

template Var<float> conv2d(const Var<float>&, const Var<float>&, const ConvolutionOptions<float>&);
template Var<double> conv2d(const Var<double>&, const Var<double>&, const ConvolutionOptions<double>&);
template Var<float> conv1d(const Var<float>&, const Var<float>&, const ConvolutionOptions<float>&);
template Var<double> conv1d(const Var<double>&, const Var<double>&, const ConvolutionOptions<double>&);
template Var<float> conv2d_by_matmul(const Var<float>&, const Var<float>&, const ConvolutionOptions<float>&);
template Var<double> conv2d_by_matmul(const Var<double>&, const Var<double>&, const ConvolutionOptions<double>&);
template Var<float> conv2d_input_gradient(const Var<float>&, const Var<float>&, const kernel::Convolution&);
template Var<double> conv2d_input_gradient(const Var<double>&, const Var<double>&, const kernel::Convolution&);
template Var<float> conv2d_weight_gradient(const Var<float>&, const Var<float>&, const kernel::Convolution&);
template Var<double> conv2d_weight_gradient(const Var<double>&, const Var<double>&, const kernel::Convolution&);
template kernel::Convolution conv2d_extents(std::string_view, const NamedShape&, const NamedShape&,
                                            const ConvolutionOptions<float>&);
template kernel::Convolution conv2d_extents(std::string_view, const NamedShape&, const NamedShape&,
                                            const ConvolutionOptions<double>&);

template kernel::Convolution conv1d_extents(std::string_view, const NamedShape&, const NamedShape&,
                                            const ConvolutionOptions<float>&);
template kernel::Convolution conv1d_extents(std::string_view, const NamedShape&, const NamedShape&,
                                            const ConvolutionOptions<double>&);
}  // namespace wengert
