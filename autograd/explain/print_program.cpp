#include <autograd/base/text.hpp>
#include <autograd/explain/notation/notation.hpp>
#include <autograd/explain/notation/shared_terms.hpp>
#include <autograd/explain/program.hpp>
#include <autograd/explain/repeated_steps.hpp>

#include <ostream>
#include <sstream>

namespace wengert {
namespace {

/// Calls `begin` for every section, and for every line of it `write_term` for what occurs several times in the line,
/// and then `write_line` with what is left of it.
template <class Begin, class WriteTerm, class WriteLine>
void for_each_line(const std::vector<AdjointLine>& lines, const Begin& begin, const WriteTerm& write_term,
                   const WriteLine& write_line) {
  std::size_t next = 1;
  for (const explain::Section& section : explain::sections(lines)) {
    begin(section);
    for (const AdjointLine& line : section.lines) {
      const explain::SharedTerms shared = explain::shared_terms(line.formula, next);
      next += shared.terms.size();
      for (const explain::SharedTerm& term : shared.terms) write_term(term);
      write_line(line, shared.formula);
    }
  }
}

/// The constants that have no name of their own and occur in a line.
std::vector<const explain::NamedConstant*> unnamed(const std::vector<explain::NamedConstant>& constants,
                                                   const std::vector<AdjointLine>& lines) {
  std::vector<const explain::NamedConstant*> result;
  for (const explain::NamedConstant& constant : constants) {
    const bool occurs = std::any_of(lines.begin(), lines.end(),
                                    [&](const AdjointLine& line) { return contains(line.formula, constant.symbol); });
    if (constant.name.empty() && occurs) result.push_back(&constant);
  }
  return result;
}

/// Rows of text, some of which have a heading above them that stands outside of the columns.
class Rows {
 public:
  void add(std::vector<std::string> row) {
    rows_.push_back(std::move(row));
    headings_.push_back(std::exchange(heading_, {}));
  }
  void add_heading(std::string heading) { heading_ = std::move(heading); }

  std::string text() const {
    std::istringstream lines(base::columns(rows_, " "));
    std::string text, line;
    for (const std::string& heading : headings_) {
      std::getline(lines, line);
      text += heading + line + "\n";
    }
    return text;
  }

 private:
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::string> headings_;
  std::string heading_;
};

/// Legends of constants; those of one shape that are numbered one after the other have one.
void add_legends(Rows& rows, const std::vector<const explain::NamedConstant*>& constants, const std::string& assigns) {
  const auto shape_of = [](const explain::NamedConstant* c) { return to_string(Shape(c->symbol.constant()->shape())); };
  for (std::size_t first = 0; first < constants.size();) {
    std::size_t end = first + 1;
    while (end < constants.size() && constants[end] == constants[end - 1] + 1 &&
           shape_of(constants[end]) == shape_of(constants[first]))
      ++end;
    constexpr std::size_t listed = 3;
    if (end - first <= listed) end = first + 1;
    const std::string last = end - first == 1 ? "" : " ... " + constants[end - 1]->symbol.name();
    rows.add({constants[first]->symbol.name() + last, assigns, "constant", " # " + shape_of(constants[first])});
    first = end;
  }
}

}  // namespace

std::string AdjointProgram::text() const {
  const bool any_accumulates =
      std::any_of(lines_.begin(), lines_.end(), [](const AdjointLine& line) { return line.accumulates; });
  const std::string assigns = any_accumulates ? " =" : "=";
  Rows rows;
  std::string indent;
  for_each_line(
      lines_,
      [&](const explain::Section& section) {
        indent = section.range ? "  " : "";
        if (const auto& range = section.range)
          rows.add_heading(fmt::format("for {} = {} ... {}\n", range->variable, range->first, range->last));
      },
      [&](const explain::SharedTerm& term) {
        rows.add({indent + "let " + term.name.name(), assigns, wengert::text(term.formula)});
      },
      [&](const AdjointLine& line, const Symbol& formula) {
        const std::string note = line.note.empty() ? "" : ", " + line.note;
        rows.add({indent + line.target, line.accumulates ? "+=" : assigns, wengert::text(formula),
                  " # " + to_string(line.shape) + note});
      });
  add_legends(rows, unnamed(constants_, lines_), assigns);
  return rows.text();
}

std::string AdjointProgram::latex() const {
  std::map<std::string, std::string> partials;
  std::string rows, indent;
  const auto rename = [&](const std::string& name) {
    const auto found = partials.find(name);
    return found == partials.end() ? name : found->second;
  };
  const auto begin_row = [&] { rows += rows.empty() ? "" : " \\\\\n"; };
  const auto add = [&](const std::string& name, const char* sign, const Symbol& formula) {
    begin_row();
    rows += indent + wengert::latex(Symbol(rename(name))) + sign + wengert::latex(formula.renamed(rename));
  };
  for (const AdjointLine& line : lines_) partials.emplace(line.target, "∂ℓ/∂" + line.variable);
  for_each_line(
      lines_,
      [&](const explain::Section& section) {
        for (const AdjointLine& line : section.lines) partials.emplace(line.target, "∂ℓ/∂" + line.variable);
        indent = section.range ? "\\quad " : "";
        if (!section.range) return;
        const auto& [variable, first, last] = *section.range;
        begin_row();
        rows += fmt::format("\\text{{for }} {} = {}, \\dots, {}", variable, first, last);
      },
      [&](const explain::SharedTerm& term) { add(term.name.name(), " &= ", term.formula); },
      [&](const AdjointLine& line, const Symbol& formula) {
        add(line.target, line.accumulates ? " &\\mathrel{+}= " : " &= ", formula);
      });
  return "\\begin{aligned}\n" + rows + "\n\\end{aligned}\n";
}

std::string to_string(const AdjointProgram& program) { return program.text(); }

std::ostream& operator<<(std::ostream& out, const AdjointProgram& program) { return out << program.text(); }

}  // namespace wengert
