#include "networks.hpp"

#include <doctest/doctest.h>
#include <autograd/explain/notation/notation.hpp>
#include <autograd/explain/program.hpp>

#include <sstream>

using namespace wengert;
using namespace wengert::explain_tests;

TEST_CASE("the derived backward pass of fused batch norm reads as the textbook chain") {
  const BatchNormExample example;
  Tape<double> tape;
  const Var<double> loss = example.loss(BatchNorm::fused);
  check_lines(adjoint_program(tape, loss).text(),
              {"dloss  = 1                                                       # ()",
               "dv6    = dloss                                                   # (8, 3)",
               "dy     = dv6 · w                                                 # (8, 3)",
               "dx     = γ · dy · rsqrt(σ² + ε)                                  # (8, 3)",
               "dμ     = -sum{0, keep}(γ · dy · rsqrt(σ² + ε))                   # (1, 3)",
               "dσ²    = -0.5 · sum{0, keep}(γ · (x - μ) · dy · rsqrt(σ² + ε)³)  # (1, 3)",
               "dγ     = sum{0, keep}(dy · (x - μ) · rsqrt(σ² + ε))              # (1, 3)",
               "dβ     = sum{0, keep}(dy)                                        # (1, 3)",
               "dx    += 2 · (x - μ) · dσ² / 8                                   # (8, 3)",
               "dμ    += -2 · sum{0, keep}((x - μ) · dσ²) / 8                    # (1, 3)",
               "dx    += dμ / 8                                                  # (8, 3)"});
}

TEST_CASE("the derived backward pass of batch norm by operators goes through every intermediate but copies") {
  const BatchNormExample example;
  Tape<double> tape;
  const Var<double> y = example.output(BatchNorm::by_operators);
  check_lines(adjoint_program(tape, y).text(),
              {"dy                  = cotangent                                       # (8, 3)",
               "dβ                  = sum{0, keep}(dy)                                # (1, 3)",
               "dγ                  = sum{0, keep}(dy · x̂)                            # (1, 3)",
               "dx̂                  = γ · dy                                          # (8, 3)",
               "dx_centred          = dx̂ · inverse_deviation                          # (8, 3)",
               "dinverse_deviation  = sum{0, keep}(x_centred · dx̂)                    # (1, 3)",
               "dv5                 = -0.5 · dinverse_deviation · inverse_deviation³  # (1, 3)",
               "dσ²                 = dv5                                             # (1, 3)",
               "dv3                 = dσ² / 8                                         # (8, 3)",
               "dx_centred         += 2 · x_centred · dv3                             # (8, 3)",
               "dx                  = dx_centred                                      # (8, 3)",
               "dμ                  = -sum{0, keep}(dx_centred)                       # (1, 3)",
               "dx                 += dμ / 8                                          # (8, 3)"});
}

TEST_CASE("the variant with epsilon outside the root differs in the lines that go through the root") {
  const BatchNormExample example;
  Tape<double> tape;
  const Var<double> y = example.output(BatchNorm::epsilon_outside);
  const Lines got = split_lines(adjoint_program(tape, y).text());
  REQUIRE(got.size() == 9);
  CHECK(got[1].starts_with("dx   = γ · dy / (sqrt(σ²) + ε) "));
  CHECK(got[3].starts_with("dσ²  = -0.5 · sum{0, keep}(γ · (x - μ) · dy / ((sqrt(σ²) + ε)² · sqrt(σ²))) "));
}

TEST_CASE("the derived backward pass of a small network names outputs by the slots of the tape") {
  const NetworkExample example;
  Tape<double> tape;
  const Var<double> loss = example.loss();
  check_lines(adjoint_program(tape, loss).text(),  // the constant x gets no line
              {"dloss = 1                                                               # ()",
               "dv9   = -dloss                                                          # ()",
               "dv8   = dv9 / 4                                                         # (4,)",
               "dv7   = reshape(scatter_add{0, [0, 5, 7, 11], extent=12}(dv8), (4, 3))  # (4, 3)",
               "dz    = dv7 - exp(v7) · sum{1, keep}(dv7)                               # (4, 3)",
               "dh    = matmul(dz, W2)                                                  # (4, 6)",
               "dW2   = matmul(dzᵀ, h)                                                  # (3, 6)",
               "dv3   = where(v3 ≤ 0, 0, dh)                                            # (4, 6)",
               "db1   = sum{0}(dv3)                                                     # (6,)",
               "dW1   = matmul(xᵀ, dv3)                                                 # (5, 6)"});
}

