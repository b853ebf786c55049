#include <autograd/arrays/allocator.hpp>

#include <array>
#include <bit>
#include <vector>

namespace wengert::memory {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr bool recycling = false;  // a recycled block would hide a use after free
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr bool recycling = false;
#else
constexpr bool recycling = true;
#endif
#else
constexpr bool recycling = true;
#endif

constexpr std::size_t most_recycled_bytes = std::size_t{1} << 29;

/// Four size classes per power of two, so at most a quarter of a block is unused.
struct SizeClass {
  std::size_t index;
  std::size_t bytes;
};

SizeClass size_class(std::size_t bytes) {
  if (bytes <= alignment) return {0, alignment};
  const auto log2 = static_cast<std::size_t>(std::bit_width(bytes - 1)) - 1;
  const std::size_t step = std::size_t{1} << (log2 - 2);
  const std::size_t rounded = (bytes + step - 1) / step * step;
  return {4 * log2 + rounded / step, rounded};
}

void* system_allocate(std::size_t bytes) { return ::operator new (bytes, std::align_val_t{alignment}); }
void system_deallocate(void* block) noexcept { ::operator delete (block, std::align_val_t{alignment}); }

class FreeList {
 public:
  FreeList() { alive = true; }
  ~FreeList() {
    alive = false;
    clear();
  }

  void* take(SizeClass size) noexcept {
    std::vector<void*>& blocks = blocks_[size.index];
    if (blocks.empty()) return nullptr;
    void* block = blocks.back();
    blocks.pop_back();
    bytes_ -= size.bytes;
    return block;
  }

  bool keep(void* block, SizeClass size) noexcept {
    if (bytes_ + size.bytes > most_recycled_bytes) return false;
    try {
      blocks_[size.index].push_back(block);
    } catch (const std::bad_alloc&) {
      return false;
    }
    bytes_ += size.bytes;
    return true;
  }

  void clear() noexcept {
    for (std::vector<void*>& blocks : blocks_) {
      for (void* block : blocks) system_deallocate(block);
      blocks.clear();
    }
    bytes_ = 0;
  }

  std::size_t bytes() const noexcept { return bytes_; }

  /// False before this thread's first allocation and after its end: arrays of static storage outlive the free list.
  static thread_local bool alive;

 private:
  std::array<std::vector<void*>, 4 * 64 + 8> blocks_;
  std::size_t bytes_ = 0;
};

thread_local bool FreeList::alive = false;
thread_local FreeList free_list;

}  // namespace

void* allocate(std::size_t bytes) {
  if constexpr (!recycling) return system_allocate(bytes);
  if (bytes > std::size_t{1} << 62) throw std::bad_alloc();
  const SizeClass size = size_class(bytes);
  if (void* block = free_list.take(size)) return block;
  return system_allocate(size.bytes);
}

void deallocate(void* block, std::size_t bytes) noexcept {
  if (block == nullptr) return;
  if (!recycling || !FreeList::alive || !free_list.keep(block, size_class(bytes))) system_deallocate(block);
}

std::size_t recycled_bytes() noexcept { return FreeList::alive ? free_list.bytes() : 0; }

void release_recycled() noexcept {
  if (FreeList::alive) free_list.clear();
}

}  // namespace wengert::memory
