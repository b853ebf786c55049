#include <autograd/base/not_finite.hpp>
#include <autograd/kernel/finite.hpp>
#include <autograd/kernel/in_place.hpp>
#include <autograd/operations/elementwise.hpp>
#include <autograd/operations/map.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/normalisation.hpp>
#include <autograd/operations/reduce.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/operations/require_elements.hpp>

#include <algorithm>
#include <array>
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
                     kept, x.shape(), to_string(resolved(axes, x.rank()))));
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

/// Means, what they have lost when they were rounded, and variances. A mean of one element loses nothing.
template <class T>
struct Statistics {
  Array<T> mu, lost, variance;

  explicit Statistics(const Shape& shape) : mu(empty<T>(shape)), lost(zeros<T>(shape)), variance(empty<T>(shape)) {}

  kernel::Output<T> mean_output(const fusion::Reduction& over) {
    kernel::Output<T> output = fusion::output(mu, over);
    output.lost = lost.data();
    return output;
  }
};

/// Keeps of what means have lost what may be seen, where it is more than a millionth of the deviation, and takes its
/// square off the mean of (x - μ)², which is larger than that of (x - μ - lost)² by it. A group's own numbers decide,
/// so that those of others change nothing. A root would take longer than all the rest. Returns whether there is any.
template <class T>
bool correct(Statistics<T>& statistics) {
  const auto seen = [](const auto& lost, const auto& variance) {
    const auto share = lost * 1e6;
    const auto rest = where(share * share > variance, lost, 0.0);
    return std::array{rest, variance - rest * rest};
  };
  Array<T>& lost = statistics.lost;
  kernel::update_in_place(kernel::InPlace<T, 2, 0>{lost.size(), {lost.data(), statistics.variance.data()}, {}}, seen);
  return std::any_of(lost.data(), lost.data() + lost.size(), [](T rest) { return rest != T(0); });
}

/// Throws a NotFinite if a variance overflowed: the elements are finite, their squares are not.
template <class T>
void check_variance(std::string_view operation, const Var<T>& x, const Array<T>& variance, const Axes& axes) {
  if (all_finite(variance) || !all_finite(x.value())) return;
  throw NotFinite(fmt::format(
      "[{}] the elements of {} are too far from each other: their squares over the axes {} overflow; scale them down",
      operation, described(x), to_string(resolved(axes, x.rank()))));
}

