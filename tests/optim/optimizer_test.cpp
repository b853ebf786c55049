#include <doctest/doctest.h>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/tape/tape.hpp>
#include <optim/optim.hpp>

#include <limits>

#include "../error_text.hpp"
#include "../infinity.hpp"
#include "sign_descent.hpp"

using namespace wengert;

namespace {

Var<double> with_gradient(Array<double> value, Array<double> gradient) {
  const Var<double> p = parameter(std::move(value), "p");
  p.set_grad(std::move(gradient));
  return p;
}

}  // namespace

TEST_CASE("a step changes the parameters that have a gradient and skips the others") {
  const Var<double> a = with_gradient({1, 2}, {10, 20});
  const Var<double> b = parameter(Array<double>{3}, "b");
  const std::uint32_t version_a = a.version(), version_b = b.version();
  optim::Optimizer optimizer(std::vector{a, b}, optim::SGD{.learning_rate = 0.5});
  optimizer.step();
  CHECK(a.value() == Array<double>{-4, -8});
  CHECK(a.grad() == Array<double>{10, 20});
  CHECK(b.value() == Array<double>{3});
  CHECK(a.version() != version_a);
  CHECK(b.version() == version_b);
  CHECK(optimizer.steps() == 1);
  optimizer.zero_grad();
  CHECK_FALSE(a.has_grad());
}

TEST_CASE("steps are counted for each parameter, so that a late one starts with Adam's first step, as in PyTorch") {
  const Var<double> a = parameter(Array<double>{1}, "a"), b = parameter(Array<double>{1}, "b");
  optim::Optimizer optimizer(std::vector{a, b}, optim::Adam{.learning_rate = 0.01});
  a.set_grad(Array<double>{0.5});
  optimizer.step();
  CHECK(b.value()(0) == 1.0);
  b.set_grad(Array<double>{0.5});
  optimizer.step();
  CHECK(b.value()(0) == doctest::Approx(0.9900000002).epsilon(1e-12));
  CHECK(optimizer.steps() == 2);
  CHECK(optimizer.parameter_steps() == std::vector<std::size_t>{2, 1});
  optimizer.set_parameter_steps({7, 3});
  optimizer.step();
  CHECK(optimizer.parameter_steps() == std::vector<std::size_t>{8, 4});
  CHECK(contains(error_text([&] { optimizer.set_parameter_steps({1}); }), "got 1 numbers of steps for 2 parameters"));
}

TEST_CASE("a tape refuses its backward pass after a step, because the parameters have changed") {
  const Var<double> p = parameter(Array<double>{1, 2}, "p");
  optim::Optimizer optimizer(std::vector{p}, optim::SGD{});
  Tape<double> tape;
  const Var<double> loss = sum(p * p);
  tape.backward(loss);
  optimizer.step();
  CHECK(contains(error_text([&] { tape.backward(loss); }), "'p' (2,) was changed"));
}

TEST_CASE("a step without any gradient is refused and does not count") {
  const Var<double> p = parameter(Array<double>{1}, "p");
  optim::Optimizer optimizer(std::vector{p}, optim::Adam{});
  const std::string text = error_text([&] { optimizer.step(); });
  CHECK(contains(text, "[step] none of the 1 parameters has a gradient"));
  CHECK(contains(text, "backward"));
  CHECK(optimizer.steps() == 0);
}

TEST_CASE("arrays of every length around a lane are changed to the end and not beyond") {
  for (std::size_t size = 0; size <= 70; ++size) {
    CAPTURE(size);
    std::vector<double> memory(size + 1, 1.0);
    std::vector<double> gradient(size);
    for (std::size_t i = 0; i < size; ++i) gradient[i] = static_cast<double>(i) - 3.0;
    kernel::update_in_place(
        kernel::InPlace<double, 1, 1>{.size = size, .written = {memory.data()}, .read = {gradient.data()}},
        [](const auto& w, const auto& g) { return std::array{w + g}; });
    for (std::size_t i = 0; i < size; ++i) CHECK(memory[i] == static_cast<double>(i) - 2.0);
    CHECK(memory[size] == 1.0);
  }
}

