#include <doctest/doctest.h>
#include <autograd/random.hpp>
#include <optim/optim.hpp>

#include <cmath>

using namespace wengert;

namespace {

constexpr std::size_t size = 21;  // whole lanes of any width up to 16, and a rest

/// Three steps with gradients that do not depend on the weights; returns the weights after each.
template <class T, class Rule>
std::array<Array<T>, 3> three_steps(const Rule& rule) {
  Generator generator(31);
  const Var<T> w = parameter(wengert::cast<T>(generator.normal<double>({size})), "w");
  optim::Optimizer optimizer(std::vector{w}, rule);
  std::array<Array<T>, 3> weights;
  for (Array<T>& after : weights) {
    w.set_grad(wengert::cast<T>(generator.normal<double>({size})));
    optimizer.step();
    after = w.value();
  }
  return weights;
}

/// The same by a scalar rule in plain doubles: `next(t, w, g, a, b)` changes a weight and its state a, b.
template <class Next>
std::array<Array<double>, 3> three_steps_by_hand(const Next& next) {
  Generator generator(31);
  Array<double> w = generator.normal<double>({size});
  std::array<double, size> a{}, b{};
  std::array<Array<double>, 3> weights;
  for (int t = 1; t <= 3; ++t) {
    const Array<double> g = generator.normal<double>({size});
    for (std::size_t i = 0; i < size; ++i) next(t, w.data()[i], g.data()[i], a[i], b[i]);
    weights[static_cast<std::size_t>(t - 1)] = w;
  }
  return weights;
}

template <class T>
double largest_difference(const std::array<Array<T>, 3>& actual, const std::array<Array<double>, 3>& expected) {
  double largest = 0.0;
  for (std::size_t t = 0; t < 3; ++t) {
    for (std::size_t i = 0; i < size; ++i) {
      largest = std::max(largest, std::abs(static_cast<double>(actual[t].data()[i]) - expected[t].data()[i]));
    }
  }
  return largest;
}

/// Weights are of size one: doubles may differ in their last bits, and floats by a few times 6e-8.
template <class Rule, class Next>
void check(const Rule& rule, const Next& next) {
  const auto expected = three_steps_by_hand(next);
  CHECK(largest_difference(three_steps<double>(rule), expected) <= 1e-14);
  CHECK(largest_difference(three_steps<float>(rule), expected) <= 2e-6);
}

}  // namespace

TEST_CASE("three steps of plain gradient descent") {
  check(optim::SGD{.learning_rate = 0.1}, [](int, double& w, double g, double&, double&) { w -= 0.1 * g; });
}

TEST_CASE("three steps of gradient descent with momentum; in the first the velocity is the gradient") {
  check(optim::SGD{.learning_rate = 0.1, .momentum = 0.9}, [](int t, double& w, double g, double& v, double&) {
    v = t == 1 ? g : 0.9 * v + g;
    w -= 0.1 * v;
  });
}

TEST_CASE("three steps of gradient descent with momentum and weight decay") {
  check(optim::SGD{.learning_rate = 0.1, .momentum = 0.5, .weight_decay = 0.01},
        [](int, double& w, double g, double& v, double&) {
          v = 0.5 * v + (g + 0.01 * w);
          w -= 0.1 * v;
        });
}

TEST_CASE("three steps of Adam with its defaults") {
  check(optim::Adam{}, [](int t, double& w, double g, double& m, double& v) {
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const double m_hat = m / (1.0 - std::pow(0.9, t));
    const double v_hat = v / (1.0 - std::pow(0.999, t));
    w -= 1e-3 * m_hat / (std::sqrt(v_hat) + 1e-8);
  });
}

TEST_CASE("three steps of Adam with weight decay and a large epsilon, which stands outside of the root") {
  check(optim::Adam{.learning_rate = 0.05, .beta1 = 0.8, .beta2 = 0.95, .epsilon = 0.1, .weight_decay = 0.02},
        [](int t, double& w, double g, double& m, double& v) {
          const double decayed = g + 0.02 * w;
          m = 0.8 * m + 0.2 * decayed;
          v = 0.95 * v + 0.05 * decayed * decayed;
          const double m_hat = m / (1.0 - std::pow(0.8, t));
          const double v_hat = v / (1.0 - std::pow(0.95, t));
          w -= 0.05 * m_hat / (std::sqrt(v_hat) + 0.1);
        });
}

TEST_CASE("Adam's first step is the learning rate in the direction of the gradient, whatever its size") {
  for (const double g : {1e-3, 1.0, -1e6}) {
    const Var<double> w = parameter(scalar(0.0), "w");
    w.set_grad(scalar(g));
    optim::Optimizer optimizer(std::vector{w}, optim::Adam{.learning_rate = 0.25});
    optimizer.step();
    // the step is 0.25 |g| / (|g| + 1e-8)
    CHECK(w.item() == doctest::Approx(-0.25 * g / (std::abs(g) + 1e-8)).epsilon(1e-14));
  }
}