/// Throws an Error if a positive ε is none among the elements: it would not keep a constant feature finite.
template <class T>
void check_epsilon(double epsilon) {
  const bool is_held = epsilon >= static_cast<double>(std::numeric_limits<T>::denorm_min()) &&
                       epsilon <= static_cast<double>(std::numeric_limits<T>::max());
  require(!(epsilon > 0.0) || is_held, "normalise",
          "epsilon is {}, which is {} among floats; expected a positive number that they can hold", epsilon,
          epsilon < 1.0 ? "0" : "infinite");
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
  static Symbol symbol(const Symbol& d, const Symbol& v) { return d * rsqrt(v); }
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

/// Records statistics that have been computed with μ as it is; where its rounding shows, the variance without it.
template <class T>
Moments<T> record_moments(std::string_view operation, const Var<T>& x, Statistics<T> of, const Axes& axes,
                          const fusion::Reduction& over) {
  const bool shows = correct(of);
  check_variance(operation, x, of.variance, axes);
  const Var<T> mu =
      fusion::record_reduced("mean", std::move(of.mu), fusion::Identity{}, fusion::Operands<T, 1>{&x}, over)
          .named(derived_name("μ", x));
  const auto record = [&](const auto& f, const auto& operands) {
    return fusion::record_reduced("mean", std::move(of.variance), f, operands, over).named(derived_name("σ²", x));
  };
  if (!shows) return {mu, record(squared_distance, fusion::Operands<T, 2>{&x, &mu})};
  const Var<T> rest(std::move(of.lost));
  return {mu, record(corrected_distance, fusion::Operands<T, 3>{&x, &mu, &rest}), rest};
}

template <class T>
fusion::Reduction mean_over(std::string_view operation, const Var<T>& x, const Axes& axes) {
  require_elements(operation, x, axes);
  const fusion::Operands<T, 1> operands{&x};
  return fusion::reduction<T>("mean", operands, x.shape(), normalise_axes("mean", axes, x.rank()), keep_dims, true);
}

/// Adds the passes of the statistics, if they can run together, group by group.
template <class T>
bool add_statistics(kernel::PassesTogether<T>& passes, Statistics<T>& to, const Var<T>& x,
                    const fusion::Reduction& over) {
  const kernel::Input<T> of_x{x.value().data(), &x.shape()}, of_mu{to.mu.data(), &over.kept};
  passes.add(fusion::sums_pass(fusion::Identity{}, x.shape(), fusion::Inputs<T, 1>{of_x}, to.mean_output(over)));
  auto pass = fusion::sums_pass(squared_distance, x.shape(), fusion::Inputs<T, 2>{of_x, of_mu},
                                fusion::output(to.variance, over));
  const bool fits = passes.fits(*pass, of_mu.data);
  if (fits) passes.add(std::move(pass));
  return fits;
}

/// Whether a sum may have overflowed on the way to a variance that does not: not one of floats, which are summed in
/// doubles.
template <class T>
bool has_overflowed(const Statistics<T>& statistics) {
  return std::same_as<T, double> && !all_finite(statistics.variance);
}

/// The same one after the other, where no sum overflows on the way to a mean that does not.
template <class T>
void sweep_statistics(Statistics<T>& to, const Var<T>& x, const fusion::Reduction& over) {
  fusion::sweep_sums(fusion::Identity{}, x.shape(), fusion::Operands<T, 1>{&x}, to.mean_output(over));
  const Var<T> mu(to.mu);
  fusion::sweep_sums(squared_distance, x.shape(), fusion::Operands<T, 2>{&x, &mu}, fusion::output(to.variance, over));
}

template <class T>
Moments<T> moments_for(std::string_view operation, const Var<T>& x, const Axes& axes) {
  const fusion::Reduction over = mean_over(operation, x, axes);
  Statistics<T> statistics(over.kept);
  kernel::PassesTogether<T> passes;
  const bool together = add_statistics(passes, statistics, x, over);
  if (together) passes.run();
  if (!together || has_overflowed(statistics)) sweep_statistics(statistics, x, over);
  return record_moments(operation, x, std::move(statistics), axes, over);
}

}  // namespace

template <class T>
Moments<T> moments(const Var<T>& x, const Axes& axes) {
  return moments_for("moments", x, axes);
}

template <class T>
Var<T> variance(const Var<T>& x, const Axes& axes, Dims dims) {
  const std::vector<std::size_t> reduced = normalise_axes("variance", axes, x.rank());
  const Var<T> kept = moments_for("variance", x, axes).variance;
  return dims == Dims::keep ? kept : reshape(kept, reduced_shape(x.shape(), reduced, dims));
}

template <class T>
Var<T> normalise(const Var<T>& x, const Var<T>& mean, const Var<T>& variance, const Var<T>& gamma, const Var<T>& beta,
                 double epsilon) {
  check_epsilon<T>(epsilon);
  return map("normalise", Normalisation{{"ε", epsilon}}, x, mean, variance, gamma, beta);
}

template <class T>
Var<T> normalise(const Var<T>& x, const Moments<T>& moments, const Var<T>& gamma, const Var<T>& beta, double epsilon) {
  check_epsilon<T>(epsilon);
  if (!moments.rest) return normalise(x, moments.mean, moments.variance, gamma, beta, epsilon);
  const auto formula = [eps = Constant{"ε", epsilon}](const auto& a, const auto& mu, const auto& var, const auto& g,
                                                      const auto& b, const auto& rest) {
    return g * over_root(centred(a, mu, rest), var + eps) + b;
  };
  return map("normalise", formula, x, moments.mean, moments.variance, gamma, beta, *moments.rest);
}

