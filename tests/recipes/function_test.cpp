// The elementwise functions that CONTRIBUTING.md shows.
#include <doctest/doctest.h>
#include <autograd/autograd.hpp>
#include <autograd/check/gradcheck.hpp>

#include <cmath>

namespace wengert::recipes {

struct Mish {
  static constexpr const char* name = "mish";
  auto operator()(const auto& x) const { return x * tanh(softplus(x)); }
};

/// x * tanh(softplus(x)) (Misra 2019).
auto mish(const Number auto& x) { return apply(Mish{}, x); }

struct Atan {
  static constexpr const char* name = "atan";
  template <class L>
  static L value(const L& x) {
    return xsimd::atan(x.batch);
  }
  template <int, class N>
  static N derivative(const N&, const N& x) {
    return 1.0 / (1.0 + x * x);
  }
};

/// The angle between -pi/2 and pi/2 whose tangent is x.
auto atan(const Number auto& x) { return apply(Atan{}, x); }

}  // namespace wengert::recipes

using namespace wengert;

TEST_CASE("a formula and a primitive of one's own have values, gradients of two orders and a name on the tape") {
  const Var x = parameter(Array<double>{-2.0, -0.3, 0.4, 1.7, 3.0}, "x");
  CHECK(gradcheck([](const auto& v) { return recipes::mish(v); }, {x}, {.order = 2}));
  CHECK(gradcheck([](const auto& v) { return recipes::atan(v); }, {x}, {.order = 2}));
  const auto in_a_formula = [](const auto& v) {
    return map([](auto a) { return recipes::atan(recipes::mish(a)); }, v);
  };
  CHECK(gradcheck(in_a_formula, {x}, {.order = 2}));

  Tape<double> tape;
  const Var y = recipes::mish(x), z = recipes::atan(x);
  CHECK(tape.entry(tape.slot_of("test", y)).operation->name() == "mish");
  CHECK(tape.entry(tape.slot_of("test", z)).operation->name() == "atan");
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double at = x.value().data()[i];
    CHECK(y.value().data()[i] == doctest::Approx(at * std::tanh(std::log1p(std::exp(at)))).epsilon(1e-14));
    CHECK(z.value().data()[i] == doctest::Approx(std::atan(at)).epsilon(1e-14));
  }
}
