#pragma once

#include <nn/module.hpp>

namespace wengert::nn {

// Functions that are applied to every element; the formulas are in autograd/numbers/functions.hpp.

/// A layer whose output has the shape of its input.
template <class T>
class Elementwise : public Module<T> {
 public:
  Shape output_shape(const Shape& input) const final { return input; }
};

/// y = max(x, 0), with derivative 0 at 0 (Nair and Hinton 2010).
template <class T = float>
class ReLU final : public Elementwise<T> {
 public:
  Var<T> forward(const Var<T>& x) override;
  std::unique_ptr<Module<T>> another() const override { return std::make_unique<ReLU>(); }
};

/// y = x for x > 0 and slope · x elsewhere (Maas, Hannun and Ng 2013).
template <class T = float>
class LeakyReLU final : public Elementwise<T> {
 public:
  /// Throws an Error if the slope is not finite.
  explicit LeakyReLU(double slope = 0.01);
  Var<T> forward(const Var<T>& x) override;
  std::unique_ptr<Module<T>> another() const override { return std::make_unique<LeakyReLU>(slope_); }
  Parts<T> parts() override { return {.settings = {{"slope", fmt::format("{}", slope_)}}}; }

 private:
  double slope_;
};

/// y = x for x > 0 and α (exp(x) - 1) elsewhere (Clevert, Unterthiner and Hochreiter 2016, equation 15).
template <class T = float>
class ELU final : public Elementwise<T> {
 public:
  /// Throws an Error if α is not finite.
  explicit ELU(double alpha = 1.0);
  Var<T> forward(const Var<T>& x) override;
  std::unique_ptr<Module<T>> another() const override { return std::make_unique<ELU>(alpha_); }
  Parts<T> parts() override { return {.settings = {{"alpha", fmt::format("{}", alpha_)}}}; }

 private:
  double alpha_;
};

/// y = x Φ(x) with the distribution function Φ of a standard normal number (Hendrycks and Gimpel 2016, the exact form).
template <class T = float>
class GELU final : public Elementwise<T> {
 public:
  Var<T> forward(const Var<T>& x) override;
  std::unique_ptr<Module<T>> another() const override { return std::make_unique<GELU>(); }
};

/// y = x / (1 + exp(-x)) (Elfwing, Uchibe and Doya 2018), also called swish.
template <class T = float>
class SiLU final : public Elementwise<T> {
 public:
  Var<T> forward(const Var<T>& x) override;
  std::unique_ptr<Module<T>> another() const override { return std::make_unique<SiLU>(); }
};

/// y = 1 / (1 + exp(-x)).
template <class T = float>
class Sigmoid final : public Elementwise<T> {
 public:
  Var<T> forward(const Var<T>& x) override;
  std::unique_ptr<Module<T>> another() const override { return std::make_unique<Sigmoid>(); }
};

/// y = tanh(x).
template <class T = float>
class Tanh final : public Elementwise<T> {
 public:
  Var<T> forward(const Var<T>& x) override;
  std::unique_ptr<Module<T>> another() const override { return std::make_unique<Tanh>(); }
};

/// y = log(1 + exp(x)), without overflow (Dugas et al. 2001).
template <class T = float>
class Softplus final : public Elementwise<T> {
 public:
  Var<T> forward(const Var<T>& x) override;
  std::unique_ptr<Module<T>> another() const override { return std::make_unique<Softplus>(); }
};

}  // namespace wengert::nn
