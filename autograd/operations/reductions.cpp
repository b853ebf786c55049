#include <autograd/operations/map.hpp>
#include <autograd/operations/normalisation.hpp>
#include <autograd/operations/reduce.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/tape/record.hpp>

#include <cmath>
#include <limits>

namespace wengert {
namespace {

struct Identity {
  static constexpr std::array has_derivative_one{true};
  auto operator()(const auto& x) const { return x; }
};

// What exponentials are shifted by lest they overflow: the largest element of every group. Groups whose largest element
// is infinite are taken at the limit, as if equal elements went there together.
const auto below_largest = [](const auto& x, const auto& largest) {
  return where(equal(x, largest), 0.0, x - largest);
};
const auto shifted_exp = [](const auto& x, const auto& largest) { return exp(below_largest(x, largest)); };
const auto exp_of_smaller = [](const auto& x, const auto& largest) {
  return where(equal(x, largest), 0.0, exp(x - largest));
};
const auto is_largest = [](const auto& x, const auto& largest) { return where(equal(x, largest), 1.0, 0.0); };

/// d - exp(z) · Σ d, as d (1 - exp(z)) minus exp(z) times the sum of the others, where no digit of a small one is lost.
const auto log_softmax_gradient = []<class D, class Z, class S>(const D& d, const Z& z, const S& total) {
  if constexpr (is_symbolic<D> || is_symbolic<Z> || is_symbolic<S>) return d - exp(z) * total;
  else return gated(-d, expm1(z)) - gated(total - d, exp(z));
};

/// A reduced variable with its axes back at extent one, so that it broadcasts against what was reduced.
template <class T>
Var<T> with_kept_axes(const Var<T>& reduced, const Var<T>& x, const Axes& axes) {
  const Shape kept = reduced_shape(x.shape(), normalise_axes("reduction", axes, x.rank()), Dims::keep);
  return reduced.shape() == kept ? reduced : reshape(reduced, kept);
}

/// The element of every group that `better` prefers; NaN wins over all.
template <class T, class Better>
Array<T> extreme(std::string_view name, const Array<T>& x, const Axes& axes, Dims dims, const Better& better) {
  const std::vector<std::size_t> reduced = normalise_axes(name, axes, x.dimension());
  const Shape kept = reduced_shape(x.shape(), reduced, Dims::keep);
  if (x.size() == 0 && element_count(kept) > 0) {
    fail(name, fmt::format("no elements have no extreme one: the input has shape {} and is reduced over the axes {}",
                           Shape(x.shape()), to_string(axes)));
  }
  Array<T> y = empty<T>(reduced_shape(x.shape(), reduced, dims));
  std::vector<bool> seen(y.size(), false);
  xt::svector<std::size_t, 8> index(x.dimension(), 0);
  for (std::size_t k = 0; k < x.size(); ++k) {
    std::size_t group = 0;
    for (std::size_t axis = 0; axis < index.size(); ++axis)
      group = group * kept[axis] + (kept[axis] == 1 ? 0 : index[axis]);
    const T candidate = x.data()[k];
    T& best = y.data()[group];
    if (!seen[group] || better(candidate, best) || std::isnan(candidate))
      best = std::isnan(best) && seen[group] ? best : candidate;
    seen[group] = true;
    for (std::size_t axis = index.size(); axis-- > 0;) {
      if (++index[axis] < x.shape()[axis]) break;
      index[axis] = 0;
    }
  }
  return y;
}

/// The largest element of every group, and log(sum(exp(x - largest))), which is small where one element stands out: the
/// others are summed alone, so that no digit of them is lost.
template <class T>
struct LogSum {
  Var<T> largest;
  Var<T> log_total;
};
template <class T>
LogSum<T> log_sum(std::string_view name, const Var<T>& x, const Axes& axes) {
  const Var<T> largest(extreme(name, x.value(), axes, keep_dims, std::greater<>()));
  const Var<T> others = sum(axes, keep_dims, exp_of_smaller, x, largest);
  const Var<T> ties = sum(axes, keep_dims, is_largest, x, largest);
  return {largest, log1p(others + (ties - 1.0))};
}

/// Every element that is the extreme one gets an equal share of the cotangent.
template <class T>
auto share_rule(const Var<T>& x, const Axes& axes) {
  return [x, axes](const Var<T>& g, const Var<T>& y) {
    const Var<T> is_extreme = equal(x, with_kept_axes(y, x, axes));
    return where(is_extreme, with_kept_axes(g, x, axes) / sum(is_extreme, axes, keep_dims), 0.0);
  };
}

}  // namespace

template <class T>
Var<T> sum(const Var<T>& x, const Axes& axes, Dims dims) {
  return sum(axes, dims, Identity{}, x);
}

template <class T>
Var<T> mean(const Var<T>& x, const Axes& axes, Dims dims) {
  return mean(axes, dims, Identity{}, x);
}

template <class T>
Var<T> variance(const Var<T>& x, const Axes& axes, Dims dims) {
  const Var<T> kept = moments(x, axes).variance;
  return dims == Dims::keep ? kept
                            : reshape(kept, reduced_shape(x.shape(), normalise_axes("variance", axes, x.rank()), dims));
}

template <class T>
Var<T> max(const Var<T>& x, const Axes& axes, Dims dims) {
  Array<T> y = extreme("max", x.value(), axes, dims, std::greater<>());
  return record(Label("max", to_string(axes)), std::move(y), wrt(x, share_rule(x, axes)));
}

template <class T>
Var<T> min(const Var<T>& x, const Axes& axes, Dims dims) {
  Array<T> y = extreme("min", x.value(), axes, dims, std::less<>());
  return record(Label("min", to_string(axes)), std::move(y), wrt(x, share_rule(x, axes)));
}

template <class T>
Var<T> logsumexp(const Var<T>& x, const Axes& axes, Dims dims) {
  Array<T> y = [&] {
    const NoRecord pause;
    const auto [largest, log_total] = log_sum("logsumexp", x, axes);
    const Var<T> value = log_total + largest;
    return reshape(value, reduced_shape(x.shape(), normalise_axes("logsumexp", axes, x.rank()), dims)).value();
  }();
  return record(Label("logsumexp", to_string(axes)), std::move(y),
                wrt(x, [x, axes](const Var<T>& g) { return gate(with_kept_axes(g, x, axes), softmax(x, axes)); }));
}

template <class T>
Var<T> softmax(const Var<T>& x, const Axes& axes) {
  Array<T> y = [&] {
    const NoRecord pause;
    const Var<T> largest(extreme("softmax", x.value(), axes, keep_dims, std::greater<>()));
    const Var<T> total = sum(axes, keep_dims, shifted_exp, x, largest);
    return (map(shifted_exp, x, largest) / total).value();
  }();
  return record(Label("softmax", to_string(axes)), std::move(y), wrt(x, [axes](const Var<T>& g, const Var<T>& p) {
                  // p · (g - Σ g p), with the difference taken twice: where one class is sure, Σ g p is its g, and the
                  // rest is what counts.
                  const auto product = [](const auto& d, const auto& q) { return gated(d, q); };
                  const auto excess = [](const auto& d, const auto& q, const auto& m) { return gated(d - m, q); };
                  const Var<T> average = sum(axes, keep_dims, product, g, p);
                  const Var<T> rest = sum(axes, keep_dims, excess, g, p, average);
                  return map(
                      [](const auto& d, const auto& q, const auto& m, const auto& r) { return gated((d - m) - r, q); },
                      g, p, average, rest);
                }));
}

template <class T>
Var<T> log_softmax(const Var<T>& x, const Axes& axes) {
  Array<T> y = [&] {
    const NoRecord pause;
    const auto [largest, log_total] = log_sum("log_softmax", x, axes);
    const auto formula = [](const auto& a, const auto& m, const auto& l) { return below_largest(a, m) - l; };
    return map(formula, x, largest, log_total).value();
  }();
  return record(Label("log_softmax", to_string(axes)), std::move(y), wrt(x, [axes](const Var<T>& g, const Var<T>& z) {
                  return map(log_softmax_gradient, g, z, sum(g, axes, keep_dims));
                }));
}

template <class T>
Var<T> sum(const Var<T>& x) {
  return sum(x, all_axes(x.rank()));
}
template <class T>
Var<T> mean(const Var<T>& x) {
  return mean(x, all_axes(x.rank()));
}
template <class T>
Var<T> variance(const Var<T>& x) {
  return variance(x, all_axes(x.rank()));
}
template <class T>
Var<T> max(const Var<T>& x) {
  return max(x, all_axes(x.rank()));
}
template <class T>
Var<T> min(const Var<T>& x) {
  return min(x, all_axes(x.rank()));
}
template <class T>
Var<T> logsumexp(const Var<T>& x) {
  return logsumexp(x, all_axes(x.rank()));
}

template Var<float> sum(const Var<float>&, const Axes&, Dims);
template Var<float> sum(const Var<float>&);
template Var<float> mean(const Var<float>&, const Axes&, Dims);
template Var<float> mean(const Var<float>&);
template Var<float> variance(const Var<float>&, const Axes&, Dims);
template Var<float> variance(const Var<float>&);
template Var<float> max(const Var<float>&, const Axes&, Dims);
template Var<float> max(const Var<float>&);
template Var<float> min(const Var<float>&, const Axes&, Dims);
template Var<float> min(const Var<float>&);
template Var<float> logsumexp(const Var<float>&, const Axes&, Dims);
template Var<float> logsumexp(const Var<float>&);
template Var<float> softmax(const Var<float>&, const Axes&);
template Var<float> log_softmax(const Var<float>&, const Axes&);
template Var<double> sum(const Var<double>&, const Axes&, Dims);
template Var<double> sum(const Var<double>&);
template Var<double> mean(const Var<double>&, const Axes&, Dims);
template Var<double> mean(const Var<double>&);
template Var<double> variance(const Var<double>&, const Axes&, Dims);
template Var<double> variance(const Var<double>&);
template Var<double> max(const Var<double>&, const Axes&, Dims);
template Var<double> max(const Var<double>&);
template Var<double> min(const Var<double>&, const Axes&, Dims);
template Var<double> min(const Var<double>&);
template Var<double> logsumexp(const Var<double>&, const Axes&, Dims);
template Var<double> logsumexp(const Var<double>&);
template Var<double> softmax(const Var<double>&, const Axes&);
template Var<double> log_softmax(const Var<double>&, const Axes&);

}  // namespace wengert
