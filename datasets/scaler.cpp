#include <autograd/arrays/shape.hpp>
#include <datasets/scaler.hpp>

#include <algorithm>
#include <cmath>

namespace wengert::datasets {
namespace {

/// Applies `formula(x, feature)` to every element of an array (N, D).
template <class T, class Formula>
Array<T> map_features(const Array<T>& inputs, Formula formula) {
  Array<T> result = empty<T>(inputs.shape());
  const std::size_t features = inputs.shape()[1];
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    result.data()[i] = static_cast<T>(formula(static_cast<double>(inputs.data()[i]), i % features));
  }
  return result;
}

/// The mean of f(x - centre) for differences that have been divided by 2^exponent, so that neither their sums nor
/// their squares vanish or overflow.
struct Moment {
  double mean;
  int exponent;
};
template <class X, class F>
Moment moment(std::size_t rows, const X& x, double centre, const F& f) {
  double largest = 0.0, sum = 0.0;
  for (std::size_t row = 0; row < rows; ++row) largest = std::max(largest, std::abs(x(row) - centre));
  const int exponent = largest == 0.0 ? 0 : std::ilogb(largest);
  for (std::size_t row = 0; row < rows; ++row) sum += f(std::scalbn(x(row) - centre, -exponent));
  return {sum / static_cast<double>(rows), exponent};
}

template <class T>
void check_fit(const Array<T>& inputs) {
  constexpr std::string_view operation = "StandardScaler::fit";
  require(inputs.dimension() == 2 && inputs.size() > 0, operation,
          "the shape does not fit: got {}, expected (N, D) with at least one row and one feature; reshape the inputs",
          Shape(inputs.shape()));
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    require(std::isfinite(inputs.data()[i]), operation,
            "row {}, feature {} is not finite: got {}, expected finite numbers; replace it or remove the row",
            i / inputs.shape()[1], i % inputs.shape()[1], inputs.data()[i]);
  }
}

}  // namespace

template <class T>
StandardScaler& StandardScaler::fit(const Array<T>& inputs) {
  check_fit(inputs);
  const std::size_t rows = inputs.shape()[0], features = inputs.shape()[1];
  std::vector<double> mean(features), deviation(features);
  for (std::size_t feature = 0; feature < features; ++feature) {
    const auto x = [&](std::size_t row) { return static_cast<double>(inputs.data()[row * features + feature]); };
    const double first = x(0);  // sums of differences from one sample: exact for a constant feature
    const auto [sum, of_first] = moment(rows, x, first, [](double d) { return d; });
    mean[feature] = first + std::scalbn(sum, of_first);
    const auto [squares, of_mean] = moment(rows, x, mean[feature], [](double d) { return d * d; });
    deviation[feature] = std::scalbn(std::sqrt(squares), of_mean);
    require(std::isfinite(deviation[feature]), "StandardScaler::fit",
            "the deviation of feature {} overflows: got numbers around {}, expected a finite deviation; rescale it",
            feature, first);
    if (deviation[feature] == 0.0) deviation[feature] = 1.0;
  }
  mean_ = std::move(mean);
  deviation_ = std::move(deviation);
  return *this;
}

template <class T>
Array<T> StandardScaler::transform(const Array<T>& inputs) const {
  check_features("StandardScaler::transform", inputs.shape());
  return map_features(inputs, [this](double x, std::size_t d) { return (x - mean_[d]) / deviation_[d]; });
}

template <class T>
Array<T> StandardScaler::fit_transform(const Array<T>& inputs) {
  return fit(inputs).transform(inputs);
}

template <class T>
Array<T> StandardScaler::inverse_transform(const Array<T>& inputs) const {
  check_features("StandardScaler::inverse_transform", inputs.shape());
  return map_features(inputs, [this](double z, std::size_t d) { return z * deviation_[d] + mean_[d]; });
}

void StandardScaler::check_features(std::string_view operation, const Shape& shape) const {
  require(!mean_.empty(), operation,
          "the scaler has no statistics: got inputs {}, expected a call of fit before; fit first", shape);
  require(
      shape.size() == 2 && shape[1] == mean_.size(), operation,
      "the number of features does not fit: got inputs {}, expected (N, {}) as in fit; give the same features or fit "
      "again",
      shape, mean_.size());
}

template StandardScaler& StandardScaler::fit(const Array<float>&);
template StandardScaler& StandardScaler::fit(const Array<double>&);
template Array<float> StandardScaler::transform(const Array<float>&) const;
template Array<double> StandardScaler::transform(const Array<double>&) const;
template Array<float> StandardScaler::fit_transform(const Array<float>&);
template Array<double> StandardScaler::fit_transform(const Array<double>&);
template Array<float> StandardScaler::inverse_transform(const Array<float>&) const;
template Array<double> StandardScaler::inverse_transform(const Array<double>&) const;

}  // namespace wengert::datasets
