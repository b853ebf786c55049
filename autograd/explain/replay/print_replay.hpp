#pragma once

#include <autograd/explain/replay/replay.hpp>

namespace wengert {

/// What a step writes, counted from 1 through the forward and then the backward steps: `μ = mean{0}(x)`, or
/// `dμ += -sum{0}(dx̂)`.
std::string step_text(const Replay& replay, std::size_t number);

/// All steps, one a line: number, what it writes, shape, and the norm of a contribution.
std::string print(const Replay& replay);

}  // namespace wengert
