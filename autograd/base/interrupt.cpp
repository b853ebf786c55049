#include <autograd/base/interrupt.hpp>

#include <atomic>
#include <csignal>
#include <mutex>

namespace wengert::base {
namespace {

std::atomic<bool> caught = false;  // free of locks, so that a handler may write it
std::mutex mutex;
int guards = 0;  // trainings on several threads share the one handler that a program has
struct sigaction previous;

void remember(int) { caught = true; }

void install() {
  caught = false;
  sigaction(SIGINT, nullptr, &previous);
  if (previous.sa_handler == SIG_IGN) return;
  struct sigaction action = {};
  action.sa_handler = remember;
  action.sa_flags =
      SA_RESTART | static_cast<int>(SA_RESETHAND);  // the second one meets the default: it ends the program
  sigaction(SIGINT, &action, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  const std::scoped_lock lock(mutex);
  if (guards++ == 0) install();
}

InterruptGuard::~InterruptGuard() {
  const std::scoped_lock lock(mutex);
  if (--guards == 0) sigaction(SIGINT, &previous, nullptr);
}

bool InterruptGuard::interrupted() const { return caught; }

}  // namespace wengert::base
