#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include <pthread.h>

#include <functional>
#include <thread>

using namespace wengert;

namespace {

/// Runs the function on a thread with a stack of 256 KiB.
void run_on_small_stack(std::function<void()> function) {
  pthread_attr_t attributes;
  REQUIRE(pthread_attr_init(&attributes) == 0);
  REQUIRE(pthread_attr_setstacksize(&attributes, std::size_t{256} * 1024) == 0);
  const auto start = [](void* f) -> void* {
    (*static_cast<std::function<void()>*>(f))();
    return nullptr;
  };
  pthread_t thread;
  REQUIRE(pthread_create(&thread, &attributes, start, &function) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

}  // namespace

TEST_CASE("a million entries are recorded, differentiated and destroyed on a stack of 256 KiB") {
  constexpr std::size_t entries = 1000000;
  std::size_t recorded_entries = 0, rules_run = 0;
  double gradient = 0;
  run_on_small_stack([&] {
    const auto x = parameter(scalar(1.0), "x");
    Tape<double> tape;
    Var<double> y = x;
    for (std::size_t k = 0; k < entries; ++k) {
      y = record("step", scalar(1.0), wrt(y, [&rules_run](const Var<double>& g) {
                   ++rules_run;
                   return g;
                 }));
    }
    recorded_entries = tape.size();
    gradient = tape.gradient(y, {x})[0]();
  });
  CHECK(recorded_entries == entries + 1);
  CHECK(rules_run == entries);
  CHECK(gradient == 1.0);
}

TEST_CASE("a long chain of fused operations has an exact gradient on a small stack") {
  double gradient = 0;
  run_on_small_stack([&] {
    const auto x = parameter(scalar(1.0), "x");
    Tape<double> tape;
    Var<double> y = x;
    for (int k = 0; k < 100000; ++k) y = y + x;
    gradient = tape.gradient(y, {x})[0]();
  });
  CHECK(gradient == 100001.0);
}

TEST_CASE("a recorded gradient adds entries in proportion to the entries it goes through") {
  const auto appended = [](int length) {
    const auto x = parameter(scalar(0.5), "x");
    Tape<double> tape;
    Var<double> y = x;
    for (int k = 0; k < length; ++k) y = sin(y) * x;
    const std::size_t before = tape.size();
    tape.gradient(y, {x}, recorded);
    return tape.size() - before;
  };
  const std::size_t first = appended(10), second = appended(20), third = appended(30);
  CHECK(third - second == second - first);
}

TEST_CASE("what a dead tape held is freed") {
  std::weak_ptr<int> witness;
  {
    const auto x = parameter(scalar(1.0), "x");
    Tape<double> tape;
    const auto held = std::make_shared<int>(1);
    witness = held;
    Var<double> y = record("holds", scalar(1.0), wrt(x, [held](const Var<double>& g) { return g; }));
    for (int k = 0; k < 10; ++k) y = y * x;
  }
  CHECK(witness.expired());
}

TEST_CASE("every thread records on its own tape") {
  std::vector<double> gradients(4);
  std::vector<std::size_t> sizes(4);
  const auto outer_parameter = parameter(scalar(1.0), "outer");
  Tape<double> outer;
  std::vector<std::thread> threads;
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    threads.emplace_back([&, k] {
      if (Tape<double>::innermost() != nullptr) return;
      const auto x = parameter(scalar(static_cast<double>(k)), "x");
      Tape<double> tape;
      Var<double> y = x * x;
      for (int step = 0; step < 1000; ++step) y = y + x;
      gradients[k] = tape.gradient(y, {x})[0]();
      sizes[k] = tape.size();
    });
  }
  const Var<double> here = outer_parameter * 2.0;
  for (std::thread& thread : threads) thread.join();
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    CHECK(gradients[k] == 2.0 * static_cast<double>(k) + 1000);
    CHECK(sizes[k] == 1002);
  }
  CHECK(outer.size() == 2);
  CHECK(outer.gradient(here, {outer_parameter})[0]() == 2.0);
}
