// The operation that CONTRIBUTING.md shows.
#include <doctest/doctest.h>
#include <autograd/autograd.hpp>
#include <autograd/check/gradcheck.hpp>

namespace wengert::recipes {

/// The elements in reverse order.
template <class T>
Var<T> reverse(const Var<T>& x) {
  Array<T> y = empty<T>(x.shape());
  std::reverse_copy(x.value().begin(), x.value().end(), y.begin());
  return record("reverse", std::move(y), wrt(x, [](const Var<T>& g) { return reverse(g); }));
}

}  // namespace wengert::recipes

using namespace wengert;

TEST_CASE("an operation with a rule of its own has gradients of two orders") {
  const Var x = parameter(Array<double>{{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}, "x");
  CHECK(recipes::reverse(x).value() == Array<double>{{6.0, 5.0, 4.0}, {3.0, 2.0, 1.0}});
  CHECK(gradcheck([](const auto& v) { return v * recipes::reverse(v); }, {x}, {.order = 2}));
}
