#include <autograd/arrays/small_blocks.hpp>

#include <algorithm>
#include <mutex>
#include <new>

namespace wengert::memory {
namespace {

constexpr std::size_t at_a_time = 64;

/// What no thread holds.
struct Pool {
  std::mutex mutex;
  std::vector<void*> blocks;
};

/// Arrays of static storage outlive what is destroyed at the end of the program, so it is not.
Pool& pool() {
  static Pool* const pool = new Pool;
  return *pool;
}

}  // namespace

void take_small_blocks(std::vector<void*>& blocks) {
  blocks.reserve(at_a_time);
  Pool& all = pool();
  {
    const std::lock_guard lock(all.mutex);
    const auto count = static_cast<std::ptrdiff_t>(std::min(at_a_time, all.blocks.size()));
    blocks.assign(all.blocks.end() - count, all.blocks.end());
    all.blocks.resize(all.blocks.size() - blocks.size());
  }
  if (!blocks.empty()) return;
  auto* const slab =
      static_cast<std::byte*>(::operator new (at_a_time* small_block_bytes, std::align_val_t{small_block_bytes}));
  for (std::size_t k = at_a_time; k-- > 0;) blocks.push_back(slab + k * small_block_bytes);
}

void give_small_block(void* block) noexcept {
  Pool& all = pool();
  const std::lock_guard lock(all.mutex);
  try {
    all.blocks.push_back(block);
  } catch (const std::bad_alloc&) {
    // It is lost, which is better than to end the program.
  }
}

void give_small_blocks(std::vector<void*>& blocks) noexcept {
  for (void* const block : blocks) give_small_block(block);
  blocks.clear();
}

}  // namespace wengert::memory
