#include <autograd/check/compare_gradients.hpp>

#include <doctest/doctest.h>
#include <autograd/arrays/random.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/elementwise.hpp>
#include <autograd/operations/matmul.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/normalisation.hpp>
#include <autograd/operations/reductions.hpp>

#include "../../error_text.hpp"
#include "../../hand_derived/batch_norm.hpp"

using namespace wengert;

namespace {

/// Batch norm of eight rows in three entries, with a weighted sum as its loss, and what the tape says of it.
struct SmallBatch {
  static constexpr double epsilon = 1e-3;
  Generator generator{1};
  Var<double> x = parameter(generator.normal<double>({8, 3}), "x");
  Var<double> gamma = parameter(generator.normal<double>({1, 3}, 1.0, 0.2), "γ");
  Var<double> beta = parameter(generator.normal<double>({1, 3}), "β");
  Var<double> w = Var<double>(generator.normal<double>({8, 3})).named("w");
  Replay record = recorded_replay();

  Replay recorded_replay() const {
    Tape<double> tape;
    const Var<double> y = batch_norm(x, gamma, beta, {0}, epsilon).y.named("y");
    return replay(tape, sum(y * w).named("loss"));
  }

  Array<double> adjoint(const std::string& name) const {
    for (std::size_t slot = 0; slot < record.forward.size(); ++slot) {
      if (record.forward[slot].name.text == name) return record.adjoint(slot)->array("test");
    }
    return {};
  }
  /// The contribution to the adjoint of x that comes through a variable.
  Array<double> part_of_dx(const std::string& through) const {
    for (const BackwardStep& step : record.backward) {
      if (record.forward[step.target].name.text == "x" && record.forward[*step.through].name.text == through)
        return step.contribution->array("test");
    }
    return {};
  }
  std::string diagnosis(const std::string& name, const Array<double>& by_hand) const {
    return compare_gradients(record, {{name, by_hand}}).diagnosis;
  }
};

Array<double> as_array(const hand_derived::Values& values, const Shape& shape) {
  Array<double> array = empty<double>(shape);
  std::copy(values.begin(), values.end(), array.data());
  return array;
}

}  // namespace

TEST_CASE("gradients derived by hand that are right agree, and nothing is diagnosed") {
  const SmallBatch batch;
  const auto forward = hand_derived::batch_norm_forward(batch.x.value(), batch.gamma.value(), batch.beta.value(), {0},
                                                        SmallBatch::epsilon);
  const auto by_hand = hand_derived::ioffe_szegedy_backward(forward, batch.w.value());
  const GradientComparison found = compare_gradients(batch.record, {{"dγ", as_array(by_hand.d_gamma, {1, 3})},
                                                                    {"dβ", as_array(by_hand.d_beta, {1, 3})},
                                                                    {"dσ²", as_array(by_hand.d_variance, {1, 3})},
                                                                    {"dμ", as_array(by_hand.d_mean, {1, 3})},
                                                                    {"dx", as_array(by_hand.d_x, {8, 3})}});
  CHECK(found.agrees());
  CHECK(found.diagnosis.empty());
  CHECK(found.rows.size() == 5);
  for (const GradientRow& row : found.rows) CHECK(row.relative < 1e-12);
}

TEST_CASE("equal bits are told from close numbers, and the largest difference has its place") {
  const SmallBatch batch;
  Array<double> d_x = batch.adjoint("x");
  CHECK(compare_gradients(batch.record, {{"x", d_x}}).rows[0].comparison.exact);
  d_x(5, 1) += 0.25;
  const GradientRow row = compare_gradients(batch.record, {{"dx", d_x}}).rows[0];
  CHECK_FALSE(row.comparison.exact);
  CHECK_FALSE(row.comparison.approximate);
  CHECK(row.comparison.max_difference == doctest::Approx(0.25));
  CHECK(row.where == std::vector<std::size_t>{5, 1});
}

