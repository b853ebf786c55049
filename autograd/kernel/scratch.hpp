#pragma once

#include <autograd/arrays/allocator.hpp>

#include <algorithm>

namespace wengert::kernel {

/// Memory for intermediate results, aligned, recycled, and not initialised.
template <class T>
class Scratch {
 public:
  explicit Scratch(std::size_t size) : size_(size), data_(RecyclingAllocator<T>().allocate(size)) {}
  ~Scratch() { RecyclingAllocator<T>().deallocate(data_, size_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  T* data() const { return data_; }
  void fill(T value) const { std::fill_n(data_, size_, value); }

 private:
  std::size_t size_;
  T* data_;
};

}  // namespace wengert::kernel
