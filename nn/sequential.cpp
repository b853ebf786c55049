#include <nn/sequential.hpp>

namespace wengert::nn {
namespace {

constexpr std::string_view first_bytes_of_a_subscript = "\xE2\x82";

std::string subscript(std::size_t number) {
  std::string text;
  for (const char digit : std::to_string(number)) {
    text += first_bytes_of_a_subscript;
    text += static_cast<char>(0x80 + (digit - '0'));
  }
  return text;
}

/// `γ` in layer 1 is `γ₁`; what was `γ₁` in a network of its own that becomes layer 2 is `γ₂.₁`.
std::string name_within(const std::string& name, std::size_t layer) {
  const std::size_t stem = std::min(name.find(first_bytes_of_a_subscript), name.size());
  const std::string inner = name.substr(stem);
  return name.substr(0, stem) + subscript(layer) + (inner.empty() ? "" : "." + inner);
}

}  // namespace

template <class T>
Sequential<T>& Sequential<T>::add(std::unique_ptr<Module<T>> layer) {
  require(layer != nullptr, "Sequential", "got a null pointer for layer {}; expected a module", layers_.size());
  for (const auto& [name, parameter] : layer->named_parameters()) {
    if (!parameter.name().empty()) parameter.named(name_within(parameter.name(), layers_.size()), parameter.line());
  }
  layer->train(this->training_);  // the network's own mode, also within an EvaluationMode
  layer->scope_ = fmt::format("{}.{}", layers_.size(), layer->type());
  this->says_output_shape_ = this->says_output_shape_ && layer->says_output_shape_;
  layers_.push_back(std::move(layer));
  return *this;
}

template <class T>
Var<T> Sequential<T>::forward(const Var<T>& x) {
  check_later_layers(x.shape());
  Var<T> y = x;
  for (const auto& layer : layers_) y = (*layer)(y);
  return y;
}

/// As far as the layers say their shapes. Of the first one the error is its own, which names x, and nothing has run.
template <class T>
void Sequential<T>::check_later_layers(const Shape& input) const {
  Shape shape = input;
  for (std::size_t index = 0; index < layers_.size() && layers_[index]->says_output_shape_; ++index) {
    try {
      shape = layers_[index]->output_shape(shape);
    } catch (const Error&) {
      if (index == 0) return;
      throw;
    }
  }
}

template <class T>
Shape Sequential<T>::output_shape(const Shape& input) const {
  Shape shape = input;
  for (const auto& layer : layers_) shape = layer->output_shape(shape);
  return shape;
}

template <class T>
Parts<T> Sequential<T>::parts() {
  Parts<T> parts;
  for (std::size_t index = 0; index < layers_.size(); ++index) {
    parts.children.push_back({std::to_string(index), layers_[index].get()});
  }
  return parts;
}

template <class T>
std::unique_ptr<Module<T>> Sequential<T>::another() const {
  auto result = std::make_unique<Sequential>();
  for (const auto& layer : layers_) {
    std::unique_ptr<Module<T>> copied = layer->another();
    copied->says_output_shape_ = layer->says_output_shape_;
    result->add(std::move(copied));
  }
  return result;
}

template <class T>
Module<T>& Sequential<T>::operator[](std::size_t index) {
  require(index < layers_.size(), "Sequential", "layer {} was asked for, but there are {}", index, layers_.size());
  return *layers_[index];
}

template class Sequential<float>;
template class Sequential<double>;

}  // namespace wengert::nn
