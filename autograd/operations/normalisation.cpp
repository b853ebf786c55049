#include <autograd/operations/map.hpp>
#include <autograd/operations/normalisation.hpp>
#include <autograd/operations/reduce.hpp>
#include <autograd/operations/reductions.hpp>

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

/// A name for an intermediate: `μ`, or `μ(h1)` where the input has a name of its own.
template <class T>
std::string derived_name(const char* symbol, const Var<T>& x) {
  return x.name().empty() || x.name() == "x" ? symbol : fmt::format("{}({})", symbol, x.name());
}

}  // namespace

template <class T>
Moments<T> moments(const Var<T>& x, const Axes& axes) {
  const Var<T> mu = mean(x, axes, keep_dims).named(derived_name("μ", x));
  const Var<T> var = mean(axes, keep_dims, squared_distance, x, mu).named(derived_name("σ²", x));
  return {mu, var};
}

template <class T>
Var<T> normalise(const Var<T>& x, const Var<T>& mean, const Var<T>& variance, const Var<T>& gamma, const Var<T>& beta,
                 double epsilon) {
  const auto formula = [eps = Constant{"ε", epsilon}](const auto& a, const auto& mu, const auto& var, const auto& g,
                                                      const auto& b) { return g * ((a - mu) * rsqrt(var + eps)) + b; };
  return map("normalise", formula, x, mean, variance, gamma, beta);
}

template <class T>
BatchNormalised<T> batch_norm(const Var<T>& x, const Var<T>& gamma, const Var<T>& beta, const Axes& axes,
                              double epsilon) {
  require(epsilon > 0, "batch_norm", "epsilon is {}; expected a positive number, which keeps a constant feature finite",
          epsilon);
  const Groups<T> groups(x, gamma, beta, axes);
  const Var<T> g = groups.aligned(gamma);
  const Var<T> b = groups.aligned(beta);
  const auto [mu, var] = moments(x, axes);
  return {normalise(x, mu, var, g, b, epsilon), mu, var};
}

template Moments<float> moments(const Var<float>&, const Axes&);
template Var<float> normalise(const Var<float>&, const Var<float>&, const Var<float>&, const Var<float>&,
                              const Var<float>&, double);
template BatchNormalised<float> batch_norm(const Var<float>&, const Var<float>&, const Var<float>&, const Axes&,
                                           double);
template Moments<double> moments(const Var<double>&, const Axes&);
template Var<double> normalise(const Var<double>&, const Var<double>&, const Var<double>&, const Var<double>&,
                               const Var<double>&, double);
template BatchNormalised<double> batch_norm(const Var<double>&, const Var<double>&, const Var<double>&, const Axes&,
                                            double);

}  // namespace wengert
