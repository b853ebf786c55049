#include <autograd/operations/reduce.hpp>
#include <nn/losses/checks.hpp>
#include <nn/losses/regression_losses.hpp>

#include <cmath>

namespace wengert::nn {

template <class T>
Var<T> mse(const Var<T>& y, const std::type_identity_t<Var<T>>& targets) {
  require_same_shape("mse", y, targets);
  return mean(
      every_axis, [](const auto& a, const auto& t) { return square(a - t); }, y, targets);
}

template <class T>
Var<T> mae(const Var<T>& y, const std::type_identity_t<Var<T>>& targets) {
  require_same_shape("mae", y, targets);
  return mean(
      every_axis, [](const auto& a, const auto& t) { return abs(a - t); }, y, targets);
}

template <class T>
Var<T> huber(const Var<T>& y, const std::type_identity_t<Var<T>>& targets, double delta) {
  require_same_shape("huber", y, targets);
  require(std::isfinite(delta) && delta > 0.0, "huber",
          "delta is {}; expected a positive number, the distance up to which the loss is a square", delta);
  const auto loss = [delta](const auto& a, const auto& t) {
    const auto d = a - t;
    const auto distance = abs(d);
    return where(distance <= delta, 0.5 * d * d, delta * (distance - 0.5 * delta));
  };
  return mean(every_axis, loss, y, targets);
}

template Var<float> mse(const Var<float>&, const Var<float>&);
template Var<double> mse(const Var<double>&, const Var<double>&);
template Var<float> mae(const Var<float>&, const Var<float>&);
template Var<double> mae(const Var<double>&, const Var<double>&);
template Var<float> huber(const Var<float>&, const Var<float>&, double);
template Var<double> huber(const Var<double>&, const Var<double>&, double);

}  // namespace wengert::nn
