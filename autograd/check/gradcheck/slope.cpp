#include <autograd/check/gradcheck/slope.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace wengert::gradients {
namespace {

constexpr int rungs_of_a_ladder = 6;
constexpr int ladders = 7;
constexpr double finer_ladder = 1.0 / 16.0;
constexpr double settled = 1e-10;  // relative error at which no finer ladder is tried
constexpr double visible_jump = 1e-4;

struct Estimate {
  double value = 0;
  double error = std::numeric_limits<double>::infinity();
  std::size_t rung = 0;
};

/// Neville's table for values at halving steps whose error has the orders p, p + 2, p + 4, ... with 2^p = `ratio`.
std::vector<std::vector<double>> neville_table(const std::vector<double>& values, double ratio) {
  std::vector<std::vector<double>> table;
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::vector<double> row{values[i]};
    double factor = ratio;
    for (std::size_t j = 1; j <= i; ++j, factor *= 4) {
      row.push_back(row[j - 1] + (row[j - 1] - table[i - 1][j - 1]) / (factor - 1));
    }
    table.push_back(std::move(row));
  }
  return table;
}

/// The entry of the table that agrees best with its neighbours in all three directions, and by how much it disagrees;
/// agreement with one alone may be luck where noise prevails.
Estimate extrapolate(const std::vector<double>& values, const std::vector<double>& rounding, double ratio) {
  const auto table = neville_table(values, ratio);
  Estimate best;
  for (std::size_t i = 1; i + 1 < table.size(); ++i) {
    for (std::size_t j = 1; j <= i; ++j) {
      const double value = table[i][j];
      const double disagreement = std::max({std::abs(value - table[i][j - 1]), std::abs(value - table[i - 1][j - 1]),
                                            std::abs(value - table[i + 1][j])});
      const double error = disagreement + 2 * rounding[i];  // the weights of all columns add up to less than 2
      if (error < best.error) best = {value, error, i};
    }
  }
  return best;
}

/// The noise in equally spaced values: the level of three successive columns of their difference table that agree
/// within a factor of four and change sign, as smooth parts do not; 0 if there are none.
double noise_level(std::vector<double> values) {
  std::vector<double> levels;
  std::vector<bool> changes_sign;
  double gamma = 1;
  for (double k = 1; values.size() > 2; ++k) {
    double squares = 0;
    double lowest = std::numeric_limits<double>::infinity(), highest = -lowest;
    for (std::size_t i = 0; i + 1 < values.size(); ++i) {
      values[i] = values[i + 1] - values[i];
      squares += values[i] * values[i];
      lowest = std::min(lowest, values[i]);
      highest = std::max(highest, values[i]);
    }
    values.pop_back();
    gamma *= k / (2 * (2 * k - 1));  // (k!)² / (2k)!
    levels.push_back(std::sqrt(gamma * squares / static_cast<double>(values.size())));
    changes_sign.push_back(lowest < 0 && highest > 0);
  }
  for (std::size_t k = 0; k + 2 < levels.size(); ++k) {
    const auto [low, high] = std::minmax({levels[k], levels[k + 1], levels[k + 2]});
    if (changes_sign[k] && high <= 4 * low) return levels[k];
  }
  return 0;
}

}  // namespace

double Differences::noise_at(double spacing) const {
  std::vector<double> values{0.0};
  for (int k = 1; k <= 8; ++k) {
    const Array<double> moved = probe_(x_ + k * spacing);
    long double change = 0;
    for (std::size_t i = 0; i < y_.size(); ++i) {
      change += static_cast<long double>(cotangent_.data()[i]) * (moved.data()[i] - y_.data()[i]);
    }
    values.push_back(static_cast<double>(change));
  }
  return noise_level(std::move(values));
}

double Differences::noise() const {
  double largest = 0;
  // Spacings that no grid of values has, from where only rounding in double shows to where that in float does.
  double spacing = 0.73e-14;
  while (spacing < 1e-4) {
    largest = std::max(largest, noise_at(spacing * size_));
    spacing *= 17;
  }
  return largest;
}

/// What one step says: the central difference, the difference of the one-sided ones, and the rounding in them.
struct Differences::Rung {
  double central;
  double jump;
  double rounding;
  double step;
};

Differences::Rung Differences::rung(double step) const {
  const double right = x_ + step;
  const double left = x_ - step;
  const Array<double> above = probe_(right);
  const Array<double> below = probe_(left);
  const long double up = static_cast<long double>(right) - x_;
  const long double down = static_cast<long double>(x_) - left;
  long double difference = 0;
  long double jump = 0;
  double magnitude = 0;
  for (std::size_t i = 0; i < y_.size(); ++i) {
    const long double c = cotangent_.data()[i];
    const long double a = above.data()[i];
    const long double b = below.data()[i];
    const long double y = y_.data()[i];
    difference += c * (a - b);
    jump += c * ((a - y) / up - (y - b) / down);
    magnitude += std::abs(cotangent_.data()[i]) * (std::abs(above.data()[i]) + std::abs(below.data()[i]));
  }
  const double width = static_cast<double>(up + down);
  // Four units: what the last operations of a function that is computed well leave in its result.
  return {static_cast<double>(difference / (up + down)), static_cast<double>(jump),
          4 * unit_roundoff * magnitude / width, width / 2};
}

Slope Differences::ladder(double step) const {
  std::vector<double> central, jump, rounding, steps;
  for (int k = 0; k < rungs_of_a_ladder; ++k, step /= 2) {
    const Rung r = rung(step);
    // A step that leaves the domain of f is left out.
    if (!std::isfinite(r.central) || !std::isfinite(r.jump) || !std::isfinite(r.rounding)) continue;
    central.push_back(r.central);
    jump.push_back(r.jump);
    rounding.push_back(r.rounding);
    steps.push_back(r.step);
  }
  const Estimate slope = extrapolate(central, rounding, 4);
  if (!std::isfinite(slope.error)) return {};
  for (double& r : rounding) r *= 4;
  const Estimate kink = extrapolate(jump, rounding, 2);
  const bool jumps = std::abs(kink.value) > 10 * kink.error &&
                     std::abs(kink.value) > visible_jump * std::max(std::abs(slope.value), slope_size_);
  return {slope.value, slope.error, steps[slope.rung], jumps ? kink.value : 0.0};
}

Slope Differences::best_from(double first_step) const {
  Slope best;
  double step = first_step * size_;
  for (int k = 0; k < ladders; ++k, step *= finer_ladder) {
    const Slope slope = ladder(step);
    if (slope.error < best.error) best = slope;
    if (best.error <= settled * std::max(std::abs(best.value), slope_size_)) break;
  }
  return best;
}

}  // namespace wengert::gradients
