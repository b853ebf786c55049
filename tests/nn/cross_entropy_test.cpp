#include <doctest/doctest.h>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/random.hpp>
#include <autograd/tape.hpp>
#include <nn/cross_entropy.hpp>

#include <cmath>
#include <limits>

#include "../error_text.hpp"
#include "../hand_derived/softmax_cross_entropy.hpp"

using namespace wengert;
using hand_derived::compare;
using hand_derived::elements;

TEST_CASE("cross-entropy and its gradient are those of the hand-derived backprop") {
  Generator generator(3);
  for (const double scale : {1.0, 30.0, 1e3}) {
    for (const auto& extents : {std::array<std::size_t, 2>{1, 1}, {5, 3}, {32, 10}, {7, 33}}) {
      const std::size_t rows = extents[0], classes = extents[1];
      CAPTURE(scale);
      CAPTURE(rows);
      const Var<double> z = parameter(generator.normal<double>({rows, classes}, 0.0, scale), "z");
      Indices labels;
      for (std::size_t n = 0; n < rows; ++n) labels.push_back(generator.below(classes));
      Tape<double> tape;
      const Var<double> loss = nn::cross_entropy(z, labels);
      tape.backward(loss * 2.5);
      const auto hand = hand_derived::softmax_cross_entropy(z.value(), labels);
      CHECK(loss.shape() == Shape{});
      CHECK(std::abs(loss.item() - hand.loss) <= 1e-12 * std::max(1.0, hand.loss));
      hand_derived::Values d_logits = hand.d_logits;
      for (double& d : d_logits) d *= 2.5;
      // relative to the largest gradient possible, 2.5/N: where a row is right to the last bit all of them vanish
      const hand_derived::Values size(d_logits.size(), 2.5 / static_cast<double>(rows));
      CHECK(compare(elements(z.grad()), d_logits, size).largest <= 1e-12);
    }
  }
}

TEST_CASE_TEMPLATE("logits of a thousand neither overflow nor lose the loss", T, float, double) {
  const Var<T> z = parameter(Array<T>{{1000, -1000}, {1000, -1000}}, "z");
  Tape<T> tape;
  const Var<T> loss = nn::cross_entropy(z, {0, 1});
  tape.backward(loss);
  CHECK(loss.item() == T(1000));  // (0 + 2000) / 2
  CHECK(z.grad() == Array<T>{{0, 0}, {T(0.5), T(-0.5)}});
}

TEST_CASE("equal logits cost log K") {
  const Indices labels{3, 0};
  CHECK(nn::cross_entropy(Var<double>(zeros<double>({2, 8})), labels).item() ==
        doctest::Approx(std::log(8)).epsilon(1e-15));
}

TEST_CASE("labels and logits that do not fit are refused, before anything is recorded") {
  const Var<float> z = parameter(zeros<float>({3, 10}), "z");
  Tape<float> tape;
  CHECK(contains(error_text([&] {
                   nn::cross_entropy(z, {1, 10, 3});
                 }),
                 "[cross_entropy] label 10 of row 1 is out of range for logits (3, 10)"));
  CHECK(contains(error_text([&] { nn::cross_entropy(z, {1, 2}); }), "[cross_entropy] got 2 label(s) and 'z' (3, 10)"));
  CHECK(contains(error_text([&] { nn::cross_entropy(Var<float>(zeros<float>({0, 10})), {}); }), "N > 0"));
  CHECK(contains(error_text([&] { nn::cross_entropy(Var<float>(zeros<float>({3})), {0, 0, 0}); }), "(3,)"));
  CHECK(contains(error_text([&] { nn::accuracy(z, {1, 2, 99}); }), "[accuracy] label 99 of row 2"));
  CHECK(tape.size() == 0);
}

TEST_CASE("accuracy counts the rows whose largest logit is the label's; the first of equal ones, and no NaN") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Var<double> z(Array<double>{{1, 3, 2}, {5, 5, 0}, {5, 5, 0}, {nan, 1, 0}, {0, 1, 2}});
  CHECK(nn::accuracy(z, {1, 0, 0, 0, 2}) == 4.0 / 5.0);
  CHECK(nn::accuracy(z, {1, 1, 0, 1, 0}) == 2.0 / 5.0);
}