TEST_CASE("a parameter may be a scalar or have no elements") {
  const Var<double> scalar_parameter = with_gradient(scalar(2.0), scalar(1.0));
  const Var<double> empty_parameter = with_gradient(zeros<double>({0, 3}), zeros<double>({0, 3}));
  optim::Optimizer optimizer(std::vector{scalar_parameter, empty_parameter}, optim::SGD{.learning_rate = 0.25});
  optimizer.step();
  CHECK(scalar_parameter.item() == 1.75);
}

TEST_CASE("a rule of one's own needs only its formula") {
  const Var<double> p = with_gradient({1, 2, 3}, {-7, 0, 9});
  optim::Optimizer optimizer(std::vector{p}, SignDescent{});
  optimizer.step();
  CHECK(p.value() == Array<double>{1.5, 2, 2.5});
}

TEST_CASE("a schedule changes the rule between steps, and nonsense is refused before anything changes") {
  const Var<double> p = with_gradient({1}, {1});
  optim::Optimizer optimizer(std::vector{p}, optim::SGD{.learning_rate = 0.5});
  optimizer.rule().learning_rate = 0.25;
  optimizer.step();
  CHECK(p.value() == Array<double>{0.75});
  optimizer.rule().learning_rate = -1.0;
  CHECK(contains(error_text([&] { optimizer.step(); }), "[SGD] learning_rate is -1"));
  CHECK(p.value() == Array<double>{0.75});
  CHECK(optimizer.steps() == 1);
}

TEST_CASE("parameters that cannot be trained are refused") {
  const Var<double> p = parameter(Array<double>{1}, "p");
  const auto make = [](std::vector<Var<double>> parameters) { optim::Optimizer(std::move(parameters), optim::SGD{}); };
  CHECK(contains(error_text([&] { make({}); }), "[optimizer] got no parameters"));
  CHECK(contains(error_text([&] { make({p, p}); }), "'p' (1,) is given twice"));
  CHECK(contains(error_text([&] { make({Var<double>(1.0).named("c")}); }), "'c' () is not a parameter"));
}

TEST_CASE("a parameter that has changed its shape is refused, and no other one is changed") {
  const Var<double> a = with_gradient({1}, {1});
  const Var<double> b = with_gradient({1, 2}, {1, 1});
  optim::Optimizer optimizer(std::vector{a, b}, optim::SGD{});
  b.mutable_value() = Array<double>{1, 2, 3};
  CHECK(contains(error_text([&] { optimizer.step(); }), "has shape (3,), but its gradient has shape (2,)"));
  CHECK(a.value() == Array<double>{1});
}

