#pragma once

#include <autograd/tape/var.hpp>

namespace wengert::nn {

/// Throws an Error in the name of the loss unless an output and its targets have one shape, with an element in it. They
/// do not broadcast, because (N, 1) and (N) would make N · N differences.
template <class T>
void require_same_shape(std::string_view loss, const Var<T>& output, const Var<T>& targets) {
  require(output.shape() == targets.shape(), loss,
          "got outputs of shape {} and targets of shape {}; expected one target for each output; reshape one of them",
          output.shape(), targets.shape());
  require(output.size() > 0, loss, "got outputs of shape {}; expected at least one element", output.shape());
}

}  // namespace wengert::nn
