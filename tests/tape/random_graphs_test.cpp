#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

using namespace wengert;

// The plain backward pass shares adjoints, adds in place and keeps them small below sums; the recorded one computes
// each with an operation of its own. They must agree for every variable of any graph.

namespace {

Array<double> random_integers(Generator& generator, const Shape& shape) {
  Array<double> array = empty<double>(shape);
  for (double& x : array) x = static_cast<double>(generator.below(7)) - 3.0;
  return array;
}

/// A variable of shape (2, 4), computed from earlier ones of shape (2, 4), and from what is added to them on the way.
Var<double> random_step(Generator& generator, std::vector<Var<double>>& all) {
  const auto pick = [&] {
    while (true) {
      const Var<double>& x = all[generator.below(all.size())];
      if (x.shape() == Shape{2, 4}) return x;
    }
  };
  const auto keep = [&](const Var<double>& x) {
    all.push_back(x);
    return x;
  };
  const Var<double> a = pick(), b = pick();
  switch (generator.below(9)) {
    case 0:
      return a + b;
    case 1:
      return a - b;
    case 2:
      return a * Var<double>(random_integers(generator, {4}));
    case 3:
      return a - keep(mean(b, {1}, keep_dims));  // halves and quarters are exact too
    case 4:
      return a + keep(sum(b, {0}));
    case 5:
      return keep(sum(a)) + b;
    case 6:
      return transpose(keep(transpose(a)));
    case 7:
      return map([](const auto& x, const auto& y, const auto& z) { return x + y - z; }, a, a, b);
    default:
      return -a;
  }
}

}  // namespace

TEST_CASE("the plain backward pass of any graph gives every variable the adjoint that the recorded one gives it") {
  Generator generator(1);
  for (int graph = 0; graph < 300; ++graph) {
    Tape<double> tape;
    std::vector<Var<double>> all;
    for (int k = 0; k < 2; ++k) all.push_back(parameter(random_integers(generator, {2, 4})));
    for (int k = 0; k < 8; ++k) all.push_back(random_step(generator, all));
    std::erase_if(all, [&](const Var<double>& x) { return !tape.has(x); });  // a parameter that nothing used
    const bool scalar = generator.below(2) == 0;
    const Var<double> y = scalar ? sum(all.back()) : all.back();
    const Var<double> cotangent(random_integers(generator, y.shape()));
    const Array<double> before = cotangent.value();
    const std::vector<Array<double>> plain = tape.pullback(y, cotangent, all);
    CHECK(cotangent.value() == before);
    const std::vector<Var<double>> expected = tape.pullback(y, cotangent, all, recorded);
    for (std::size_t k = 0; k < all.size(); ++k) {
      CAPTURE(graph);
      CAPTURE(k);
      CHECK(plain[k].shape() == all[k].shape());
      CHECK(plain[k] == expected[k].value());
    }
  }
}
