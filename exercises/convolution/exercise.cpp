#include "exercise.hpp"

#include <autograd/arrays/random.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/convolution.hpp>
#include <autograd/operations/reductions.hpp>

#include "../support/program.hpp"

namespace exercises::convolution {

using namespace wengert;

namespace {

Mistake unturned(const Forward& f) {
  Array<double> dx = zeros_like(f.x);
  const auto& w = f.w.shape();
  for_each_product(f, [&](auto n, auto k, auto i, auto j, auto c, auto u, auto v) {
    dx(n, c, i + u, j + v) += f.dy(n, k, i, j) * f.w(k, c, w[2] - 1 - u, w[3] - 1 - v);
  });
  return {dx, "the window is turned round: x(i + u, j + v) meets w(u, v), as in the forward pass"};
}

Mistake unturned_w(const Forward& f) {
  Array<double> dw = zeros_like(f.w);
  const auto& w = f.w.shape();
  for_each_product(f, [&](auto n, auto k, auto i, auto j, auto c, auto u, auto v) {
    dw(k, c, w[2] - 1 - u, w[3] - 1 - v) += f.dy(n, k, i, j) * f.x(n, c, i + u, j + v);
  });
  return {dw, "the window is turned round: x(i + u, j + v) meets w(u, v), as in the forward pass"};
}

/// Only the last product that a number takes part in.
template <class Set>
Mistake last_alone(const Forward& f, Array<double> result, const Set& set) {
  for_each_product(f,
                   [&](auto n, auto k, auto i, auto j, auto c, auto u, auto v) { set(result, n, k, i, j, c, u, v); });
  return {std::move(result), "only the last product of each number is in it: `=` where `+=` belongs"};
}

Mistake last_of_w(const Forward& f) {
  return last_alone(f, zeros_like(f.w), [&](auto& dw, auto n, auto k, auto i, auto j, auto c, auto u, auto v) {
    dw(k, c, u, v) = f.dy(n, k, i, j) * f.x(n, c, i + u, j + v);
  });
}

Mistake last_of_x(const Forward& f) {
  return last_alone(f, zeros_like(f.x), [&](auto& dx, auto n, auto k, auto i, auto j, auto c, auto u, auto v) {
    dx(n, c, i + u, j + v) = f.dy(n, k, i, j) * f.w(k, c, u, v);
  });
}

std::vector<Step> steps(const Forward& f, const Backward& d) {
  return {
      {"b",
       d.b,
       {"b(k) is in channel k of every image, at every place.",
        "db(k) is the sum of dy(n, k, i, j) over n, i and j: `+=` in three loops."}},
      {"w",
       d.w,
       {"w(k, c, u, v) is a factor of many products, in each of which it meets an element of x.",
        "For every product of the forward pass dw(k, c, u, v) += dy(n, k, i, j) * x(n, c, i + u, j + v)."},
       "",
       {unturned_w(f), last_of_w(f)}},
      {"x",
       d.x,
       {"x(n, c, i + u, j + v) is the other factor of the same products. No padding is needed if you run through them.",
        "For every product of the forward pass dx(n, c, i + u, j + v) += dy(n, k, i, j) * w(k, c, u, v)."},
       "",
       {unturned(f), last_of_x(f)}},
  };
}

}  // namespace

Trial tried(const Rule& rule, std::uint64_t seed) {
  Generator generator(seed);
  const std::size_t images = 4 + seed, channels = 2 + seed, outputs = 3 + seed;
  const std::size_t height = 5 + seed, width = 5 + 2 * seed, rows = 2 + seed % 2, columns = 2 + seed;
  const Var<double> x = parameter(generator.normal<double>({images, channels, height, width}), "x");
  const Var<double> w = parameter(generator.normal<double>({outputs, channels, rows, columns}), "w");
  const Var<double> b = parameter(generator.normal<double>({outputs}), "b");
  const Var<double> dy(generator.normal<double>({images, outputs, height - rows + 1, width - columns + 1}));

  Tape<double> tape;
  const Var<double> y = conv2d(x, w, {.bias = b}).named("y");  // (N, K, H - R + 1, W - S + 1)
  const Replay record = replay(tape, sum(y * dy).named("loss"), {.largest_whole = 10'000});

  const Forward f{x.value(), w.value(), b.value(), dy.value()};
  Backward d;
  std::string stopped = stopped_by([&] { rule(f, d); });
  return {record, steps(f, d), std::move(stopped)};
}

Exercise exercise() {
  return exercise_of("convolution", "the backward pass of a convolution, with loops", tried, attempt::backward,
                     solution::backward);
}

int run(int count, char** arguments) { return program(exercise(), count, arguments); }

}  // namespace exercises::convolution
