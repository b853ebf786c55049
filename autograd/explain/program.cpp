#include <autograd/explain/bodies.hpp>
#include <autograd/explain/gates.hpp>
#include <autograd/explain/program.hpp>
#include <autograd/explain/run_lines.hpp>
#include <autograd/explain/trace.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/tape/backward_pass.hpp>

namespace wengert {
namespace {

/// Writes the program of one backward pass, from the loss to the targets.
template <class T>
class Writer {
 public:
  Writer(const Tape<T>& tape, std::size_t end, const std::vector<std::size_t>& targets)
      : tape_(tape), walk_(tape, end, targets), names_(tape), reached_(end + 1, false), contributions_(end + 1, 0) {
    for (std::size_t slot = 0; slot <= end; ++slot) names_.adjoint(slot);
    write(end, tape.entry(end).output.size() == 1 ? Symbol(1.0) : names_.seed(), {});
  }

  AdjointProgram program() {
    while (walk_.next([this](std::size_t slot) { return reached_[slot]; })) pull_back(tape_.entry(walk_.slot()));
    fold_copies();
    return AdjointProgram(std::move(lines_), names_.constants());
  }

 private:
  void write(std::size_t slot, const Symbol& formula, const std::string& note) {
    const Symbol adjoint = names_.adjoint(slot);
    lines_.push_back({adjoint.name(), names_.variable(slot).name(), reached_[slot], formula,
                      tape_.entry(slot).output.shape(), note});
    slots_.push_back(slot);
    ++contributions_[slot];
    shapes_.emplace(adjoint.identity(), &tape_.entry(slot).output.shape());
    reached_[slot] = true;
  }

  /// One line for each operand that is wanted; an operand that occurs twice, as in x · x, gets one for both.
  void pull_back(const Entry<T>& entry) {
    std::vector<bool> wanted;
    for (const Operand<T>& operand : entry.operands) wanted.push_back(walk_.wants(operand));
    const std::vector<Symbol> contributions = explain::contributions(entry, walk_.slot(), wanted, names_);
    std::map<std::size_t, Symbol> sums;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < entry.operands.size(); ++i) {
      if (!wanted[i]) continue;
      const std::size_t slot = entry.operands[i].slot;
      const auto [place, is_first] = sums.emplace(slot, contributions[i]);
      if (is_first) order.push_back(slot);
      else place->second = place->second + contributions[i];
    }
    for (std::size_t slot : order) {
      const Symbol& sum = sums.at(slot);
      const std::string note = contains(sum, explain::unknown())
                                   ? fmt::format("the rule of '{}' leaves its Vars", entry.operation->name())
                                   : "";
      if (!sum.is_number(0.0)) write(slot, note.empty() ? sum : explain::unknown(), note);
    }
  }

  /// Leaves out lines that say that the adjoint of an unnamed variable is another one of the same shape.
  void fold_copies() {
    std::map<std::uint64_t, Symbol> copies;
    std::vector<AdjointLine> kept;
    for (std::size_t k = 0; k < lines_.size(); ++k) {
      AdjointLine line = lines_[k];
      line.formula = line.formula.replaced([&](const Symbol& part) -> std::optional<Symbol> {
        const auto copy = copies.find(part.kind() == Symbol::Kind::name ? part.identity() : 0);
        return copy == copies.end() ? std::nullopt : std::make_optional(copy->second);
      });
      if (is_copy(k, line.formula)) copies.emplace(names_.adjoint(slots_[k]).identity(), line.formula);
      else kept.push_back(std::move(line));
    }
    lines_ = std::move(kept);
  }

  bool is_copy(std::size_t line, const Symbol& formula) const {
    const std::size_t slot = slots_[line];
    if (!tape_.entry(slot).output.name().empty() || walk_.is_target(slot) || formula.kind() != Symbol::Kind::name) {
      return false;
    }
    const auto source = shapes_.find(formula.identity());
    return contributions_[slot] == 1 && source != shapes_.end() && *source->second == lines_[line].shape;
  }

