#include <autograd/operations/map.hpp>
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

const auto shifted_exp = [](const auto& x, const auto& shift) { return exp(x - shift); };

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

/// What exponents are shifted by lest they overflow: the largest element of every group, or 0 if that is infinite.
template <class T>
Array<T> largest_finite(std::string_view name, const Array<T>& x, const Axes& axes) {
  Array<T> largest = extreme(name, x, axes, keep_dims, std::greater<>());
  for (T& m : std::span(largest.data(), largest.size())) m = std::isinf(m) ? T(0) : m;
  return largest;
}

/// Every element that is the extreme one gets an equal share of the cotangent.
template <class T>
auto share_rule(const Var<T>& x, const Axes& axes) {
  return [x, axes](const Var<T>& g, const Var<T>& y) {
    const Var<T> is_extreme = equal(x, with_kept_axes(y, x, axes));
    return with_kept_axes(g, x, axes) * is_extreme / sum(is_extreme, axes, keep_dims);
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
  const Var<T> mu = mean(x, axes, keep_dims);
  return mean(square(x - mu), axes, dims);
}

template <class T>
Var<T> max(const Var<T>& x, const Axes& axes, Dims dims) {
  Array<T> y = extreme("max", x.value(), axes, dims, std::greater<>());
  return record(Label("max", {{"axes", axes}, {"keep_dims", dims == Dims::keep}}), std::move(y),
                wrt(x, share_rule(x, axes)));
}

template <class T>
Var<T> min(const Var<T>& x, const Axes& axes, Dims dims) {
  Array<T> y = extreme("min", x.value(), axes, dims, std::less<>());
  return record(Label("min", {{"axes", axes}, {"keep_dims", dims == Dims::keep}}), std::move(y),
                wrt(x, share_rule(x, axes)));
}

template <class T>
Var<T> logsumexp(const Var<T>& x, const Axes& axes, Dims dims) {
  Array<T> y = [&] {
    const NoRecord pause;
    const Var<T> shift(largest_finite("logsumexp", x.value(), axes));
    const Var<T> total = sum(axes, keep_dims, shifted_exp, x, shift);
    const Var<T> value = log(total) + shift;
    return reshape(value, reduced_shape(x.shape(), normalise_axes("logsumexp", axes, x.rank()), dims)).value();
  }();
  return record(Label("logsumexp", {{"axes", axes}, {"keep_dims", dims == Dims::keep}}), std::move(y),
                wrt(x, [x, axes](const Var<T>& g, const Var<T>& z) {
                  // exp(-inf - -inf) would be NaN: what is -inf has no weight.
                  const auto weight = [](const auto& cotangent, const auto& a, const auto& b) {
                    constexpr double lowest = -std::numeric_limits<double>::infinity();
                    return where(a > lowest, cotangent * exp(a - b), 0.0);
                  };
                  return map(weight, with_kept_axes(g, x, axes), x, with_kept_axes(z, x, axes));
                }));
}

template <class T>
Var<T> softmax(const Var<T>& x, const Axes& axes) {
  Array<T> y = [&] {
    const NoRecord pause;
    const Var<T> shift(largest_finite("softmax", x.value(), axes));
    const Var<T> total = sum(axes, keep_dims, shifted_exp, x, shift);
    return (map(shifted_exp, x, shift) / total).value();
  }();
  return record(Label("softmax", {{"axes", axes}}), std::move(y), wrt(x, [axes](const Var<T>& g, const Var<T>& p) {
                  const auto product = [](const auto& a, const auto& b) { return a * b; };
                  const Var<T> average = sum(axes, keep_dims, product, g, p);
                  return map([](const auto& d, const auto& q, const auto& m) { return q * (d - m); }, g, p, average);
                }));
}

template <class T>
Var<T> log_softmax(const Var<T>& x, const Axes& axes) {
  Array<T> y = [&] {
    const NoRecord pause;
    return (x - logsumexp(x, axes, keep_dims)).value();
  }();
  return record(Label("log_softmax", {{"axes", axes}}), std::move(y), wrt(x, [axes](const Var<T>& g, const Var<T>& z) {
                  const Var<T> total = sum(g, axes, keep_dims);
                  return map([](const auto& d, const auto& b, const auto& s) { return d - exp(b) * s; }, g, z, total);
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
