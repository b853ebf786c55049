#include <autograd/base/background.hpp>

#include <utility>

namespace wengert::base {

Background::Background(std::function<void()> task) : task_(std::move(task)), thread_([this] { work(); }) {}

Background::~Background() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return state_ == State::idle; });
    state_ = State::stopping;
  }
  changed_.notify_all();
  thread_.join();
}

void Background::start() {
  {
    const std::lock_guard lock(mutex_);
    state_ = State::running;
  }
  changed_.notify_all();
}

bool Background::idle() {
  const std::lock_guard lock(mutex_);
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  return state_ == State::idle;
}

void Background::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return state_ != State::idle; });
    if (state_ == State::stopping) return;
    lock.unlock();
    std::exception_ptr thrown;
    try {
      task_();
    } catch (...) {
      thrown = std::current_exception();
    }
    lock.lock();
    thrown_ = thrown;
    state_ = State::idle;
    changed_.notify_all();
  }
}

}  // namespace wengert::base
