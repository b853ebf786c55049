#include <autograd/operations/formula.hpp>
#include <nn/losses/checks.hpp>
#include <nn/losses/regression_losses.hpp>

#include <cmath>

namespace wengert::nn {
namespace {

/// The mean of loss(y, t) over all elements. Where a square or a difference overflows although the mean does not, it is
/// taken once more of numbers that are smaller by a power of two s: `smaller` is the loss of those, s^degree times the
/// loss itself.
template <class T, class Loss, class Smaller>
Var<T> mean_of(const Var<T>& y, const Var<T>& targets, int degree, const Loss& loss, const Smaller& smaller) {
  const fusion::Operands<T, 2> operands{&y, &targets};
  const std::vector<std::size_t> axes = normalise_axes("mean", every_axis, y.rank());
  const fusion::Reduction over = fusion::reduction<T>("mean", operands, y.shape(), axes, Dims::drop, true);
  Array<T> value = empty<T>({});
  fusion::sweep_sums(loss, y.shape(), operands, fusion::output(value, over));
  if (!std::isfinite(*value.data())) {
    const double s = std::exp2(-std::numeric_limits<T>::max_exponent / 2 - 8);
    const auto scaled = [=](const auto& a, const auto& t) { return smaller(a * s, t * s, s); };
    fusion::sweep_sums(scaled, y.shape(), operands, fusion::output(value, over));
    double mean = static_cast<double>(*value.data());
    for (int k = 0; k < degree; ++k) mean /= s;  // s² may be no number
    *value.data() = static_cast<T>(mean);
  }
  return fusion::record_reduced("mean", std::move(value), loss, operands, over);
}

auto huber_loss(const auto& y, const auto& t, double delta) {
  const auto d = y - t;
  const auto distance = abs(d);
  return where(distance <= delta, 0.5 * square(d), delta * (distance - 0.5 * delta));
}

}  // namespace

template <class T>
Var<T> mse(const Var<T>& y, const std::type_identity_t<Var<T>>& targets) {
  require_same_shape("mse", y, targets);
  return mean_of(
      y, targets, 2, [](const auto& a, const auto& t) { return square(a - t); },
      [](const auto& a, const auto& t, double) { return square(a - t); });
}

template <class T>
Var<T> mae(const Var<T>& y, const std::type_identity_t<Var<T>>& targets) {
  require_same_shape("mae", y, targets);
  return mean_of(
      y, targets, 1, [](const auto& a, const auto& t) { return abs(a - t); },
      [](const auto& a, const auto& t, double) { return abs(a - t); });
}

template <class T>
Var<T> huber(const Var<T>& y, const std::type_identity_t<Var<T>>& targets, double delta) {
  require_same_shape("huber", y, targets);
  require(std::isfinite(delta) && delta > 0.0, "huber",
          "delta is {}; expected a positive number, the distance up to which the loss is a square", delta);
  require(delta >= static_cast<double>(std::numeric_limits<T>::denorm_min()), "huber",
          "delta is {}, which is 0 among floats; expected a positive number that they can hold", delta);
  const bool is_small = delta < 1.0;  // delta · s may be 0, but beside a distance that overflows no square counts
  return mean_of(
      y, targets, is_small ? 1 : 2, [delta](const auto& a, const auto& t) { return huber_loss(a, t, delta); },
      [=](const auto& a, const auto& t, double s) {
        return is_small ? delta * (abs(a - t) - 0.5 * delta * s) : huber_loss(a, t, delta * s);
      });
}

template Var<float> mse(const Var<float>&, const Var<float>&);
template Var<double> mse(const Var<double>&, const Var<double>&);
template Var<float> mae(const Var<float>&, const Var<float>&);
template Var<double> mae(const Var<double>&, const Var<double>&);
template Var<float> huber(const Var<float>&, const Var<float>&, double);
template Var<double> huber(const Var<double>&, const Var<double>&, double);

}  // namespace wengert::nn
