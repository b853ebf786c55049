#pragma once

#include <autograd/arrays/random.hpp>

#include <variant>

namespace wengert::nn {

/// The numbers of inputs and of outputs that a weight connects one unit with.
struct Fans {
  std::size_t in;
  std::size_t out;
};

/// The fans of a weight (out, in) or, with a field of kH · kW places for each of them, (O, I, kH, kW):
///   in = I · kH · kW,  out = O · kH · kW
/// Throws an Error for fewer than two axes.
Fans fans_of(const Shape& weight);

/// The fan that a variance is divided by; `average` is (in + out) / 2.
enum class Fan { in, out, average };

/// `truncated_normal` draws again what is more than two deviations from the mean.
enum class Distribution { uniform, normal, truncated_normal };

/// Random numbers of mean 0 and variance scale / fan, so that what runs through many layers neither grows nor shrinks:
///   uniform           in ±sqrt(3 · scale / fan)
///   normal            of deviation sqrt(scale / fan)
///   truncated normal  of that deviation after the truncation: sqrt(scale / fan) / 0.87962566103423978 before it
struct VarianceScaling {
  double scale = 1.0;
  Fan fan = Fan::in;
  Distribution distribution = Distribution::truncated_normal;
};

/// The same number everywhere.
struct Filled {
  double value = 0.0;
};

/// How a parameter starts.
using Initialiser = std::variant<Filled, VarianceScaling>;

/// A parameter of the given shape, drawn in row-major order. The fans are those of the weight, also for a bias. Throws
/// an Error unless the scale is positive and finite.
template <class T>
Array<T> draw(const Initialiser& initialiser, const Shape& shape, const Fans& fans, Generator& generator);

/// The initialisers by the names that they have in Keras and in PyTorch. Those that Keras calls normal are truncated,
/// those of PyTorch are not.
namespace init {

Initialiser zeros();
Initialiser ones();
Initialiser constant(double value);

/// Keras: uniform in ±sqrt(6 / (in + out)), so of variance 2 / (in + out) (Glorot and Bengio 2010, equation 16).
Initialiser glorot_uniform();
/// Keras: truncated normal of variance 2 / (in + out) (Glorot and Bengio 2010, equation 12).
Initialiser glorot_normal();
/// Keras: uniform in ±sqrt(6 / in), so of variance 2 / in (He, Zhang, Ren and Sun 2015, equation 10).
Initialiser he_uniform();
/// Keras: truncated normal of variance 2 / in (He, Zhang, Ren and Sun 2015, equation 10).
Initialiser he_normal();
/// Keras: uniform in ±sqrt(3 / in), so of variance 1 / in (LeCun, Bottou, Orr and Müller 1998, "Efficient BackProp",
/// section 4.6).
Initialiser lecun_uniform();
/// Keras: truncated normal of variance 1 / in (likewise).
Initialiser lecun_normal();

/// PyTorch: uniform in ±gain · sqrt(6 / (in + out)), which is `glorot_uniform` for a gain of 1.
Initialiser xavier_uniform(double gain = 1.0);
/// PyTorch: normal of deviation gain · sqrt(2 / (in + out)).
Initialiser xavier_normal(double gain = 1.0);
/// PyTorch: uniform in ±sqrt(6 / ((1 + a²) fan)), for a leaky ReLU of slope a behind it (He, Zhang, Ren and Sun 2015,
/// equation 15); `he_uniform` for a slope of 0.
Initialiser kaiming_uniform(double a = 0.0, Fan fan = Fan::in);
/// PyTorch: normal of deviation sqrt(2 / ((1 + a²) fan)), likewise.
Initialiser kaiming_normal(double a = 0.0, Fan fan = Fan::in);
/// What weights and biases of PyTorch's layers start with: uniform in ±1 / sqrt(in), which is `kaiming_uniform` for
/// a = sqrt(5).
Initialiser torch_default();

}  // namespace init

}  // namespace wengert::nn
