#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include <optional>

#include "../error_text.hpp"

using namespace wengert;

TEST_CASE("a leaf that was changed after it was recorded is refused, and no gradient has changed") {
  const auto x = parameter(ones<double>({2}), "x"), w = parameter(ones<double>({2}), "w");
  Tape<double> tape;
  const Var<double> loss = sum(x * w);
  tape.backward(loss);
  const auto refused = [&](const auto& change) {
    change();
    const std::string text = error_text([&] { tape.backward(loss); });
    CHECK(contains(text, "[backward] 'w' (2,) was changed after 'multiply' recorded it"));
    CHECK(contains(text, "change parameters after backward, and use a new tape for the next step"));
    CHECK(contains(error_text([&] { tape.gradient(loss, {x}); }), "'w' (2,) was changed"));
    CHECK(contains(error_text([&] { tape.gradient(loss, {x}, recorded); }), "'w' (2,) was changed"));
    CHECK(x.grad()(0) == 1.0);
    CHECK(w.grad()(0) == 1.0);
  };
  SUBCASE("by set_value") {
    refused([&] { w.set_value(full<double>({2}, 5.0)); });
  }
  SUBCASE("by mutable_value") {
    refused([&] { w.mutable_value()(0) = 5.0; });
  }
  SUBCASE("by exchange_value") {
    refused([&] { w.exchange_value(full<double>({2}, 5.0)); });
  }
}

TEST_CASE("a variable that was moved away says so wherever it is used") {
  Var<double> x = parameter(ones<double>({2}), "x");
  const Var<double> y = std::move(x);
  CHECK(y.name() == "x");
  const auto refused = [](const auto& use) { return contains(error_text(use), "this variable was moved away"); };
  CHECK(refused([&] { return x.value(); }));  // NOLINT(bugprone-use-after-move)
  CHECK(refused([&] { return x.shape(); }));
  CHECK(refused([&] { return x + y; }));
  CHECK(refused([&] { return sum(x); }));
  CHECK(refused([&] { x.set_value(ones<double>({2})); }));
  CHECK(refused([&] { return to_string(x); }));
  Tape<double> tape;
  CHECK(refused([&] { tape.backward(x); }));
  CHECK(refused([&] { tape.gradient(sum(y), {x}); }));
}

TEST_CASE("a change matters only on the way from the inputs to y") {
  const auto x = parameter(scalar(2.0), "x"), w = parameter(scalar(3.0), "w");
  Tape<double> tape;
  const Var<double> of_x = x * x, of_w = w * w;
  w.set_value(scalar(10.0));
  CHECK(tape.gradient(of_x, {x})[0]() == 4.0);
  CHECK(contains(error_text([&] { tape.gradient(of_w, {w}); }), "'w' () was changed"));
}

TEST_CASE("a constant that was changed after it was recorded is refused too") {
  const auto x = parameter(scalar(2.0), "x");
  const Var<double> constant = Var<double>(3.0).named("c");
  Tape<double> tape;
  const Var<double> y = x * constant;
  constant.set_value(scalar(4.0));
  CHECK(contains(error_text([&] { tape.backward(y); }), "'c' () was changed after 'multiply' recorded it"));
}

TEST_CASE("only a scalar has a gradient") {
  const auto x = parameter(ones<double>({2, 3}), "x");
  Tape<double> tape;
  const Var<double> y = (x * 2.0).named("y");
  const std::string text = error_text([&] { tape.backward(y); });
  CHECK(contains(text, "[backward] the loss 'y' (2, 3) is not a scalar"));
  CHECK(contains(text, "take sum(...) or mean(...) of it"));
  CHECK(contains(error_text([&] { tape.gradient(y, {x}); }), "[gradient] 'y' (2, 3) is not a scalar"));
  CHECK(contains(error_text([&] { tape.gradient(y, {x}, recorded); }), "[gradient] 'y' (2, 3) is not a scalar"));
  CHECK(contains(error_text([&] {
                   tape.pullback(y, ones<double>({3, 2}), {x});
                 }),
                 "[pullback] the cotangent has shape (3, 2); expected that of 'y' (2, 3)"));
  CHECK(!x.has_grad());
}

TEST_CASE("an array of one element of any rank is a scalar") {
  const auto x = parameter(full<double>({1, 1}, 3.0), "x");
  Tape<double> tape;
  tape.backward(x * x);
  CHECK(x.grad().shape() == Shape{1, 1});
  CHECK(x.grad()(0, 0) == 6.0);
}

TEST_CASE("what no tape recorded has no gradient") {
  const auto x = parameter(scalar(2.0), "x");
  const Var<double> before = (x * x).named("before");
  Tape<double> tape;
  const std::string text = error_text([&] { tape.backward(before); });
  CHECK(contains(text, "[backward] 'before' () was not recorded by this tape"));
  CHECK(contains(text, "expected a variable computed while the tape was in scope from a parameter(...)"));
  const Var<double> y = x * x;
  CHECK(contains(error_text([&] { tape.gradient(y, {before}); }), "[gradient] 'before' () was not recorded"));
  CHECK(contains(error_text([&] { tape.backward(Var<double>(1.0)); }), "the variable () was not recorded"));
}

