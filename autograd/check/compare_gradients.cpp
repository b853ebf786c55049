#include <autograd/base/text.hpp>
#include <autograd/check/compare_gradients.hpp>
#include <autograd/check/diagnosis.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

namespace wengert {
namespace {

std::size_t slot_called(const Replay& replay, const std::string& name) {
  const std::vector<SharedSnapshot> adjoints = replay.adjoints();
  std::string known;
  for (std::size_t slot = replay.forward.size(); slot-- > 0;) {
    const ForwardStep& step = replay.forward[slot];
    if (adjoints[slot] == nullptr) continue;
    if (step.name.text == name || step.adjoint.text == name) return slot;
    known += (known.empty() ? "" : ", ") + step.adjoint.text;
  }
  fail("compare_gradients", fmt::format("no adjoint is called '{}'; the record has {}", name, known));
}

/// When the adjoint of a slot is complete.
std::size_t last_step(const Replay& replay, std::size_t slot) {
  std::size_t last = 0;
  for (std::size_t k = 0; k < replay.backward.size(); ++k) {
    if (replay.backward[k].target == slot) last = k;
  }
  return last;
}

std::vector<std::size_t> index_of(std::size_t place, const Shape& shape) {
  std::vector<std::size_t> index(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0; place /= shape[axis]) index[axis] = place % shape[axis];
  return index;
}

/// The distance from a number to the next larger one, for numbers of 4 or of 8 bytes.
double unit_of_last_place(double x, std::size_t element_size) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  if (element_size == sizeof(double)) return std::nextafter(std::abs(x), inf) - std::abs(x);
  const float size = std::abs(static_cast<float>(x));
  return static_cast<double>(std::nextafter(size, std::numeric_limits<float>::infinity())) - static_cast<double>(size);
}

double largest(const SharedSnapshot& array) { return std::max(std::abs(array->smallest), std::abs(array->largest)); }

/// What rounding leaves of terms that cancel: beside the largest that the operations through which a gradient comes
/// give to any of their operands; where it is zero by hand, also beside what arrives at them.
double rounding_beside(const Replay& replay, std::size_t slot, bool is_zero_by_hand) {
  std::set<std::size_t> operations;
  for (const BackwardStep& step : replay.backward)
    if (step.target == slot && step.through) operations.insert(*step.through);
  double size = 0.0;
  for (const std::size_t operation : operations)
    if (is_zero_by_hand) size = std::max(size, largest(replay.adjoint(operation)));
  for (const BackwardStep& step : replay.backward)
    if (step.through && operations.contains(*step.through)) size = std::max(size, largest(step.contribution));
  const bool is_float = replay.element_size == sizeof(float);
  return 16 * size * (is_float ? std::numeric_limits<float>::epsilon() : std::numeric_limits<double>::epsilon());
}

/// The tolerance for a gradient if nothing is said.
double usual_absolute(const Replay& replay, std::size_t slot, const Array<double>& hand) {
  const bool is_zero = std::all_of(hand.begin(), hand.end(), [](double x) { return x == 0.0; });
  return std::min(1e-8, std::max(1e-8 * largest(replay.adjoint(slot)), rounding_beside(replay, slot, is_zero)));
}

GradientRow row_of(const std::string& name, const Array<double>& hand, const Array<double>& tape,
                   std::size_t element_size, const CompareOptions& options) {
  GradientRow row{.comparison = compare(name, hand, tape, options)};
  if (!row.comparison.same_shape()) return row;
  double scale = 0.0;
  double worst = 0.0;
  std::optional<std::size_t> place;
  for (std::size_t i = 0; i < tape.size(); ++i) {
    scale = std::max(scale, std::abs(tape.data()[i]));
    const double difference = std::abs(hand.data()[i] - tape.data()[i]);
    if (hand.data()[i] == tape.data()[i]) continue;
    const double unit = unit_of_last_place(tape.data()[i], element_size);
    row.ulps = std::max(std::isfinite(difference) ? difference / unit : difference, row.ulps);
    if (difference <= worst) continue;
    worst = difference;
    place = i;
    if (std::isnan(difference)) break;
  }
  row.relative = scale > 0 ? row.comparison.max_difference / scale : row.comparison.max_difference;
  if (!place) return row;
  row.where = index_of(*place, tape.shape());
  row.by_hand = base::short_number(hand.data()[*place], 6);
  row.by_tape = base::short_number(tape.data()[*place], 6);
  return row;
}

std::vector<std::string> cells(const GradientRow& row) {
  const Comparison& found = row.comparison;
  if (!found.same_shape())
    return {found.name, fmt::format("{} by hand", found.hand_shape), "no", "no",
            fmt::format("expected {}", found.tape_shape)};
  std::vector<std::string> result{found.name,
                                  to_string(found.tape_shape),
                                  base::yes_or_no(found.exact),
                                  base::yes_or_no(found.approximate),
                                  fmt::format("{:.2g}", found.max_difference),
                                  fmt::format("{:.1g}", row.relative),
                                  fmt::format("{:.3g}", row.ulps)};
  if (!row.by_hand.empty())
    result.push_back(
        fmt::format("[{}]: {} by hand, {} on the tape", fmt::join(row.where, ", "), row.by_hand, row.by_tape));
  return result;
}

}  // namespace

bool GradientComparison::agrees() const {
  return std::all_of(rows.begin(), rows.end(), [](const GradientRow& row) { return row.comparison.approximate; });
}

std::string GradientComparison::text() const {
  std::vector<std::vector<std::string>> table{
      {"name", "shape", "bitwise", "close", "difference", "relative", "ulps", "largest at"}};
  for (const GradientRow& row : rows) table.push_back(cells(row));
  return base::columns(table) + (diagnosis.empty() ? "" : diagnosis + "\n");
}

GradientComparison compare_gradients(const Replay& replay,
                                     const std::vector<std::pair<std::string, Array<double>>>& by_hand,
                                     CompareOptions options) {
  GradientComparison result;
  std::optional<std::size_t> first;
  std::size_t first_at = 0;
  std::vector<std::size_t> slots;
  for (const auto& [name, hand] : by_hand) {
    slots.push_back(slot_called(replay, name));
    const Array<double> tape = replay.adjoint(slots.back())->array("compare_gradients");
    CompareOptions judged = options;
    if (!judged.absolute) judged.absolute = usual_absolute(replay, slots.back(), hand);
    result.rows.push_back(row_of(name, hand, tape, replay.element_size, judged));
    const std::size_t at = last_step(replay, slots.back());
    if (result.rows.back().comparison.approximate || (first && first_at < at)) continue;
    first = result.rows.size() - 1;
    first_at = at;
  }
  if (!first) return result;
  const std::string& name = by_hand[*first].first;
  const std::vector<std::string> mistakes = likely_mistakes(replay, slots[*first], by_hand[*first].second);
  result.diagnosis = fmt::format("{} is the first that disagrees: {}.", name,
                                 mistakes.empty() ? "none of the usual mistakes gives these numbers"
                                                  : fmt::format("{}", fmt::join(mistakes, "; or ")));
  return result;
}

std::string to_string(const GradientComparison& comparison) { return comparison.text(); }

}  // namespace wengert
