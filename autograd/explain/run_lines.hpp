#pragma once

#include <autograd/explain/program.hpp>

namespace wengert::explain {

/// Executes the lines of a backward pass: `contribution(line, values)` is what a line comes to, in the shape of its
/// target. The adjoints join the values. Throws an Error if a formula is unknown.
template <class Values, class Contribution>
void run_lines(const std::vector<AdjointLine>& lines, Values& values, const Contribution& contribution) {
  for (const AdjointLine& line : lines) {
    require(line.note.empty(), "run", "the formula of {} is unknown: {}", line.target, line.note);
    auto added = contribution(line, values);
    auto& adjoint = values[line.target];
    if (line.accumulates) std::transform(adjoint.begin(), adjoint.end(), added.begin(), adjoint.begin(), std::plus<>());
    else adjoint = std::move(added);
  }
}

}  // namespace wengert::explain
