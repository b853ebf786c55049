#include <autograd/base/error.hpp>
#include <autograd/base/parallel.hpp>

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace wengert {
namespace {

constexpr std::size_t most_threads = 1024;

thread_local bool inside = false;

/// One call of parallel_for, whose indices the threads take one by one.
class Job {
 public:
  Job(std::size_t count, const std::function<void(std::size_t)>& f) : count_(count), f_(f) {}

  void work() {
    inside = true;
    for (std::size_t index; (index = next_++) < count_;) {
      try {
        f_(index);
      } catch (...) {
        const std::lock_guard lock(mutex_);
        if (!error_) error_ = std::current_exception();
      }
    }
    inside = false;
  }

  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::size_t count_;
  const std::function<void(std::size_t)>& f_;
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;
  std::exception_ptr error_;
};

/// Threads that wait for jobs, beside the one that calls.
class Helpers {
 public:
  explicit Helpers(std::size_t count) {
    try {
      for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([this] { serve(); });
    } catch (const std::system_error& error) {
      end();
      fail("set_threads", fmt::format("got {} threads, but the system starts no more than {}: {}; ask for fewer",
                                      count + 1, threads_.size() + 1, error.what()));
    }
  }

  ~Helpers() { end(); }

  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;

  std::size_t count() const { return threads_.size(); }

  /// Who wakes up when nothing is left to do comes too late, and nobody waits for him.
  void run(Job& job) {
    const std::lock_guard turn(turn_);  // of several callers one at a time
    change([&] {
      job_ = &job;
      ++jobs_;
    });
    job.work();
    change([&] { job_ = nullptr; });
    await([&] { return busy_ == 0; });
  }

 private:
  using Clock = std::chrono::steady_clock;
  // One operation of a step follows another after some microseconds. To wake a thread that sleeps takes up to a
  // hundred of them, more than most operations have to do.
  static constexpr std::chrono::microseconds patience{500};

  void end() {
    change([&] { ended_ = true; });
    for (std::thread& thread : threads_) thread.join();
  }

  void serve() {
    std::size_t served = 0;
    while (true) {
      await([&] { return ended_ || jobs_ != served; });
      if (ended_) return;
      if (Job* job = next_job(served)) {
        job->work();
        change([&] { --busy_; });
      }
    }
  }

  /// The job that is to be done, if there is one still.
  Job* next_job(std::size_t& served) {
    const std::lock_guard lock(mutex_);
    served = jobs_;
    if (job_ != nullptr) ++busy_;
    return job_;
  }

  template <class Action>
  void change(const Action& action) {
    std::unique_lock lock(mutex_);
    action();
    const bool somebody_sleeps = sleeping_ > 0;
    lock.unlock();
    if (somebody_sleeps) changed_.notify_all();
  }

  /// Looks for a while, letting others run, before it sleeps.
  template <class Condition>
  void await(const Condition& condition) {
    const Clock::time_point end = Clock::now() + patience;
    while (Clock::now() < end) {
      if (condition()) return;
      std::this_thread::yield();
    }
    std::unique_lock lock(mutex_);
    ++sleeping_;
    changed_.wait(lock, condition);
    --sleeping_;
  }

  std::vector<std::thread> threads_;
  std::mutex turn_;
  std::mutex mutex_;  // of every change
  std::condition_variable changed_;
  Job* job_ = nullptr;
  std::size_t sleeping_ = 0;
  std::atomic<std::size_t> jobs_{0};
  std::atomic<std::size_t> busy_{0};
  std::atomic<bool> ended_{false};
};

std::unique_ptr<Helpers>& helpers() {
  static std::unique_ptr<Helpers> instance;
  return instance;
}

}  // namespace

std::size_t threads() { return helpers() ? helpers()->count() + 1 : 1; }

void set_threads(std::size_t count) {
  require(count > 0 && count <= most_threads, "set_threads",
          "got {} threads; expected 1 to {}; as many as there are cores is usual", count, most_threads);
  require(!inside, "set_threads", "it was called inside parallel_for; call it before");
  // The child of a fork has none of these threads: it must neither give them work nor wait for their end.
  [[maybe_unused]] static const int ready = pthread_atfork(nullptr, nullptr, [] { (void)helpers().release(); });
  if (count == threads()) return;
  helpers() = count == 1 ? nullptr : std::make_unique<Helpers>(count - 1);
}

void parallel_for(std::size_t count, const std::function<void(std::size_t)>& f) {
  if (count < 2 || inside || !helpers()) {
    for (std::size_t index = 0; index < count; ++index) f(index);
    return;
  }
  Job job(count, f);
  helpers()->run(job);
  job.rethrow();
}

}  // namespace wengert
