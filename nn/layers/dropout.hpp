#pragma once

#include <autograd/arrays/random.hpp>
#include <nn/module.hpp>

namespace wengert::nn {

/// Dropout (Srivastava et al. 2014), scaled in training rather than in evaluation: in training
///   y = m · x with m = 0 with probability p and 1 / (1 - p) else, drawn for every element anew,
/// so that the mean is that of x; in evaluation y = x.
template <class T = float>
class Dropout final : public Module<T> {
 public:
  /// The masks come from a generator of its own, which is split off the given one. Throws an Error unless 0 <= p < 1.
  Dropout(double p, Generator& generator);

  Var<T> forward(const Var<T>& x) override;
  Parts<T> parts() override;
  std::unique_ptr<Module<T>> another() const override;
  Shape output_shape(const Shape& input) const override { return input; }

 private:
  double p_;
  Generator generator_;
};

/// Dropout of whole planes (Tompson et al. 2015): x (N, C, H, W) with one m for each n and c, as neighbours in a plane
/// say nearly the same. Keras calls it SpatialDropout2D.
template <class T = float>
class Dropout2d final : public Module<T> {
 public:
  /// As Dropout does.
  Dropout2d(double p, Generator& generator);

  /// Throws an Error unless x has four axes.
  Var<T> forward(const Var<T>& x) override;
  Parts<T> parts() override;
  std::unique_ptr<Module<T>> another() const override;
  Shape output_shape(const Shape& input) const override;

 private:
  double p_;
  Generator generator_;
};

}  // namespace wengert::nn