TEST_CASE("known mistakes are named") {
  const SmallBatch batch;
  const Array<double> d_gamma = batch.adjoint("γ"), d_x = batch.adjoint("x"), variance = [&] {
    for (const ForwardStep& step : batch.record.forward) {
      if (step.name.text == "σ²") return step.value->array("test");
    }
    return Array<double>();
  }();
  const Array<double> through_mean = batch.part_of_dx("μ"), through_variance = batch.part_of_dx("σ²");
  REQUIRE(through_mean.dimension() == 2);
  REQUIRE(through_variance.dimension() == 2);
  const auto says = [&](const char* name, const Array<double>& by_hand, const char* text) {
    const std::string diagnosis = batch.diagnosis(name, by_hand);
    CHECK_MESSAGE(contains(diagnosis, text), diagnosis);
  };
  says("dγ", Array<double>(-d_gamma), "its sign is wrong");
  says("dγ", zeros<double>({1, 3}), "it is zero everywhere");
  says("dγ", Array<double>(d_gamma * 8.0), "1/8 is missing");
  says("dγ", Array<double>(d_gamma / 8.0), "1/8 is there once too often");
  says("dγ", Array<double>(d_gamma * 8.0 / 7.0), "N - 1 for N");
  says("dγ", Array<double>(d_gamma * 2.0), "it is 2 times what it should be");
  says("dγ", Array<double>(d_gamma * xt::sqrt(variance)), "σ²^0.5: a power of σ² is wrong");
  says("dγ", Array<double>(d_gamma * variance), "times σ²: a power of σ² is wrong");
  says("dγ", transpose(Var<double>(d_gamma)).value(), "it is transposed");
  says("dβ", batch.w.value(), "sum it from (8, 3) to (1, 3), and it is right");
  says("dγ", reshape(Var<double>(d_gamma), {3}).value(), "its shape is (3,); expected (1, 3)");
  says("dx", Array<double>(d_x - through_mean), "without the path through μ");
  says("dx", Array<double>(d_x - through_variance), "without the path through σ²");
  says("dx", through_mean, "`=` where `+=` belongs");
  says("dx", Array<double>(d_x + 7.0 * through_mean), "that through μ (dμ / 8): 1/8 is missing");
  says("dx", Array<double>(d_x + through_variance / 7.0), "N - 1 for N");
  says("dx", Array<double>(d_x - 2.0 * through_variance), "its sign is wrong");
  says("dx", Array<double>(d_x + 0.1), "none of the usual mistakes");
}

TEST_CASE("an epsilon that is forgotten, or outside of the root, is named with its variable") {
  const SmallBatch batch;
  const Array<double> variance = [&] {
    for (const ForwardStep& step : batch.record.forward) {
      if (step.name.text == "σ²") return step.value->array("test");
    }
    return Array<double>();
  }();
  const double epsilon = SmallBatch::epsilon;
  const Array<double> forgotten = xt::sqrt((variance + epsilon) / variance);
  const Array<double> outside = xt::sqrt(variance + epsilon) / (xt::sqrt(variance) + epsilon);
  const Array<double> through_variance = batch.part_of_dx("σ²"), others = batch.adjoint("x") - through_variance;
  const auto says = [&](const char* name, const Array<double>& by_hand, const char* text) {
    const std::string diagnosis = compare_gradients(batch.record, {{name, by_hand}}, {0.0, 0.0}).diagnosis;
    CHECK_MESSAGE(contains(diagnosis, text), diagnosis);
  };
  for (const auto& [ratio, text] :
       {std::pair(forgotten, "epsilon is forgotten: √σ² where √(σ² + 0.001) should stand"),
        std::pair(outside, "epsilon is outside of the root: √σ² + 0.001 where √(σ² + 0.001) should stand")}) {
    says("dγ", Array<double>(batch.adjoint("γ") * ratio), text);
    says("dσ²", Array<double>(batch.adjoint("σ²") * ratio * ratio * ratio), text);
    says("dx", Array<double>(others * ratio + through_variance * ratio * ratio * ratio), text);
  }
}

TEST_CASE("the epsilon of a norm by operators is found, too") {
  Generator generator{3};
  const Var<double> x = parameter(generator.normal<double>({6, 2}), "x");
  Tape<double> tape;
  const Var<double> variance = mean(square(x), {0}, keep_dims).named("v");
  const Var<double> root = rsqrt(variance + 1e-2).named("r");
  const Replay record = replay(tape, sum(x * x * root * x));
  const Array<double> v = variance.value();
  const auto says = [&](const Array<double>& by_hand) { return compare_gradients(record, {{"v", by_hand}}).diagnosis; };
  const std::size_t slot = tape.slot_of("test", variance);
  const Array<double> right = record.adjoint(slot)->array("test");
  CHECK(
      contains(says(right * xt::pow((v + 1e-2) / v, 1.5)), "epsilon is forgotten: √v where √(v + 0.01) should stand"));
  CHECK(record.forward[slot + 1].epsilons.size() == 1);
  CHECK(record.forward[slot + 1].epsilons[0].value == 1e-2);
}

