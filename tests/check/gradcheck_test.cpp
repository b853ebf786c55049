#include <doctest/doctest.h>

#include <autograd/autograd.hpp>
#include <autograd/check/gradcheck.hpp>

#include <cstring>
#include <sstream>

#include "../error_text.hpp"

namespace wengert {
namespace {

using ::contains;

using V = Var<double>;

Array<double> vector(const std::vector<double>& values) {
  Array<double> result = empty<double>({values.size()});
  std::copy(values.begin(), values.end(), result.data());
  return result;
}

V normal(const char* name, const Shape& shape, std::uint64_t seed = 1) {
  return parameter(Generator(seed).normal<double>(shape), name);
}

}  // namespace

TEST_CASE("gradcheck takes a function of several Vars or of a vector of them") {
  const V x = normal("x", {2, 3});
  const V w = normal("w", {3, 2});
  CHECK(gradcheck([](auto a, auto b) { return matmul(a, b); }, {x, w}));
  CHECK(gradcheck([](const V& a, const V& b) { return matmul(a, b); }, {x, w}));
  CHECK(gradcheck([](const std::vector<V>& v) { return matmul(v[0], v[1]); }, {x, w}));
  CHECK(gradcheck(Function<double>([](const std::vector<V>& v) { return tanh(v[0]); }), {x}));
  CHECK_THROWS_WITH_AS(gradcheck([](auto a, auto b) { return a * b; }, {x}),
                       "[gradcheck] the function takes 2 variables, but there are 1 inputs", Error);
  CHECK_THROWS_AS(gradcheck([](const std::vector<V>& v) { return v[0]; }, {}), Error);
}

TEST_CASE("a passing report says how many elements were compared and how closely") {
  const GradcheckReport report = gradcheck([](auto x) { return exp(x); }, {normal("x", {4, 3})}, {.order = 2});
  CHECK(report);
  CHECK(report.checked == 12 + 24);  // x, then x and the cotangent
  CHECK(report.elements == 36);
  CHECK(report.worst_error < 1e-11);
  CHECK(report.tolerance < 1e-8);
  CHECK(contains(report.text(), "gradcheck, order 2: pass: 36 of 36 elements agree"));
}

TEST_CASE("a failing report names the input, the element, both numbers, the tolerance and a hint") {
  const V x(vector({2, 3}));
  const V w = V(vector({5, -7})).named("w");
  const auto wrong_for_w = [](const V& a, const V& b) {
    return record("product", (a * b).value(), wrt(a, [b](const V& g) { return g * b; }),
                  wrt(b, [a](const V& g) { return -g * a; }));
  };
  const GradcheckReport report = gradcheck(wrong_for_w, {x, w});
  REQUIRE(report.verdict == Verdict::fail);
  CHECK(report.wrong == 2);
  CHECK(report.worst->input == "w");
  CHECK(report.worst->shape == Shape{2});
  CHECK(report.worst->tape == doctest::Approx(-report.worst->numeric));
  CHECK(report.worst->tolerance < 1e-8);
  std::ostringstream text;
  text << report;
  CHECK(text.str() == report.text());
  const std::string index = std::to_string(report.worst->index[0]);
  CHECK(contains(report.text(),
                 "fail: 2 of 4 checked elements are wrong, the worst one:\n  w[" + index + "] of shape (2,)"));
  CHECK(contains(report.text(), fmt::format("tape       {:.17g}", report.worst->tape)));
  CHECK(contains(report.text(), fmt::format("numeric    {:.17g} +- ", report.worst->numeric)));
  CHECK(contains(report.text(), fmt::format("tolerance  {:.1e}, but they differ by", report.worst->tolerance)));
  CHECK(contains(report.text(), "hint: the tape's gradient is the negative of the numeric one: a sign is wrong"));
}

TEST_CASE("a check without signal is vacuous") {
  const V x = normal("x", {8, 3});
  const V gamma = normal("gamma", {3}, 2);
  const V beta = normal("beta", {3}, 3);
  const auto sum_of_batch_norm = [](auto a, auto g, auto b) { return sum(batch_norm(a, g, b, {0}).y); };
  const GradcheckReport report = gradcheck(sum_of_batch_norm, {x, gamma, beta});
  CHECK(report.verdict == Verdict::vacuous);
  CHECK_FALSE(report);
  CHECK(report.silent == std::vector<std::string>{"x", "gamma"});
  CHECK(contains(report.text(), "no influence on the result beyond rounding: 'x', 'gamma'"));
  CHECK(gradcheck([](auto a, auto g, auto b) { return batch_norm(a, g, b, {0}).y; }, {x, gamma, beta}));
  CHECK(gradcheck([](auto a) { return sign(a); }, {x}).verdict == Verdict::vacuous);
  CHECK(gradcheck([](auto a) { return V(1.0) + 0.0 * sum(a); }, {x}).verdict == Verdict::vacuous);
  CHECK(gradcheck([](auto a) { return a; }, {V(zeros<double>({0, 3}))}).verdict == Verdict::vacuous);
}

TEST_CASE("a function that noise dominates is inconclusive, never a failure") {
  const auto rounded_to_float = [](const V& x) {
    const Array<double> y = cast<double>(cast<float>((x * x).value()));
    return record("rounded", y, wrt(x, [x](const V& g) { return 2.0 * g * x; }));
  };
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const GradcheckReport report = gradcheck(rounded_to_float, {normal("x", {4, 2}, seed)}, {.seed = seed});
    CHECK_MESSAGE(report.verdict == Verdict::inconclusive, report.text());
  }
  const auto cancelling = [](const V& x) { return (x + 1e13) - 1e13; };
  const GradcheckReport report = gradcheck(cancelling, {normal("x", {3})});
  CHECK(report.verdict == Verdict::inconclusive);
  CHECK(report.unresolved == 3);
  CHECK(contains(report.text(), "of 3 of 3 checked elements the differences do not tell enough"));
}

