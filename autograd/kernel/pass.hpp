#pragma once

#include <autograd/base/parallel.hpp>
#include <autograd/kernel/plan.hpp>

#include <memory>

namespace wengert::kernel {

/// A pass over a space that is ready to run, piece by piece. The arrays that it reads and writes outlive it.
template <class T>
class Pass {
 public:
  virtual ~Pass() = default;

  virtual const Cut& cut() const = 0;
  /// Cuts this pass as another one; false, and nothing is changed, if it cannot be cut so.
  virtual bool cut_like(const Cut& cut) = 0;
  /// Whether the pass writes to `array` what is complete only when all its pieces have run.
  virtual bool merges_into(const T* array) const = 0;

  /// To be called once, before the pieces, which may run in any order and on any thread.
  virtual void start() = 0;
  virtual void run(std::size_t piece) = 0;
  /// Merges what the pieces have in common, in their order; to be called once, after them.
  virtual void finish() = 0;

  void run_all() {
    start();
    parallel_for(cut().pieces, [this](std::size_t piece) { run(piece); });
    finish();
  }
};

/// Passes that run one after the other, or together: every piece of the space goes through all of them before the next
/// one, while it is in the cache. The results are the same, to the last bit.
template <class T>
class PassesTogether {
 public:
  bool is_empty() const { return passes_.empty(); }

  /// Whether a pass that reads `array` beside what is complete can run with those that wait; if so, it is cut as they
  /// are.
  bool fits(Pass<T>& pass, const T* array) const;
  void add(std::unique_ptr<Pass<T>> pass) { passes_.push_back(std::move(pass)); }
  /// Runs the passes that wait; none is left.
  void run();

 private:
  std::vector<std::unique_ptr<Pass<T>>> passes_;
};

extern template class PassesTogether<float>;
extern template class PassesTogether<double>;

}  // namespace wengert::kernel
