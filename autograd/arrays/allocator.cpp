#include <autograd/arrays/allocator.hpp>
#include <autograd/arrays/small_blocks.hpp>

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
  enum class Life { not_yet, now, over };

  FreeList() { life = Life::now; }
  ~FreeList() {
    life = Life::over;
    clear();
  }

  /// A block of the smallest class.
  void* take_small() {
    if (small_.empty()) take_small_blocks(small_);
    void* block = small_.back();
    small_.pop_back();
    return block;
  }

  bool keep_small(void* block) noexcept {
    try {
      small_.push_back(block);
    } catch (const std::bad_alloc&) {
      return false;
    }
    return true;
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
    give_small_blocks(small_);
  }

  std::size_t bytes() const noexcept { return bytes_; }

  /// It begins with this thread's first allocation, and arrays of static storage outlive it.
  static thread_local Life life;

 private:
  std::vector<void*> small_;
  std::array<std::vector<void*>, 4 * 64 + 8> blocks_;
  std::size_t bytes_ = 0;
};

thread_local FreeList::Life FreeList::life = FreeList::Life::not_yet;
thread_local FreeList free_list;

/// One of the smallest class when the free list of this thread is gone.
void* late_small_block() {
  std::vector<void*> blocks;
  take_small_blocks(blocks);
  void* const block = blocks.back();
  blocks.pop_back();
  give_small_blocks(blocks);
  return block;
}

}  // namespace

void* allocate(std::size_t bytes) {
  if constexpr (!recycling) return system_allocate(bytes);
  if (bytes > std::size_t{1} << 62) throw std::bad_alloc();
  const bool is_late = FreeList::life == FreeList::Life::over;
  if (bytes <= small_block_bytes) return is_late ? late_small_block() : free_list.take_small();
  const SizeClass size = size_class(bytes);
  void* const block = is_late ? nullptr : free_list.take(size);
  return block != nullptr ? block : system_allocate(size.bytes);
}

void deallocate(void* block, std::size_t bytes) noexcept {
  if (block == nullptr) return;
  const bool is_kept = recycling && FreeList::life == FreeList::Life::now;
  if (recycling && bytes <= small_block_bytes) {
    if (!is_kept || !free_list.keep_small(block)) give_small_block(block);
  } else if (!is_kept || !free_list.keep(block, size_class(bytes))) {
    system_deallocate(block);
  }
}

std::size_t recycled_bytes() noexcept { return FreeList::life == FreeList::Life::now ? free_list.bytes() : 0; }

void release_recycled() noexcept {
  if (FreeList::life == FreeList::Life::now) free_list.clear();
}

}  // namespace wengert::memory
