#include <doctest/doctest.h>
#include <autograd/autograd.hpp>
#include <autograd/explain/repeated_steps.hpp>

#include "../error_text.hpp"
#include "../support/check_program.hpp"

#include <regex>

using namespace wengert;

// Steps of a loop are printed once. Written out again they are the lines that are executed.

namespace {

/// The text with the numbers of one step for its indices: h_t as h19 and v_{3t+1} as v58.
std::string with_step(const std::string& text, const std::string& variable, std::ptrdiff_t step) {
  static const std::regex index(R"(_(?:\{(-?)(\d*)([a-z]+)([+-]\d+)?\}|([a-z]+)))");
  std::string result;
  auto end = text.cbegin();
  for (std::sregex_iterator it(text.begin(), text.end(), index); it != std::sregex_iterator(); ++it) {
    const std::smatch& m = *it;
    result.append(end, m[0].first);
    end = m[0].second;
    if (m[5].matched && m[5] != variable) {
      result += m[0];
      continue;
    }
    const std::ptrdiff_t factor = m[2].length() > 0 ? std::stol(m[2]) : 1;
    const std::ptrdiff_t added = m[4].matched ? std::stol(m[4]) : 0;
    result += std::to_string((m[1].length() > 0 ? -factor : factor) * step + added);
  }
  return result.append(end, text.cend());
}

std::string line_text(const AdjointLine& line) {
  return line.target + (line.accumulates ? " += " : " = ") + text(line.formula);
}

/// Writes the sections out and compares them with the lines; returns how many lines are left to be printed.
std::size_t check_sections(const AdjointProgram& program) {
  std::vector<std::string> written;
  std::size_t printed = 0;
  for (const explain::Section& section : explain::sections(program.lines())) {
    printed += section.lines.size();
    const explain::StepRange once{"", 0, 0};
    const auto& [variable, first, last] = section.range ? *section.range : once;
    const std::ptrdiff_t by = last < first ? -1 : 1;
    for (std::ptrdiff_t step = first; step != last + by; step += by) {
      for (const AdjointLine& line : section.lines)
        written.push_back(section.range ? with_step(line_text(line), variable, step) : line_text(line));
    }
  }
  std::vector<std::string> expected;
  for (const AdjointLine& line : program.lines()) expected.push_back(line_text(line));
  CHECK(written == expected);
  return printed;
}

/// h20 after 20 steps of a recurrent network.
struct Recurrent {
  Generator generator{5};
  Var<double> w = parameter(generator.normal<double>({4, 3}, 0.0, 0.5), "W");
  Var<double> u = parameter(generator.normal<double>({3, 3}, 0.0, 0.5), "U");

  Var<double> last(bool is_named, int steps = 20) {
    Var<double> h(zeros<double>({2, 3}));
    for (int t = 1; t <= steps; ++t) {
      const Var<double> x(generator.normal<double>({2, 4}));
      h = tanh(matmul(x, w) + matmul(h, u));
      if (is_named) h.named("h" + std::to_string(t));
    }
    return h;
  }
};

}  // namespace

TEST_CASE("the steps of a recurrent network are printed once, and execute") {
  for (const bool is_named : {true, false}) {
    CAPTURE(is_named);
    Recurrent network;
    Tape<double> tape;
    const Var<double> loss = sum(square(network.last(is_named))).named("loss");
    const AdjointProgram program = adjoint_program(tape, loss);
    CAPTURE(program.text());
    REQUIRE(program.lines().size() >= 80);
    CHECK(check_sections(program) <= 16);
    CHECK(contains(program.text(), is_named ? "for t = 19 ... " : "for t = "));
    CHECK(contains(program.latex(), "\\text{for } t = "));
    CHECK(program.text().size() < 2000);
    check_program(tape, loss, {network.w, network.u});
  }
}

TEST_CASE("a loop of one formula, and one whose variables have subscripts, are folded") {
  const auto x = parameter(scalar(0.5), "x");
  Tape<double> tape;
  Var<double> y = x;
  for (int t = 0; t < 30; ++t) y = sin(y) * x;
  CHECK(check_sections(adjoint_program(tape, y)) <= 8);
  Var<double> z = x;
  for (const char* name : {"z₁", "z₂", "z₃", "z₄", "z₅", "z₆", "z₇", "z₈", "z₉", "z₁₀"}) z = cos(z).named(name);
  const AdjointProgram program = adjoint_program(tape, z);
  CHECK(contains(program.text(), "for t = 9 ... "));
  CHECK(contains(program.text(), "dz_t "));
}

TEST_CASE("three steps, and steps that differ, are written out") {
  Recurrent network;
  Tape<double> tape;
  const AdjointProgram three = adjoint_program(tape, sum(network.last(true, 3)));
  CHECK(check_sections(three) == three.lines().size());
  const auto x = parameter(scalar(0.5), "x");
  Var<double> y = x;
  for (int t = 1; t <= 8; ++t) y = (y * (1.0 + 1.0 / t)).named("y" + std::to_string(t));
  const AdjointProgram program = adjoint_program(tape, y);
  CHECK(check_sections(program) == program.lines().size());
  CHECK(!contains(program.text(), "for t"));
}

TEST_CASE("names whose numbers begin with a zero are written out: h05 is no h_t for t = 5") {
  const auto x = parameter(scalar(0.5), "x");
  Tape<double> tape;
  Var<double> y = x;
  for (int t = 1; t <= 8; ++t) y = (sin(y) * x).named("h0" + std::to_string(t));
  const std::string text = adjoint_program(tape, y).text();
  CHECK(!contains(text, "h_"));
  for (int t = 1; t < 8; ++t) CHECK(contains(text, "dh0" + std::to_string(t) + " "));
  for (int t = 9; t <= 20; ++t) y = (sin(y) * x).named("h" + std::to_string(t));
  CHECK(contains(adjoint_program(tape, y).text(), "dh_t "));
}

TEST_CASE("the variable that counts is not one that the formulas use") {
  const auto t = parameter(scalar(0.5), "t");
  Tape<double> tape;
  Var<double> y = t;
  for (int step = 1; step <= 8; ++step) y = (sin(y) * t).named("y" + std::to_string(step));
  const AdjointProgram program = adjoint_program(tape, y);
  check_sections(program);
  CHECK(contains(program.text(), "for k = "));
}
