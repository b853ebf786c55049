// What tutorial 7 and the page about replays say of numbers: done here with the tutorial's formula.
#include <doctest/doctest.h>
#include <autograd/autograd.hpp>

using namespace wengert;

namespace {

constexpr Constant tutorial_epsilon{"ε", 0.01};

/// The record of tutorial 7, with other weights in the loss.
Replay tutorial_record(const Array<double>& weights) {
  Generator generator(1);
  const Var<double> x = parameter(generator.normal<double>({8, 3}, 2.0, 3.0), "x");
  const Var<double> gamma = parameter(Array<double>{1.0, 0.5, 2.0}, "γ");
  const Var<double> beta = parameter(Array<double>{0.0, 1.0, -1.0}, "β");
  Tape<double> tape;
  const Var<double> mu = mean(x, {0}, keep_dims).named("μ");
  const Var<double> centred = (x - mu).named("x_c");
  const Var<double> squares = square(centred).named("q");
  const Var<double> variance = mean(squares, {0}, keep_dims).named("σ²");
  const Var<double> inverse = rsqrt(variance + tutorial_epsilon).named("r");
  const Var<double> x_hat = (centred * inverse).named("x̂");
  const Var<double> scaled = (gamma * x_hat).named("z");
  const Var<double> y = (scaled + beta).named("y");
  return replay(tape, sum(y * Var<double>(weights).named("g")).named("loss"));
}

const BackwardStep& numbered(const Replay& record, std::size_t number) {
  return record.backward.at(number - 1 - record.forward.size());
}

std::string target_of(const Replay& record, std::size_t number) {
  return record.forward[numbered(record, number).target].adjoint.text;
}

double largest_of(const Snapshot& array) { return std::max(std::abs(array.smallest), std::abs(array.largest)); }

}  // namespace

TEST_CASE("tutorial 7: the steps that it mentions are those steps") {
  const Replay record = tutorial_record(full<double>({8, 3}, 0.5));
  CHECK(record.forward.size() == 14);
  CHECK(record.size() == 30);
  for (const std::size_t number : {std::size_t{22}, std::size_t{27}}) CHECK(target_of(record, number) == "dx_c");
  CHECK(numbered(record, 22).is_first());
  CHECK_FALSE(numbered(record, 27).is_first());
  CHECK(target_of(record, 23) == "dr");
  CHECK(target_of(record, 28) == "dx");
  CHECK(numbered(record, 28).incoming == numbered(record, 27).after);
  CHECK(target_of(record, 29) == "dμ");
  CHECK(target_of(record, 30) == "dx");
}

TEST_CASE("tutorial 7, exercise: with weights of one the gradient disappears in step 30") {
  const Replay record = tutorial_record(ones<double>({8, 3}));
  const Array<double> d_beta = numbered(record, 19).after->array("test");
  CHECK(target_of(record, 19) == "dβ");
  CHECK(d_beta == Array<double>{8.0, 8.0, 8.0});
  CHECK(numbered(record, 22).after->smallest > 0.1);
  CHECK(largest_of(*numbered(record, 23).after) < 1e-13);
  CHECK(numbered(record, 28).after->norm > 1.0);
  CHECK(largest_of(*numbered(record, 30).after) < 1e-14);
}
