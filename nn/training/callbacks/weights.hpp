#pragma once

#include <nn/module.hpp>

namespace wengert::nn {

/// A copy of a network's parameters and buffers.
template <class T>
class Weights {
 public:
  explicit Weights(Module<T>& model) {
    for (const Var<T>& parameter : model.parameters()) parameters_.push_back(parameter.value());
    for (const auto& [name, buffer] : model.named_buffers()) buffers_.push_back(*buffer);
  }

  /// Writes them back to the network that they come from.
  void restore(Module<T>& model) const {
    const std::vector<Var<T>> parameters = model.parameters();
    const std::vector<Named<Array<T>*>> buffers = model.named_buffers();
    require(parameters.size() == parameters_.size() && buffers.size() == buffers_.size(), "Weights",
            "the network has {} parameters and {} buffers; expected {} and {}, as when they were copied",
            parameters.size(), buffers.size(), parameters_.size(), buffers_.size());
    for (std::size_t i = 0; i < parameters.size(); ++i) parameters[i].set_value(parameters_[i]);
    for (std::size_t i = 0; i < buffers.size(); ++i) *buffers[i].value = buffers_[i];
  }

 private:
  std::vector<Array<T>> parameters_, buffers_;
};

}  // namespace wengert::nn
