#include <autograd/base/text.hpp>
#include <autograd/explain/names.hpp>
#include <autograd/explain/program.hpp>
#include <autograd/explain/trace.hpp>

#include <map>
#include <ostream>

namespace wengert {
namespace {

/// Writes the program of one backward pass, from the loss to the targets.
template <class T>
class Writer {
 public:
  Writer(const Tape<T>& tape, std::size_t end, const std::vector<std::size_t>& targets)
      : tape_(tape), end_(end), names_(explain::slot_names(tape)), needed_(end + 1, false), reached_(end + 1, false) {
    find_needed(targets);
    name_adjoints();
  }

  AdjointProgram program() {
    const bool is_scalar = tape_.entry(end_).output.size() == 1;
    write(end_, is_scalar ? Symbol(1.0) : Symbol("cotangent"));
    for (std::size_t slot = end_ + 1; slot-- > 0;) {
      const Entry<T>& entry = tape_.entry(slot);
      if (reached_[slot] && needed_[slot] && !entry.is_leaf()) pull_back(slot, entry);
    }
    return AdjointProgram(std::move(lines_));
  }

 private:
  /// Marks every slot on a way from a target to the loss.
  void find_needed(const std::vector<std::size_t>& targets) {
    for (std::size_t target : targets) {
      if (target <= end_) needed_[target] = true;
    }
    for (std::size_t slot = 0; slot <= end_; ++slot) {
      for (const Operand<T>& operand : tape_.entry(slot).operands) {
        if (!operand.is_constant() && needed_[operand.slot]) needed_[slot] = true;
      }
    }
  }

  void name_adjoints() {
    explain::UniqueNames unique;
    for (std::size_t slot = 0; slot < names_.size(); ++slot) unique(names_[slot], slot);
    for (std::size_t slot = 0; slot <= end_; ++slot) adjoints_.push_back(unique("d" + names_[slot], slot));
  }

  void write(std::size_t slot, const Symbol& formula) {
    lines_.push_back({adjoints_[slot], names_[slot], reached_[slot], formula, tape_.entry(slot).output.shape()});
    reached_[slot] = true;
  }

  /// One line for each operand that is needed; an operand that occurs twice, as in x · x, gets one for both.
  void pull_back(std::size_t slot, const Entry<T>& entry) {
    std::vector<Symbol> names = explain::operand_symbols(entry, names_);
    names.emplace_back(names_[slot]);
    const Symbol g(adjoints_[slot]);
    std::map<std::size_t, Symbol> contributions;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < entry.operands.size(); ++i) {
      const Operand<T>& operand = entry.operands[i];
      if (operand.is_constant() || !needed_[operand.slot]) continue;
      const Symbol contribution = explain::contribution(entry, i, g, names);
      const auto [place, is_first] = contributions.emplace(operand.slot, contribution);
      if (is_first) order.push_back(operand.slot);
      else place->second = place->second + contribution;
    }
    for (std::size_t target : order) {
      if (!contributions.at(target).is_number(0.0)) write(target, contributions.at(target));
    }
  }

  const Tape<T>& tape_;
  std::size_t end_;
  std::vector<std::string> names_;
  std::vector<std::string> adjoints_;
  std::vector<bool> needed_;
  std::vector<bool> reached_;
  std::vector<AdjointLine> lines_;
};

std::string partial_derivative(const std::string& variable) { return "∂ℓ/∂" + variable; }

}  // namespace

std::string AdjointProgram::text() const {
  const bool any_accumulates =
      std::any_of(lines_.begin(), lines_.end(), [](const AdjointLine& line) { return line.accumulates; });
  const std::string assigns = any_accumulates ? " =" : "=";
  std::vector<std::vector<std::string>> rows;
  for (const AdjointLine& line : lines_) {
    rows.push_back(
        {line.target, line.accumulates ? "+=" : assigns, line.formula.text(), " # " + to_string(line.shape)});
  }
  return base::columns(rows, " ");
}

std::string AdjointProgram::latex() const {
  std::map<std::string, std::string> partials;
  for (const AdjointLine& line : lines_) partials.emplace(line.target, partial_derivative(line.variable));
  const auto rename = [&](const std::string& name) {
    const auto found = partials.find(name);
    return found == partials.end() ? name : found->second;
  };
  std::string rows;
  for (const AdjointLine& line : lines_) {
    rows += rows.empty() ? "" : " \\\\\n";
    rows += Symbol(rename(line.target)).latex() + (line.accumulates ? " &\\mathrel{+}= " : " &= ") +
            line.formula.renamed(rename).latex();
  }
  return "\\begin{aligned}\n" + rows + "\n\\end{aligned}\n";
}

std::ostream& operator<<(std::ostream& out, const AdjointProgram& program) { return out << program.text(); }

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
  for (const Var<T>& target : targets) slots.push_back(tape.slot_of("adjoint_program", target));
  return Writer<T>(tape, end, slots).program();
}

template AdjointProgram adjoint_program(const Tape<float>&, const Var<float>&);
template AdjointProgram adjoint_program(const Tape<double>&, const Var<double>&);
template AdjointProgram adjoint_program(const Tape<float>&, const Var<float>&, const std::vector<Var<float>>&);
template AdjointProgram adjoint_program(const Tape<double>&, const Var<double>&, const std::vector<Var<double>>&);

}  // namespace wengert
