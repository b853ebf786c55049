#include "exercise.hpp"

#include <autograd/arrays/random.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/matmul.hpp>
#include <autograd/operations/reductions.hpp>

#include "../support/program.hpp"

namespace exercises::linear {

using namespace wengert;

namespace {

std::vector<Step> steps(const Backward& d) {
  return {
      {"product",
       d.product,
       {"What is added to something else passes the adjoint of the sum on, as it is.",
        "dproduct is dy, of which f holds the numbers."}},
      {"b",
       d.b,
       {"Forward, b was repeated over the N rows. What is repeated forward is summed backward.",
        "db is the sum of dy over the rows, kept as one row: sum_over(..., {0})."}},
      {"x",
       d.x,
       {"dproduct is (N, K), w is (K, D), and dx is (N, D): which product has this shape?",
        "dx = dproduct · w: each x reaches every output k, with the factor w[k, d]."}},
      {"w",
       d.w,
       {"dw is (K, D). dproduct is (N, K) and x is (N, D): the axis N is summed away.",
        "dw = dproductᵀ · x: no mean, since the sum over the rows is that of the product."}},
  };
}

}  // namespace

Trial tried(const Rule& rule, std::uint64_t seed) {
  Generator generator(seed);
  const std::size_t rows = 7 + seed, in = 2 + seed, out = 4 + seed;
  const Var<double> x = parameter(generator.normal<double>({rows, in}), "x");
  const Var<double> w = parameter(generator.normal<double>({out, in}), "w");
  const Var<double> b = parameter(generator.normal<double>({1, out}), "b");
  const Var<double> dy(generator.normal<double>({rows, out}));

  Tape<double> tape;
  const Var<double> product = matmul(x, w, {.transpose_b = true}).named("product");  // (N, K)
  const Var<double> y = (product + b).named("y");                                    // (N, K)
  const Replay record = replay(tape, sum(y * dy).named("loss"));

  Backward d;
  std::string stopped = stopped_by([&] { rule({x.value(), w.value(), b.value(), product.value(), dy.value()}, d); });
  return {record, steps(d), std::move(stopped)};
}

Exercise exercise() {
  return exercise_of("linear", "the backward pass of a linear layer, y = x · wᵀ + b", tried, attempt::backward,
                     solution::backward);
}

int run(int count, char** arguments) { return program(exercise(), count, arguments); }

}  // namespace exercises::linear