TEST_CASE("differences are counted in units of the last place, of the element type of the tape") {
  const auto ulps = []<class T>(T unit) {
    const Var<T> x = parameter(Array<T>{T(1), T(4), T(0.5)}, "x");
    Tape<T> tape;
    const Replay record = replay(tape, sum(square(x)));  // the adjoints are 2, 8 and 1
    const double off = static_cast<double>(unit);
    const Array<double> by_hand{2.0, 8.0 + 8.0 * off, 1.0 + 3.0 * off};
    return compare_gradients(record, {{"dx", by_hand}}).rows[0].ulps;
  };
  CHECK(ulps(std::numeric_limits<float>::epsilon()) == 3.0);
  CHECK(ulps(std::numeric_limits<double>::epsilon()) == 3.0);
}

TEST_CASE("what one operation adds in two parts is one path, a mean may run over several axes, and rounding is none") {
  Generator generator{7};
  const Var<double> x = parameter(generator.normal<double>({2, 3, 4, 4}), "x");
  const Var<double> gamma = parameter(ones<double>({1, 3, 1, 1}), "γ");
  const Var<double> w{generator.normal<double>({2, 3, 4, 4})};
  Tape<double> tape;
  const Axes axes{0, 2, 3};
  const Var<double> c = (x - mean(x, axes, Dims::keep)).named("c");
  const Var<double> variance = mean((c * c).named("c²"), axes, Dims::keep).named("σ²");
  const Replay record = replay(tape, sum(gamma * c / sqrt(variance) * w));
  const auto adjoint = [&](const std::string& name) {
    for (std::size_t slot = 0; slot < record.forward.size(); ++slot) {
      if (record.forward[slot].name.text == name) return record.adjoint(slot)->array("test");
    }
    return Array<double>();
  };
  const auto says = [&](const char* name, const Array<double>& by_hand, const char* text) {
    const std::string diagnosis = compare_gradients(record, {{name, by_hand}}, {0.0, 0.0}).diagnosis;
    CHECK_MESSAGE(contains(diagnosis, text), diagnosis);
  };
  const Array<double> through_variance = 2.0 * c.value() * adjoint("c²");
  const Array<double> others = adjoint("c") - through_variance;
  says("c", others, "without the path through c² (dc² · c + c · dc²)");
  says("c", Array<double>(others - through_variance), "c · dc²): its sign is wrong");
  says("c", Array<double>(others + 32.0 * through_variance), "c · dc²): 1/32 is missing");
  says("c²", Array<double>(adjoint("c²") * 32.0), "1/32 is missing");
  says("c²", Array<double>(adjoint("c²") * 32.0 / 31.0), "it divides by 31 where 32 elements count");
  says("c²", Array<double>(adjoint("c²") * 2.0), "it is 2 times what it should be");
  says("x", Array<double>(adjoint("x") * (1.0 + 1e-15)), "by no more than 1e-09 of its largest element");
}

TEST_CASE("mistakes are named in a record of floats, too, whose numbers have seven digits") {
  const SmallBatch batch;
  const auto as_float = [](const Var<double>& v) { return parameter(cast<float>(v.value()), v.name()); };
  Tape<float> tape;
  const Var<float> x = as_float(batch.x), gamma = as_float(batch.gamma), beta = as_float(batch.beta);
  const Var<float> y = batch_norm(x, gamma, beta, {0}, SmallBatch::epsilon).y.named("y");
  const Replay record = replay(tape, sum(y * Var<float>(cast<float>(batch.w.value()))));
  const Array<double> dx = batch.adjoint("x"), dgamma = batch.adjoint("γ");  // in doubles
  const auto says = [&](const std::string& name, const Array<double>& by_hand) {
    return compare_gradients(record, {{name, by_hand}}).diagnosis;
  };
  CHECK(contains(says("dx", dx), "by no more than 1e-05 of its largest element, as rounding does; compare with a"));
  CHECK(compare_gradients(record, {{"dx", dx}}, {.absolute = 3e-5}).agrees());
  CHECK(says("dx", -dx) == "dx is the first that disagrees: its sign is wrong.");
  CHECK(contains(says("dγ", 8.0 * dgamma), "1/8 is missing"));
  CHECK(contains(says("dx", dx - batch.part_of_dx("σ²")), "without the path through σ²"));
  CHECK(contains(says("dx", dx * 1.01), "none of the usual mistakes"));
}

