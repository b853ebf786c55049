#include <autograd/base/text.hpp>
#include <autograd/explain/bodies.hpp>
#include <autograd/explain/gates.hpp>
#include <autograd/explain/precision/places.hpp>
#include <autograd/explain/precision/precision.hpp>
#include <autograd/explain/replay/replay.hpp>
#include <autograd/explain/run_lines.hpp>
#include <autograd/tape/backward_pass.hpp>

#include <cmath>
#include <set>

namespace wengert {
namespace {

using explain::ValuesIn;

constexpr long double infinite = std::numeric_limits<long double>::infinity();

/// The unit of the last place that a number has in the format N.
template <class N>
long double last_place(long double number) {
  int exponent = std::numeric_limits<N>::min_exponent;
  if (number != 0) exponent = std::max(exponent, std::ilogb(number) + 1);
  return std::ldexp(1.0L, exponent - std::numeric_limits<N>::digits);
}

long double distance(long double found, long double right) {
  if (found == right || (std::isnan(found) && std::isnan(right))) return 0;
  return std::isfinite(found) && std::isfinite(right) ? std::abs(found - right) : infinite;
}

template <class N>
FormatError error_of(const Array<N>& found, const Array<long double>& right) {
  long double worst = 0, error = 0, largest = 0;
  for (std::size_t k = 0; k < right.size(); ++k) {
    const long double number = right.data()[k], off = distance(found.data()[k], number);
    if (off == 0 && !std::isfinite(number)) continue;
    error = std::max(error, off);
    worst = std::max(worst, std::isfinite(off) ? off / last_place<N>(number) : off);
    if (std::isfinite(number)) largest = std::max(largest, std::abs(number));
  }
  return {static_cast<double>(worst), static_cast<double>(error / last_place<N>(largest))};
}

/// `0`, `0.5`, `120`, `3e+07`, or `all` if no digit is right.
std::string written(double units, int digits) {
  if (units == 0) return "0";
  if (units >= std::ldexp(1.0, digits - 1)) return "all";
  if (units >= 1e5) return fmt::format("{:.0e}", units);
  return fmt::format("{:.{}f}", units, units < 10 ? 1 : 0);
}

template <class N>
void add_cells(std::vector<std::string>& cells, const FormatError& error) {
  constexpr int digits = std::numeric_limits<N>::digits;
  cells.push_back(base::aligned_right(written(error.worst, digits), 6));
  cells.push_back(base::aligned_right(written(error.beside_largest, digits), 7));
}

/// Whether every formula up to the loss and back can be computed again.
template <class T>
void check(std::string_view operation, const Tape<T>& tape, const Var<T>& loss) {
  require(loss.size() == 1, operation, "{} is no scalar; expected a loss", described(loss));
  const std::size_t end = tape.slot_of(operation, loss);
  const Program forward = program(tape);
  for (std::size_t slot = 0; slot <= end; ++slot)
    if (forward.lines[slot].formula) explain::require_known(operation, *forward.lines[slot].formula);
  for (const AdjointLine& line : adjoint_program(tape, loss).lines()) {
    require(line.note.empty(), operation, "the formula of {} is unknown: {}; expected rules that are written with Vars",
            line.target, line.note);
    explain::require_known(operation, line.formula);
  }
}

/// The value of a formula in the shape of what it is the formula of: smaller ones are broadcast.
template <class N>
Array<N> whole(const Symbol& formula, const Array<N>& value, const Shape& shape) {
  if (value.shape() == shape) return value;
  const char* change = value.size() == element_count(shape) ? "reshape" : "broadcast_to";
  return explain::moved<N>(Symbol::call(change, {formula}, {{"shape", shape}}), {value});
}

}  // namespace

template <class N, class T>
ValuesIn<N> replay_in(const Tape<T>& tape, const Var<T>& loss) {
  check("replay_in", tape, loss);
  const std::size_t end = tape.slot_of("replay_in", loss);
  const Program forward = program(tape);
  for (std::size_t slot = 0; slot <= end; ++slot)
    if (forward.lines[slot].formula) require_unchanged(tape.entry(slot), "replay_in");
  explain::Values right = values_of(tape);
  ValuesIn<N> values;
  for (std::size_t slot = 0; slot <= end; ++slot) {
    const ForwardLine& line = forward.lines[slot];
    if (!line.formula) {
      values.emplace(line.target, cast<N>(tape.entry(slot).output.value()));
      continue;
    }
    const Symbol formula = explain::as_recorded(*line.formula, right.at(line.target), right);
    values.emplace(line.target, whole(formula, explain::evaluate_in(formula, values), line.shape));
  }
  const AdjointProgram backward = adjoint_program(tape, loss);
  const std::vector<SharedSnapshot> gradients =
      replay(tape, loss, {.largest_whole = std::numeric_limits<std::size_t>::max()}).adjoints();
  std::map<std::string, std::size_t> slots;
  for (std::size_t slot = 0; slot <= end; ++slot) slots.emplace(forward.lines[slot].target, slot);
  std::set<std::string> adjoints;
  for (const AdjointLine& line : backward.lines()) {
    adjoints.insert(line.target);
    const SharedSnapshot& gradient = gradients[slots.at(line.variable)];
    right.insert_or_assign(line.target, gradient ? gradient->array("replay_in") : zeros<double>(line.shape));
  }
  explain::run_lines(backward.lines(), values, [&](const AdjointLine& line, const ValuesIn<N>& known) {
    const Symbol formula =
        explain::with_gates(explain::as_recorded(line.formula, adjoints, right.at(line.target), right), adjoints);
    return whole(formula, explain::evaluate_in(formula, known), line.shape);
  });
  return values;
}

template <class T>
Precision precision_of(const Tape<T>& tape, const Var<T>& loss) {
  check("precision_of", tape, loss);
  const ValuesIn<float> narrow = replay_in<float>(tape, loss);
  const ValuesIn<double> wide = replay_in<double>(tape, loss);
  const ValuesIn<long double> right = replay_in<long double>(tape, loss);
  const auto row = [&](const std::string& name) {
    const Array<long double>& numbers = right.at(name);
    return PrecisionRow{name, numbers.shape(), error_of(narrow.at(name), numbers), error_of(wide.at(name), numbers)};
  };
  Precision result;
  const Program forward = program(tape);
  for (std::size_t slot = 0; slot <= tape.slot_of("precision_of", loss); ++slot)
    result.forward.push_back(row(forward.lines[slot].target));
  for (const AdjointLine& line : adjoint_program(tape, loss).lines())
    if (!line.accumulates) result.backward.push_back(row(line.target));
  return result;
}

const PrecisionRow& Precision::row(std::string_view name) const& {
  std::string names;
  for (const std::vector<PrecisionRow>* rows : {&forward, &backward})
    for (const PrecisionRow& known : *rows) {
      if (known.name == name) return known;
      names += (names.empty() ? "" : ", ") + known.name;
    }
  fail("precision", fmt::format("nothing is called '{}'; expected one of {}", name, names));
}

std::string Precision::text() const {
  std::vector<std::vector<std::string>> table{{"entry", "shape", " float", "largest", "double", "largest"}};
  for (const std::vector<PrecisionRow>* rows : {&forward, &backward})
    for (const PrecisionRow& row : *rows) {
      std::vector<std::string> cells{row.name, to_string(row.shape)};
      add_cells<float>(cells, row.in_float);
      add_cells<double>(cells, row.in_double);
      table.push_back(cells);
    }
  return base::columns(table);
}

template ValuesIn<float> replay_in(const Tape<float>&, const Var<float>&);
template ValuesIn<double> replay_in(const Tape<float>&, const Var<float>&);
template ValuesIn<long double> replay_in(const Tape<float>&, const Var<float>&);
template ValuesIn<float> replay_in(const Tape<double>&, const Var<double>&);
template ValuesIn<double> replay_in(const Tape<double>&, const Var<double>&);
template ValuesIn<long double> replay_in(const Tape<double>&, const Var<double>&);
template Precision precision_of(const Tape<float>&, const Var<float>&);
template Precision precision_of(const Tape<double>&, const Var<double>&);

}  // namespace wengert
