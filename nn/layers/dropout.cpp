#include <autograd/operations/arithmetic.hpp>
#include <nn/layers/dropout.hpp>

namespace wengert::nn {
namespace {

double checked(std::string_view layer, double p) {
  require(p >= 0.0 && p < 1.0, layer,
          "p is {}; expected the share of elements that are dropped, at least 0 and below 1", p);
  return p;
}

template <class T>
Array<T> draw_mask(const Shape& shape, double p, Generator& generator) {
  return generator.zeros_or<T>(1.0 / (1.0 - p), p, shape);
}

}  // namespace

template <class T>
Dropout<T>::Dropout(double p, Generator& generator) : p_(checked("Dropout", p)), generator_(generator.split()) {}

template <class T>
Var<T> Dropout<T>::forward(const Var<T>& x) {
  if (!this->is_training()) return x;
  return x * Var<T>(draw_mask<T>(x.shape(), p_, generator_)).named("mask");
}

template <class T>
std::unique_ptr<Module<T>> Dropout<T>::another() const {
  Generator any(0);
  return std::make_unique<Dropout>(p_, any);
}

template <class T>
Parts<T> Dropout<T>::parts() {
  return {.generators = {{"generator", &generator_}}, .settings = {{"p", fmt::format("{}", p_)}}};
}

template <class T>
Dropout2d<T>::Dropout2d(double p, Generator& generator) : p_(checked("Dropout2d", p)), generator_(generator.split()) {}

template <class T>
Shape Dropout2d<T>::output_shape(const Shape& input) const {
  require(input.size() == 4, "Dropout2d", "got an input of shape {}; expected (N, C, H, W)", input);
  return input;
}

template <class T>
Var<T> Dropout2d<T>::forward(const Var<T>& x) {
  const Shape shape = output_shape(x.shape());
  if (!this->is_training()) return x;
  return x * Var<T>(draw_mask<T>({shape[0], shape[1], 1, 1}, p_, generator_)).named("mask");
}

template <class T>
std::unique_ptr<Module<T>> Dropout2d<T>::another() const {
  Generator any(0);
  return std::make_unique<Dropout2d>(p_, any);
}

template <class T>
Parts<T> Dropout2d<T>::parts() {
  return {.generators = {{"generator", &generator_}}, .settings = {{"p", fmt::format("{}", p_)}}};
}

template class Dropout<float>;
template class Dropout<double>;
template class Dropout2d<float>;
template class Dropout2d<double>;

}  // namespace wengert::nn