/// The passes of `moments` and `normalise`, run together, group by group; γ and β broadcast to x. None if they cannot
/// be, or if a sum has overflowed, which may be on the way alone.
template <class T>
std::optional<Array<T>> normalised_by_groups(Statistics<T>& to, const Var<T>& x, const Var<T>& gamma,
                                             const Var<T>& beta, const fusion::Reduction& over,
                                             const Normalisation& formula) {
  Array<T> y = empty<T>(x.shape());
  const kernel::Input<T> of_x{x.value().data(), &x.shape()};
  const kernel::Input<T> of_mu{to.mu.data(), &over.kept}, of_variance{to.variance.data(), &over.kept};
  const kernel::Input<T> of_gamma{gamma.value().data(), &gamma.shape()}, of_beta{beta.value().data(), &beta.shape()};
  kernel::PassesTogether<T> passes;
  if (!add_statistics(passes, to, x, over)) return std::nullopt;
  auto pass = fusion::values_pass<kernel::PlainSum>(formula, x.shape(),
                                                    fusion::Inputs<T, 5>{of_x, of_mu, of_variance, of_gamma, of_beta},
                                                    kernel::Output<T>{.data = y.data(), .shape = &x.shape()});
  if (!passes.fits(*pass, of_variance.data)) return std::nullopt;
  passes.add(std::move(pass));
  passes.run();
  return has_overflowed(to) ? std::nullopt : std::make_optional(std::move(y));
}

template <class T>
BatchNormalised<T> normalise_for(std::string_view operation, const Var<T>& x, const Var<T>& gamma, const Var<T>& beta,
                                 const Axes& axes, double epsilon) {
  const AllOrNothing<T> whole;
  const std::array<const Var<T>*, 3> variables{&x, &gamma, &beta};
  check_epsilon<T>(epsilon);
  require(fusion::common_shape<T>(operation, variables) == x.shape(), operation,
          "got {}, {} and {}; expected a scale and a shift that broadcast to the first", described(x), described(gamma),
          described(beta));
  const Normalisation formula{{"ε", epsilon}};
  const fusion::Reduction over = mean_over(operation, x, axes);
  Statistics<T> statistics(over.kept);
  std::optional<Array<T>> y = normalised_by_groups(statistics, x, gamma, beta, over, formula);
  const Moments<T> m =
      y ? record_moments(operation, x, std::move(statistics), axes, over) : moments_for(operation, x, axes);
  if (!y || m.rest) return {normalise(x, m, gamma, beta, epsilon), m.mean, m.variance};
  const fusion::Operands<T, 5> operands{&x, &m.mean, &m.variance, &gamma, &beta};
  return {fusion::record_mapped("normalise", std::move(*y), formula, operands), m.mean, m.variance};
}

template <class T>
BatchNormalised<T> normalise(const Var<T>& x, const Var<T>& gamma, const Var<T>& beta, const Axes& axes,
                             double epsilon) {
  return normalise_for("normalise", x, gamma, beta, axes, epsilon);
}

template <class T>
BatchNormalised<T> batch_norm(const Var<T>& x, const Var<T>& gamma, const Var<T>& beta, const Axes& axes,
                              double epsilon) {
  require(std::isfinite(epsilon) && epsilon > 0, "batch_norm",
          "epsilon is {}; expected a positive number, which keeps a constant feature finite", epsilon);
  const AllOrNothing<T> whole;
  const Groups<T> groups(x, gamma, beta, axes);
  return normalise_for("batch_norm", x, groups.aligned(gamma), groups.aligned(beta), axes, epsilon);
}

template Moments<float> moments(const Var<float>&, const Axes&);
template Var<float> variance(const Var<float>&, const Axes&, Dims);
template Var<float> normalise(const Var<float>&, const Moments<float>&, const Var<float>&, const Var<float>&, double);
template Var<float> normalise(const Var<float>&, const Var<float>&, const Var<float>&, const Var<float>&,
                              const Var<float>&, double);
template BatchNormalised<float> normalise(const Var<float>&, const Var<float>&, const Var<float>&, const Axes&, double);
template BatchNormalised<float> batch_norm(const Var<float>&, const Var<float>&, const Var<float>&, const Axes&,
                                           double);
template Moments<double> moments(const Var<double>&, const Axes&);
template Var<double> variance(const Var<double>&, const Axes&, Dims);
template Var<double> normalise(const Var<double>&, const Moments<double>&, const Var<double>&, const Var<double>&,
                               double);
template Var<double> normalise(const Var<double>&, const Var<double>&, const Var<double>&, const Var<double>&,
                               const Var<double>&, double);
template BatchNormalised<double> normalise(const Var<double>&, const Var<double>&, const Var<double>&, const Axes&,
                                           double);
template BatchNormalised<double> batch_norm(const Var<double>&, const Var<double>&, const Var<double>&, const Axes&,
                                            double);

}  // namespace wengert
