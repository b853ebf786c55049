#include <nn/nn.hpp>

#include "layer_table.hpp"

namespace wengert::layers {

Rows normalising_rows() {
  const nn::BatchNormOptions not_tracking{.track_running_statistics = false};
  const std::vector<Shape> not_1d{{8}, {8, 2}, {2, 3, 2, 2}}, not_2d{{8, 3}, {2, 3, 4}, {2, 2, 2, 2}};
  return {
      row("BatchNorm1d", {8, 3}, {8, 3}, []<class T>(Generator&) { return nn::BatchNorm1d<T>(3); }, {"(N, C)", not_1d}),
      row("BatchNorm1d", {4, 3, 2}, {4, 3, 2}, []<class T>(Generator&) { return nn::BatchNorm1d<T>(3); },
          {"(N, C, L)", not_1d}),
      row("BatchNorm1d", {4, 3}, {4, 3}, []<class T>(Generator&) { return nn::BatchNorm1d<T>(3); },
          {"in evaluation", not_1d, false}),
      row("BatchNorm1d", {8, 3}, {8, 3},
          []<class T>(Generator&) { return nn::BatchNorm1d<T>(3, {.momentum = std::nullopt}); }, {"cumulative"}),
      row("BatchNorm1d", {8, 3}, {8, 3}, []<class T>(Generator&) { return nn::BatchNorm1d<T>(3, {.affine = false}); },
          {"not affine"}),
      row("BatchNorm1d", {8, 3}, {8, 3}, [=]<class T>(Generator&) { return nn::BatchNorm1d<T>(3, not_tracking); },
          {"not tracking, in evaluation", not_1d, false}),
      row("BatchNorm2d", {2, 3, 2, 4}, {2, 3, 2, 4}, []<class T>(Generator&) { return nn::BatchNorm2d<T>(3); },
          {"", not_2d}),
      row("BatchNorm2d", {2, 3, 2, 2}, {2, 3, 2, 2}, []<class T>(Generator&) { return nn::BatchNorm2d<T>(3); },
          {"in evaluation", not_2d, false}),
      row("LayerNorm", {3, 5}, {3, 5}, []<class T>(Generator&) { return nn::LayerNorm<T>(5); }, {"(D)", {{}, {5, 3}}}),
      row("LayerNorm", {2, 2, 2, 3}, {2, 2, 2, 3},
          []<class T>(Generator&) {
            return nn::LayerNorm<T>({2, 3});
          },
          {"the last two axes of four", {{3}, {2, 2, 2}}}),
      row("LayerNorm", {3, 5}, {3, 5}, []<class T>(Generator&) { return nn::LayerNorm<T>(5, {.affine = false}); },
          {"not affine"}),
      row("GroupNorm", {3, 6}, {3, 6}, []<class T>(Generator&) { return nn::GroupNorm<T>(2, 6); },
          {"(N, C)", {{6}, {6, 3}}}),
      row("GroupNorm", {2, 6, 3}, {2, 6, 3}, []<class T>(Generator&) { return nn::GroupNorm<T>(3, 6); }, {"(N, C, L)"}),
      row("GroupNorm", {2, 4, 2, 3}, {2, 4, 2, 3}, []<class T>(Generator&) { return nn::GroupNorm<T>(2, 4); },
          {"(N, C, H, W)"}),
      row("GroupNorm", {2, 4, 3}, {2, 4, 3},
          []<class T>(Generator&) { return nn::GroupNorm<T>(2, 4, {.affine = false}); }, {"not affine"}),
      row("InstanceNorm1d", {2, 3, 5}, {2, 3, 5}, []<class T>(Generator&) { return nn::InstanceNorm1d<T>(3); },
          {"", {{2, 3}, {2, 4, 5}, {2, 3, 1}, {2, 3, 2, 2}}}),
      row("InstanceNorm1d", {2, 3, 5}, {2, 3, 5},
          []<class T>(Generator&) { return nn::InstanceNorm1d<T>(3, {.affine = true}); }, {"affine"}),
      row("InstanceNorm2d", {2, 2, 3, 2}, {2, 2, 3, 2}, []<class T>(Generator&) { return nn::InstanceNorm2d<T>(2); },
          {"", {{2, 2, 3}, {2, 2, 1, 1}}}),
      row("InstanceNorm2d", {2, 2, 3, 2}, {2, 2, 3, 2},
          []<class T>(Generator&) { return nn::InstanceNorm2d<T>(2, {.affine = true}); }, {"affine"}),
  };
}

Rows activation_rows() {
  const Shape shape{3, 4};
  return {
      row("ReLU", shape, shape, []<class T>(Generator&) { return nn::ReLU<T>(); }),
      row("LeakyReLU", shape, shape, []<class T>(Generator&) { return nn::LeakyReLU<T>(); }),
      row("LeakyReLU", shape, shape, []<class T>(Generator&) { return nn::LeakyReLU<T>(0.2); }, {"slope 0.2"}),
      row("ELU", shape, shape, []<class T>(Generator&) { return nn::ELU<T>(); }),
      row("ELU", shape, shape, []<class T>(Generator&) { return nn::ELU<T>(0.7); }, {"alpha 0.7"}),
      row("GELU", shape, shape, []<class T>(Generator&) { return nn::GELU<T>(); }),
      row("SiLU", shape, shape, []<class T>(Generator&) { return nn::SiLU<T>(); }),
      row("Sigmoid", shape, shape, []<class T>(Generator&) { return nn::Sigmoid<T>(); }),
      row("Tanh", shape, shape, []<class T>(Generator&) { return nn::Tanh<T>(); }),
      row("Softplus", shape, shape, []<class T>(Generator&) { return nn::Softplus<T>(); }),
      row("Softmax", shape, shape, []<class T>(Generator&) { return nn::Softmax<T>(); }, {"", {{}}}),
      row("Softmax", {2, 3, 2}, {2, 3, 2}, []<class T>(Generator&) { return nn::Softmax<T>(1); },
          {"axis 1 of three", {{3}}}),
      row("LogSoftmax", shape, shape, []<class T>(Generator&) { return nn::LogSoftmax<T>(); }, {"", {{}}}),
      row("LogSoftmax", {2, 3, 2}, {2, 3, 2}, []<class T>(Generator&) { return nn::LogSoftmax<T>(1); },
          {"axis 1 of three", {{3}}}),
  };
}

Rows image_rows() {
  const std::vector<Shape> not_planes{{2, 3, 5}, {2, 4, 5, 5}, {2, 3, 2, 5}}, flat{{2, 3}};
  return {
      row("Conv2d", {2, 3, 5, 4}, {2, 4, 3, 2}, []<class T>(Generator& g) { return nn::Conv2d<T>(3, 4, 3, g); },
          {"", not_planes}),
      row("Conv2d", {2, 3, 5, 4}, {2, 4, 3, 2},
          []<class T>(Generator& g) { return nn::Conv2d<T>(3, 4, 3, g, {.bias = false}); }, {"without a bias"}),
      row("Conv2d", {2, 4, 6, 5}, {2, 6, 3, 4},
          []<class T>(Generator& g) {
            return nn::Conv2d<T>(4, 6, {3, 2}, g,
                                 {.stride = {2, 1}, .padding = {2, 1}, .dilation = {2, 3}, .groups = 2});
          },
          {"stride, padding, dilation and groups"}),
      row("Conv2d", {1, 2, 4, 5}, {1, 3, 4, 5},
          []<class T>(Generator& g) {
            return nn::Conv2d<T>(2, 3, {3, 2}, g, {.padding = Padding::same});
          },
          {"padding same"}),
      row("Conv2d", {2, 3, 5, 4}, {2, 4, 3, 2},
          []<class T>(Generator& g) { return nn::Conv2d<T>(3, 4, 3, g, {.activation = Activation::relu}); },
          {"with relu"}),
      row("Conv1d", {2, 3, 7}, {2, 4, 5}, []<class T>(Generator& g) { return nn::Conv1d<T>(3, 4, 3, g); },
          {"", {{2, 3}, {2, 4, 7}, {2, 3, 2}}}),
      row("Conv1d", {2, 4, 7}, {2, 2, 4},
          []<class T>(Generator& g) {
            return nn::Conv1d<T>(4, 2, 2, g, {.stride = 2, .padding = 1, .dilation = 2, .groups = 2});
          },
          {"stride, padding, dilation and groups"}),
      row("MaxPool2d", {2, 2, 5, 4}, {2, 2, 2, 2}, []<class T>(Generator&) { return nn::MaxPool2d<T>(2); },
          {"", {{2, 5, 4}, {2, 2, 1, 4}}}),
      row("MaxPool2d", {2, 2, 5, 6}, {2, 2, 3, 4},
          []<class T>(Generator&) {
            return nn::MaxPool2d<T>({3, 2}, {.stride = 2, .padding = {1, 1}, .ceil_mode = true});
          },
          {"stride, padding and ceil mode"}),
      row("AvgPool2d", {2, 2, 5, 4}, {2, 2, 2, 2}, []<class T>(Generator&) { return nn::AvgPool2d<T>(2); },
          {"", {{2, 5, 4}, {2, 2, 1, 4}}}),
      row("AvgPool2d", {2, 2, 6, 5}, {2, 2, 4, 3},
          []<class T>(Generator&) { return nn::AvgPool2d<T>(3, {.stride = 2, .padding = 1, .ceil_mode = true}); },
          {"stride, padding and ceil mode"}),
      row("AvgPool2d", {2, 2, 5, 5}, {2, 2, 3, 3},
          []<class T>(Generator&) { return nn::AvgPool2d<T>(3, {.stride = 2, .padding = 1, .count_padding = false}); },
          {"padding not counted"}),
      row("AdaptiveAvgPool2d", {2, 3, 3, 2}, {2, 3, 1, 1},
          []<class T>(Generator&) { return nn::AdaptiveAvgPool2d<T>(1); }, {"", {{2, 3}, {2, 3, 0, 2}}}),
      row("Dropout2d", {3, 4, 2, 2}, {3, 4, 2, 2}, []<class T>(Generator& g) { return nn::Dropout2d<T>(0.4, g); },
          {"", flat}),
      row("Dropout2d", {3, 4, 2, 2}, {3, 4, 2, 2}, []<class T>(Generator& g) { return nn::Dropout2d<T>(0.4, g); },
          {"in evaluation", flat, false}),
  };
}

Rows other_rows() {
  return {
      row("Linear", {4, 3}, {4, 2}, []<class T>(Generator& g) { return nn::Linear<T>(3, 2, g); },
          {"", {{}, {3}, {4, 2}}}),
      row("Linear", {4, 2, 3}, {4, 2, 2}, []<class T>(Generator& g) { return nn::Linear<T>(3, 2, g, {.bias = false}); },
          {"without a bias"}),
      row("Flatten", {2, 3, 2}, {2, 6}, []<class T>(Generator&) { return nn::Flatten<T>(); }, {"", {{}}}),
      row("Dropout", {5, 4}, {5, 4}, []<class T>(Generator& g) { return nn::Dropout<T>(0.4, g); }),
      row("Dropout", {5, 4}, {5, 4}, []<class T>(Generator& g) { return nn::Dropout<T>(0.4, g); },
          {"in evaluation", {}, false}),
      row("Sequential", {4, 3}, {4, 2},
          []<class T>(Generator& g) {
            return nn::Sequential<T>{nn::Linear<T>(3, 4, g), nn::Sigmoid<T>(), nn::Linear<T>(4, 2, g)};
          },
          {"of two layers", {{4, 4}}}),
  };
}

Rows all_rows() {
  Rows all;
  for (const Rows& rows : {normalising_rows(), activation_rows(), image_rows(), other_rows()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

}  // namespace wengert::layers
