#include <autograd/base/text.hpp>
#include <autograd/explain/names.hpp>
#include <autograd/explain/program.hpp>
#include <autograd/explain/trace.hpp>
#include <autograd/tape/backward_pass.hpp>

#include <map>
#include <ostream>

namespace wengert {
namespace {

/// Writes the program of one backward pass, from the loss to the targets.
template <class T>
class Writer {
 public:
  Writer(const Tape<T>& tape, std::size_t end, const std::vector<std::size_t>& targets)
      : tape_(tape), walk_(tape, end, targets), names_(explain::slot_names(tape)), reached_(end + 1, false) {
    explain::UniqueNames unique;
    for (std::size_t slot = 0; slot < names_.size(); ++slot) unique(names_[slot], slot);
    for (std::size_t slot = 0; slot <= end; ++slot) adjoints_.push_back(unique("d" + names_[slot], slot));
    write(end, tape.entry(end).output.size() == 1 ? Symbol(1.0) : Symbol("cotangent"));
  }

  AdjointProgram program() {
    while (walk_.next([this](std::size_t slot) { return reached_[slot]; })) pull_back(tape_.entry(walk_.slot()));
    return AdjointProgram(std::move(lines_));
  }

 private:
  void write(std::size_t slot, const Symbol& formula) {
    lines_.push_back({adjoints_[slot], names_[slot], reached_[slot], formula, tape_.entry(slot).output.shape()});
    reached_[slot] = true;
  }

  /// One line for each operand that is wanted; an operand that occurs twice, as in x · x, gets one for both.
  void pull_back(const Entry<T>& entry) {
    std::vector<Symbol> names = explain::operand_symbols(entry, names_);
    names.emplace_back(names_[walk_.slot()]);
    std::vector<bool> wanted;
    for (const Operand<T>& operand : entry.operands) wanted.push_back(walk_.wants(operand));
    const auto contributions = explain::contributions(entry, wanted, Symbol(adjoints_[walk_.slot()]), names);
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
      if (!sums.at(slot).is_number(0.0)) write(slot, sums.at(slot));
    }
  }

  const Tape<T>& tape_;
  BackwardWalk<T> walk_;
  std::vector<std::string> names_;
  std::vector<std::string> adjoints_;
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
