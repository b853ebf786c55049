#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace wengert::endurance {

/// While it is in scope, the calls of the system by which files are written are counted and named, and one of them
/// fails as it does on a disk that is full: a `write` after the first half of its bytes.
class FailingCalls {
 public:
  /// Counts from 1; with 0 none fails.
  explicit FailingCalls(std::size_t failing);
  ~FailingCalls();
  FailingCalls(const FailingCalls&) = delete;
  FailingCalls& operator=(const FailingCalls&) = delete;

  /// The names of the calls so far, in their order.
  const std::vector<std::string>& calls() const { return calls_; }
  bool has_failed() const { return failing_ != 0 && calls_.size() >= failing_; }
  /// Notes a call; whether it is the one that fails.
  bool fails(const char* name);

 private:
  std::size_t failing_;
  std::vector<std::string> calls_;
};

}  // namespace wengert::endurance
