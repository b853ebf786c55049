#include "networks.hpp"

#include <doctest/doctest.h>
#include <autograd/base/text.hpp>
#include <autograd/explain/print_tape.hpp>

#include <sstream>

using namespace wengert;
using namespace wengert::explain_tests;

TEST_CASE("the printed tape of fused batch norm is its formula, line by line") {
  const BatchNormExample example;
  Tape<double> tape;
  example.loss(BatchNorm::fused);
  check_lines(print(tape), {"  0  x     (8, 3)  parameter",                        //
                            "  1  μ     (1, 3)  mean{0, keep}(x)",                 //
                            "  2  σ²    (1, 3)  mean{0, keep}((x - μ)²)",          //
                            "  3  γ     (1, 3)  parameter",                        //
                            "  4  β     (1, 3)  parameter",                        //
                            "  5  y     (8, 3)  γ · (x - μ) · rsqrt(σ² + ε) + β",  //
                            "  6  v6    (8, 3)  y · w",                            //
                            "  7  loss  ()      sum{0, 1}(v6)"});
}

TEST_CASE("the printed tape of batch norm by operators shows every intermediate, in columns whatever the letters") {
  const BatchNormExample example;
  Tape<double> tape;
  example.output(BatchNorm::by_operators);
  check_lines(
      print(tape),
      {"  0  x                  (8, 3)  parameter", "  1  μ                  (1, 3)  mean{0, keep}(x)",
       "  2  x_centred          (8, 3)  x - μ", "  3  v3                 (8, 3)  x_centred²",
       "  4  σ²                 (1, 3)  mean{0, keep}(v3)", "  5  v5                 (1, 3)  σ² + ε",
       "  6  inverse_deviation  (1, 3)  rsqrt(v5)", "  7  x̂                  (8, 3)  x_centred · inverse_deviation",
       "  8  γ                  (1, 3)  parameter", "  9  v9                 (8, 3)  γ · x̂",
       " 10  β                  (1, 3)  parameter", " 11  y                  (8, 3)  v9 + β"});
}

TEST_CASE("the printed tape of a small network") {
  const NetworkExample example;
  Tape<double> tape;
  example.loss();
  check_lines(print(tape), {"  0  W1    (5, 6)  parameter",               //
                            "  1  v1    (4, 6)  matmul(x, W1)",           //
                            "  2  b1    (6,)    parameter",               //
                            "  3  v3    (4, 6)  v1 + b1",                 //
                            "  4  h     (4, 6)  relu(v3)",                //
                            "  5  W2    (3, 6)  parameter",               //
                            "  6  z     (4, 3)  matmul(h, W2ᵀ)",          //
                            "  7  v7    (4, 3)  log_softmax{-1}(z)",      //
                            "  8  v8    (4,)    pick{[0, 2, 1, 2]}(v7)",  //
                            "  9  v9    ()      mean{0}(v8)",             //
                            " 10  loss  ()      -v9"});
}

TEST_CASE("the tape prints with what each line has computed, on request and through fmt") {
  const Var x = parameter(Array<double>{{1.0, 2.0}, {3.0, 4.0}}, "x");
  Tape<double> tape;
  const Var y = (2.0 * x).named("y");
  const Var total = sum(y).named("total");
  check_lines(print(tape, {.values = true}), {"  0  x      (2, 2)  parameter",  //
                                              "     [[1. 2.]",                  //
                                              "      [3. 4.]]",                 //
                                              "  1  y      (2, 2)  2 · x",      //
                                              "     [[2. 4.]",                  //
                                              "      [6. 8.]]",                 //
                                              "  2  total  ()      sum{0, 1}(y)  = 20.0"});
  CHECK(fmt::format("{}", tape) == print(tape));
}

TEST_CASE("a long tape is printed whole, or its first and last lines") {
  const BatchNormExample example;
  Tape<double> tape;
  example.loss(BatchNorm::fused);
  check_lines(print(tape, {.first = 2, .last = 1}), {"  0  x       (8, 3)  parameter",         //
                                                     "  1  μ       (1, 3)  mean{0, keep}(x)",  //
                                                     "...  5 more",                            //
                                                     "  7  loss    ()      sum{0, 1}(v6)"});
  check_lines(print(tape, {.last = 1}), {"...  7 more", "  7  loss    ()  sum{0, 1}(v6)"});
  CHECK(print(tape, {.first = 8}) == print(tape));
  CHECK(print(tape, {.first = 5, .last = 100}) == print(tape));
}

TEST_CASE("printing: two variables of one name are told apart, and the tape may be empty or float") {
  Tape<float> tape;
  CHECK(print(tape) == "");
  const Var<float> x = parameter(ones<float>({2}), "y");
  const Var<float> y = exp(x).named("y");
  (y * 0.1).named("v4");
  (x + y).named("v3");
  check_lines(print(tape), {"  0  y    (2,)  parameter",  //
                            "  1  y_1  (2,)  exp(y)",     //
                            "  2  v4   (2,)  0.1 · y_1",  //
                            "  3  v3   (2,)  y + y_1"});
  std::ostringstream out;
  out << tape;
  CHECK(out.str() == print(tape));
}

TEST_CASE("what a mean lost when it was rounded does not show in print") {
  Array<double> far = Generator(1).normal<double>({8, 3});
  for (double& element : far) element = 1e9 + 1e-4 * element;
  const Var<double> x = parameter(far, "x");
  Tape<double> tape;
  REQUIRE(moments(x, {0}).rest);
  CHECK(print(tape).ends_with("mean{0, keep}((x - μ)²)\n"));
}

TEST_CASE("printing: what an outer tape recorded is not called a parameter") {
  Tape<double> outer;
  const Var<double> x = parameter(scalar(2.0), "x");
  const Var<double> y = square(x).named("y");
  Tape<double> inner;
  exp(y).named("z");
  check_lines(print(inner), {"  0  y  ()  recorded by an outer tape", "  1  z  ()  exp(y)"});
}

TEST_CASE("columns count what a terminal shows: σ² is two wide, x̂ one") {
  CHECK(base::display_width("σ²") == 2);
  CHECK(base::display_width("x̂") == 1);
  CHECK(base::columns({{"x̂", "1"}, {"ab", "2"}}) == "x̂   1\nab  2\n");
}
