#include <autograd/base/not_finite.hpp>
#include <autograd/kernel/finite.hpp>
#include <autograd/operations/elementwise.hpp>
#include <autograd/operations/map.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/normalisation.hpp>
#include <autograd/operations/reduce.hpp>
#include <autograd/operations/reductions.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

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

const auto squared_distance = [](const auto& x, const auto& mu) { return square(x - mu); };

/// x - μ, where the rest of μ is mathematically 0 and does not show in print.
template <class X, class Mean, class Rest>
auto centred(const X& x, const Mean& mu, const Rest& rest) {
  if constexpr (is_symbolic<X> || is_symbolic<Mean>) return x - mu;
  else return (x - mu) - rest;
}
const auto corrected_distance = [](const auto& x, const auto& mu, const auto& rest) {
  return square(centred(x, mu, rest));
};

/// What a mean has lost when it was rounded, where that may be seen: where it is more than a millionth of the
/// deviation. A group's own numbers decide, so that those of others change nothing. A root would take longer than all
/// the rest.
const auto seen_part = [](const auto& lost, const auto& variance) {
  const auto share = lost * 1e6;
  return where(share * share > variance, lost, 0.0);
};

/// Whether it may be seen somewhere, before it is known what was lost, which is at most half a unit in the last place
/// of μ.
template <class T>
bool may_show(const Array<T>& mu, const Array<T>& variance) {
  const auto most_seen = [](const auto& m, const auto& v) {
    return abs(seen_part(m * (0.5 * static_cast<double>(std::numeric_limits<T>::epsilon())), v));
  };
  const Shape none;
  T seen = 0;
  fusion::values_pass<kernel::Largest>(
      most_seen, variance.shape(),
      fusion::Inputs<T, 2>{{{mu.data(), &mu.shape()}, {variance.data(), &variance.shape()}}},
      kernel::Output<T>{.data = &seen, .shape = &none})
      ->run_all();
  return seen > 0;
}

/// Throws a NotFinite if a variance overflowed: the elements are finite, their squares are not.
template <class T>
void check_variance(const Var<T>& x, const Array<T>& variance, const Axes& axes) {
  if (all_finite(variance) || !all_finite(x.value())) return;
  throw NotFinite(fmt::format(
      "[variance] the elements of {} are too far from each other: their squares over the axes {} overflow; scale them "
      "down",
      described(x), to_string(axes)));
}

/// A name for an intermediate: `μ`, or `μ(h1)` where the input has a name of its own.
template <class T>
std::string derived_name(const char* symbol, const Var<T>& x) {
  return x.name().empty() || x.name() == "x" ? symbol : fmt::format("{}({})", symbol, x.name());
}

/// d / √v. Its derivative by v is computed from the quotient: that of rsqrt alone, v^-1.5, may leave the range of the
/// elements where the product does not.
struct OverRoot {
  static constexpr const char* name = "over_root";
  template <class L>
  static L value(const L& d, const L& v) {
    return d * rsqrt(v);
  }
  template <int I, class N>
  static N derivative(const N& y, const N&, const N& v) {
    if constexpr (I == 0) return rsqrt(v);
    else return -0.5 * (y / v);
  }
};

/// d / √v; print says d · rsqrt(v).
template <class D, class V>
auto over_root(const D& d, const V& v) {
  if constexpr (is_symbolic<D> || is_symbolic<V>) return d * rsqrt(v);
  else return apply_binary(OverRoot{}, d, v);
}

/// γ (x - μ) / √(σ² + ε) + β
struct Normalisation {
  Constant epsilon;
  auto operator()(const auto& x, const auto& mu, const auto& variance, const auto& gamma, const auto& beta) const {
    return gamma * over_root(x - mu, variance + epsilon) + beta;
  }
};

/// What μ has lost when it was rounded, where that may be seen.
template <class T>
std::optional<Var<T>> visible_rest(const Var<T>& x, const Var<T>& mu, const Array<T>& variance, const Axes& axes) {
  if (!may_show(mu.value(), variance)) return std::nullopt;
  const NoRecord pause;
  const auto difference = [](const auto& a, const auto& m) { return a - m; };
  const Var<T> lost = map(seen_part, mean(axes, keep_dims, difference, x, mu), Var<T>(variance));
  const auto is_seen = [](T part) { return part != T(0); };
  const T* const parts = lost.value().data();
  return std::any_of(parts, parts + lost.size(), is_seen) ? std::make_optional(lost) : std::nullopt;
}

template <class T>
Var<T> record_mean(const Var<T>& x, Array<T> mu, const fusion::Reduction& over) {
  const fusion::Operands<T, 1> operands{&x};
  return fusion::record_reduced("mean", std::move(mu), fusion::Identity{}, operands, over).named(derived_name("μ", x));
}

/// The mean of (x - μ - rest)²: that of (x - μ)² is larger by rest², as rest is the mean of x - μ.
template <class T>
Array<T> corrected(Array<T> variance, const Var<T>& rest) {
  const NoRecord pause;
  const auto without = [](const auto& v, const auto& r) { return v - r * r; };
  return map(without, Var<T>(std::move(variance)), rest).value();
}

