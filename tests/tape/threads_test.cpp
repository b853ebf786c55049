#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include <memory>
#include <thread>

#include "../error_text.hpp"

using namespace wengert;

// A tape records the thread that it lives on. What another thread computes must be right or refused, never lost.

namespace {

Var<double> on_another_thread(const std::function<Var<double>()>& compute) {
  Var<double> result(0.0);
  std::thread([&] { result = compute(); }).join();
  return result;
}

}  // namespace

TEST_CASE("what a thread without a tape computes from a parameter is refused on the tape of another") {
  const auto p = parameter(scalar(2.0), "p");
  for (const bool thread_comes_first : {true, false}) {
    Tape<double> tape;
    Var<double> here(0.0);
    if (!thread_comes_first) here = p * p;
    const Var<double> there = on_another_thread([&] { return (2.0 * (p * p * p) / 2.0).named("cube"); });
    if (thread_comes_first) here = p * p;
    const std::string text = error_text([&] { here + there; });
    CHECK(contains(text, "[add] 'cube' () was computed from a parameter on another thread"));
    CHECK(contains(text, "stop_gradient"));
    CHECK(contains(error_text([&] { here + exp(there); }), "was computed from a parameter on another thread"));
    CHECK(tape.gradient(here + stop_gradient(there), {p})[0]() == 4.0);
  }
}

TEST_CASE("what a thread computes from a variable on the tape of another is refused there too") {
  const auto p = parameter(scalar(2.0), "p");
  Tape<double> tape;
  const Var<double> y = p * p;
  const Var<double> there = on_another_thread([&] { return y * 3.0; });
  CHECK(contains(error_text([&] { y + there; }), "was computed from a parameter on another thread"));
}

TEST_CASE("a tape that ends on another thread leaves that of its own, and the tape around it records again") {
  const auto p = parameter(scalar(2.0), "p");
  auto outer = std::make_unique<Tape<double>>();
  auto inner = std::make_unique<Tape<double>>();
  std::thread([&] { inner.reset(); }).join();
  CHECK(Tape<double>::recording() == outer.get());
  CHECK(outer->gradient(p * p, {p})[0]() == 4.0);
  inner = std::make_unique<Tape<double>>();
  std::thread([&] { outer.reset(); }).join();
  CHECK(Tape<double>::innermost() == inner.get());
  const Var<double> unused = p * 3.0;
  std::thread([&] { CHECK(Tape<double>::innermost() == nullptr); }).join();
  inner.reset();
  CHECK(Tape<double>::innermost() == nullptr);
}

TEST_CASE("a thread that says NoRecord, or has no parameter, computes constants for everybody") {
  const auto p = parameter(scalar(2.0), "p");
  Tape<double> tape;
  const Var<double> paused = on_another_thread([&] {
    const NoRecord pause;
    return p * p * p;
  });
  const Var<double> constant = on_another_thread([&] { return Var<double>(3.0) * 2.0; });
  CHECK(tape.gradient(p * paused * constant, {p})[0]() == 48.0);
}

TEST_CASE("what a thread records on its own tape is refused by another") {
  const auto p = parameter(scalar(2.0), "p");
  Tape<double> tape;
  const Var<double> there = on_another_thread([&] {
    Tape<double> own;
    return p * p;
  });
  CHECK(contains(error_text([&] { p + there; }), "by one of another thread"));
}

TEST_CASE("what this thread computed before the tape was there is a constant") {
  const auto p = parameter(scalar(2.0), "p");
  const Var<double> before = p * p;
  Tape<double> tape;
  CHECK(tape.gradient(p * before, {p})[0]() == 4.0);
}

TEST_CASE("threads that share parameters do not disturb each other") {
  const auto p = parameter(scalar(2.0), "p"), q = parameter(scalar(3.0), "q");
  std::vector<double> gradients(4);
  std::vector<std::thread> threads;
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    threads.emplace_back([&, k] {
      for (int round = 0; round < 200; ++round) {
        Tape<double> tape;
        const Var<double> y = k % 2 == 0 ? q * p * p : p * p * q;
        gradients[k] += tape.gradient(y, {p})[0]();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const double gradient : gradients) CHECK(gradient == 200.0 * 12.0);
}
