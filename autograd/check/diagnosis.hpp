#pragma once

#include <autograd/explain/replay/replay.hpp>

namespace wengert {

/// What may have gone wrong in a gradient derived by hand for the variable in a slot: a sentence for each known mistake
/// that gives just these numbers.
std::vector<std::string> likely_mistakes(const Replay& replay, std::size_t slot, const Array<double>& by_hand);

}  // namespace wengert
