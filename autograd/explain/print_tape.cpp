#include <autograd/base/text.hpp>
#include <autograd/explain/names.hpp>
#include <autograd/explain/notation/notation.hpp>
#include <autograd/explain/print_tape.hpp>

#include <ostream>
#include <sstream>

namespace wengert {
namespace {

/// A row for every constant without a name that occurs in a formula.
void add_constants(std::vector<std::vector<std::string>>& rows, const std::vector<explain::NamedConstant>& constants,
                   const std::vector<Symbol>& formulas) {
  for (const explain::NamedConstant& constant : constants) {
    const auto has_it = [&](const Symbol& formula) { return contains(formula, constant.symbol); };
    if (!constant.name.empty() || std::none_of(formulas.begin(), formulas.end(), has_it)) continue;
    rows.push_back({"", constant.symbol.name(), to_string(Shape(constant.symbol.constant()->shape())), "constant"});
  }
}

/// How many entries at the beginning and at the end are printed.
std::pair<std::size_t, std::size_t> shown(const PrintOptions& options, std::size_t size) {
  if (!options.first && !options.last) return {size, 0};
  const std::size_t first = std::min(options.first.value_or(0), size);
  return {first, std::min(options.last.value_or(0), size - first)};
}

constexpr std::size_t widest_value_behind = 40;

/// The value behind a row if it fits there; else the text that goes below it.
template <class T>
std::string add_value(const Array<T>& value, std::vector<std::string>& row) {
  const std::string text = to_string(value);
  if (text.find('\n') == std::string::npos && text.size() <= widest_value_behind) {
    row.push_back("= " + text);
    return {};
  }
  std::string below = "     ";
  for (const char c : text) below += c == '\n' ? "\n     " : std::string(1, c);
  return below + "\n";
}

/// The lines of a text, each with what goes below it.
std::string interleaved(const std::string& lines, const std::vector<std::string>& below) {
  std::istringstream stream(lines);
  std::string text;
  std::string line;
  for (const std::string& next : below) {
    std::getline(stream, line);
    text += line + "\n" + next;
  }
  return text;
}

}  // namespace

template <class T>
std::string print(const Tape<T>& tape, PrintOptions options) {
  explain::Names<T> names(tape);
  const auto [first, last] = shown(options, tape.size());
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> below;
  std::vector<Symbol> formulas;
  for (std::size_t slot = 0; slot < tape.size(); ++slot) {
    const Entry<T>& entry = tape.entry(slot);
    if (slot >= first && slot < tape.size() - last) {
      if (slot != first) continue;
      rows.push_back({"...", fmt::format("{} more", tape.size() - first - last)});
      below.emplace_back();
      continue;
    }
    std::string formula = entry.output.is_parameter() ? "parameter" : "recorded by an outer tape";
    if (!entry.is_leaf()) formula = text(formulas.emplace_back(names.formula(entry)));
    rows.push_back({base::aligned_right(std::to_string(slot), 3), names.variable(slot).name(),
                    to_string(entry.output.shape()), formula});
    below.push_back(options.values ? add_value(entry.output.value(), rows.back()) : std::string());
  }
  add_constants(rows, names.constants(), formulas);
  below.resize(rows.size());
  return interleaved(base::columns(rows), below);
}

template <class T>
std::ostream& operator<<(std::ostream& out, const Tape<T>& tape) {
  return out << print(tape);
}

template std::string print(const Tape<float>&, PrintOptions);
template std::string print(const Tape<double>&, PrintOptions);
template std::ostream& operator<<(std::ostream&, const Tape<float>&);
template std::ostream& operator<<(std::ostream&, const Tape<double>&);

}  // namespace wengert
