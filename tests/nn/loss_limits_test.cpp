#include <doctest/doctest.h>
#include <autograd/autograd.hpp>
#include <nn/nn.hpp>

#include <cmath>
#include <limits>

#include "../infinity.hpp"

// Losses where logits are far from 0, where the network is sure, and where it is infinitely so.

using namespace wengert;

namespace {

using Numbers = std::vector<double>;

template <class T>
struct Result {
  double loss;
  Array<T> gradient;
};

template <class T, class Loss>
Result<T> evaluate(const Numbers& numbers, const Loss& loss) {
  Array<T> x = empty<T>({1, numbers.size()});
  std::transform(numbers.begin(), numbers.end(), x.data(), [](double v) { return static_cast<T>(v); });
  const Var<T> logits = parameter(std::move(x), "logits");
  Tape<T> tape;
  const Var<T> value = loss(logits);
  return {static_cast<double>(value.item()), tape.gradient(value, {logits}).front()};
}

template <class T>
void check(const Result<T>& result, double loss, const Numbers& gradient) {
  const double tolerance = 8 * std::numeric_limits<T>::epsilon();
  const auto is_close = [&](double a, double b) { return a == b || std::abs(a - b) <= tolerance * std::abs(b); };
  CHECK_MESSAGE(is_close(result.loss, loss), result.loss, " is not ", loss);
  for (std::size_t k = 0; k < gradient.size(); ++k) {
    const auto g = static_cast<double>(result.gradient.data()[k]);
    CHECK_MESSAGE(is_close(g, gradient[k]), k, ": ", g, " is not ", gradient[k]);
  }
}

template <class T>
Result<T> cross_entropy(const Numbers& logits, std::size_t label) {
  return evaluate<T>(logits, [&](const Var<T>& x) { return nn::cross_entropy(x, Indices{label}); });
}

template <class T>
Result<T> binary(double logit, double target) {
  return evaluate<T>({logit}, [&](const Var<T>& x) {
    return nn::binary_cross_entropy(x, Var<T>(full<T>({1, 1}, static_cast<T>(target))));
  });
}

}  // namespace

TEST_CASE_TEMPLATE("cross-entropy of logits with a large common offset", T, float, double) {
  for (const double offset : {1e8, 1e20, -1e30})
    check(cross_entropy<T>({offset, offset}, 1), std::log(2.0), {0.5, -0.5});
  const double total = std::exp(3.0) + std::exp(1.0) + 1.0;
  check(cross_entropy<T>({1003, 1001, 1000}, 0), std::log(total) - 3.0,
        {-(std::exp(1.0) + 1.0) / total, std::exp(1.0) / total, 1.0 / total});
}

TEST_CASE_TEMPLATE("cross-entropy of a sure class", T, float, double) {
  check(cross_entropy<T>({20, 0}, 0), 2.0611536203143807e-9, {-2.0611536181902037e-9, 2.0611536181902037e-9});
  check(cross_entropy<T>({40, 0}, 0), 4.248354255291589e-18, {-4.248354255291589e-18, 4.248354255291589e-18});
  check(cross_entropy<T>({0, 40}, 0), 40.0, {-1.0, 1.0});
  check(cross_entropy<T>({infinity, 0}, 0), 0.0, {0.0, 0.0});
  check(cross_entropy<T>({0, -infinity}, 0), 0.0, {0.0, 0.0});
  check(cross_entropy<T>({0, -infinity}, 1), infinity, {1.0, -1.0});
}

TEST_CASE_TEMPLATE("binary cross-entropy at the ends", T, float, double) {
  check(binary<T>(infinity, 1.0), 0.0, {0.0});
  check(binary<T>(-infinity, 0.0), 0.0, {0.0});
  check(binary<T>(infinity, 0.0), infinity, {1.0});
  check(binary<T>(-infinity, 1.0), infinity, {-1.0});
  check(binary<T>(40.0, 1.0), 4.248354255291589e-18, {-4.248354255291589e-18});
  check(binary<T>(-40.0, 0.0), 4.248354255291589e-18, {4.248354255291589e-18});
  check(binary<T>(-80.0, 1.0), 80.0, {-1.0});
}

