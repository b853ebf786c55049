#include <doctest/doctest.h>
#include <autograd/arrays/random.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/losses/binary_cross_entropy.hpp>

#include <cmath>
#include <limits>

#include "../error_text.hpp"
#include "../hand_derived/sigmoid.hpp"

using namespace wengert;
using hand_derived::compare;
using hand_derived::elements;
using hand_derived::Values;

TEST_CASE("binary cross-entropy and its gradient are those of the hand-derived backprop") {
  Generator generator(3);
  for (const double scale : {1.0, 30.0, 1e3}) {
    for (const Shape& shape : {Shape{}, Shape{5}, Shape{7, 33}}) {
      CAPTURE(scale);
      CAPTURE(to_string(shape));
      const Var<double> z = parameter(generator.normal<double>(shape, 0.0, scale), "z");
      const Array<double> t = generator.uniform<double>(shape);
      Tape<double> tape;
      const Var<double> loss = nn::binary_cross_entropy(z, t);
      tape.backward(loss * 2.5);
      const auto hand = hand_derived::binary_cross_entropy(z.value(), t);
      CHECK(std::abs(loss.item() - hand.loss) <= 1e-13 * std::max(1.0, hand.loss));
      Values d_logits = hand.d_logits;
      for (double& d : d_logits) d *= 2.5;
      const Values size(d_logits.size(), 2.5 / static_cast<double>(z.size()));  // the largest gradient possible
      CHECK(compare(elements(z.grad()), d_logits, size).largest <= 1e-14);
    }
  }
}

TEST_CASE_TEMPLATE("logits of a thousand neither overflow nor lose the loss", T, float, double) {
  const Var<T> z = parameter(Array<T>{1000, -1000, 1000, -1000}, "z");
  Tape<T> tape;
  const Var<T> loss = nn::binary_cross_entropy(z, Array<T>{1, 0, 0, 1});
  tape.backward(loss);
  CHECK(loss.item() == T(500));
  CHECK(z.grad() == Array<T>{0, 0, T(0.25), T(-0.25)});
}

TEST_CASE_TEMPLATE("a loss far below the spacing of floats keeps its digits", T, float, double) {
  const Var<T> z = parameter(Array<T>{30, -30}, "z");
  Tape<T> tape;
  const Var<T> loss = nn::binary_cross_entropy(z, Array<T>{1, 0});
  tape.backward(loss);
  const double expected = std::log1p(std::exp(-30.0));  // 9.4e-14
  const double by_rounding = 4.0 * std::numeric_limits<T>::epsilon();
  CHECK(loss.item() == doctest::Approx(expected).epsilon(by_rounding));
  CHECK(z.grad()(1) == doctest::Approx(expected / 2.0).epsilon(by_rounding));
}

TEST_CASE("from probabilities the gradient is (p - t) / (p (1 - p) N), and none where Keras clips") {
  const Var<double> p = parameter(Array<double>{0.2, 0.9, 0.0, 1.0, 1e-9}, "p");
  const Array<double> t{1, 0.5, 1, 0, 1};
  Tape<double> tape;
  const Var<double> loss = nn::binary_cross_entropy_from_probabilities(p, t);
  tape.backward(loss);
  const double clipped = -std::log(1e-7);
  const double expected = -std::log(0.2) - 0.5 * std::log(0.9 * 0.1) + 2.0 * clipped - std::log(1.0 - (1.0 - 1e-7));
  CHECK(loss.item() == doctest::Approx(expected / 5.0).epsilon(1e-15));
  CHECK(compare(elements(p.grad()), Values{-1.0, 0.4 / 0.09 / 5.0, 0.0, 0.0, 0.0}).largest <= 1e-14);
}

TEST_CASE("targets and outputs that do not fit are refused, before anything is recorded") {
  const Var<float> z = parameter(full<float>({1, 3}, 0.5F), "z");
  const auto from_logits = [&](const Array<float>& t) { return error_text([&] { nn::binary_cross_entropy(z, t); }); };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Tape<float> tape;
  CHECK(contains(from_logits(zeros<float>({3})), "[binary_cross_entropy] got outputs of shape (1, 3) and targets of"));
  CHECK(contains(from_logits({{1.0F, 2.0F, 0.0F}}), "[binary_cross_entropy] got the target 2"));
  CHECK(contains(from_logits({{1.0F, -1.0F, 0.0F}}), "got the target -1"));
  CHECK(contains(from_logits({{1.0F, nan, 0.0F}}), "got the target nan"));
  const Var<float> none(zeros<float>({0, 2}));
  CHECK(contains(error_text([&] { nn::binary_cross_entropy(none, none); }), "at least one element"));
  const auto from_probabilities = [](float p) {
    return error_text([&] { nn::binary_cross_entropy_from_probabilities(Var<float>(p), Var<float>(1.0)); });
  };
  CHECK(contains(from_probabilities(-0.5F), "[binary_cross_entropy_from_probabilities] got the probability -0.5"));
  CHECK(contains(from_probabilities(1.5F), "binary_cross_entropy takes logits"));
  CHECK(tape.size() == 0);
}

