#pragma once

#include <autograd/arrays/random.hpp>
#include <nn/module.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace wengert::layers {

template <class T>
using Make = std::function<std::unique_ptr<nn::Module<T>>(Generator&)>;

/// One row of the table: a layer under test, at one choice of options.
struct Row {
  std::string layer;    ///< the name of its class
  std::string variant;  ///< what this row is about, as in tests/golden/layers.py
  Shape input;
  Shape output;
  std::vector<Shape> refused;  ///< shapes that do not fit
  bool training;
  Make<double> in_double;
  Make<float> in_float;
};

/// What a row may say beyond the shapes.
struct About {
  std::string variant{};
  std::vector<Shape> refused{};
  bool training = true;
};

/// `make` is a generic function, `[]<class T>(Generator& g) { return nn::Linear<T>(3, 2, g); }`.
template <class F>
Row row(std::string layer, Shape input, Shape output, F make, About about = {}) {
  const auto on_heap = [make]<class T>(Generator& generator) -> std::unique_ptr<nn::Module<T>> {
    using Layer = decltype(make.template operator()<T>(generator));
    return std::make_unique<Layer>(make.template operator()<T>(generator));
  };
  return {std::move(layer),
          std::move(about.variant),
          std::move(input),
          std::move(output),
          std::move(about.refused),
          about.training,
          [on_heap](Generator& g) { return on_heap.template operator()<double>(g); },
          [on_heap](Generator& g) { return on_heap.template operator()<float>(g); }};
}

using Rows = std::vector<Row>;

Rows normalising_rows();
Rows activation_rows();
Rows image_rows();
Rows other_rows();
Rows all_rows();

}  // namespace wengert::layers
