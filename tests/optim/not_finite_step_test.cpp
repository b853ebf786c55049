#include <doctest/doctest.h>
#include <autograd/base/not_finite.hpp>
#include <optim/optim.hpp>

#include <cmath>
#include <limits>

#include "../error_text.hpp"
#include "../infinity.hpp"
#include "sign_descent.hpp"

using namespace wengert;

namespace {

/// Takes a good step with two parameters, then one with a bad number; nothing may change. Returns the error.
template <class T, class Rule>
std::string refusal(const Rule& rule, std::size_t size, std::size_t place, T bad) {
  const Var<T> good = parameter(full<T>({3}, T(1)), "good"), other = parameter(full<T>({size}, T(1)), "other");
  optim::Optimizer<Rule, T> optimizer({good, other}, rule);
  for (const Var<T>& p : {good, other}) p.set_grad(full<T>(p.shape(), T(0.5)));
  optimizer.step();
  std::vector<Array<T>> before{good.value(), other.value()};
  for (const auto& state : optimizer.state()) before.push_back(*state.array);
  const std::uint32_t version = other.version();
  Array<T> gradient = full<T>({size}, T(0.5));
  gradient(place) = bad;
  other.set_grad(gradient);
  std::string text = "no NotFinite";
  try {
    optimizer.step();
  } catch (const NotFinite& error) {
    text = error.what();
  }
  std::vector<Array<T>> after{good.value(), other.value()};
  for (const auto& state : optimizer.state()) after.push_back(*state.array);
  CHECK(after == before);
  CHECK(other.version() == version);
  CHECK(optimizer.steps() == 1);
  other.set_grad(full<T>({size}, T(0.5)));
  optimizer.step();  // goes on
  CHECK(optimizer.steps() == 2);
  return text;
}

}  // namespace

TEST_CASE_TEMPLATE("a gradient that is not finite changes no parameter, whatever the rule and the place", T, float,
                   double) {
  for (const std::size_t size : {1U, 5U, 37U}) {
    for (const std::size_t place : {std::size_t{0}, static_cast<std::size_t>(size - 1)}) {
      for (const double bad : {infinity, -infinity, std::nan("")}) {
        CAPTURE(size);
        CAPTURE(bad);
        const auto text = [&](const auto& rule) { return refusal<T>(rule, size, place, static_cast<T>(bad)); };
        for (const std::string& error : {text(optim::SGD{.momentum = 0.9}), text(optim::Adam{}), text(optim::AdamW{}),
                                         text(optim::RMSprop{}), text(optim::Adagrad{}), text(SignDescent{})}) {
          CHECK_MESSAGE(error.starts_with("[step] the gradient of 'other'"), error);
          CHECK(contains(error, fmt::format("in step 2: element {} is ", place)));
        }
      }
    }
  }
}

TEST_CASE("a step whose result would overflow changes no parameter, by the name of what would") {
  CHECK(contains(refusal<float>(optim::SGD{.learning_rate = 1e30}, 5, 2, 1e10F), "the next value of 'other' (5,)"));
  CHECK(contains(refusal<float>(optim::Adam{}, 5, 2, 1e25F), "the next v of 'other' (5,) is not finite in step 2"));
  CHECK(contains(refusal<double>(optim::Adagrad{}, 20, 19, 1e200), "the next v of 'other' (20,)"));
}

TEST_CASE("clipping names the gradient that has no norm, and changes none") {
  const Var<double> a = parameter(Array<double>{1.0}, "a"), b = parameter(Array<double>{1.0}, "b");
  a.set_grad({100.0});
  b.set_grad({infinity});
  CHECK_THROWS_AS(optim::clip_by_norm(std::vector{a, b}, 1.0), NotFinite);
  CHECK(a.grad() == Array<double>{100.0});
}

TEST_CASE("the hyper-parameters of a rule are listed once, with their values") {
  const Var<double> p = parameter(Array<double>{1.0}, "p");
  const optim::Optimizer<optim::Adam, double> optimizer({p}, optim::Adam{.beta1 = 0.8});
  std::string text;
  for (const optim::HyperParameter& h : optimizer.hyper_parameters()) text += fmt::format("{} {}; ", h.name, h.text);
  CHECK(text == "beta1 0.8; beta2 0.999; epsilon 1e-08; weight_decay 0; form torch; ");
  CHECK(optim::Optimizer<SignDescent, double>({p}, SignDescent{}).hyper_parameters().empty());
}
