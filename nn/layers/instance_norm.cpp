#include <autograd/operations/normalisation.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/layers/instance_norm.hpp>

namespace wengert::nn {

template <class T>
InstanceNorm<T>::InstanceNorm(std::string_view layer, std::size_t channels, const InstanceNormOptions& options)
    : options_(options), affine_({channels}, options.affine) {
  require(channels > 0, layer, "got 0 channels; expected at least one");
  require_epsilon(layer, options.epsilon);
}

template <class T>
void InstanceNorm<T>::check(const InputShape& input) const {
  if (!inputs().contains(input.shape)) {
    fail(this->type(), fmt::format("got {}; expected {}, as '{}' {} has one value for each channel", input, inputs(),
                                   weight().name(), weight().shape()));
  }
  if (positions_of(input.shape) >= 2) return;
  fail(this->type(), fmt::format("got {}, {} position(s) a channel, whose variance says nothing; expected 2 or more",
                                 input, positions_of(input.shape)));
}

template <class T>
Var<T> InstanceNorm<T>::forward(const Var<T>& x) {
  const AllOrNothing<T> whole;
  check(input_of(x));
  const Axes positions = position_axes(x.rank());
  return normalise(x, per_channel(weight(), x.rank()), per_channel(bias(), x.rank()), positions, options_.epsilon).y;
}

template <class T>
Shape InstanceNorm<T>::output_shape(const Shape& input) const {
  check({input});
  return input;
}

template <class T>
Parts<T> InstanceNorm<T>::parts() {
  return {.parameters = affine_.parameters(), .settings = {{"epsilon", fmt::format("{}", options_.epsilon)}}};
}

template class InstanceNorm<float>;
template class InstanceNorm<double>;
template class InstanceNorm1d<float>;
template class InstanceNorm1d<double>;
template class InstanceNorm2d<float>;
template class InstanceNorm2d<double>;

}  // namespace wengert::nn
