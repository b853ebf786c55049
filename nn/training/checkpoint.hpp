#pragma once

#include <nn/module.hpp>
#include <optim/any_optimizer.hpp>

#include <filesystem>
#include <map>

namespace wengert::nn {

/// How far a training has come, beside what its network, optimizer and generators hold.
struct Progress {
  std::size_t epoch = 0;                       ///< how many are complete
  std::map<std::string, std::string> notes{};  ///< whatever else is to be kept, as texts (UTF-8)
};

/// Generators that a training uses outside of its network, by names of their own.
using Generators = std::vector<Named<Generator*>>;

/// Writes everything that a training needs to go on as if it had never stopped, as a safetensors file that
/// `load_weights` and PyTorch read too: parameters, buffers, what the optimizer remembers (`optimizer.m.0.weight`), its
/// rule, steps and learning rate, all generators, and the progress. The file is the previous or the new one whatever
/// happens, see `write_file`. Throws an Error that names the file if it cannot be written, or if the optimizer has a
/// parameter that the network has not, or two generators have one name.
///   nn::save_checkpoint("run.safetensors", net, optimizer, {.epoch = loader.epoch()});   // between epochs
template <class T>
void save_checkpoint(const std::filesystem::path& file, Module<T>& model, optim::AnyOptimizer<T>& optimizer,
                     const Progress& progress = {}, const Generators& generators = {});

/// Puts a training back to where it was: the same network, an optimizer of the same rule with the same
/// hyper-parameters, and the same generators; their values come from the file. Returns the progress.
///   loader.set_epoch(nn::load_checkpoint("run.safetensors", net, optimizer).epoch);
/// Throws an Error that names the file and lists all that differs: names, shapes, dtypes, rule, generators; then
/// nothing has changed.
template <class T>
Progress load_checkpoint(const std::filesystem::path& file, Module<T>& model, optim::AnyOptimizer<T>& optimizer,
                         const Generators& generators = {});

}  // namespace wengert::nn
