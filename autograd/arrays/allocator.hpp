#pragma once

#include <cstddef>
#include <limits>
#include <new>

namespace wengert {

namespace memory {

/// Alignment of every array in bytes: one cache line, and enough for every SIMD register.
inline constexpr std::size_t alignment = 64;

/// At least `bytes` of memory, aligned, taken from this thread's free list if a block of that size class is there.
/// Throws std::bad_alloc.
void* allocate(std::size_t bytes);

/// Returns what `allocate(bytes)` gave, to the free list of the thread that calls.
void deallocate(void* block, std::size_t bytes) noexcept;

/// Bytes that wait for reuse in this thread's free list, apart from blocks of at most 64 bytes.
std::size_t recycled_bytes() noexcept;

/// Gives this thread's free list back to the system, and its blocks of at most 64 bytes to the other threads.
void release_recycled() noexcept;

}  // namespace memory

/// An allocator that hands freed blocks out again instead of returning them to the system: for large arrays the page
/// faults of fresh memory cost more than the arithmetic on them.
template <class T>
class RecyclingAllocator {
 public:
  using value_type = T;

  RecyclingAllocator() noexcept = default;
  template <class U>
  RecyclingAllocator(const RecyclingAllocator<U>&) noexcept {}

  T* allocate(std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T)) throw std::bad_array_new_length();
    return static_cast<T*>(memory::allocate(count * sizeof(T)));
  }
  void deallocate(T* block, std::size_t count) noexcept { memory::deallocate(block, count * sizeof(T)); }

  friend bool operator==(const RecyclingAllocator&, const RecyclingAllocator&) noexcept { return true; }
};

}  // namespace wengert
