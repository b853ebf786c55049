#include <autograd/base/not_finite.hpp>
#include <autograd/operations/map.hpp>
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

/// Whether what a mean has lost when it was rounded may be seen: whether it is more than a millionth of a deviation.
template <class T>
bool shows(const Array<T>& lost, const Array<T>& variance) {
  constexpr double least = 1e-6;
  for (std::size_t k = 0; k < lost.size(); ++k) {
    const auto loss = static_cast<double>(lost.data()[k]);
    if (loss * loss > least * least * static_cast<double>(variance.data()[k])) return true;
  }
  return false;
}

/// What μ may have lost at most: half a unit in its last place.
template <class T>
Array<T> largest_loss(const Var<T>& mu) {
  Array<T> loss = mu.value();
  for (T& value : loss) value *= std::numeric_limits<T>::epsilon() / 2;
  return loss;
}

/// Throws a NotFinite if a variance overflowed: the elements are finite, their squares are not.
template <class T>
void check_variance(const Var<T>& x, const Array<T>& variance, const Axes& axes) {
  const auto is_finite = [](T v) { return std::isfinite(v); };
  if (std::all_of(variance.data(), variance.data() + variance.size(), is_finite)) return;
  if (!std::all_of(x.value().data(), x.value().data() + x.size(), is_finite)) return;
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

/// Records the mean of f(x...) that has been computed.
template <class T, class F, class... Rest>
Var<T> record_mean(const Array<T>& value, const F& f, const fusion::Reduction& reduction, const Var<T>& x,
                   const Rest&... rest) {
  constexpr std::size_t count = 1 + sizeof...(Rest);
  return Tape<T>::record(Array<T>(value), fusion::Operands<T, count>{&x, &rest...},
                         [&] { return std::make_unique<fusion::Formula<F, T, count, true>>("mean", f, reduction); });
}

}  // namespace

template <class T>
Moments<T> moments(const Var<T>& x, const Axes& axes) {
  const Var<T> mu = mean(x, axes, keep_dims).named(derived_name("μ", x));
  const auto [variance, rest] = [&] {
    const NoRecord pause;
    const Var<T> plain = mean(axes, keep_dims, squared_distance, x, mu);
    if (!shows(largest_loss(mu), plain.value())) return std::pair(plain, std::optional<Var<T>>());
    const Var<T> lost = mean(
        axes, keep_dims, [](const auto& a, const auto& m) { return a - m; }, x, mu);
    if (!shows(lost.value(), plain.value())) return std::pair(plain, std::optional<Var<T>>());
    return std::pair(mean(axes, keep_dims, corrected_distance, x, mu, lost), std::optional(lost));
  }();
  check_variance(x, variance.value(), axes);
  const std::size_t group_size = x.size() / std::max<std::size_t>(mu.size(), 1);
  const fusion::Reduction reduction{x.shape(),
                                    mu.shape(),
                                    static_cast<double>(group_size),
                                    {{"axes", resolved(axes, x.rank())}, {"keep_dims", true}}};
  const std::string name = derived_name("σ²", x);
  if (!rest) return {mu, record_mean(variance.value(), squared_distance, reduction, x, mu).named(name), rest};
  return {mu, record_mean(variance.value(), corrected_distance, reduction, x, mu, *rest).named(name), rest};
}

template <class T>
Var<T> normalise(const Var<T>& x, const Var<T>& mean, const Var<T>& variance, const Var<T>& gamma, const Var<T>& beta,
                 double epsilon) {
  const auto formula = [eps = Constant{"ε", epsilon}](const auto& a, const auto& mu, const auto& var, const auto& g,
                                                      const auto& b) { return g * ((a - mu) * rsqrt(var + eps)) + b; };
  return map("normalise", formula, x, mean, variance, gamma, beta);
}

template <class T>
Var<T> normalise(const Var<T>& x, const Moments<T>& moments, const Var<T>& gamma, const Var<T>& beta, double epsilon) {
  if (!moments.rest) return normalise(x, moments.mean, moments.variance, gamma, beta, epsilon);
  const auto formula = [eps = Constant{"ε", epsilon}](const auto& a, const auto& mu, const auto& var, const auto& g,
                                                      const auto& b, const auto& rest) {
    return g * (centred(a, mu, rest) * rsqrt(var + eps)) + b;
  };
  return map("normalise", formula, x, moments.mean, moments.variance, gamma, beta, *moments.rest);
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
