#pragma once

#include <nn/state/state_dict.hpp>

#include <filesystem>

namespace wengert::nn {

/// Writes the state of a network as a safetensors file, whole or not at all, under PyTorch's names and dtypes: `F32` or
/// `F64`, and `I64` for num_batches_tracked. Throws an Error that names the file if it cannot be written, and
/// NotFinite, before a file is touched, if a number is infinite or NaN.
template <class T>
void save_weights(const std::filesystem::path& file, Module<T>& model);

/// Gives the network the state in a safetensors file, of ours or of PyTorch's; of a checkpoint it takes what belongs to
/// the network. F64 is rounded for a network of float. Throws an Error that names the file if it breaks a rule of the
/// format, or does not fit the network as in `load_state_dict`; then nothing has changed.
template <class T>
LoadedNames load_weights(const std::filesystem::path& file, Module<T>& model, const LoadOptions& options = {});

}  // namespace wengert::nn
