#pragma once

#include <nn/module.hpp>

#include <concepts>

namespace wengert::nn {

/// Whether a class says by itself what shape its output has; otherwise the member is that of Module.
template <class Layer>
concept SaysOutputShape = !requires(Shape(Module<typename Layer::Element>::*inherited)(const Shape&) const) {
  inherited = &Layer::output_shape;
};

/// Modules one after the other: y = f_n(... f_1(f_0(x))). Their states are named by their places, `0.weight`, and so
/// are the parameters in prints, `W₀`.
///   nn::Sequential net{nn::Linear(64, 128, generator), nn::BatchNorm1d(128), nn::ReLU(), nn::Linear(128, 10,
///   generator)};
/// Braces, unlike parentheses, make the layers in the order in which they are written, and so fix who draws which
/// random numbers.
template <class T = float>
class Sequential final : public Module<T> {
 public:
  Sequential() { this->says_output_shape_ = true; }

  template <std::derived_from<Module<T>>... Layers>
  requires(sizeof...(Layers) > 0) explicit Sequential(Layers... layers) : Sequential() {
    (add(std::move(layers)), ...);
  }

  /// Appends a layer, which is moved into the network.
  template <std::derived_from<Module<T>> Layer>
  Sequential& add(Layer layer) {
    if constexpr (!std::same_as<Layer, Sequential>) layer.says_output_shape_ = SaysOutputShape<Layer>;
    return add(std::make_unique<Layer>(std::move(layer)));
  }
  /// Appends a layer of any kind. Throws an Error for null.
  Sequential& add(std::unique_ptr<Module<T>> layer);

  /// Throws the Error of a layer that does not fit before any layer has run, so that no running statistic has changed.
  Var<T> forward(const Var<T>& x) override;
  Shape output_shape(const Shape& input) const override;
  Parts<T> parts() override;
  std::unique_ptr<Module<T>> another() const override;

  std::size_t size() const { return layers_.size(); }
  /// The layer at a place. Throws an Error if there is none.
  Module<T>& operator[](std::size_t index);

 private:
  void check_later_layers(const Shape& input) const;

  std::vector<std::unique_ptr<Module<T>>> layers_;
};

template <class First, class... Rest>
Sequential(First, Rest...) -> Sequential<typename First::Element>;

extern template class Sequential<float>;
extern template class Sequential<double>;

}  // namespace wengert::nn
