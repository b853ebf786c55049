#include <autograd/operations/normalisation.hpp>
#include <nn/layers/layer_norm.hpp>

namespace wengert::nn {

template <class T>
LayerNorm<T>::LayerNorm(const Shape& normalised_shape, const LayerNormOptions& options)
    : options_(options), affine_(normalised_shape, options.affine) {
  require_epsilon("LayerNorm", options.epsilon);
  require(affine_.weight.size() >= 2, "LayerNorm",
          "got the normalised shape {}, whose variance says nothing; expected the last extents of the input, with two "
          "elements or more",
          normalised_shape);
  for (std::size_t k = normalised_shape.size(); k > 0; --k) axes_.push_back(-static_cast<std::ptrdiff_t>(k));
}

template <class T>
void LayerNorm<T>::check(const InputShape& input) const {
  const Shape& inner = affine_.weight.shape();
  const bool ends_so =
      input.shape.size() >= inner.size() && std::equal(inner.rbegin(), inner.rend(), input.shape.rbegin());
  require(ends_so, "LayerNorm", "got {}; expected the last extents {}, those of '{}'", input, inner,
          affine_.weight.name());
}

template <class T>
Var<T> LayerNorm<T>::forward(const Var<T>& x) {
  check(input_of(x));
  return normalise(x, affine_.weight, affine_.bias, axes_, options_.epsilon).y;
}

template <class T>
Shape LayerNorm<T>::output_shape(const Shape& input) const {
  check({input});
  return input;
}

template <class T>
Parts<T> LayerNorm<T>::parts() {
  return {.parameters = affine_.parameters(), .settings = {{"epsilon", fmt::format("{}", options_.epsilon)}}};
}

template class LayerNorm<float>;
template class LayerNorm<double>;

}  // namespace wengert::nn
