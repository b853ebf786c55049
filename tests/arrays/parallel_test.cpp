#include <doctest/doctest.h>
#include <autograd/parallel.hpp>

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include "../error_text.hpp"

using namespace wengert;

TEST_CASE("parallel_for calls every index once, whatever the number of threads") {
  for (const std::size_t count : {std::size_t{1}, std::size_t{2}, std::size_t{5}}) {
    set_threads(count);
    CHECK(threads() == count);
    for (const std::size_t indices : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{1000}}) {
      std::vector<int> calls(indices);
      parallel_for(indices, [&](std::size_t index) { ++calls[index]; });
      CHECK(calls == std::vector<int>(indices, 1));
    }
  }
  set_threads(1);
}

TEST_CASE("parallel_for inside parallel_for, and from several threads at once, does not wait for ever") {
  set_threads(3);
  std::atomic<int> calls{0};
  const auto nested = [&] { parallel_for(4, [&](std::size_t) { parallel_for(5, [&](std::size_t) { ++calls; }); }); };
  std::thread other(nested);
  nested();
  other.join();
  CHECK(calls == 40);
  set_threads(1);
}

TEST_CASE("an exception in parallel_for reaches the caller after all indices are done") {
  set_threads(2);
  std::atomic<int> calls{0};
  const auto job = [&](std::size_t index) {
    ++calls;
    if (index == 3) throw std::runtime_error("three");
  };
  CHECK_THROWS_WITH_AS(parallel_for(10, job), "three", std::runtime_error);
  CHECK(calls == 10);
  parallel_for(10, [&](std::size_t) { ++calls; });
  CHECK(calls == 20);
  set_threads(1);
  CHECK(contains(error_text([] { set_threads(0); }), "[set_threads] got 0 threads"));
}
