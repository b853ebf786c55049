#pragma once

#include <autograd/random.hpp>
#include <nn/module.hpp>

namespace wengert::nn {

struct LinearOptions {
  bool bias = true;
};

/// The affine map y = x Wᵀ + b: x (N, in) -> y (N, out), with `weight` W (out, in) and `bias` b (out). Both start
/// uniform in ±1/sqrt(in), as PyTorch's do (LeCun et al. 1998, "Efficient BackProp", section 4.6, up to a factor).
template <class T = float>
class Linear final : public Module<T> {
 public:
  /// Throws an Error if a number of features is zero.
  Linear(std::size_t in_features, std::size_t out_features, Generator& generator, LinearOptions options = {});

  /// Throws an Error unless x has two axes or more, of which the last has `in_features`.
  Var<T> forward(const Var<T>& x) override;
  Parts<T> parts() override;
  Shape output_shape(const Shape& input) const override;

  const Var<T>& weight() const { return weight_; }
  /// Empty if the options left it out.
  const std::optional<Var<T>>& bias() const { return bias_; }

 private:
  void check(const std::string& described, const Shape& shape) const;

  Var<T> weight_;
  std::optional<Var<T>> bias_;
};

extern template class Linear<float>;
extern template class Linear<double>;

}  // namespace wengert::nn
