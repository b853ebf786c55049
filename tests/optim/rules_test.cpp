#include <doctest/doctest.h>
#include <autograd/arrays/random.hpp>
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

TEST_CASE("three steps of gradient descent that looks ahead, with momentum and weight decay") {
  const auto by_hand = [](int, double& w, double g, double& u, double&) {
    const double decayed = g + 0.01 * w;
    u = 0.9 * u + decayed;
    w -= 0.1 * (decayed + 0.9 * u);
  };
  optim::SGD rule{.learning_rate = 0.1, .momentum = 0.9, .nesterov = true, .weight_decay = 0.01};
  check(rule, by_hand);
  rule.form = optim::Form::keras;
  check(rule, by_hand);
}

TEST_CASE("three steps of Keras's gradient descent, whose velocity is a step") {
  optim::SGD rule = optim::SGD::keras();
  check(rule, [](int, double& w, double g, double&, double&) { w -= 0.01 * g; });
  rule.momentum = 0.8;
  check(rule, [](int, double& w, double g, double& velocity, double&) {
    velocity = 0.8 * velocity - 0.01 * g;
    w += velocity;
  });
  rule.nesterov = true;
  check(rule, [](int, double& w, double g, double& velocity, double&) {
    velocity = 0.8 * velocity - 0.01 * g;
    w += 0.8 * velocity - 0.01 * g;
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

TEST_CASE("three steps of Keras's Adam, whose epsilon is added before the correction of the root") {
  const auto by_hand = [](double rate, double epsilon) {
    return [=](int t, double& w, double g, double& m, double& v) {
      const double alpha = rate * std::sqrt(1.0 - std::pow(0.999, t)) / (1.0 - std::pow(0.9, t));
      m += (g - m) * 0.1;
      v += (g * g - v) * 0.001;
      w -= m * alpha / (std::sqrt(v) + epsilon);
    };
  };
  optim::Adam rule = optim::Adam::keras();
  check(rule, by_hand(1e-3, 1e-7));
  rule.learning_rate = 0.5;
  rule.epsilon = 0.1;
  check(rule, by_hand(0.5, 0.1));
}

TEST_CASE("three steps of AdamW, whose weight decay does not enter the moments") {
  const auto by_hand = [](double rate, double decay) {
    return [=](int t, double& w, double g, double& m, double& v) {
      w -= rate * decay * w;
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      const double m_hat = m / (1.0 - std::pow(0.9, t));
      const double v_hat = v / (1.0 - std::pow(0.999, t));
      w -= rate * m_hat / (std::sqrt(v_hat) + 1e-8);
    };
  };
  check(optim::AdamW{}, by_hand(1e-3, 1e-2));
  check(optim::AdamW{.learning_rate = 0.1, .weight_decay = 0.5}, by_hand(0.1, 0.5));
}

TEST_CASE("three steps of Keras's AdamW") {
  check(optim::AdamW::keras(), [](int t, double& w, double g, double& m, double& v) {
    const double alpha = 1e-3 * std::sqrt(1.0 - std::pow(0.999, t)) / (1.0 - std::pow(0.9, t));
    w -= w * 4e-3 * 1e-3;
    m += (g - m) * 0.1;
    v += (g * g - v) * 0.001;
    w -= m * alpha / (std::sqrt(v) + 1e-7);
  });
}

TEST_CASE("three steps of RMSprop with its defaults") {
  check(optim::RMSprop{}, [](int, double& w, double g, double& v, double&) {
    v = 0.99 * v + 0.01 * g * g;
    w -= 1e-2 * g / (std::sqrt(v) + 1e-8);
  });
}

TEST_CASE("three steps of RMSprop with momentum, weight decay and a large epsilon") {
  check(optim::RMSprop{.learning_rate = 0.05, .alpha = 0.8, .epsilon = 0.1, .momentum = 0.6, .weight_decay = 0.02},
        [](int, double& w, double g, double& v, double& u) {
          const double decayed = g + 0.02 * w;
          v = 0.8 * v + 0.2 * decayed * decayed;
          u = 0.6 * u + decayed / (std::sqrt(v) + 0.1);
          w -= 0.05 * u;
        });
}

TEST_CASE("three steps of Keras's RMSprop, whose epsilon is added inside the root") {
  optim::RMSprop rule = optim::RMSprop::keras();
  check(rule, [](int, double& w, double g, double& v, double&) {
    v = 0.9 * v + 0.1 * g * g;
    w -= 1e-3 * g / std::sqrt(v + 1e-7);
  });
  rule.epsilon = 0.1;
  rule.momentum = 0.7;
  check(rule, [](int, double& w, double g, double& v, double& u) {
    v = 0.9 * v + 0.1 * g * g;
    u = 0.7 * u + 1e-3 * g / std::sqrt(v + 0.1);
    w -= u;
  });
}

TEST_CASE("three steps of Adagrad with its defaults") {
  check(optim::Adagrad{}, [](int, double& w, double g, double& sum, double&) {
    sum += g * g;
    w -= 1e-2 * g / (std::sqrt(sum) + 1e-10);
  });
}

TEST_CASE("three steps of Adagrad with an accumulator that does not start at zero, weight decay and a large epsilon") {
  const optim::Adagrad rule{.learning_rate = 0.2, .initial_accumulator = 0.5, .epsilon = 0.1, .weight_decay = 0.02};
  check(rule, [](int t, double& w, double g, double& sum, double&) {
    if (t == 1) sum = 0.5;
    const double decayed = g + 0.02 * w;
    sum += decayed * decayed;
    w -= 0.2 * decayed / (std::sqrt(sum) + 0.1);
  });
}

TEST_CASE("three steps of Keras's Adagrad, whose epsilon is added inside the root") {
  const auto by_hand = [](double rate, double epsilon) {
    return [=](int t, double& w, double g, double& sum, double&) {
      if (t == 1) sum = 0.1;
      sum += g * g;
      w -= rate * g / std::sqrt(sum + epsilon);
    };
  };
  optim::Adagrad rule = optim::Adagrad::keras();
  check(rule, by_hand(1e-3, 1e-7));
  rule.learning_rate = 0.1;
  rule.epsilon = 0.3;
  check(rule, by_hand(0.1, 0.3));
}

TEST_CASE("when the learning rate changes, a velocity of gradients follows at once and one of steps does not") {
  const auto weight_after_two = [](auto rule) {
    const Var<double> w = parameter(scalar(0.0), "w");
    optim::Optimizer optimizer(std::vector{w}, rule);
    for (const double rate : {1.0, 0.25}) {
      optimizer.set_learning_rate(rate);
      w.set_grad(scalar(1.0));
      optimizer.step();
    }
    return w.item();
  };
  CHECK(weight_after_two(optim::SGD{.momentum = 0.5}) == -1.0 - 0.25 * (0.5 * 1.0 + 1.0));
  CHECK(weight_after_two(optim::SGD{.momentum = 0.5, .form = optim::Form::keras}) == -1.0 - (0.5 * 1.0 + 0.25));
  // v is 1 in both steps, so this is the same with the sign of the gradient
  const optim::RMSprop rule{.alpha = 0.0, .epsilon = 0.0, .momentum = 0.5};
  CHECK(weight_after_two(rule) == -1.375);
  CHECK(weight_after_two(optim::RMSprop{.alpha = 0.0, .epsilon = 0.0, .momentum = 0.5, .form = optim::Form::keras}) ==
        -1.75);
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

namespace {

/// The second of two weights, after steps in which only the first has a gradient.
template <class T, class Rule>
T weight_without_gradient(const Rule& rule) {
  const Var<T> w = parameter(Array<T>{T(1), T(2)}, "w");
  optim::Optimizer<Rule, T> optimizer(std::vector{w}, rule);
  for (int step = 0; step < 3; ++step) {
    w.set_grad(Array<T>{T(1), T(0)});
    optimizer.step();
  }
  CHECK(w.value()(0) < T(1));
  return w.value()(1);
}

}  // namespace

TEST_CASE_TEMPLATE("a weight that never has a gradient stays where it is, though no epsilon holds up its denominator",
                   T, float, double) {
  for (const double epsilon : {0.0, 1e-60}) {
    for (const optim::Form form : {optim::Form::torch, optim::Form::keras}) {
      CAPTURE(epsilon);
      CHECK(weight_without_gradient<T>(optim::Adam{.epsilon = epsilon, .form = form}) == T(2));
      CHECK(weight_without_gradient<T>(optim::AdamW{.epsilon = epsilon, .weight_decay = 0.0, .form = form}) == T(2));
      CHECK(weight_without_gradient<T>(optim::RMSprop{.epsilon = epsilon, .momentum = 0.9, .form = form}) == T(2));
      CHECK(weight_without_gradient<T>(optim::Adagrad{.epsilon = epsilon, .form = form}) == T(2));
    }
  }
}
