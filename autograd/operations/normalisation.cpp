#include <autograd/operations/map.hpp>
#include <autograd/operations/normalisation.hpp>
#include <autograd/operations/reduce.hpp>
#include <autograd/operations/reductions.hpp>

#include <algorithm>
#include <cmath>

namespace wengert {
namespace {

/// The axes and the parameters of a batch norm, checked before anything is recorded.
template <class T>
struct Groups {
  std::vector<std::size_t> reduced;
  Shape kept;
  Shape dropped;

  Groups(const Var<T>& x, const Var<T>& gamma, const Var<T>& beta, const Axes& axes)
      : reduced(normalise_axes("batch_norm", axes, x.rank())),
        kept(reduced_shape(x.shape(), reduced, Dims::keep)),
        dropped(reduced_shape(x.shape(), reduced, Dims::drop)) {
    check(gamma, "gamma", x, axes);
    check(beta, "beta", x, axes);
    require(x.size() > 0, "batch_norm", "{} has no elements to take the mean of; expected at least one", described(x));
  }

  void check(const Var<T>& parameter, std::string_view name, const Var<T>& x, const Axes& axes) const {
    if (parameter.shape() == kept || parameter.shape() == dropped) return;
    fail("batch_norm",
         fmt::format("'{}' has shape {}; expected {} or {}, one value for each group that is normalised together, for "
                     "an input of shape {} and axes {}",
                     parameter.name().empty() ? name : std::string_view(parameter.name()), parameter.shape(), dropped,
                     kept, x.shape(), to_string(axes)));
  }

