#include <doctest/doctest.h>
#include <autograd/arrays/random.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/losses/cross_entropy.hpp>

#include <cmath>
#include <limits>

#include "../error_text.hpp"
#include "../hand_derived/softmax_cross_entropy.hpp"
#include "../infinity.hpp"

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

TEST_CASE("with smoothing the gradient is softmax minus the smoothed target, over the rows that count") {
  Generator generator(8);
  const std::size_t classes = 4, ignored = 255;
  const double smoothing = 0.3;
  const Var<double> z = parameter(generator.normal<double>({5, classes}, 0.0, 3.0), "z");
  const Indices labels{1, ignored, 0, 3, ignored};
  const auto hand = hand_derived::softmax_cross_entropy(z.value(), Indices{1, 0, 0, 3, 0});
  hand_derived::Values expected(z.size());
  double loss = 0.0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    if (labels[i / classes] == ignored) continue;
    const double target = smoothing / classes + (labels[i / classes] == i % classes ? 1.0 - smoothing : 0.0);
    expected[i] = 2.5 * (hand.probability[i] - target) / 3.0;
    loss -= target * std::log(hand.probability[i]) / 3.0;
  }
  Tape<double> tape;
  const Var<double> value = nn::cross_entropy(z, labels, {.label_smoothing = smoothing, .ignore_index = ignored});
  tape.backward(value * 2.5);
  CHECK(value.item() == doctest::Approx(loss).epsilon(1e-14));
  CHECK(compare(elements(z.grad()), expected).largest <= 1e-14);
}

TEST_CASE("with smoothing 1 no label counts, whatever its logit is") {
  const Var<double> z(Array<double>{{-infinity, 0, 1}, {0, 1, 2}});
  CHECK(nn::cross_entropy(z, {0, 1}, {.label_smoothing = 1.0}).item() == infinity);
  CHECK(nn::cross_entropy(z, {2, 1}, {.label_smoothing = 1.0}).item() == infinity);
  const Var<double> finite(Array<double>{{0, 1, 2}});
  const double expected = std::log(1.0 + std::exp(1.0) + std::exp(2.0)) - 1.0;
  CHECK(nn::cross_entropy(finite, {0}, {.label_smoothing = 1.0}).item() == doctest::Approx(expected).epsilon(1e-15));
}

TEST_CASE("a smoothing that is no share, labels that do not fit and a batch without a label are refused") {
  const Var<float> z = parameter(zeros<float>({2, 3}), "z");
  const auto text = [&](const Indices& labels, const nn::CrossEntropyOptions& options) {
    return error_text([&] { nn::cross_entropy(z, labels, options); });
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Tape<float> tape;
  for (const double smoothing : {-0.1, 1.1, nan}) {
    CHECK(contains(text({0, 1}, {.label_smoothing = smoothing}), "[cross_entropy] label_smoothing is"));
  }
  CHECK(contains(text({9, 9}, {.ignore_index = 9}), "[cross_entropy] all 2 labels are the ignored 9"));
  CHECK(contains(text({9, 8}, {.ignore_index = 9}), "label 8 of row 1 is out of range"));
  CHECK(tape.size() == 0);
}

TEST_CASE("from probabilities they are scaled to sum one, and there is no gradient where Keras clips") {
  const Var<double> p = parameter(Array<double>{{1, 3}, {0, 5}, {2, 0}}, "p");
  Tape<double> tape;
  const Var<double> loss = nn::cross_entropy_from_probabilities(p, {0, 0, 0});
  tape.backward(loss);
  // -log(1/4), -log(1e-7) and -log(1 - 1e-7); d/dp of -log(p0 / (p0 + p1)) is 1/4 - 1 and 1/4
  CHECK(loss.item() == doctest::Approx((std::log(4.0) - std::log(1e-7) - std::log1p(-1e-7)) / 3.0).epsilon(1e-15));
  CHECK(compare(elements(p.grad()), hand_derived::Values{-0.25, 1.0 / 12.0, 0, 0, 0, 0}).largest <= 1e-15);
}

TEST_CASE("probabilities that are none are refused; a NaN makes the loss NaN") {
  const auto text = [](const Array<double>& p) {
    return error_text([&] { nn::cross_entropy_from_probabilities(Var<double>(p), {0, 1}); });
  };
  CHECK(contains(text({{0.5, 0.5}, {1.5, -0.5}}), "[cross_entropy_from_probabilities] probability -0.5 of row 1"));
  CHECK(contains(text({{0.5, 0.5}, {0, 0}}), "the probabilities of row 1 are all zero"));
  CHECK(contains(text({{0.5, 0.5}}), "got 2 label(s) and probabilities of shape (1, 2)"));
  CHECK(contains(text(ones<double>({2, 1})), "label 1 of row 1 is out of range for probabilities (2, 1)"));
  const Var<double> p(Array<double>{{std::numeric_limits<double>::quiet_NaN(), 0.5}, {0.5, 0.5}});
  CHECK(std::isnan(nn::cross_entropy_from_probabilities(p, {0, 1}).item()));
}
