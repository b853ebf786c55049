#include <doctest/doctest.h>

#include <autograd/arrays/array.hpp>

#include <cstdint>
#include <cstring>
#include <optional>
#include <thread>
#include <vector>

using namespace wengert;

namespace {

/// Whether freed blocks wait for reuse here; the address sanitizer switches that off.
bool recycles() {
  memory::release_recycled();
  memory::deallocate(memory::allocate(1000), 1000);
  const bool kept = memory::recycled_bytes() > 0;
  memory::release_recycled();
  return kept;
}

struct Block {
  unsigned char* data;
  std::size_t bytes;
};

// Both outlive the free list of their thread, because that is constructed at their first allocation.
thread_local std::optional<Array<double>> until_the_thread_ends, scalar_until_the_thread_ends;
std::optional<Array<double>> until_the_program_ends;

}  // namespace

TEST_CASE("every block is aligned to 64 bytes, and its bytes are its own") {
  std::vector<Block> blocks;
  for (std::size_t bytes = 0; bytes < 700; ++bytes) blocks.push_back({nullptr, bytes});
  for (std::size_t power = 1024; power <= 1u << 20; power *= 2) {
    for (const std::size_t bytes : {power - 1, power, power + 1, power * 5 / 4, power * 5 / 4 + 1, power * 7 / 4 - 1}) {
      blocks.push_back({nullptr, bytes});
    }
  }
  for (int round = 0; round < 2; ++round) {  // fresh blocks, and then recycled ones
    for (std::size_t k = 0; k < blocks.size(); ++k) {
      blocks[k].data = static_cast<unsigned char*>(memory::allocate(blocks[k].bytes));
      REQUIRE(reinterpret_cast<std::uintptr_t>(blocks[k].data) % memory::alignment == 0);
      std::memset(blocks[k].data, static_cast<int>(k % 251), blocks[k].bytes);
    }
    std::size_t overwritten = 0;
    for (std::size_t k = 0; k < blocks.size(); ++k) {
      for (std::size_t i = 0; i < blocks[k].bytes; ++i) overwritten += blocks[k].data[i] != k % 251;
    }
    CHECK(overwritten == 0);
    for (const Block& block : blocks) memory::deallocate(block.data, block.bytes);
  }
}

TEST_CASE("a freed block is handed out again") {
  if (!recycles()) {
    MESSAGE("skipped: memory is not recycled under the address sanitizer");
    return;
  }
  const float* data = nullptr;
  {
    const Array<float> a = empty<float>({1000, 10});
    data = a.data();
  }
  CHECK(memory::recycled_bytes() >= 40000);
  const Array<float> b = empty<float>({999, 10});  // of the same size class
  CHECK(b.data() == data);
  const Array<float> c = empty<float>({1000, 10});
  CHECK(c.data() != data);
  memory::release_recycled();
  CHECK(memory::recycled_bytes() == 0);
}

TEST_CASE("scalars of threads that have ended are handed out to others, and may be freed anywhere") {
  std::vector<Array<double>> kept(4);
  std::vector<std::thread> threads;
  for (std::size_t k = 0; k < kept.size(); ++k) {
    threads.emplace_back([&kept, k] {
      std::vector<Array<double>> own;
      for (int i = 0; i < 1000; ++i) own.push_back(scalar(static_cast<double>(i)));
      double sum = 0.0;
      for (const Array<double>& x : own) sum += x();
      kept[k] = scalar(sum);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const Array<double>& x : kept) {
    CHECK(x() == 499500.0);
    CHECK(reinterpret_cast<std::uintptr_t>(x.data()) % memory::alignment == 0);
  }
  std::vector<Array<double>> all;
  for (int i = 0; i < 5000; ++i) all.push_back(scalar(static_cast<double>(i)));
  for (int i = 0; i < 5000; ++i) CHECK(all[static_cast<std::size_t>(i)]() == i);
}

TEST_CASE("at most half a gigabyte waits for reuse") {
  constexpr std::size_t bytes = std::size_t{200} << 20;
  std::vector<void*> blocks;
  for (int k = 0; k < 4; ++k) blocks.push_back(memory::allocate(bytes));
  for (void* block : blocks) memory::deallocate(block, bytes);
  CHECK(memory::recycled_bytes() <= std::size_t{1} << 29);
  memory::release_recycled();
  CHECK(memory::recycled_bytes() == 0);
}

TEST_CASE("a size that no memory has is refused") {
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
  CHECK_THROWS_AS(RecyclingAllocator<double>().allocate(most / 8 + 1), std::bad_array_new_length);
  CHECK_THROWS_AS(RecyclingAllocator<double>().allocate(most), std::bad_array_new_length);
  memory::deallocate(nullptr, 100);
}

TEST_CASE("a block may be freed by another thread") {
  Array<double> a = full<double>({1000}, 3.0);
  std::thread([moved = std::move(a)]() mutable {
    Array<double> local = std::move(moved);
    CHECK(local(999) == 3.0);
  }).join();
  CHECK(full<double>({1000}, 4.0)(999) == 4.0);
}

TEST_CASE("an array may outlive the free list of its thread") {
  std::thread([] {
    until_the_thread_ends.reset();  // constructs the variable before the first allocation
    until_the_thread_ends = full<double>({100}, 1.0);
    CHECK((*until_the_thread_ends)(99) == 1.0);
  }).join();
  std::thread([] {
    scalar_until_the_thread_ends.reset();
    scalar_until_the_thread_ends = scalar(1.0);
    CHECK((*scalar_until_the_thread_ends)() == 1.0);
  }).join();
  until_the_program_ends = full<double>({100}, 1.0);  // freed after main
  CHECK(until_the_program_ends->size() == 100);
}
