#pragma once

#include <nn/module.hpp>

namespace wengert::nn {

/// y = max(x, 0), element by element, with derivative 0 at 0 (Nair and Hinton 2010).
template <class T = float>
class ReLU final : public Module<T> {
 public:
  Var<T> forward(const Var<T>& x) override;
};

extern template class ReLU<float>;
extern template class ReLU<double>;

}  // namespace wengert::nn