/// Records a variance that has been computed with μ as it is, or, where its rounding shows, the one without.
template <class T>
Moments<T> with_variance(const Var<T>& x, const Var<T>& mu, Array<T> variance, const Axes& axes,
                         const fusion::Reduction& over) {
  const std::optional<Var<T>> rest = visible_rest(x, mu, variance, axes);
  const auto record = [&](const auto& f, const auto& operands) {
    check_variance(x, variance, axes);
    return fusion::record_reduced("mean", std::move(variance), f, operands, over).named(derived_name("σ²", x));
  };
  if (!rest) return {mu, record(squared_distance, fusion::Operands<T, 2>{&x, &mu}), rest};
  variance = corrected(std::move(variance), *rest);
  return {mu, record(corrected_distance, fusion::Operands<T, 3>{&x, &mu, &*rest}), rest};
}

template <class T>
fusion::Reduction mean_over(const Var<T>& x, const Axes& axes) {
  return fusion::reduction("mean", x.shape(), normalise_axes("mean", axes, x.rank()), keep_dims, true);
}

}  // namespace

template <class T>
Moments<T> moments(const Var<T>& x, const Axes& axes) {
  const Var<T> mu = mean(x, axes, keep_dims).named(derived_name("μ", x));
  const fusion::Reduction over = mean_over(x, axes);
  Array<T> variance = empty<T>(over.kept);
  fusion::sweep_sums(squared_distance, x.shape(), fusion::Operands<T, 2>{&x, &mu}, fusion::output(variance, over));
  return with_variance(x, mu, std::move(variance), axes, over);
}

template <class T>
Var<T> normalise(const Var<T>& x, const Var<T>& mean, const Var<T>& variance, const Var<T>& gamma, const Var<T>& beta,
                 double epsilon) {
  return map("normalise", Normalisation{{"ε", epsilon}}, x, mean, variance, gamma, beta);
}

template <class T>
Var<T> normalise(const Var<T>& x, const Moments<T>& moments, const Var<T>& gamma, const Var<T>& beta, double epsilon) {
  if (!moments.rest) return normalise(x, moments.mean, moments.variance, gamma, beta, epsilon);
  const auto formula = [eps = Constant{"ε", epsilon}](const auto& a, const auto& mu, const auto& var, const auto& g,
                                                      const auto& b, const auto& rest) {
    return g * over_root(centred(a, mu, rest), var + eps) + b;
  };
  return map("normalise", formula, x, moments.mean, moments.variance, gamma, beta, *moments.rest);
}

/// What a batch norm computes if the rounding of no mean shows.
template <class T>
struct Values {
  Array<T> mu, variance, y;
};

/// The passes of `moments` and `normalise`, run together, group by group. None if they cannot be, or if a sum has
/// overflowed, which may be on the way alone.
template <class T>
std::optional<Values<T>> values_by_groups(const Var<T>& x, const Var<T>& gamma, const Var<T>& beta,
                                          const fusion::Reduction& over, const Normalisation& formula) {
  Values<T> values{empty<T>(over.kept), empty<T>(over.kept), empty<T>(x.shape())};
  const kernel::Input<T> of_x{x.value().data(), &x.shape()};
  const kernel::Input<T> of_mu{values.mu.data(), &over.kept}, of_variance{values.variance.data(), &over.kept};
  const kernel::Input<T> of_gamma{gamma.value().data(), &gamma.shape()}, of_beta{beta.value().data(), &beta.shape()};

  kernel::PassesTogether<T> passes;
  passes.add(
      fusion::sums_pass(fusion::Identity{}, x.shape(), fusion::Inputs<T, 1>{of_x}, fusion::output(values.mu, over)));
  auto pass = fusion::sums_pass(squared_distance, x.shape(), fusion::Inputs<T, 2>{of_x, of_mu},
                                fusion::output(values.variance, over));
  if (!passes.fits(*pass, of_mu.data)) return std::nullopt;
  passes.add(std::move(pass));
  pass = fusion::values_pass<kernel::PlainSum>(formula, x.shape(),
                                               fusion::Inputs<T, 5>{of_x, of_mu, of_variance, of_gamma, of_beta},
                                               kernel::Output<T>{.data = values.y.data(), .shape = &x.shape()});
  if (!passes.fits(*pass, of_variance.data)) return std::nullopt;
  passes.add(std::move(pass));
  passes.run();
  return all_finite(values.variance) ? std::make_optional(std::move(values)) : std::nullopt;
}

template <class T>
BatchNormalised<T> batch_norm(const Var<T>& x, const Var<T>& gamma, const Var<T>& beta, const Axes& axes,
                              double epsilon) {
  require(epsilon > 0, "batch_norm", "epsilon is {}; expected a positive number, which keeps a constant feature finite",
          epsilon);
  const Groups<T> groups(x, gamma, beta, axes);
  const Var<T> g = groups.aligned(gamma);
  const Var<T> b = groups.aligned(beta);
  const Normalisation formula{{"ε", epsilon}};
  const fusion::Reduction over = mean_over(x, axes);
  std::optional<Values<T>> values = values_by_groups(x, g, b, over, formula);
  const Moments<T> m =
      values ? with_variance(x, record_mean(x, std::move(values->mu), over), std::move(values->variance), axes, over)
             : moments(x, axes);
  if (!values || m.rest) return {normalise(x, m, g, b, epsilon), m.mean, m.variance};
  const fusion::Operands<T, 5> operands{&x, &m.mean, &m.variance, &g, &b};
  return {fusion::record_mapped("normalise", std::move(values->y), formula, operands), m.mean, m.variance};
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
