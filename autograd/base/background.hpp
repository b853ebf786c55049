#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>

namespace wengert::base {

/// A thread that runs one task, once each time it is told to, and sleeps in between.
class Background {
 public:
  /// Starts the thread; the task does not run yet.
  explicit Background(std::function<void()> task);

  /// Waits for the end of a run that has begun, and drops what it threw.
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Begins a run; the run before it must have ended.
  void start();

  /// Whether no run is under way. What the task did before is then visible here; what it threw is thrown here, once.
  bool idle();

 private:
  enum class State { idle, running, stopping };

  void work();

  std::function<void()> task_;
  std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::idle;
  std::exception_ptr thrown_;
  std::thread thread_;
};

}  // namespace wengert::base
