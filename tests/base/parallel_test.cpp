#include <doctest/doctest.h>
#include <autograd/base/parallel.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
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

TEST_CASE("callers from several threads take turns, and every one gets all of its calls") {
  set_threads(2);
  const auto count_calls = [](std::size_t repetitions, std::atomic<std::size_t>& wrong) {
    for (std::size_t k = 0; k < repetitions; ++k) {
      std::atomic<std::size_t> sum{0};
      parallel_for(8, [&](std::size_t index) { sum += index; });
      wrong += sum != 28;
    }
  };
  std::atomic<std::size_t> wrong{0};
  std::thread other([&] { count_calls(500, wrong); });
  count_calls(500, wrong);
  other.join();
  CHECK(wrong == 0);
  set_threads(1);
}

TEST_CASE("while the calls of one caller run, none of another caller's does") {
  set_threads(2);
  std::atomic<int> of_one{0}, of_other{0}, together{0};
  const auto call = [&together](std::atomic<int>& own, const std::atomic<int>& others) {
    for (int k = 0; k < 20; ++k) {
      parallel_for(4, [&](std::size_t) {
        ++own;
        std::this_thread::sleep_for(std::chrono::microseconds(200));
        if (others > 0) ++together;
        --own;
      });
    }
  };
  std::thread other([&] { call(of_other, of_one); });
  call(of_one, of_other);
  other.join();
  CHECK(together == 0);
  set_threads(1);
}

TEST_CASE("a job is done, once, by helpers that look for one and by helpers that sleep") {
  set_threads(3);
  for (const int pause : {0, 100, 2000}) {  // microseconds; helpers go to sleep after 500
    for (int k = 0; k < 50; ++k) {
      std::vector<int> calls(5);
      parallel_for(5, [&](std::size_t index) { ++calls[index]; });
      CHECK(calls == std::vector<int>(5, 1));
      std::this_thread::sleep_for(std::chrono::microseconds(pause));
    }
  }
  set_threads(1);
}

TEST_CASE("a caller waits for what others have begun, however long they take") {
  set_threads(2);
  for (int k = 0; k < 5; ++k) {
    std::atomic<int> done{0};
    std::atomic<bool> other_began{false};
    const std::thread::id caller = std::this_thread::get_id();
    parallel_for(2, [&](std::size_t) {
      const bool is_caller = std::this_thread::get_id() == caller;
      other_began = other_began || !is_caller;
      while (is_caller && !other_began) std::this_thread::yield();  // so that each has one
      if (!is_caller) std::this_thread::sleep_for(std::chrono::milliseconds(3));
      ++done;
    });
    CHECK(done == 2);
  }
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
}

TEST_CASE("a number of threads that makes no sense is refused, and none is changed inside parallel_for") {
  set_threads(2);
  CHECK(contains(error_text([] { set_threads(0); }), "[set_threads] got 0 threads; expected 1 to"));
  const auto minus_one = static_cast<std::size_t>(-1);
  CHECK(contains(error_text([&] { set_threads(minus_one); }), "[set_threads] got 18446744073709551615 threads"));
  const auto inside = [] { parallel_for(10, [](std::size_t) { set_threads(3); }); };
  CHECK(contains(error_text(inside), "[set_threads] it was called inside parallel_for"));
  CHECK(threads() == 2);
  set_threads(1);
}

TEST_CASE("the child of a fork, which has no helpers, computes and ends") {
  set_threads(3);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    alarm(20);  // kills it if it waits for helpers
    std::size_t calls = 0;
    parallel_for(10, [&](std::size_t) { ++calls; });
    const bool alone = threads() == 1;
    set_threads(1);  // waits for the end of helpers, of which there are none
    _exit(alone && calls == 10 ? 0 : 1);
  }
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(threads() == 3);
  set_threads(1);
}
