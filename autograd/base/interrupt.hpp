#pragma once

namespace wengert::base {

/// While it is in scope, the first Ctrl-C (SIGINT) does not end the program but is remembered, so that what is under
/// way can be finished; the second one ends it as usual. What SIGINT did before comes back in the end. A program that
/// ignores SIGINT goes on to ignore it. Guards within a guard share what it remembers, as `fit` has one of its own: a
/// guard around several trainings knows of a Ctrl-C in any of them or between them.
///   const nn::InterruptGuard guard;
///   for (...) if (!guard.interrupted()) nn::fit(...);
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// Whether there was a Ctrl-C since the outermost guard began.
  bool interrupted() const;
};

}  // namespace wengert::base

namespace wengert::nn {
using base::InterruptGuard;
}
