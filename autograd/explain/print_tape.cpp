#include <autograd/base/text.hpp>
#include <autograd/explain/names.hpp>
#include <autograd/explain/notation/notation.hpp>
#include <autograd/explain/print_tape.hpp>

#include <ostream>

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

}  // namespace

template <class T>
std::string print(const Tape<T>& tape, PrintOptions options) {
  explain::Names<T> names(tape);
  const auto [first, last] = shown(options, tape.size());
  std::vector<std::vector<std::string>> rows;
  std::vector<Symbol> formulas;
  for (std::size_t slot = 0; slot < tape.size(); ++slot) {
    const Entry<T>& entry = tape.entry(slot);
    if (slot >= first && slot < tape.size() - last) {
      if (slot == first) rows.push_back({"...", fmt::format("{} more", tape.size() - first - last)});
      continue;
    }
    std::string formula = entry.output.is_parameter() ? "parameter" : "recorded by an outer tape";
    if (!entry.is_leaf()) formula = text(formulas.emplace_back(names.formula(entry)));
    rows.push_back({base::aligned_right(std::to_string(slot), 3), names.variable(slot).name(),
                    to_string(entry.output.shape()), formula});
  }
  add_constants(rows, names.constants(), formulas);
  return base::columns(rows);
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
