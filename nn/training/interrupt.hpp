#pragma once

namespace wengert::nn {

/// While it is in scope, the first Ctrl-C (SIGINT) does not end the program but is remembered, so that what is under
/// way can be finished; the second one ends it as usual. What SIGINT did before comes back in the end. A program that
/// ignores SIGINT goes on to ignore it.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  bool interrupted() const;
};

}  // namespace wengert::nn
