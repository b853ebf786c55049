#pragma once

#include <nn/module.hpp>
#include <nn/training/progress.hpp>
#include <optim/any_optimizer.hpp>

#include <filesystem>

namespace wengert::nn {

/// Generators that a training uses outside of its network, by names of their own.
using Generators = std::vector<Named<Generator*>>;

/// Writes everything that a training needs to go on as if it had never stopped, as a safetensors file that
/// `load_weights` and PyTorch read too: parameters, buffers, what the optimizer remembers (`optimizer.m.0.weight`), its
/// rule, hyper-parameters, steps and learning rate, the settings of the layers, all generators, and the progress. The
/// file is the previous or the new one whatever happens, see `write_file`. Throws an Error that names the file if it
/// cannot be written, if the optimizer has a parameter that the network has not, or two generators have one name, and
/// NotFinite, before the file is touched, if a number is infinite or NaN.
///   nn::save_checkpoint("run.safetensors", net, optimizer, nn::progress_of(loader));          // between epochs
///   nn::save_checkpoint("run.safetensors", net, optimizer, nn::progress_of(loader, batch));   // or inside
template <class T>
void save_checkpoint(const std::filesystem::path& file, Module<T>& model, optim::AnyOptimizer<T>& optimizer,
                     const Progress& progress = {}, const Generators& generators = {});

/// Puts a training back to where it was: the same network, an optimizer of the same rule with the same
/// hyper-parameters, and the same generators; their values come from the file. Returns the progress.
///   nn::resume(loader, nn::load_checkpoint("run.safetensors", net, optimizer));
///   options.resume = nn::load_checkpoint("run.safetensors", net, optimizer);               // with fit
/// Throws an Error that names the file and lists all that differs, with both values: names, shapes, dtypes, rule,
/// hyper-parameters, settings of layers, generators; then nothing has changed.
template <class T>
Progress load_checkpoint(const std::filesystem::path& file, Module<T>& model, optim::AnyOptimizer<T>& optimizer,
                         const Generators& generators = {});

}  // namespace wengert::nn
