#pragma once

#include <autograd/arrays/array.hpp>

#include <vector>

namespace wengert {

/// Holds what `stop_gradient` stops at the values of a first run of a function, so that finite differences take them
/// for the constants that they are to the tape. While it is in scope on this thread, a first run notes the values, and
/// in a later one the k-th call of `stop_gradient` gives the k-th of them.
template <class T>
class HeldValues {
 public:
  HeldValues(std::vector<Array<T>>& values, bool is_first_run);
  ~HeldValues();
  HeldValues(const HeldValues&) = delete;
  HeldValues& operator=(const HeldValues&) = delete;

  /// What `stop_gradient` gives for a value: the value itself where nothing is held.
  static Array<T> stopped(const Array<T>& value);

 private:
  std::vector<Array<T>>& values_;
  bool is_first_run_;
  std::size_t next_ = 0;
  HeldValues* outer_;
};

}  // namespace wengert
