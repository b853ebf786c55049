#pragma once

#include <autograd/autograd.hpp>
#include <autograd/base/text.hpp>
#include <autograd/explain/notation/notation.hpp>

#include <algorithm>
#include <cmath>
#include <sstream>

// A tape and its backward pass line by line: each formula as the library derives it, with its numbers.

namespace examples {

using namespace wengert;

using Names = std::vector<std::string>;

/// Four decimals, also of the significand of a large number. NaN and zero have no sign: it differs between machines.
inline std::string number_text(double x) {
  if (std::isnan(x)) return "NaN";
  const std::string text = std::abs(x) < 99999.5 ? fmt::format("{:.4f}", x) : fmt::format("{:.4e}", x);
  return text == "-0.0000" ? "0.0000" : text;
}

/// Lines of text with an array each: one or two numbers stand behind the line, the columns of a larger array below it.
class NumberedLines {
 public:
  void add(const std::string& line, const Array<double>& x) {
    rows_.push_back({line});
    below_.emplace_back();
    if (x.size() <= 2) {
      for (double number : std::span(x.data(), x.size()))
        rows_.back().push_back(fmt::format("{:>9}", number_text(number)));
    } else {
      const std::size_t columns = x.shape().back();
      for (std::size_t k = 0; k < columns; ++k) below_.back() += column_text(x, k, columns);
    }
  }
  void add(const std::string& line) { add(line, empty<double>({0})); }

  std::string text() const {
    std::istringstream lines(base::columns(rows_));
    std::string result;
    std::string line;
    for (const std::string& numbers : below_) {
      std::getline(lines, line);
      result += line + "\n" + numbers;
    }
    return result;
  }

 private:
  static std::string column_text(const Array<double>& x, std::size_t k, std::size_t columns) {
    std::string text = columns == 1 ? "      students" : fmt::format("      neuron {}", k + 1);
    for (std::size_t i = k; i < x.size(); i += columns) text += fmt::format(" {:>10}", number_text(x.data()[i]));
    return text + "\n";
  }

  std::vector<std::vector<std::string>> rows_;
  std::vector<std::string> below_;
};

/// The variable of that name on a tape. Throws an Error if there is none.
inline Var<double> variable(const Tape<double>& tape, std::string_view name) {
  for (std::size_t slot = 0; slot < tape.size(); ++slot) {
    if (tape.entry(slot).output.name() == name) return tape.entry(slot).output;
  }
  fail("examples", fmt::format("no variable on the tape is called '{}'; give one that name", name));
}

inline bool is_wanted(const Names& names, const std::string& name) {
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

/// The lines of a tape with the values they have computed; of the given names alone, if there are any.
inline std::string forward_text(const Tape<double>& tape, const Names& names = {}) {
  std::istringstream lines(print(tape));
  std::string line;
  NumberedLines result;
  for (std::size_t slot = 0; std::getline(lines, line); ++slot) {
    const Var<double>& output = tape.entry(slot).output;
    if (is_wanted(names, output.name())) result.add(line, output.value());
  }
  return result.text();
}

/// The derived backward pass of y, all of whose inputs have names; an adjoint's numbers stand at its last line.
inline std::string backward_text(Tape<double>& tape, const Var<double>& y, const Array<double>& cotangent,
                                 const Names& names = {}) {
  const std::vector<AdjointLine> lines = adjoint_program(tape, y).lines();
  NumberedLines result;
  for (auto line = lines.begin(); line != lines.end(); ++line) {
    if (!is_wanted(names, line->variable)) continue;
    const std::string padding(8 - std::min<std::size_t>(8, base::display_width(line->target)), ' ');
    const char* sign = line->accumulates ? "+=" : " =";
    const std::string text = fmt::format("  {}{} {} {}", line->target, padding, sign, wengert::text(line->formula));
    const auto is_same = [&](const AdjointLine& later) { return later.variable == line->variable; };
    if (std::any_of(line + 1, lines.end(), is_same)) result.add(text);
    else result.add(text, tape.pullback(y, cotangent, {variable(tape, line->variable)})[0]);
  }
  return result.text();
}

}  // namespace examples
