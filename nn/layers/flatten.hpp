#pragma once

#include <nn/module.hpp>

namespace wengert::nn {

/// One row for each sample: (N, ...) -> (N, D).
template <class T = float>
class Flatten final : public Module<T> {
 public:
  /// Throws an Error for a scalar.
  Var<T> forward(const Var<T>& x) override;
  Shape output_shape(const Shape& input) const override;
  std::unique_ptr<Module<T>> another() const override { return std::make_unique<Flatten>(); }
};

}  // namespace wengert::nn
