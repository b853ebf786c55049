#include "exercise.hpp"

#include <autograd/arrays/random.hpp>
#include <autograd/numbers/functions.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/matmul.hpp>
#include <autograd/operations/reductions.hpp>

#include "../support/program.hpp"

namespace exercises::repair {

using namespace wengert;

namespace {

Mistake no_square(const Forward& f, const Backward& d) {
  return {d.active * (1.0 - f.active), "tanh has the slope 1 - tanh², not 1 - tanh: a square is missing"};
}

Mistake as_sigmoid(const Forward& f, const Backward& d) {
  return {d.active * f.active * (1.0 - f.active),
          "this is the slope of a sigmoid, a · (1 - a); that of tanh is 1 - a²"};
}

/// What the attempt's own dactive makes of other slopes, if it has the shape for that.
std::vector<Mistake> other_slopes(const Forward& f, const Backward& d) {
  if (d.active.shape() != f.active.shape()) return {};
  return {no_square(f, d), as_sigmoid(f, d)};
}

std::vector<Step> steps(const Forward& f, const Backward& d) {
  return {
      {"y", d.y, {"The loss is a mean. Over how many elements?", "dy = 2 · (y - target) / (N · D)."}},
      {"w2", d.w2, {"As in the exercise linear.", "dw2 = dyᵀ · active."}},
      {"active", d.active, {"As in the exercise linear.", "dactive = dy · w2."}},
      {"hidden",
       d.hidden,
       {"What is the derivative of tanh, written with its value a?", "dhidden = dactive · (1 - active²)."},
       "",
       other_slopes(f, d)},
      {"b1", d.b1, {"b1 has one row and was repeated over N.", "db1 is the sum of dhidden over the rows."}},
      {"w1", d.w1, {"As in the exercise linear.", "dw1 = dhiddenᵀ · x."}},
      {"x",
       d.x,
       {"Who reads x? Look at the comments in exercise.hpp.", "dx = dhidden · w1 + dy: x was added to y too."}},
  };
}

}  // namespace

Trial tried(const Rule& rule, std::uint64_t seed) {
  Generator generator(seed);
  const std::size_t rows = 7 + seed, features = 2 + seed, units = 4 + seed;
  const Var<double> x = parameter(generator.normal<double>({rows, features}), "x");
  const Var<double> w1 = parameter(generator.normal<double>({units, features}, 0.0, 0.5), "w1");
  const Var<double> b1 = parameter(generator.normal<double>({1, units}), "b1");
  const Var<double> w2 = parameter(generator.normal<double>({features, units}, 0.0, 0.5), "w2");
  const Var<double> target = Var<double>(generator.normal<double>({rows, features})).named("target");

  Tape<double> tape;
  const Var<double> product = matmul(x, w1, {.transpose_b = true}).named("x_w1");          // (N, K)
  const Var<double> hidden = (product + b1).named("hidden");                               // (N, K)
  const Var<double> active = wengert::tanh(hidden).named("active");                        // (N, K)
  const Var<double> added = matmul(active, w2, {.transpose_b = true}).named("active_w2");  // (N, D)
  const Var<double> y = (added + x).named("y");                                            // (N, D)
  const Replay record = replay(tape, mean(wengert::square(y - target)).named("loss"));

  const Forward f{x.value(),      w1.value(),     b1.value(), w2.value(),
                  hidden.value(), active.value(), y.value(),  target.value()};
  Backward d;
  std::string stopped = stopped_by([&] { rule(f, d); });
  // An attempt is judged by its own numbers up to the first step that is wrong; behind it there is nothing to compare.
  return {record, steps(f, d), std::move(stopped)};
}

Exercise exercise() {
  return exercise_of("repair", "a backward pass with four mistakes, to be found and repaired", tried, attempt::backward,
                     solution::backward);
}

int run(int count, char** arguments) { return program(exercise(), count, arguments); }

}  // namespace exercises::repair