TEST_CASE("kinks are listed and not judged") {
  const V x = V(vector({1, 0, -2})).named("x");
  const GradcheckReport report = gradcheck([](auto a) { return relu(a); }, {x}, {.seed = 4});
  CHECK(report.verdict == Verdict::pass);
  REQUIRE(report.kinks.size() == 1);
  CHECK(report.kinks[0].input == "x");
  CHECK(report.kinks[0].index == Shape{1});
  CHECK(report.kinks[0].left == doctest::Approx(0));
  CHECK(std::abs(report.kinks[0].right) >= 0.5);
  CHECK(contains(report.text(), "kink at x[1]: the slope is"));
  // Nothing but kinks: nothing was checked.
  CHECK(gradcheck([](auto a) { return relu(a); }, {V(zeros<double>({2}))}).verdict == Verdict::inconclusive);
  // Ties of max are kinks, though the shared gradient happens to be the mean of both slopes.
  CHECK(gradcheck([](auto a) { return max(a); }, {V(vector({3, 3, 1}))}).kinks.size() == 2);
}

TEST_CASE("an element close to a kink or to the edge of the domain is checked with small steps") {
  CHECK(gradcheck([](auto a) { return relu(a); }, {V(vector({1, 1e-4, -1e-5}))}));
  CHECK(gradcheck([](auto a) { return log(a); }, {V(vector({1, 1e-6, 1e-3}))}));
  CHECK(gradcheck([](auto a) { return sqrt(a); }, {V(vector({4, 1e-5}))}, {.order = 2}));
}

TEST_CASE("a function that is not pure is reported") {
  Generator generator(3);
  const V x = normal("x", {3});
  const auto dropout = [&](const V& a) { return a * V(generator.uniform<double>({3})); };
  const GradcheckReport report = gradcheck(dropout, {x});
  CHECK(report.verdict == Verdict::impure);
  CHECK(contains(report.text(), "two calls with equal inputs gave different results"));
}

TEST_CASE("a check changes nothing of the caller's and can stand inside a tape's scope") {
  const V x = normal("x", {4, 3});
  const V captured = normal("w", {3, 2}, 2);
  const Array<double> before = x.value();
  Tape<double> tape;
  const V y = sum(matmul(tanh(x), captured));
  tape.backward(y);
  const Array<double> grad = x.grad();
  const std::size_t size = tape.size();
  CHECK(gradcheck([&](auto a) { return matmul(a, captured); }, {tanh(x)}, {.order = 2}));
  CHECK(gradcheck([&](auto a) { return matmul(a, captured); }, {x}, {.order = 2}));
  CHECK(tape.size() == size + 1);  // tanh(x) above
  CHECK(x.version() == 0);
  CHECK(captured.version() == 0);
  CHECK(std::memcmp(x.value().data(), before.data(), before.size() * sizeof(double)) == 0);
  CHECK(std::memcmp(x.grad().data(), grad.data(), grad.size() * sizeof(double)) == 0);
  CHECK(tape.gradient(y, {x, captured}).size() == 2);  // and this tape still knows its leaves
  const NoRecord pause;
  CHECK_THROWS_AS(gradcheck([](auto a) { return a; }, {x}), Error);
}

TEST_CASE("of a large input a random subset is checked, the same for the same seed") {
  const V x = normal("x", {100, 30});
  const GradcheckReport report = gradcheck([](auto a) { return softmax(a); }, {x}, {.max_elements = 20});
  CHECK(report);
  CHECK(report.checked == 20);
  CHECK(report.elements == 3000);
  CHECK(contains(report.text(), "20 of 3000 elements agree"));
  const GradcheckReport again = gradcheck([](auto a) { return softmax(a); }, {x}, {.max_elements = 20});
  CHECK(again.worst_error == report.worst_error);
}

TEST_CASE("batch normalisation passes at order three") {
  const V x = normal("x", {8, 2});
  const V gamma = normal("gamma", {2}, 2);
  const V beta = normal("beta", {2}, 3);
  CHECK(gradcheck([](auto a, auto g, auto b) { return batch_norm(a, g, b, {0}).y; }, {x, gamma, beta}, {.order = 3}));
}

}  // namespace wengert
