#include <autograd/check/gradcheck/comparison.hpp>

#include <algorithm>
#include <cmath>
#include <span>

namespace wengert::gradients {
namespace {

/// The magnitude of an input; 1 where it is zero throughout.
double size_of(const Array<double>& array) {
  const double scale = largest(array);
  if (scale == 0) return 1;
  double sum = 0;
  for (double x : std::span(array.data(), array.size())) sum += std::isfinite(x) ? x / scale * (x / scale) : 0;
  return scale * std::sqrt(sum / static_cast<double>(array.size()));
}

}  // namespace

double largest(const Array<double>& array) {
  double result = 0;
  for (double x : std::span(array.data(), array.size())) {
    if (std::isfinite(x)) result = std::max(result, std::abs(x));
  }
  return result;
}

Differences Input::differences(std::size_t element) const {
  const double x = value().data()[element];
  const Probe probe = [*this, element](double moved) { return subject.evaluate(number, element, moved); };
  return Differences(probe, cotangent, tape.y, x, std::max(std::abs(x), size_of(value())), largest(gradient()));
}

Comparison::Comparison(const Input& input, std::vector<std::size_t> elements)
    : input_(input), elements_(std::move(elements)), scale_(largest(input.gradient())) {
  for (std::size_t element : elements_) slopes_.push_back(input.differences(element).measure());
  for (const Slope& slope : slopes_) {
    if (slope.error < std::abs(slope.value)) scale_ = std::max(scale_, std::abs(slope.value));
  }
}

double Comparison::difference(std::size_t k) const {
  return std::abs(input_.gradient().data()[elements_[k]] - slopes_[k].value);
}

/// Ten times the estimated error, for it is an estimate, and 64 units for the rounding in the backward pass.
double Comparison::tolerance(const Slope& slope) const { return 10 * slope.error + 64 * unit_roundoff * scale_; }

bool Comparison::is_silent() const {
  const double noise = 100 * unit_roundoff * input_.tape.largest * largest(input_.cotangent) / size_of(input_.value());
  const auto numbers = std::span(input_.gradient().data(), input_.gradient().size());
  return std::all_of(numbers.begin(), numbers.end(), [=](double x) { return std::abs(x) <= noise; }) &&
         std::all_of(slopes_.begin(), slopes_.end(), [=](const Slope& slope) {
           return !slope.is_kink() && std::abs(slope.value) <= std::max(noise, 10 * slope.error);
         });
}

Finding Comparison::judge(std::size_t k, double resolution) const {
  if (slopes_[k].is_kink()) return Finding::kink;
  const auto resolved = [&](const Slope& slope) { return tolerance(slope) <= resolution * scale_; };
  if (!disagrees(k, slopes_[k])) return resolved(slopes_[k]) ? Finding::right : Finding::unresolved;
  const Slope again = input_.differences(elements_[k]).measure_again();
  if (disagrees(k, again)) return explained_by_noise(k) ? Finding::unresolved : Finding::wrong;
  return Finding::unresolved;
}

bool Comparison::disagrees(std::size_t k, const Slope& slope) const {
  const double difference = std::abs(input_.gradient().data()[elements_[k]] - slope.value);
  return std::isfinite(slope.error) && !(difference <= tolerance(slope));
}

/// Whether the noise in f could be all the difference there is: as measured, or as rounding in the largest number that
/// f computes with would make it.
bool Comparison::explained_by_noise(std::size_t k) const {
  const double rounding = 4 * unit_roundoff * input_.tape.largest * largest(input_.cotangent);
  const double noise = std::max(rounding, 10 * input_.differences(elements_[k]).noise());
  return difference(k) <= noise / slopes_[k].step;
}

}  // namespace wengert::gradients
