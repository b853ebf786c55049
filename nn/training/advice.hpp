#pragma once

#include <nn/module.hpp>
#include <nn/training/loss.hpp>

#include <string>

namespace wengert::nn {

// What is probably not meant, though it can be computed: one line each for whoever trains, or nothing.

/// A loss that takes logits is given probabilities, the outputs of a Softmax or a Sigmoid.
template <class T>
std::string advice_on_outputs(Module<T>& model, const Var<T>& outputs, const Loss<T>& loss);

/// A batch is asked for that is larger than the data.
std::string advice_on_batch_size(std::size_t batch_size, std::size_t samples);

/// Running statistics that still consist of what they began with to a good part, 1 - momentum to the number of steps,
/// so that evaluation says little about what has been learnt.
template <class T>
std::string advice_on_running_statistics(Module<T>& model);

}  // namespace wengert::nn
