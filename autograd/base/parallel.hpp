#pragma once

#include <cstddef>
#include <functional>

namespace wengert {

/// How many threads large operations may use: one unless set. The results are the same, to the last bit, whatever the
/// number: what is shared among threads depends on the shapes alone.
std::size_t threads();

/// Sets that number for all that follows. Throws an Error, and changes nothing, if it is zero or more than 1024, the
/// system does not start that many, or it is called inside parallel_for. Not to be called while another thread
/// computes. The child of a fork has one thread.
void set_threads(std::size_t count);

/// Calls f(0), ..., f(count - 1), each once, on this thread and the helpers that `set_threads` has made; returns when
/// all are done. In a call from inside f everything runs on the calling thread. Rethrows the first exception; with
/// helpers after the other indices, with one thread instead of them.
void parallel_for(std::size_t count, const std::function<void(std::size_t)>& f);

}  // namespace wengert
