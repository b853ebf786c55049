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

const auto negated = [](const auto& x) { return -x; };
const auto shifted_exp = [](const auto& x, const auto& shift) { return exp(x - shift); };

/// What is recorded of a reduction beside its operand: the axes, and whether they stay.
template <class T>
Attributes told(const Var<T>& x, const Axes& axes, Dims dims) {
  return {{"axes", resolved(axes, x.rank())}, {"keep_dims", dims == Dims::keep}};
}

/// A reduced variable with its axes back at extent one, so that it broadcasts against what was reduced.
template <class T>
Var<T> with_kept_axes(const Var<T>& reduced, const Var<T>& x, const Axes& axes) {
  const Shape kept = reduced_shape(x.shape(), normalise_axes("reduction", axes, x.rank()), Dims::keep);
  return reduced.shape() == kept ? reduced : reshape(reduced, kept);
}

/// The largest f(x) of every group; NaN is larger than all.
template <class T, class F>
Array<T> largest(std::string_view name, const F& f, const Var<T>& x, const Axes& axes, Dims dims) {
  const std::vector<std::size_t> reduced = normalise_axes(name, axes, x.rank());
  const Shape kept = reduced_shape(x.shape(), reduced, Dims::keep);
  if (x.size() == 0 && element_count(kept) > 0) {
    fail(name, fmt::format("no elements have no extreme one: the input has shape {} and is reduced over the axes {}",
                           x.shape(), to_string(resolved(axes, x.rank()))));
  }
  Array<T> y = empty<T>(reduced_shape(x.shape(), reduced, dims));
  const kernel::Output<T> output{.data = y.data(), .shape = &kept};
  fusion::sweep_values<kernel::Largest, 1>(f, x.shape(), {&x}, output);
  return y;
}

/// What exponents are shifted by lest they overflow: the largest element of every group, or 0 if that is infinite.
template <class T>
Array<T> largest_finite(std::string_view name, const Var<T>& x, const Axes& axes) {
  Array<T> shift = largest(name, Identity{}, x, axes, keep_dims);
  for (T& m : std::span(shift.data(), shift.size())) m = std::isinf(m) ? T(0) : m;
  return shift;
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
  Array<T> y = largest("max", Identity{}, x, axes, dims);
  return record(Label("max", told(x, axes, dims)), std::move(y), wrt(x, share_rule(x, axes)));
}

template <class T>
Var<T> min(const Var<T>& x, const Axes& axes, Dims dims) {
  Array<T> y = largest("min", negated, x, axes, dims);
  for (T& m : std::span(y.data(), y.size())) m = -m;
  return record(Label("min", told(x, axes, dims)), std::move(y), wrt(x, share_rule(x, axes)));
}

template <class T>
Var<T> logsumexp(const Var<T>& x, const Axes& axes, Dims dims) {
  Array<T> y = [&] {
    const NoRecord pause;
    const Var<T> shift(largest_finite("logsumexp", x, axes));
    const Var<T> total = sum(axes, keep_dims, shifted_exp, x, shift);
    const Var<T> value = log(total) + shift;
    return reshape(value, reduced_shape(x.shape(), normalise_axes("logsumexp", axes, x.rank()), dims)).value();
  }();
  return record(Label("logsumexp", told(x, axes, dims)), std::move(y),
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
    const Var<T> shift(largest_finite("softmax", x, axes));
    const Var<T> total = sum(axes, keep_dims, shifted_exp, x, shift);
    return (map(shifted_exp, x, shift) / total).value();
  }();
  return record(Label("softmax", {{"axes", resolved(axes, x.rank())}}), std::move(y),
                wrt(x, [axes](const Var<T>& g, const Var<T>& p) {
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
  return record(Label("log_softmax", {{"axes", resolved(axes, x.rank())}}), std::move(y),
                wrt(x, [axes](const Var<T>& g, const Var<T>& z) {
                  const Var<T> total = sum(g, axes, keep_dims);
                  return map([](const auto& d, const auto& b, const auto& s) { return d - exp(b) * s; }, g, z, total);
                }));
}

template Var<float> sum(const Var<float>&, const Axes&, Dims);
template Var<float> mean(const Var<float>&, const Axes&, Dims);
template Var<float> variance(const Var<float>&, const Axes&, Dims);
template Var<float> max(const Var<float>&, const Axes&, Dims);
template Var<float> min(const Var<float>&, const Axes&, Dims);
template Var<float> logsumexp(const Var<float>&, const Axes&, Dims);
template Var<float> softmax(const Var<float>&, const Axes&);
template Var<float> log_softmax(const Var<float>&, const Axes&);
template Var<double> sum(const Var<double>&, const Axes&, Dims);
template Var<double> mean(const Var<double>&, const Axes&, Dims);
template Var<double> variance(const Var<double>&, const Axes&, Dims);
template Var<double> max(const Var<double>&, const Axes&, Dims);
template Var<double> min(const Var<double>&, const Axes&, Dims);
template Var<double> logsumexp(const Var<double>&, const Axes&, Dims);
template Var<double> softmax(const Var<double>&, const Axes&);
template Var<double> log_softmax(const Var<double>&, const Axes&);

}  // namespace wengert