TEST_CASE_TEMPLATE("binary cross-entropy from probabilities near 0 keeps its digits", T, float, double) {
  const double p = static_cast<double>(static_cast<T>(1e-5));
  const Result<T> result = evaluate<T>({p}, [](const Var<T>& x) {
    return nn::binary_cross_entropy_from_probabilities(x, Var<T>(zeros<T>({1, 1})));
  });
  check(result, -std::log1p(-p), {1.0 / (1.0 - p)});
}

TEST_CASE_TEMPLATE("huber is linear out to infinity", T, float, double) {
  const auto loss = [](const Var<T>& x) { return nn::huber(x, Var<T>(zeros<T>({1, 1}))); };
  const double far = std::same_as<T, float> ? 1e30 : 1e200;  // its square overflows
  check(evaluate<T>({far}, loss), static_cast<double>(static_cast<T>(far)), {1.0});
  check(evaluate<T>({-infinity}, loss), infinity, {-1.0});
}

TEST_CASE_TEMPLATE("activations at the infinities and in their tails", T, float, double) {
  const auto at = [](const auto& f, double x) { return evaluate<T>({x}, [&](const Var<T>& v) { return sum(f(v)); }); };
  const auto silu_of = [](const auto& v) { return silu(v); };
  const auto gelu_of = [](const auto& v) { return gelu(v); };
  const auto sigmoid_of = [](const auto& v) { return sigmoid(v); };
  check(at(silu_of, -infinity), 0.0, {0.0});
  check(at(silu_of, infinity), infinity, {1.0});
  check(at(gelu_of, -infinity), 0.0, {0.0});
  check(at(gelu_of, infinity), infinity, {1.0});
  check(at(gelu_of, -5.5), -1.0444259356238246e-7, {-5.733472398739925e-7});
  check(at(sigmoid_of, 17.0), 0.99999995860062453, {4.139937376003502e-8});
  if (std::same_as<T, double>) {
    check(at(gelu_of, -10.0), -7.619853024160526e-23, {});
    check(at(sigmoid_of, 37.42994775), 1.0, {5.551115124441674e-17});
  }
}

TEST_CASE_TEMPLATE("logits whose distance overflows are refused where the loss may not", T, float, double) {
  const double half = 0.6 * static_cast<double>(std::numeric_limits<T>::max());
  const nn::CrossEntropyOptions smooth{.label_smoothing = 0.1};
  const auto smoothed = [&](const Var<T>& z) { return nn::cross_entropy(z, Indices{0}, smooth); };
  const auto spread = [](const Var<T>& z) { return nn::categorical_cross_entropy(z, Array<T>{{T(0.9), T(0.1)}}); };
  const auto one_hot = [](const Var<T>& z) { return nn::categorical_cross_entropy(z, Array<T>{{1, 0}}); };
  const Var<T> logits = parameter(Array<T>{{T(half), T(-half)}}, "z");
  Tape<T> tape;
  CHECK_THROWS_WITH_AS(smoothed(logits), doctest::Contains("too far from each other"), NotFinite);
  CHECK_THROWS_WITH_AS(smoothed(logits), doctest::Contains("[cross_entropy] the logits"), NotFinite);
  CHECK_THROWS_WITH_AS(spread(logits), doctest::Contains("in row 0 of 'z' (1, 2)"), NotFinite);
  CHECK(tape.size() == 0);
  check(evaluate<T>({half, -half}, one_hot), 0.0, {0.0, 0.0});
  check(evaluate<T>({half, -half}, [](const Var<T>& z) { return nn::cross_entropy(z, Indices{0}); }), 0.0, {0, 0});
  check(evaluate<T>({0, -half}, smoothed), 0.05 * half, {0.05, -0.05});
  check(evaluate<T>({0, -half}, spread), 0.1 * half, {0.1, -0.1});
  check(evaluate<T>({0, -infinity}, smoothed), infinity, {});
}
