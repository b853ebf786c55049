#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/matmul.hpp>
#include <nn/linear.hpp>

#include <cmath>

namespace wengert::nn {
namespace {

/// A parameter as PyTorch starts it: uniform in ±1/sqrt(in).
template <class T>
Var<T> uniform_parameter(const Shape& shape, std::size_t in_features, Generator& generator, const char* name) {
  const double bound = 1.0 / std::sqrt(static_cast<double>(in_features));
  return parameter(generator.uniform<T>(shape, -bound, bound), name);
}

const Shape& require_features(const Shape& weight) {
  require(weight[0] > 0 && weight[1] > 0, "Linear",
          "got {} input and {} output features; expected at least one of each", weight[1], weight[0]);
  return weight;
}

}  // namespace

template <class T>
Linear<T>::Linear(std::size_t in_features, std::size_t out_features, Generator& generator, LinearOptions options)
    : weight_(uniform_parameter<T>(require_features({out_features, in_features}), in_features, generator, "W")) {
  if (options.bias) bias_ = uniform_parameter<T>({out_features}, in_features, generator, "b");
}

template <class T>
void Linear<T>::check(const std::string& described, const Shape& shape) const {
  const std::size_t in_features = weight_.shape()[1];
  require(
      shape.size() >= 2 && shape.back() == in_features, "Linear",
      "got {} {} for the weight '{}' {}; expected (N, {}), one row of features for each sample; flatten images first",
      described, shape, weight_.name(), weight_.shape(), in_features);
}

template <class T>
Var<T> Linear<T>::forward(const Var<T>& x) {
  check(x.name().empty() ? "an input of shape" : "'" + x.name() + "'", x.shape());
  const Var<T> product = matmul(x, weight_, {.transpose_b = true});  // (N, out)
  return bias_ ? product + *bias_ : product;
}

template <class T>
Shape Linear<T>::output_shape(const Shape& input) const {
  check("an input of shape", input);
  Shape output = input;
  output.back() = weight_.shape()[0];
  return output;
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