TEST_CASE("a NaN output makes the loss NaN, so that training can be stopped by it") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Var<double> z(Array<double>{nan, 0.5}), t(Array<double>{1, 0});
  CHECK(std::isnan(nn::binary_cross_entropy(z, t).item()));
  CHECK(std::isnan(nn::binary_cross_entropy_from_probabilities(z, t).item()));
}

TEST_CASE_TEMPLATE("the gradient by a target is -z, also where both sides nearly cancel", T, float, double) {
  const double ulp = static_cast<double>(std::numeric_limits<T>::epsilon());
  for (const double size : {1e-30, 1e-8, 1e-3, 0.3, 0.4999, 0.5, 0.6, 3.0, 40.0, 1e4}) {
    for (const double sign : {1.0, -1.0}) {
      for (const double share : {0.0, 0.25, 0.9, 1.0}) {
        CAPTURE(size * sign);
        CAPTURE(share);
        const Var<T> z = parameter(scalar(static_cast<T>(size * sign)), "z");
        const Var<T> t = parameter(scalar(static_cast<T>(share)), "t");
        Tape<T> tape;
        const auto gradients = tape.gradient(nn::binary_cross_entropy(z, t), {z, t});
        const auto logit = static_cast<double>(z.item()), target = static_cast<double>(t.item());
        CHECK(std::abs(static_cast<double>(gradients[1]()) + logit) <= 4.0 * ulp * std::abs(logit));
        const double no = 1.0 / (1.0 + std::exp(logit)), yes = 1.0 / (1.0 + std::exp(-logit));
        const double d_logit = (1.0 - target) * yes - target * no;
        CHECK(std::abs(static_cast<double>(gradients[0]()) - d_logit) <=
              4.0 * ulp * (yes * (1.0 - target) + no * target));
      }
    }
  }
}

TEST_CASE_TEMPLATE("from probabilities, too, nothing cancels near 1/2", T, float, double) {
  const double ulp = static_cast<double>(std::numeric_limits<T>::epsilon());
  const double bound = static_cast<double>(T(0.25));
  for (const double distance : {1e-30, 3e-7, 1e-3, 0.1, bound, 0.26, 0.4}) {
    for (const double share : {0.0, 0.4, 0.5, 1.0}) {
      const Var<T> p = parameter(scalar(static_cast<T>(0.5 - distance)), "p");
      const Var<T> t = parameter(scalar(static_cast<T>(share)), "t");
      CAPTURE(p.item());
      CAPTURE(share);
      Tape<T> tape;
      const auto gradients = tape.gradient(nn::binary_cross_entropy_from_probabilities(p, t), {p, t});
      const auto yes = static_cast<double>(p.item()), target = static_cast<double>(t.item());
      const double d_yes = (yes - target) / (yes * (1.0 - yes)), d_share = std::log1p((1.0 - 2.0 * yes) / yes);
      CHECK(std::abs(static_cast<double>(gradients[0]()) - d_yes) <= 4.0 * ulp * std::abs(d_yes));
      CHECK(std::abs(static_cast<double>(gradients[1]()) - d_share) <= 4.0 * ulp * std::abs(d_share));
    }
  }
}

TEST_CASE("the second and the third derivative from a small probability of the other class do not cancel") {
  const Var<double> p = parameter(scalar(1e-6), "p");
  Tape<double> tape;
  const Var<double> loss = nn::binary_cross_entropy_from_probabilities(p, scalar(0.0));
  const Var<double> first = tape.gradient(loss, {p}, recorded).front();
  const Var<double> second = tape.gradient(first, {p}, recorded).front();
  CHECK(second.item() == doctest::Approx(std::pow(1.0 - 1e-6, -2)).epsilon(1e-14));
  CHECK(tape.gradient(second, {p}).front()() == doctest::Approx(2.0 * std::pow(1.0 - 1e-6, -3)).epsilon(1e-14));
}
