#include <autograd/arrays/shape.hpp>
#include <autograd/base/error.hpp>
#include <nn/init.hpp>

#include <cmath>

namespace wengert::nn {
namespace {

/// The deviation of a standard normal number that is drawn again until it is within ±2.
constexpr double truncated_deviation = 0.87962566103423978;

double selected(const Fans& fans, Fan fan) {
  const double in = static_cast<double>(fans.in), out = static_cast<double>(fans.out);
  if (fan == Fan::in) return in;
  return fan == Fan::out ? out : (in + out) / 2.0;
}

template <class T>
Array<T> truncated_normal(const Shape& shape, double deviation, Generator& generator) {
  Array<T> result = empty<T>(shape);
  for (T& x : std::span(result.data(), result.size())) {
    double z = generator.normal();
    while (std::abs(z) > 2.0) z = generator.normal();
    x = static_cast<T>(deviation / truncated_deviation * z);
  }
  return result;
}

template <class T>
Array<T> draw_from(const Filled& filled, const Shape& shape, const Fans&, Generator&) {
  const T value = static_cast<T>(filled.value);
  require(std::isfinite(value), "init::constant", "the value is {}; expected a finite number", value);
  return full<T>(shape, value);
}

template <class T>
Array<T> draw_from(const VarianceScaling& rule, const Shape& shape, const Fans& fans, Generator& generator) {
  require(std::isfinite(rule.scale) && rule.scale > 0.0, "VarianceScaling",
          "the scale is {}; expected a positive number, the variance times the fan", rule.scale);
  const double fan = selected(fans, rule.fan);
  require(std::isfinite(static_cast<T>(10.0 * std::sqrt(rule.scale / fan))), "VarianceScaling",
          "the scale is {} for a fan of {}; expected one whose root the elements can hold", rule.scale, fan);
  if (rule.distribution == Distribution::uniform) {
    const double bound = 1.0 / std::sqrt(fan / (3.0 * rule.scale));
    return generator.uniform<T>(shape, -bound, bound);
  }
  const double deviation = 1.0 / std::sqrt(fan / rule.scale);
  if (rule.distribution == Distribution::normal) return generator.normal<T>(shape, 0.0, deviation);
  return truncated_normal<T>(shape, deviation, generator);
}

/// The factor on the variance that makes up for a leaky ReLU of slope a.
double leaky_relu_scale(const char* initialiser, double a) {
  require(std::isfinite(a * a), initialiser, "the slope a is {}; expected that of the leaky ReLU, 0 for a ReLU", a);
  return 2.0 / (1.0 + a * a);
}

double gain_scale(const char* initialiser, double gain) {
  require(std::isfinite(gain * gain) && gain * gain > 0.0, initialiser,
          "the gain is {}; expected a factor other than 0, 1 for none", gain);
  return gain * gain;
}

}  // namespace

Fans fans_of(const Shape& weight) {
  require(weight.size() >= 2, "fans_of", "got a weight of shape {}; expected (out, in) or (O, I, kH, kW)", weight);
  const std::size_t field = element_count(Shape(weight.begin() + 2, weight.end()));
  return {weight[1] * field, weight[0] * field};
}

template <class T>
Array<T> draw(const Initialiser& initialiser, const Shape& shape, const Fans& fans, Generator& generator) {
  return std::visit([&](const auto& rule) { return draw_from<T>(rule, shape, fans, generator); }, initialiser);
}

namespace init {

Initialiser zeros() { return Filled{0.0}; }
Initialiser ones() { return Filled{1.0}; }
Initialiser constant(double value) { return Filled{value}; }

Initialiser glorot_uniform() { return VarianceScaling{1.0, Fan::average, Distribution::uniform}; }
Initialiser glorot_normal() { return VarianceScaling{1.0, Fan::average, Distribution::truncated_normal}; }
Initialiser he_uniform() { return VarianceScaling{2.0, Fan::in, Distribution::uniform}; }
Initialiser he_normal() { return VarianceScaling{2.0, Fan::in, Distribution::truncated_normal}; }
Initialiser lecun_uniform() { return VarianceScaling{1.0, Fan::in, Distribution::uniform}; }
Initialiser lecun_normal() { return VarianceScaling{1.0, Fan::in, Distribution::truncated_normal}; }

Initialiser xavier_uniform(double gain) {
  return VarianceScaling{gain_scale("init::xavier_uniform", gain), Fan::average, Distribution::uniform};
}
Initialiser xavier_normal(double gain) {
  return VarianceScaling{gain_scale("init::xavier_normal", gain), Fan::average, Distribution::normal};
}
Initialiser kaiming_uniform(double a, Fan fan) {
  return VarianceScaling{leaky_relu_scale("init::kaiming_uniform", a), fan, Distribution::uniform};
}
Initialiser kaiming_normal(double a, Fan fan) {
  return VarianceScaling{leaky_relu_scale("init::kaiming_normal", a), fan, Distribution::normal};
}
Initialiser torch_default() { return VarianceScaling{1.0 / 3.0, Fan::in, Distribution::uniform}; }

}  // namespace init

template Array<float> draw(const Initialiser&, const Shape&, const Fans&, Generator&);
template Array<double> draw(const Initialiser&, const Shape&, const Fans&, Generator&);

}  // namespace wengert::nn
