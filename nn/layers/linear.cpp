#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/matmul.hpp>
#include <nn/layers/linear.hpp>

namespace wengert::nn {
namespace {

const Shape& require_features(const Shape& weight) {
  require(weight[0] > 0 && weight[1] > 0, "Linear",
          "got {} input and {} output features; expected at least one of each", weight[1], weight[0]);
  return weight;
}

}  // namespace

LinearOptions LinearOptions::keras() {
  return {.weight_initialiser = init::glorot_uniform(), .bias_initialiser = init::zeros()};
}

template <class T>
Linear<T>::Linear(std::size_t in_features, std::size_t out_features, Generator& generator, const LinearOptions& options)
    : weight_(parameter(draw<T>(options.weight_initialiser, require_features({out_features, in_features}),
                                {in_features, out_features}, generator),
                        "W")) {
  if (!options.bias) return;
  bias_ = parameter(draw<T>(options.bias_initialiser, {out_features}, {in_features, out_features}, generator), "b");
}

template <class T>
void Linear<T>::check(const InputShape& input) const {
  const std::size_t in_features = weight_.shape()[1];
  require(input.shape.size() >= 2 && input.shape.back() == in_features, "Linear",
          "got {} for the weight '{}' {}; expected (N, {}), one row of features for each sample; flatten images first",
          input, weight_.name(), weight_.shape(), in_features);
}

template <class T>
Var<T> Linear<T>::forward(const Var<T>& x) {
  check(input_of(x));
  const Var<T> product = matmul(x, weight_, {.transpose_b = true});  // (N, out)
  return bias_ ? product + *bias_ : product;
}

template <class T>
Shape Linear<T>::output_shape(const Shape& input) const {
  check({input});
  Shape output = input;
  output.back() = weight_.shape()[0];
  return output;
}

template <class T>
std::unique_ptr<Module<T>> Linear<T>::another() const {
  Generator any(0);
  return std::make_unique<Linear>(
      weight_.shape()[1], weight_.shape()[0], any,
      LinearOptions{.bias = bias_.has_value(), .weight_initialiser = init::zeros(), .bias_initialiser = init::zeros()});
}

template <class T>
Parts<T> Linear<T>::parts() {
  Parts<T> parts{.parameters = {{"weight", weight_}}};
  if (bias_) parts.parameters.push_back({"bias", *bias_});
  return parts;
}

template class Linear<float>;
template class Linear<double>;

}  // namespace wengert::nn
