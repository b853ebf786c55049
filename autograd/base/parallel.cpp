#include <autograd/base/error.hpp>
#include <autograd/base/parallel.hpp>

#include <pthread.h>

#include <atomic>
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

  void run(Job& job) {
    const std::lock_guard turn(turn_);  // of several callers one at a time
    {
      const std::lock_guard lock(mutex_);
      job_ = &job;
      busy_ = threads_.size();
      ++jobs_;
    }
    changed_.notify_all();
    job.work();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return busy_ == 0; });
  }

 private:
  void end() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  void serve() {
    std::size_t served = 0;
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return ended_ || jobs_ != served; });
      if (ended_) return;
      served = jobs_;
      lock.unlock();
      job_->work();
      lock.lock();
      if (--busy_ == 0) changed_.notify_all();
    }
  }

  std::vector<std::thread> threads_;
  std::mutex turn_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Job* job_ = nullptr;
  std::size_t jobs_ = 0;
  std::size_t busy_ = 0;
  bool ended_ = false;
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
