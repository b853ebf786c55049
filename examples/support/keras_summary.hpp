#pragma once

#include <nn/module.hpp>

#include <span>
#include <string>
#include <vector>

namespace examples {

/// A layer as a summary lists it; the first extent of `output`, the batch, stands for any.
struct LayerSummary {
  std::string type;
  wengert::Shape output;
  std::size_t parameters;
};

/// What a summary says of a network.
struct ModelSummary {
  std::string type;
  std::vector<LayerSummary> layers{};
  std::size_t trainable = 0, non_trainable = 0;
};
ModelSummary summarise(wengert::nn::Module<float>& model, const wengert::Shape& input_shape);

/// The last of some networks as `model.summary()` of Keras 2 prints it, as the documents show it: lines of underscores,
/// Keras's names, numbers without commas, images as (height, width, channels). The names are numbered through all the
/// networks: dense, dense_1, and in the second network dense_3. Layers of the types `inside`, such as ReLU, are part
/// of the layer before, as in `Dense(128, activation='relu')`.
std::string keras_summary(std::span<const ModelSummary> models, const std::vector<std::string>& inside);

}  // namespace examples
