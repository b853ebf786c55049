#include <doctest/doctest.h>
#include <autograd/autograd.hpp>
#include <autograd/check/gradcheck.hpp>

#include "../error_text.hpp"

// What a gradient check says where there is no derivative to check.

using namespace wengert;

namespace {

Var<double> named_a(Array<double> values) { return parameter(std::move(values), "a"); }

}  // namespace

TEST_CASE("elements at a kink are counted apart, with the slopes of the function itself") {
  const auto report = gradcheck([](const auto& a) { return relu(a); }, {named_a({0.0, 1.0, -1.0})});
  CHECK(report.verdict == Verdict::pass);
  CHECK(contains(report.text(), "2 of 3 elements agree"));
  CHECK(contains(report.text(), "kink at a[0]: the slope is 0 on the left and 1 on the right; not judged"));
}

TEST_CASE("a kink is told by its size beside the slope, whatever the scale of the function") {
  for (const double scale : {1e-6, 1e-3, 1.0, 1e3, 1e6, 1e9}) {
    const auto smooth = [scale](const auto& a) { return scale * exp(3.0 * sin(a)); };
    const auto bent = [scale](const auto& a) { return scale * (a + 0.5 * abs(a)); };
    const GradcheckReport without = gradcheck(smooth, {named_a({0.3, -1.1, 0.0})});
    CHECK_MESSAGE(without.kinks.empty(), without.text());
    CHECK_MESSAGE(without.verdict == Verdict::pass, without.text());
    const GradcheckReport with = gradcheck(bent, {named_a({0.0, 1.0})});
    CHECK_MESSAGE(with.kinks.size() == 1, with.text());
  }
}

TEST_CASE("an input of kinks alone passes at no order") {
  const auto at_kinks = gradcheck([](const auto& a) { return relu(a); }, {named_a({0.0, 0.0})});
  CHECK(at_kinks.verdict == Verdict::inconclusive);
  CHECK(contains(at_kinks.text(), "every element of an input is at a kink"));

  // The first derivative 1 + |v| is continuous at 0, the second is not.
  const auto f = [](const auto& v) { return v + 0.5 * v * abs(v); };
  CHECK(gradcheck(f, {named_a({0.0})}, {.order = 1}));
  const auto second = gradcheck(f, {named_a({0.0})}, {.order = 2});
  CHECK(second.verdict == Verdict::inconclusive);
  CHECK(second.order == 2);
  CHECK(contains(second.text(), "kink at a[0]: the slope is -1 on the left and 1 on the right"));  // of 1 + |v|
  const auto cancelling = [](const auto& v) { return stack<double>({v * abs(v), -v * abs(v)}, 0); };
  CHECK_FALSE(contains(gradcheck(cancelling, {named_a({0.0})}, {.order = 2}).text(), "is 0 on the left and 0 on"));
}

TEST_CASE("a function that is not a number says for which element") {
  const auto report = gradcheck([](const auto& a) { return log(a); }, {named_a({1.5, -0.5, 2.0})});
  CHECK(report.verdict == Verdict::inconclusive);
  CHECK(contains(report.text(), "f is NaN at a[1] = -0.5"));
  const auto of_both = gradcheck([](const auto& a, const auto& b) { return log(a) * sqrt(b); },
                                 {named_a({1.0, 2.0}), parameter(Array<double>{3.0, -4.0}, "b")});
  CHECK(contains(of_both.text(), "f is NaN at b[1] = -4"));
}
