#pragma once

#include <nn/state/safetensors.hpp>
#include <nn/state/state_slots.hpp>

#include <string_view>

namespace wengert::nn {

/// The dtype of T in a file.
template <class T>
constexpr const char* dtype_of = sizeof(T) == 4 ? "F32" : "F64";

/// Whether a parameter or buffer of this name is an integer in PyTorch: `num_batches_tracked`.
bool is_counter(std::string_view name);

/// The arrays of the slots as tensors of a file; counters become I64. Throws an Error, in the name of `operation`, if a
/// counter is no integer, and NotFinite if a number is infinite or NaN.
template <class T>
std::vector<Tensor> to_tensors(const std::vector<StateSlot<T>>& slots, std::string_view operation);

/// Those tensors that have slots as arrays: of F32, F64, which is rounded for float, or I64. Throws an Error, in the
/// name of `operation`, about a tensor of another dtype or with a number that T cannot hold: one that is out of range,
/// or an integer that would be rounded.
template <class T>
StateDict<T> to_state(const std::vector<StateSlot<T>>& slots, const std::vector<Tensor>& tensors,
                      std::string_view operation, const std::string& file);

/// The beginning of the names in a checkpoint that are not the network's.
inline constexpr std::string_view optimizer_prefix = "optimizer.";
inline constexpr const char* rule_key = "checkpoint.rule";

/// Whether a file holds a whole training.
bool is_checkpoint(const SafeTensors& content);

std::vector<Named<Shape>> named_shapes(const std::vector<Tensor>& tensors);

}  // namespace wengert::nn