TEST_CASE("where one operation alone reads a variable, its second contribution can be forgotten, too") {
  Generator generator{8};
  const Var<double> a = parameter(generator.normal<double>({3, 3}), "a");
  const Var<double> w{generator.normal<double>({3, 3})};
  Tape<double> tape;
  const Replay record = replay(tape, sum(matmul(a, a) * w));
  const Array<double> first = matmul(w, transpose(a)).value(), second = matmul(transpose(a), w).value();
  const auto says = [&](const Array<double>& by_hand) {
    return compare_gradients(record, {{"da", by_hand}}).diagnosis;
  };
  CHECK(says(Array<double>(first + second)).empty());
  CHECK(contains(says(first), "this is what you get without the last contribution"));
  CHECK(contains(says(second), "this is the last contribution alone: `=` where `+=` belongs"));
}

TEST_CASE("what is not finite is neither zero nor alike, and another shape is no missing sum") {
  constexpr double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
  const auto x = parameter(Array<double>{1e-300, 2e-300, -3e-300}, "x");
  Tape<double> tape;
  const Replay record = replay(tape, sum(x * x * 0.5));
  const auto says = [&](const Array<double>& by_hand) {
    return compare_gradients(record, {{"dx", by_hand}}).diagnosis;
  };
  CHECK(contains(says({nan, nan, nan}), "disagrees: it is not finite."));
  CHECK(contains(says({1e-300, inf, -3e-300}), "disagrees: it is not finite."));
  CHECK(says({1e-300, 2e-300, -3e-300}).empty());
  const auto y = parameter(Array<double>{0.0, 2.0, -3.0}, "y");
  const Replay infinite = replay(tape, sum(where(y > 0.0, y, sqrt(y))));
  CHECK(contains(compare_gradients(infinite, {{"dy", Array<double>{5.0, 1.0, 7.0}}}).diagnosis, "none of the usual"));
  const Replay usual = replay(tape, sum(y * y));
  const auto answer = [&](const Array<double>& by_hand) {
    return compare_gradients(usual, {{"dy", by_hand}}).diagnosis;
  };
  CHECK(contains(answer({{0.0, 4.0, -6.0}}), "its shape is (1, 3); expected (3,)"));
  CHECK(contains(answer({{0.0, 2.0, -3.0}, {0.0, 2.0, -3.0}}), "sum it from (2, 3) to (3,), and it is right"));
  CHECK(contains(answer({0.0, -0.0, 0.0}), "it is zero everywhere"));
}

TEST_CASE("what comes first in the backward pass is diagnosed, whatever the order of the rows") {
  const SmallBatch batch;
  const GradientComparison found =
      compare_gradients(batch.record, {{"dx", zeros<double>({8, 3})}, {"dγ", Array<double>(-batch.adjoint("γ"))}});
  CHECK(found.diagnosis == "dγ is the first that disagrees: its sign is wrong.");
  CHECK(contains(found.text(), "largest at"));
  CHECK(contains(to_string(found), found.diagnosis));
}

TEST_CASE("an array that would broadcast does not agree") {
  const Var<double> x = parameter(Array<double>{{1.0, 1.0}, {1.0, 1.0}}, "x");
  Tape<double> tape;
  const Replay record = replay(tape, sum(x));
  const GradientComparison found = compare_gradients(record, {{"dx", Array<double>{1.0, 1.0}}});
  CHECK_FALSE(found.agrees());
  CHECK(contains(found.text(), "(2,) by hand"));
}

