#pragma once

#include <cstddef>
#include <vector>

namespace wengert::memory {

/// The blocks of the smallest size class, which scalars have. They come many at a time, as aligning one by itself costs
/// the system about as much as a block, in memory and in time; so they are not given back to it: what a thread does not
/// need any more is there for the others.
inline constexpr std::size_t small_block_bytes = 64;

/// Adds some to `blocks`, which is empty. Throws std::bad_alloc.
void take_small_blocks(std::vector<void*>& blocks);

/// Leaves one, or all of a thread, to the other threads.
void give_small_block(void* block) noexcept;
void give_small_blocks(std::vector<void*>& blocks) noexcept;

}  // namespace wengert::memory
