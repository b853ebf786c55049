#include <autograd/arrays/shape.hpp>
#include <autograd/base/text.hpp>
#include <autograd/check/compare.hpp>

#include <cmath>
#include <limits>
#include <ostream>

namespace wengert {
namespace {

std::vector<std::string> cells(const Comparison& row) {
  const std::string difference =
      row.same_shape() ? fmt::format("{:.3g}", row.max_difference)
                       : fmt::format("shapes differ: {} by hand, {} on the tape", row.hand_shape, row.tape_shape);
  return {row.name, "exact: " + base::yes_or_no(row.exact), "approximate: " + base::yes_or_no(row.approximate),
          "maxdiff: " + difference};
}

/// What an element may be off beside its own size if nothing is said.
template <class T>
double usual_absolute(const Array<T>& tape) {
  double largest = 0.0;
  for (const T x : tape)
    if (std::isfinite(x)) largest = std::max(largest, std::abs(static_cast<double>(x)));
  return 1e-8 * std::min(largest, 1.0);
}

}  // namespace

template <class T>
Comparison compare(std::string name, const Array<T>& hand, const Array<T>& tape, CompareOptions options) {
  Comparison row{std::move(name), true, true, 0.0, hand.shape(), tape.shape()};
  if (!row.same_shape()) {
    row.exact = row.approximate = false;
    row.max_difference = std::numeric_limits<double>::quiet_NaN();
    return row;
  }
  const double absolute = options.absolute ? *options.absolute : usual_absolute(tape);
  for (std::size_t i = 0; i < hand.size(); ++i) {
    const auto a = static_cast<double>(hand.data()[i]);
    const auto b = static_cast<double>(tape.data()[i]);
    if (a == b) continue;  // also two equal infinities, whose difference would be NaN
    const double difference = std::abs(a - b);
    row.exact = false;
    row.approximate = row.approximate && difference <= absolute + options.relative * std::abs(b);
    if (std::isnan(difference) || difference > row.max_difference) row.max_difference = difference;
  }
  return row;
}

std::string to_string(const std::vector<Comparison>& rows) {
  std::vector<std::vector<std::string>> table;
  for (const Comparison& row : rows) table.push_back(cells(row));
  return base::columns(table, " | ");
}

std::string to_string(const Comparison& row) { return to_string(std::vector{row}); }

std::ostream& operator<<(std::ostream& out, const Comparison& row) { return out << to_string(row); }

template Comparison compare(std::string, const Array<float>&, const Array<float>&, CompareOptions);
template Comparison compare(std::string, const Array<double>&, const Array<double>&, CompareOptions);

}  // namespace wengert
