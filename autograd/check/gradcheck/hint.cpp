#include <autograd/arrays/shape.hpp>
#include <autograd/check/gradcheck/comparison.hpp>
#include <autograd/check/gradcheck/hint.hpp>

#include <cmath>
#include <optional>

namespace wengert::gradients {
namespace {

constexpr double alike = 1e-6;  // relative; patterns are recognised, not verified

bool close(double a, double b, double scale) { return std::abs(a - b) <= alike * scale; }

/// tape / numeric, if that is one number for all elements that say something.
std::optional<double> common_ratio(const WrongGradient& c) {
  std::optional<double> ratio;
  const double scale = largest(c.numeric);
  for (std::size_t i = 0; i < c.tape.size(); ++i) {
    const double numeric = c.numeric.data()[i];
    if (std::isnan(numeric) || std::abs(numeric) < 1e-3 * scale) continue;
    const double here = c.tape.data()[i] / numeric;
    if (!ratio) ratio = here;
    if (!close(*ratio, here, 1e-2 * std::abs(*ratio))) return std::nullopt;
  }
  return ratio;
}

/// The extents of both shapes and the sizes: what a mean divides by.
std::vector<std::size_t> counts(const WrongGradient& c) {
  std::vector<std::size_t> result(c.tape.shape().begin(), c.tape.shape().end());
  result.insert(result.end(), c.output.begin(), c.output.end());
  result.push_back(c.tape.size());
  result.push_back(element_count(c.output));
  const std::size_t extents = c.tape.dimension();
  for (std::size_t a = 0; a < extents; ++a) {
    for (std::size_t b = a + 1; b < extents; ++b) result.push_back(c.tape.shape()[a] * c.tape.shape()[b]);
  }
  return result;
}

std::string hint_for_ratio(double ratio, const WrongGradient& c) {
  const auto is = [ratio](double r) { return close(ratio, r, std::abs(r)); };
  if (is(-1)) return "the tape's gradient is the negative of the numeric one: a sign is wrong";
  for (std::size_t n : counts(c)) {
    if (n < 3) continue;
    const char* text =
        "the ratio is {}{}, and {} is a number of elements here: a sum where a mean belongs, or a mean "
        "where a sum does";
    if (is(static_cast<double>(n))) return fmt::format(fmt::runtime(text), "", n, n);
    if (is(1.0 / static_cast<double>(n))) return fmt::format(fmt::runtime(text), "1/", n, n);
  }
  if (is(2)) return "the ratio is 2: a term counted twice, or a factor 1/2 missing";
  if (is(0.5)) return "the ratio is 1/2: a term left out, or a factor 2 missing";
  return fmt::format("every element is off by the same factor {:.9g}", ratio);
}

/// Whether the elements agree with the numeric ones at positions that `source` maps them to; -1 is no position.
bool agree_when_moved(const WrongGradient& c, const auto& source) {
  const double scale = largest(c.numeric);
  std::size_t compared = 0;
  for (std::size_t i = 0; i < c.tape.size(); ++i) {
    const std::ptrdiff_t from = source(i);
    if (from < 0 || std::isnan(c.numeric.data()[from])) continue;
    ++compared;
    if (!close(c.tape.data()[i], c.numeric.data()[from], scale)) return false;
  }
  return 2 * compared >= c.tape.size() && compared > 1;
}

bool is_transposed(const WrongGradient& c) {
  if (c.tape.dimension() != 2) return false;
  const std::size_t rows = c.tape.shape()[0], columns = c.tape.shape()[1];
  if (rows < 2 || columns < 2) return false;
  const auto as_square = [=](std::size_t i) {
    return rows == columns ? static_cast<std::ptrdiff_t>(i % columns * columns + i / columns) : -1;
  };
  const auto as_buffer = [=](std::size_t i) { return static_cast<std::ptrdiff_t>(i % rows * columns + i / rows); };
  return agree_when_moved(c, as_square) || agree_when_moved(c, as_buffer);
}

/// The axis along which the elements are those of the neighbours.
std::optional<std::size_t> shifted_axis(const WrongGradient& c) {
  for (std::size_t axis = 0, inner = c.tape.size(); axis < c.tape.dimension(); ++axis) {
    const std::size_t extent = c.tape.shape()[axis];
    inner /= extent;
    for (const std::ptrdiff_t by : {1, -1}) {
      const auto neighbour = [=](std::size_t i) {
        const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(i / inner % extent) + by;
        const bool inside = at >= 0 && at < static_cast<std::ptrdiff_t>(extent);
        return inside ? static_cast<std::ptrdiff_t>(i) + by * static_cast<std::ptrdiff_t>(inner) : -1;
      };
      if (agree_when_moved(c, neighbour)) return axis;
    }
  }
  return std::nullopt;
}

bool constant_along(const Array<double>& array, std::size_t axis) {
  std::size_t inner = 1;
  for (std::size_t k = axis + 1; k < array.dimension(); ++k) inner *= array.shape()[k];
  const std::size_t extent = array.shape()[axis];
  const double scale = largest(array);
  for (std::size_t i = 0; i < array.size(); ++i) {
    const std::size_t first = i - i / inner % extent * inner;
    if (!close(array.data()[i], array.data()[first], scale)) return false;
  }
  return extent > 1;
}

}  // namespace

std::string hint_for(const WrongGradient& c) {
  const auto numbers = std::span(c.tape.data(), c.tape.size());
  if (std::any_of(numbers.begin(), numbers.end(), [](double x) { return !std::isfinite(x); })) {
    return "the tape's gradient is not finite: 0 * infinity or a division by zero in a rule; use where(...)";
  }
  if (largest(c.tape) <= alike * largest(c.numeric)) {
    return "the tape's gradient is zero: a path is dropped (stop_gradient, a value taken out of its Var, a missing "
           "wrt(...))";
  }
  if (const std::optional<double> ratio = common_ratio(c)) return hint_for_ratio(*ratio, c);
  if (is_transposed(c)) return "the tape's gradient is the transpose of the numeric one";
  if (const std::optional<std::size_t> axis = shifted_axis(c)) {
    return fmt::format("the tape's gradient is the numeric one moved by one along axis {}: an index is off by one",
                       *axis);
  }
  for (std::size_t axis = 0; axis < c.tape.dimension(); ++axis) {
    if (constant_along(c.tape, axis) && !constant_along(c.numeric, axis)) {
      return fmt::format(
          "the tape's gradient does not vary along axis {}, the numeric one does: summed or broadcast "
          "over the wrong axis",
          axis);
    }
    if (!constant_along(c.tape, axis) && constant_along(c.numeric, axis)) {
      return fmt::format(
          "the numeric gradient does not vary along axis {}, the tape's does: a sum over that axis is "
          "missing, or over the wrong one",
          axis);
    }
  }
  if (c.wrong < c.checked) {
    return fmt::format(
        "{} of {} elements are wrong: look at what sets these apart (an edge, a branch, a repeated "
        "index)",
        c.wrong, c.checked);
  }
  return "all elements are wrong by different factors: a term is missing or one too many, or a rule uses another value "
         "than the forward pass did";
}

}  // namespace wengert::gradients