TEST_CASE("a derivation goes only to the targets that are asked for, which may be intermediates") {
  const NetworkExample example;
  Tape<double> tape;
  const Var<double> z = example.logits();
  const Var<double> loss = sum(square(z)).named("loss");
  const AdjointProgram program = adjoint_program(tape, loss, {z});
  REQUIRE(program.lines().size() == 3);
  CHECK(program.lines().back().target == "dz");
  CHECK(program.lines().back().variable == "z");
  CHECK_FALSE(program.lines().back().accumulates);
  CHECK(text(program.lines().back().formula) == "2 · z · dv7");
  CHECK(program.lines().back().shape == Shape{4, 3});
}

TEST_CASE("an operand that occurs twice in one entry gets one line, and zeros get none") {
  const Var<double> x = parameter(ones<double>({2}), "x");
  Tape<double> tape;
  const Var<double> squared = x * x;
  const Var<double> loss = sum(squared + sign(x)).named("loss");
  check_lines(adjoint_program(tape, loss).text(), {"dloss = 1            # ()",    //
                                                   "dv3   = dloss        # (2,)",  //
                                                   "dx    = 2 · x · dv3  # (2,)"});
}

TEST_CASE("adjoints of variables with one name are told apart, also from a variable that is called dx") {
  const Var<double> x = parameter(scalar(2.0), "x");
  const Var<double> dx = parameter(scalar(3.0), "dx");
  Tape<double> tape;
  const Var<double> loss = (exp(x).named("x") * dx).named("loss");
  check_lines(adjoint_program(tape, loss).text(), {"dloss = 1            # ()", "dx_1  = dloss · dx   # ()",
                                                   "ddx   = x_1 · dloss  # ()", "dx_0  = dx_1 · x_1   # ()"});
}

TEST_CASE("the derivation in LaTeX is an aligned environment of partial derivatives") {
  const BatchNormExample example;
  Tape<double> tape;
  const Var<double> y = example.output(BatchNorm::fused);
  const Lines got = split_lines(adjoint_program(tape, y).latex());
  REQUIRE(got.size() == 11);
  CHECK(got.front() == "\\begin{aligned}");
  CHECK(got[1] == "\\frac{\\partial \\ell}{\\partial y} &= \\mathrm{cotangent} \\\\");
  CHECK(got[4] ==
        "\\frac{\\partial \\ell}{\\partial \\sigma^2} &= -0.5 \\cdot \\sum_{0} \\left(\\gamma \\cdot \\left(x - "
        "\\mu\\right) \\cdot \\frac{\\partial \\ell}{\\partial y} \\cdot \\left(\\sigma^2 + "
        "\\epsilon\\right)^{-3/2}\\right) \\\\");
  CHECK(
      got[9] ==
      "\\frac{\\partial \\ell}{\\partial x} &\\mathrel{+}= \\tfrac{1}{8} \\, \\frac{\\partial \\ell}{\\partial \\mu}");
  CHECK(got.back() == "\\end{aligned}");
}

TEST_CASE("printing a derivation leaves the tape, the gradients and what is recorded afterwards as they were") {
  const NetworkExample example;
  Tape<double> tape;
  const Var<double> loss = example.loss();
  const std::size_t size = tape.size();
  std::ostringstream out;
  out << adjoint_program(tape, loss);
  CHECK(out.str() == adjoint_program(tape, loss).text());
  CHECK(tape.size() == size);
  CHECK_FALSE(example.w1.has_grad());
  const Var<double> more = exp(loss);
  CHECK(tape.slot_of("test", more) == size);
  tape.backward(more);
  CHECK(example.w1.has_grad());
}

TEST_CASE("a derivation of a long chain takes time that is linear in its length") {
  constexpr std::size_t steps = 20000;  // 25 times as long if formulas that are gone are looked at again
  Tape<double> tape;
  const Var<double> x = parameter(scalar(0.5), "x");
  Var<double> y = x;
  for (std::size_t step = 0; step < steps; ++step) y = tanh(y);
  CHECK(adjoint_program(tape, y).lines().size() == steps + 1);
}

TEST_CASE("a derivation of what the tape has not recorded, or under NoRecord, is refused with the reason") {
  const NetworkExample example;
  Tape<double> tape;
  const Var<double> loss = example.loss();
  const Var<double> constant(1.0);
  CHECK_THROWS_WITH_AS(adjoint_program(tape, constant), doctest::Contains("[adjoint_program]"), Error);
  CHECK_THROWS_WITH_AS(adjoint_program(tape, loss, {constant}), doctest::Contains("[adjoint_program]"), Error);
  const NoRecord pause;
  CHECK_THROWS_WITH_AS(adjoint_program(tape, loss), doctest::Contains("NoRecord"), Error);
}

TEST_CASE("the adjoint of a name that reads as a sum has the whole name") {
  const Var<double> x = parameter(Array<double>{1.0, 2.0}, "a + b");
  Tape<double> tape;
  const Var<double> loss = sum(square(x)).named("loss");
  const AdjointProgram program = adjoint_program(tape, loss);
  CHECK(program.text().find("d(a + b) = 2 · (a + b) · dv1") != std::string::npos);
}