  const Tape<T>& tape_;
  BackwardWalk<T> walk_;
  explain::Names<T> names_;
  std::vector<bool> reached_;
  std::vector<int> contributions_;  // by slot
  std::vector<AdjointLine> lines_;
  std::vector<std::size_t> slots_;                // of the lines
  std::map<std::uint64_t, const Shape*> shapes_;  // of the adjoints, by their identities
};

/// Throws an Error if there is a value of that name and it has another shape, which may broadcast.
void check_shape(const explain::Values& values, const std::string& name, const Shape& shape) {
  const auto value = values.find(name);
  require(value == values.end() || value->second.shape() == shape, "run",
          "'{}' has shape {}; expected {}, as on the tape", name,
          value == values.end() ? shape : Shape(value->second.shape()), shape);
}

/// `value` in a shape that it broadcasts to, or that has as many elements.
Array<double> in_shape(const Array<double>& value, const Shape& shape) {
  const NoRecord pause;
  const Var<double> x(value);
  return x.size() == element_count(shape) ? reshape(x, shape).value() : broadcast_to(x, shape).value();
}

}  // namespace

explain::Values AdjointProgram::run(const explain::Values& values) const {
  explain::Values all = values;
  std::set<std::string> targets;
  if (!lines_.empty() && lines_.front().formula.kind() == Symbol::Kind::name) {  // what the pass starts from
    targets.insert(lines_.front().formula.name());
    check_shape(values, lines_.front().formula.name(), lines_.front().shape);
  }
  for (const AdjointLine& line : lines_) {
    explain::require_known("run", line.formula);
    targets.insert(line.target);
    check_shape(values, line.variable, line.shape);
  }
  explain::run_lines(lines_, all, [&](const AdjointLine& line, const explain::Values& known) {
    return in_shape(explain::evaluate(explain::with_gates(line.formula, targets), known), line.shape);
  });
  explain::Values adjoints;
  for (const AdjointLine& line : lines_) adjoints.insert(*all.find(line.target));
  return adjoints;
}

template <class T>
Program program(const Tape<T>& tape) {
  explain::Names<T> names(tape);
  Program result;
  for (std::size_t slot = 0; slot < tape.size(); ++slot) {
    const Entry<T>& entry = tape.entry(slot);
    ForwardLine line{names.variable(slot).name(), entry.output.shape(), std::nullopt, entry.output.is_parameter()};
    if (!entry.is_leaf()) line.formula = names.formula(entry);
    result.lines.push_back(std::move(line));
  }
  result.constants = names.constants();
  return result;
}

template <class T>
explain::Values values_of(const Tape<T>& tape) {
  explain::Values values;
  const std::vector<std::string> names = explain::slot_names(tape);
  for (std::size_t slot = 0; slot < tape.size(); ++slot) {
    const Entry<T>& entry = tape.entry(slot);
    if (!entry.is_leaf()) require_unchanged(entry, "values_of");
    values.emplace(names[slot], cast<double>(entry.output.value()));
  }
  return values;
}

template <class T>
AdjointProgram adjoint_program(const Tape<T>& tape, const Var<T>& loss) {
  const std::size_t end = tape.slot_of("adjoint_program", loss);
  std::vector<std::size_t> parameters;
  for (std::size_t slot = 0; slot <= end; ++slot) {
    if (tape.entry(slot).is_leaf() && tape.entry(slot).output.is_parameter()) parameters.push_back(slot);
  }
  return Writer<T>(tape, end, parameters).program();
}

template <class T>
AdjointProgram adjoint_program(const Tape<T>& tape, const Var<T>& loss, const std::vector<Var<T>>& targets) {
  const std::size_t end = tape.slot_of("adjoint_program", loss);
  std::vector<std::size_t> slots;
  for (const Var<T>& target : targets) {
    const bool is_unused = target.is_parameter() && !tape.has(target);
    if (!is_unused) slots.push_back(tape.slot_of("adjoint_program", target));
  }
  return Writer<T>(tape, end, slots).program();
}

template Program program(const Tape<float>&);
template Program program(const Tape<double>&);
template explain::Values values_of(const Tape<float>&);
template explain::Values values_of(const Tape<double>&);
template AdjointProgram adjoint_program(const Tape<float>&, const Var<float>&);
template AdjointProgram adjoint_program(const Tape<double>&, const Var<double>&);
template AdjointProgram adjoint_program(const Tape<float>&, const Var<float>&, const std::vector<Var<float>>&);
template AdjointProgram adjoint_program(const Tape<double>&, const Var<double>&, const std::vector<Var<double>>&);

}  // namespace wengert
