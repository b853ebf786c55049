#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <span>
#include <stdexcept>

namespace wengert {

/// The end of an array that touches memory which ends the program when it is read or written.
enum class GuardedEnd { front, back };

/// An array in pages of its own, with such a page before and behind them. It begins or ends where one of these does.
template <class T>
class Guarded {
 public:
  Guarded(std::size_t count, GuardedEnd end) : count_(count) {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const std::size_t bytes = count * sizeof(T), inside = std::max<std::size_t>(1, (bytes + page - 1) / page) * page;
    size_ = inside + 2 * page;
    memory_ = ::mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory_ == MAP_FAILED) throw std::runtime_error("mmap failed");
    std::byte* const first = static_cast<std::byte*>(memory_) + page;
    if (::mprotect(first, inside, PROT_READ | PROT_WRITE) != 0) throw std::runtime_error("mprotect failed");
    std::memset(first, 0xff, inside);  // NaN, so that what is not written shows
    data_ = reinterpret_cast<T*>(end == GuardedEnd::front ? first : first + inside - bytes);
  }
  template <class Numbers>
  Guarded(const Numbers& numbers, GuardedEnd end) : Guarded(static_cast<std::size_t>(numbers.size()), end) {
    std::copy(numbers.begin(), numbers.end(), data_);
  }
  ~Guarded() { ::munmap(memory_, size_); }
  Guarded(const Guarded&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  T* data() const { return data_; }
  std::span<const T> elements() const { return {data_, count_}; }

 private:
  std::size_t count_;
  std::size_t size_;
  void* memory_;
  T* data_;
};

}  // namespace wengert