TEST_CASE("a name that the record does not have, and elements that it has not kept, are errors") {
  const SmallBatch batch;
  const std::string text = error_text([&] { compare_gradients(batch.record, {{"dz", zeros<double>({1})}}); });
  CHECK(contains(text, "[compare_gradients] no adjoint is called 'dz'; the record has "));
  CHECK(contains(text, "dγ"));
  const Var<double> large = parameter(ones<double>({40, 40}), "large");
  Tape<double> tape;
  const Replay record = replay(tape, sum(large));
  CHECK(contains(error_text([&] {
                   compare_gradients(record, {{"dlarge", ones<double>({40, 40})}});
                 }),
                 "record with a larger `largest_whole`"));
}

TEST_CASE("an element that is no number is called nan whatever its sign") {
  const Var<double> x = parameter(Array<double>{1.0, 2.0}, "x");
  Tape<double> tape;
  const Array<double> by_hand{-std::numeric_limits<double>::quiet_NaN(), 1.0};
  const GradientComparison found = compare_gradients(replay(tape, sum(x)), {{"x", by_hand}});
  CHECK(found.rows[0].by_hand == "nan");
}

TEST_CASE_TEMPLATE("a wrong sign of a small gradient is seen, however small it is", T, float, double) {
  for (const double size : {1e-5, 1e-9, 1e-12, 1e-20, 1e-30}) {
    CAPTURE(size);
    const auto x = parameter(Array<T>{T(1), T(-3)}, "x");
    const auto y = parameter(Array<T>{static_cast<T>(size), static_cast<T>(2.0 * size)}, "y");
    Tape<T> tape;
    const Replay scaled = replay(tape, sum(square(x)) * size);
    const Array<double> dx = scaled.adjoint(tape.slot_of("test", x))->array("test");
    const GradientComparison wrong = compare_gradients(scaled, {{"dx", Array<double>(-dx)}});
    CHECK_FALSE(wrong.agrees());
    CHECK(wrong.diagnosis == "dx is the first that disagrees: its sign is wrong.");
    CHECK(compare_gradients(scaled, {{"dx", Array<double>(dx * (1.0 + 1e-6))}}).agrees());
    CHECK(compare_gradients(scaled, {{"dx", Array<double>(-dx)}}, {.absolute = 10.0}).agrees());
    Tape<T> other;
    const Replay small = replay(other, sum(square(y)));
    CHECK_FALSE(compare_gradients(small, {{"dy", Array<double>{-2.0 * size, -4.0 * size}}}).agrees());
  }
}

TEST_CASE_TEMPLATE("what is zero but for rounding agrees, at any scale of the loss", T, float, double) {
  const SmallBatch batch;
  for (const double scale : {1.0, 1e-6, 1e-12}) {
    CAPTURE(scale);
    const Var<T> x = parameter(cast<T>(batch.x.value()), "x"), b = parameter(ones<T>({1, 3}), "b");
    Tape<T> tape;
    const Var<T> y = batch_norm(x + b, Var<T>(ones<T>({1, 3})), Var<T>(zeros<T>({1, 3})), {0}, 1e-3).y;
    const Replay record = replay(tape, sum(y * Var<T>(cast<T>(batch.w.value())) * static_cast<T>(scale)));
    const std::size_t slot = tape.slot_of("test", b);
    const Array<double> rounding = record.adjoint(slot)->array("test");
    if (sizeof(T) == sizeof(double) || scale < 1.0) {
      CHECK(compare_gradients(record, {{"db", Array<double>(-rounding)}}).agrees());
      CHECK(compare_gradients(record, {{"db", zeros<double>({1, 3})}}).agrees());
    }
    CHECK_FALSE(compare_gradients(record, {{"db", Array<double>(rounding + 1e-3 * scale)}}).agrees());
  }
}

TEST_CASE("zeros agree with a gradient whose terms cancel inside of one operation") {
  const Var<double> z = parameter(Array<double>{{0.3, -1.2, 2.0}, {0.1, 0.7, -0.4}}, "z");
  Tape<double> tape;
  const Replay record = replay(tape, sum(softmax(z)).named("loss"));
  CHECK(compare_gradients(record, {{"dz", zeros<double>({2, 3})}}));
  CHECK(!compare_gradients(record, {{"dz", full<double>({2, 3}, 1e-12)}}));
}
