#include <doctest/doctest.h>
#include <autograd/base/background.hpp>

#include <atomic>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <thread>

using wengert::base::Background;

namespace {

void nap() { std::this_thread::sleep_for(std::chrono::microseconds(100)); }

void await(Background& background) {
  while (!background.idle()) nap();
}

}  // namespace

TEST_CASE("a task runs once for each start, on another thread, and what it did is seen once it is idle") {
  int runs = 0;
  std::thread::id thread = std::this_thread::get_id();
  Background background([&] {
    ++runs;
    thread = std::this_thread::get_id();
  });
  CHECK(background.idle());
  for (int run = 1; run <= 100; ++run) {
    background.start();
    await(background);
    CHECK(runs == run);
  }
  CHECK(thread != std::this_thread::get_id());
}

TEST_CASE("what a task throws is thrown once where it is asked for, and the task may run again") {
  bool throws = true;
  Background background([&] {
    if (throws) throw std::domain_error("no");
  });
  background.start();
  CHECK_THROWS_AS(await(background), std::domain_error);
  CHECK(background.idle());
  throws = false;
  background.start();
  CHECK_NOTHROW(await(background));
}

TEST_CASE("the end waits for a run that has begun, and drops what it throws") {
  std::atomic<bool> ended = false;
  std::optional<Background> background;
  background.emplace([&] {
    nap();
    ended = true;
    throw std::domain_error("nobody asks");
  });
  background->start();
  background.reset();
  CHECK(ended);
}

TEST_CASE("a thread that was never told to run ends") {
  for (int round = 0; round < 100; ++round) Background background([] {});
}