TEST_CASE("hyper-parameters that make no sense are refused by name") {
  const std::vector p{parameter(Array<double>{1}, "p")};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto error = [&](const auto& rule) { return error_text([&] { optim::Optimizer(p, rule); }); };
  for (const double bad : {nan, infinity, -0.1}) {
    CAPTURE(bad);
    CHECK(contains(error(optim::SGD{.learning_rate = bad}), "[SGD] learning_rate is "));
    CHECK(contains(error(optim::SGD{.momentum = bad}), "[SGD] momentum is "));
    CHECK(contains(error(optim::SGD{.weight_decay = bad}), "[SGD] weight_decay is "));
    CHECK(contains(error(optim::Adam{.learning_rate = bad}), "[Adam] learning_rate is "));
    CHECK(contains(error(optim::Adam{.beta1 = bad}), "[Adam] beta1 is "));
    CHECK(contains(error(optim::Adam{.beta2 = bad}), "[Adam] beta2 is "));
    CHECK(contains(error(optim::Adam{.epsilon = bad}), "[Adam] epsilon is "));
    CHECK(contains(error(optim::Adam{.weight_decay = bad}), "[Adam] weight_decay is "));
    CHECK(contains(error(optim::AdamW{.learning_rate = bad}), "[AdamW] learning_rate is "));
    CHECK(contains(error(optim::AdamW{.beta1 = bad}), "[AdamW] beta1 is "));
    CHECK(contains(error(optim::AdamW{.beta2 = bad}), "[AdamW] beta2 is "));
    CHECK(contains(error(optim::AdamW{.epsilon = bad}), "[AdamW] epsilon is "));
    CHECK(contains(error(optim::AdamW{.weight_decay = bad}), "[AdamW] weight_decay is "));
    CHECK(contains(error(optim::RMSprop{.learning_rate = bad}), "[RMSprop] learning_rate is "));
    CHECK(contains(error(optim::RMSprop{.alpha = bad}), "[RMSprop] alpha is "));
    CHECK(contains(error(optim::RMSprop{.epsilon = bad}), "[RMSprop] epsilon is "));
    CHECK(contains(error(optim::RMSprop{.momentum = bad}), "[RMSprop] momentum is "));
    CHECK(contains(error(optim::RMSprop{.weight_decay = bad}), "[RMSprop] weight_decay is "));
    CHECK(contains(error(optim::Adagrad{.learning_rate = bad}), "[Adagrad] learning_rate is "));
    CHECK(contains(error(optim::Adagrad{.initial_accumulator = bad}), "[Adagrad] initial_accumulator is "));
    CHECK(contains(error(optim::Adagrad{.epsilon = bad}), "[Adagrad] epsilon is "));
    CHECK(contains(error(optim::Adagrad{.weight_decay = bad}), "[Adagrad] weight_decay is "));
  }
  CHECK(contains(error(optim::SGD{.momentum = 1.0}), "less than 1"));
  CHECK(contains(error(optim::SGD{.nesterov = true}), "[SGD] nesterov needs a momentum"));
  CHECK(contains(error(optim::Adam{.beta1 = 1.0}), "less than 1"));
  CHECK(contains(error(optim::Adam{.beta2 = 1.0}), "less than 1"));
  CHECK(contains(error(optim::AdamW{.beta1 = 1.0}), "less than 1"));
  CHECK(contains(error(optim::AdamW{.beta2 = 1.0}), "less than 1"));
  CHECK(contains(error(optim::RMSprop{.alpha = 1.0}), "less than 1"));
  CHECK(contains(error(optim::RMSprop{.momentum = 1.0}), "less than 1"));
}

TEST_CASE("a training sees an optimizer without its rule: name, rate, steps and state") {
  const Var<double> a = with_gradient({1, 2}, {1, 1}), b = with_gradient({3}, {1});
  optim::Optimizer optimizer(std::vector{a, b}, optim::Adam{.beta1 = 0.5});
  optim::AnyOptimizer<double>& any = optimizer;
  any.step();
  CHECK(any.name() == "Adam");
  CHECK(any.steps() == 1);
  CHECK(same(any.parameters()[1], b));
  const std::vector<optim::OptimizerState<double>> state = any.state();
  REQUIRE(state.size() == 4);
  CHECK(state[0].name == "m");
  CHECK(state[3].name == "v");
  CHECK(same(state[2].parameter, b));
  CHECK(*state[0].array == Array<double>{0.5, 0.5});
  any.set_steps(41);
  any.step();
  CHECK(optimizer.steps() == 42);
  any.set_learning_rate(0.25);
  CHECK(optimizer.rule().learning_rate == 0.25);
  CHECK(contains(error_text([&] { any.set_learning_rate(-1.0); }), "[Adam] learning_rate is -1"));
  CHECK(any.learning_rate() == 0.25);
}

TEST_CASE("the state starts from the rule's numbers, in every parameter") {
  const Var<double> a = with_gradient({1, 2}, {3, 4}), b = parameter(Array<double>{5}, "b");
  optim::Optimizer optimizer(std::vector{a, b}, optim::Adagrad{.initial_accumulator = 0.5});
  CHECK(*optimizer.state()[0].array == Array<double>{0.5, 0.5});
  optimizer.step();
  CHECK(*optimizer.state()[0].array == Array<double>{9.5, 16.5});
  CHECK(*optimizer.state()[1].array == Array<double>{0.5});
}
