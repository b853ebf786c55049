#include <autograd/base/text.hpp>
#include <autograd/explain/notation/notation.hpp>
#include <autograd/explain/notation/shared_terms.hpp>
#include <autograd/explain/program.hpp>

#include <ostream>

namespace wengert {
namespace {

/// Calls `write_term` for what occurs several times in a line and then `write_line` with what is left of it.
template <class WriteTerm, class WriteLine>
void for_each_line(const std::vector<AdjointLine>& lines, const WriteTerm& write_term, const WriteLine& write_line) {
  std::size_t next = 1;
  for (const AdjointLine& line : lines) {
    const explain::SharedTerms shared = explain::shared_terms(line.formula, next);
    next += shared.terms.size();
    for (const explain::SharedTerm& term : shared.terms) write_term(term);
    write_line(line, shared.formula);
  }
}

/// Whether a constant has no name of its own and occurs in a line.
bool needs_legend(const explain::NamedConstant& constant, const std::vector<AdjointLine>& lines) {
  return constant.name.empty() && std::any_of(lines.begin(), lines.end(), [&](const AdjointLine& line) {
           return contains(line.formula, constant.symbol);
         });
}

}  // namespace

std::string AdjointProgram::text() const {
  const bool any_accumulates =
      std::any_of(lines_.begin(), lines_.end(), [](const AdjointLine& line) { return line.accumulates; });
  const std::string assigns = any_accumulates ? " =" : "=";
  std::vector<std::vector<std::string>> rows;
  for_each_line(
      lines_,
      [&](const explain::SharedTerm& term) {
        rows.push_back({"let " + term.name.name(), assigns, wengert::text(term.formula)});
      },
      [&](const AdjointLine& line, const Symbol& formula) {
        const std::string note = line.note.empty() ? "" : ", " + line.note;
        rows.push_back({line.target, line.accumulates ? "+=" : assigns, wengert::text(formula),
                        " # " + to_string(line.shape) + note});
      });
  for (const explain::NamedConstant& constant : constants_) {
    if (!needs_legend(constant, lines_)) continue;
    const Shape shape(constant.symbol.constant()->shape());
    rows.push_back({constant.symbol.name(), assigns, "constant", " # " + to_string(shape)});
  }
  return base::columns(rows, " ");
}

std::string AdjointProgram::latex() const {
  std::map<std::string, std::string> partials;
  for (const AdjointLine& line : lines_) partials.emplace(line.target, "∂ℓ/∂" + line.variable);
  const auto rename = [&](const std::string& name) {
    const auto found = partials.find(name);
    return found == partials.end() ? name : found->second;
  };
  std::string rows;
  const auto add = [&](const std::string& name, const char* sign, const Symbol& formula) {
    rows += (rows.empty() ? "" : " \\\\\n") + wengert::latex(Symbol(rename(name))) + sign +
            wengert::latex(formula.renamed(rename));
  };
  for_each_line(
      lines_, [&](const explain::SharedTerm& term) { add(term.name.name(), " &= ", term.formula); },
      [&](const AdjointLine& line, const Symbol& formula) {
        add(line.target, line.accumulates ? " &\\mathrel{+}= " : " &= ", formula);
      });
  return "\\begin{aligned}\n" + rows + "\n\\end{aligned}\n";
}

std::ostream& operator<<(std::ostream& out, const AdjointProgram& program) { return out << program.text(); }

}  // namespace wengert