TEST_CASE("a variable of a tape that has ended is refused by a later tape, even at the same address") {
  const auto x = parameter(scalar(2.0), "x");
  std::optional<Tape<double>> tape(std::in_place);
  const Tape<double>* const address = &*tape;
  const Var<double> old = (x * x).named("old");
  tape.reset();
  tape.emplace();
  REQUIRE(&*tape == address);
  CHECK(!tape->has(old));
  CHECK(contains(error_text([&] { tape->backward(old); }), "'old' () was not recorded by this tape"));
  const std::string text = error_text([&] { old* x; });
  CHECK(contains(text, "[multiply] 'old' () was recorded by a tape that is no longer in scope"));
  CHECK(contains(text, "compute it again here, or use stop_gradient(x)"));

  const Var<double> y = stop_gradient(old) * x;
  CHECK(tape->gradient(y, {x})[0]() == 4.0);
}

TEST_CASE("a parameter outlives its tapes") {
  const auto x = parameter(scalar(2.0), "x");
  for (int step = 0; step < 3; ++step) {
    Tape<double> tape;
    tape.backward(x * x);
    CHECK(tape.size() == 2);
    x.set_value(scalar(x.value()() + 1));
  }
  CHECK(x.grad()() == 4.0 + 6.0 + 8.0);
}

TEST_CASE("the errors of a variable name it") {
  const auto x = parameter(ones<double>({2, 3}), "x");
  CHECK(error_text([&] { x.item(); }) == "[item] 'x' (2, 3) does not have one element; expected a scalar");
  CHECK(contains(error_text([&] { x.grad(); }), "[grad] 'x' (2, 3) has no gradient: it is set by backward(loss)"));
  CHECK(contains(error_text([&] { x.grad(); }), "tape.gradient(loss, {x})"));
  CHECK(error_text([&] {
          x.set_value(ones<double>({3, 2}));
        }) == "[set_value] 'x' (2, 3) cannot take an array of shape (3, 2); expected the same shape");
  CHECK(contains(error_text([&] { x.set_grad(ones<double>({6})); }),
                 "[set_grad] 'x' (2, 3) cannot take an array of shape (6,)"));
  CHECK(contains(error_text([&] { x.add_grad(ones<double>({6})); }),
                 "[add_grad] 'x' (2, 3) cannot take an array of shape (6,)"));
  CHECK(x.version() == 0);
  CHECK(!x.has_grad());
}

TEST_CASE("operands that do not broadcast are named with their shapes, and the tape stays as it was") {
  const auto x = parameter(ones<double>({2, 3}), "x"), w = parameter(ones<double>({4, 1, 2}), "w");
  Tape<double> tape;
  const std::string text = error_text([&] { x + w; });
  CHECK(contains(text, "[add] the shapes do not broadcast at axis 2: got 'x' (2, 3), 'w' (4, 1, 2)"));
  CHECK(contains(text, "expected extents that are equal or 1, aligned at the last axis"));
  CHECK(contains(error_text([&] {
                   map(
                       "rate", [](auto a, auto b) { return a / b; }, x, Var<double>(ones<double>({5})));
                 }),
                 "[rate] the shapes do not broadcast at axis 1: got 'x' (2, 3), 'operand 1' (5,)"));
  CHECK(tape.size() == 0);
}

// A rule may read its output, as that of softmax does; what was computed from the new value is not what it belongs to.
TEST_CASE("an intermediate that was changed after it was recorded is refused") {
  const auto x = parameter(Array<double>{1.0, 2.0}, "x");
  Tape<double> tape;
  const Var<double> p = softmax(x).named("p");
  p.set_value(full<double>({2}, 7.0));
  const Var<double> loss = sum(p * Var<double>(Array<double>{1.0, -1.0}));
  CHECK(contains(error_text([&] { tape.backward(loss); }), "'p' (2,) was changed"));
}

TEST_CASE("an operation that refuses one of its operands leaves no trace of the others on the tape") {
  const auto x = parameter(ones<double>({2, 3}), "x"), v = parameter(ones<double>({2, 3}), "v");
  const Var<double> old = [&] {
    Tape<double> ended;
    return (v * 2.0).named("old");
  }();
  Tape<double> tape;
  const auto refused = [&](const auto& operation) {
    const std::size_t before = tape.size();
    CHECK(contains(error_text(operation), "'old' (2, 3) was recorded by a tape that is no longer in scope"));
    CHECK(tape.size() == before);
    CHECK(!tape.has(x));
  };
  refused([&] { return x * old; });
  refused([&] { return map([](auto a, auto b, auto c) { return a * b + c; }, x, v, old); });
  refused([&] {
    return sum(
        every_axis, [](auto a, auto b) { return a * b; }, x, old);
  });
  refused([&] { return matmul(x, old, {.transpose_b = true}); });
  refused([&] { return concat<double>({x, v, old}, 0); });
  refused([&] { return stack<double>({x, v, old}, 0); });
  refused([&] { return where(x, v, old); });
  refused([&] { return normalise(x, old, v, {0}, 1e-5); });
  refused([&] { return normalise(x, v, old, {0}, 1e-5); });
  refused([&] { return batch_norm(x, v, old, {}); });
  const Var<double> y = sum(x * v);  // the tape is as good as new
  CHECK(tape.gradient(y, {x})[0] == ones<double>({2, 3}));
  CHECK(tape.slot_of("test", x) < tape.size());
}

TEST_CASE("a gradient that is refused records nothing of what it was asked of") {
  const auto x = parameter(scalar(2.0), "x");
  const Var<double> constant(3.0);
  Tape<double> tape;
  CHECK(contains(error_text([&] { tape.gradient(x, {constant}); }), "was not recorded by this tape"));
  CHECK(tape.size() == 0);
  CHECK(tape.gradient(x, {x})[0]() == 1.0);
}