  /// γ or β in a shape that broadcasts against x: with the reduced axes at extent one, unless they are the leading
  /// ones.
  Var<T> aligned(const Var<T>& parameter) const {
    const bool are_leading = reduced.empty() || reduced.back() == reduced.size() - 1;
    if (parameter.shape() == kept || are_leading) return parameter;
    return reshape(parameter, kept).named(parameter.name());
  }
};

/// x - μ, where the rest of μ is mathematically 0 and does not show in print.
template <class X, class Mean, class Rest>
auto centred(const X& x, const Mean& mu, const Rest& rest) {
  if constexpr (is_symbolic<X> || is_symbolic<Mean>) return x - mu;
  else return (x - mu) - rest;
}

struct SquaredDistance {
  auto operator()(const auto& x, const auto& mu, const auto& rest) const { return square(centred(x, mu, rest)); }
};

/// mean(x - μ), which is the rest of μ, and mean((x - μ)²) in one pass.
template <class T>
void average_distances(const Var<T>& x, const Var<T>& mu, Array<T>& rest, Array<T>& squares) {
  using L = Lane<T>;
  const double count = static_cast<double>(x.size() / mu.size());
  const std::array<kernel::Input<T>, 2> inputs{{{x.value().data(), &x.shape()}, {mu.value().data(), &mu.shape()}}};
  const std::array<kernel::Output<T>, 2> outputs{
      {{.data = rest.data(), .shape = &mu.shape(), .add = false, .divisor = count},
       {.data = squares.data(), .shape = &mu.shape(), .add = false, .divisor = count}}};
  const kernel::Sweep<L, kernel::CompensatedSum<L>, 2, 2> sweep(x.shape(), inputs, outputs);
  sweep.template operator()<kernel::Form<1u, 0u>>([](const std::array<L, 2>& lanes) {
    const L distance = lanes[0] - lanes[1];
    return std::array<L, 2>{distance, distance * distance};
  });
}

/// Throws an Error if a variance overflowed: the elements are finite, their squares are not.
template <class T>
void check_variance(const Var<T>& x, const Array<T>& variance, const Axes& axes) {
  const auto is_finite = [](T v) { return std::isfinite(v); };
  if (std::all_of(variance.data(), variance.data() + variance.size(), is_finite)) return;
  require(!std::all_of(x.value().data(), x.value().data() + x.size(), is_finite), "variance",
          "the elements of {} are too far from each other: their squares over the axes {} overflow; scale them down",
          described(x), to_string(axes));
}

/// A name for an intermediate: `μ`, or `μ(h1)` where the input has a name of its own.
template <class T>
std::string derived_name(const char* symbol, const Var<T>& x) {
  return x.name().empty() || x.name() == "x" ? symbol : fmt::format("{}({})", symbol, x.name());
}

}  // namespace

template <class T>
Moments<T> moments(const Var<T>& x, const Axes& axes) {
  const Var<T> mu = mean(x, axes, keep_dims).named(derived_name("μ", x));
  Array<T> remainder = empty<T>(mu.shape()), variance = empty<T>(mu.shape());
  average_distances(x, mu, remainder, variance);
  for (std::size_t k = 0; k < variance.size(); ++k) variance.data()[k] -= remainder.data()[k] * remainder.data()[k];
  check_variance(x, variance, axes);
  const Var<T> rest(std::move(remainder));
  const Var<T> var = Tape<T>::record(std::move(variance), fusion::Operands<T, 3>{&x, &mu, &rest}, [&] {
    using Operation = fusion::Formula<SquaredDistance, T, 3, true>;
    const double count = static_cast<double>(x.size() / mu.size());
    const Attributes attributes{{"axes", resolved(axes, x.rank())}, {"keep_dims", true}};
    return std::make_unique<Operation>("mean", SquaredDistance{},
                                       fusion::Reduction{x.shape(), mu.shape(), count, attributes});
  });
  return {mu, var.named(derived_name("σ²", x)), rest};
}

template <class T>
Var<T> normalise(const Var<T>& x, const Moments<T>& moments, const Var<T>& gamma, const Var<T>& beta, double epsilon) {
  const auto formula = [eps = Constant{"ε", epsilon}](const auto& a, const auto& mu, const auto& var, const auto& g,
                                                      const auto& b, const auto& rest) {
    return g * (centred(a, mu, rest) * rsqrt(var + eps)) + b;
  };
  return map("normalise", formula, x, moments.mean, moments.variance, gamma, beta, moments.rest);
}

template <class T>
Var<T> normalise(const Var<T>& x, const Var<T>& mean, const Var<T>& variance, const Var<T>& gamma, const Var<T>& beta,
                 double epsilon) {
  return normalise(x, Moments<T>{mean, variance}, gamma, beta, epsilon);
}

template <class T>
BatchNormalised<T> batch_norm(const Var<T>& x, const Var<T>& gamma, const Var<T>& beta, const Axes& axes,
                              double epsilon) {
  require(epsilon > 0, "batch_norm", "epsilon is {}; expected a positive number, which keeps a constant feature finite",
          epsilon);
  const Groups<T> groups(x, gamma, beta, axes);
  const Var<T> g = groups.aligned(gamma);
  const Var<T> b = groups.aligned(beta);
  const Moments<T> of_batch = moments(x, axes);
  return {normalise(x, of_batch, g, b, epsilon), of_batch.mean, of_batch.variance};
}

template Moments<float> moments(const Var<float>&, const Axes&);
template Var<float> normalise(const Var<float>&, const Moments<float>&, const Var<float>&, const Var<float>&, double);
template Var<float> normalise(const Var<float>&, const Var<float>&, const Var<float>&, const Var<float>&,
                              const Var<float>&, double);
template BatchNormalised<float> batch_norm(const Var<float>&, const Var<float>&, const Var<float>&, const Axes&,
                                           double);
template Moments<double> moments(const Var<double>&, const Axes&);
template Var<double> normalise(const Var<double>&, const Moments<double>&, const Var<double>&, const Var<double>&,
                               double);
template Var<double> normalise(const Var<double>&, const Var<double>&, const Var<double>&, const Var<double>&,
                               const Var<double>&, double);
template BatchNormalised<double> batch_norm(const Var<double>&, const Var<double>&, const Var<double>&, const Axes&,
                                            double);

}  // namespace wengert
