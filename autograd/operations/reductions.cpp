#include <autograd/operations/map.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/reduce.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/operations/require_elements.hpp>
#include <autograd/tape/record.hpp>

namespace wengert {
namespace {

using fusion::Identity;

// What exponentials are shifted by lest they overflow: the largest element of every group. Groups whose largest element
// is infinite are taken at the limit, as if equal elements went there together.
const auto below_largest = [](const auto& x, const auto& most) { return where(equal(x, most), 0.0, x - most); };

/// What a - b has lost when it was rounded; 0 where that is no number.
const auto lost_by_difference = [](const auto& a, const auto& b) {
  const auto lost = kernel::exact_sum(a, -b).error;
  return where(equal(lost, lost), lost, 0.0);
};
/// exp(y + lost), where what y has lost is small: a difference of 100 that is off by half an ulp of its own makes an
/// exponential that is off by 64.
const auto exp_of_exact = [](const auto& y, const auto& lost) {
  const auto e = exp(y);
  return e + e * lost;
};
const auto shifted_exp = [](const auto& x, const auto& most) {
  return exp_of_exact(below_largest(x, most), lost_by_difference(x, most));
};
const auto exp_of_smaller = [](const auto& x, const auto& most) {
  return where(equal(x, most), 0.0, exp_of_exact(x - most, lost_by_difference(x, most)));
};
const auto is_largest = [](const auto& x, const auto& most) { return where(equal(x, most), 1.0, 0.0); };

/// d - exp(z) · Σ d, as d (1 - exp(z)) minus exp(z) times the sum of the others, where no digit of a small one is lost.
/// What z has lost when it was rounded is mathematically 0 and does not show in print.
const auto log_softmax_gradient = []<class D, class Z, class S>(const D& d, const Z& z, const S& total,
                                                                const auto& lost) {
  if constexpr (is_symbolic<D> || is_symbolic<Z> || is_symbolic<S>) return d - exp(z) * total;
  else return gated(-d, expm1(z)) - gated(total - d, exp_of_exact(z, lost));
};

const auto negated = [](const auto& x) { return -x; };

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
  require_elements(name, x, axes);
  Array<T> y = empty<T>(reduced_shape(x.shape(), reduced, dims));
  const kernel::Output<T> output{.data = y.data(), .shape = &kept};
  fusion::sweep_values<kernel::Largest, 1>(f, x.shape(), {&x}, output);
  return y;
}

/// Σ f(x, y) over every group; nothing is recorded.
template <class T, class F>
Var<T> summed(const F& f, const Axes& axes, const Var<T>& x, const Var<T>& y) {
  const Shape kept = reduced_shape(x.shape(), normalise_axes("sum", axes, x.rank()), Dims::keep);
  Array<T> sums = empty<T>(kept);
  fusion::sweep_sums(f, x.shape(), fusion::Operands<T, 2>{&x, &y},
                     kernel::Output<T>{.data = sums.data(), .shape = &kept});
  return sums;
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
  const Var<T> most(largest(name, Identity{}, x, axes, keep_dims));
  const Var<T> others = summed(exp_of_smaller, axes, x, most);
  const Var<T> ties = summed(is_largest, axes, x, most);
  return {most, log1p(others + (ties - 1.0))};
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
  require_elements("mean", x, axes);
  return mean(axes, dims, Identity{}, x);
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
    const auto [most, log_total] = log_sum("logsumexp", x, axes);
    const Var<T> value = log_total + most;
    return reshape(value, reduced_shape(x.shape(), normalise_axes("logsumexp", axes, x.rank()), dims)).value();
  }();
  return record(Label("logsumexp", told(x, axes, dims)), std::move(y),
                wrt(x, [x, axes](const Var<T>& g) { return gate(with_kept_axes(g, x, axes), softmax(x, axes)); }));
}

template <class T>
Var<T> softmax(const Var<T>& x, const Axes& axes) {
  normalise_axes("softmax", axes, x.rank());
  if (x.size() == 0) return x;  // where a group without elements would have no largest one
  Array<T> y = [&] {
    const NoRecord pause;
    const Var<T> most(largest("softmax", Identity{}, x, axes, keep_dims));
    const Var<T> total = summed(shifted_exp, axes, x, most);
    const auto share = [](const auto& a, const auto& m, const auto& sum) { return shifted_exp(a, m) / sum; };
    return fusion::mapped(share, x.shape(), fusion::Operands<T, 3>{&x, &most, &total});
  }();
  return record(Label("softmax", {{"axes", resolved(axes, x.rank())}}), std::move(y),
                wrt(x, [axes](const Var<T>& g, const Var<T>& p) {
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
  normalise_axes("log_softmax", axes, x.rank());
  if (x.size() == 0) return x;
  const LogSum<T> of = [&] {
    const NoRecord pause;
    return log_sum("log_softmax", x, axes);
  }();
  const auto formula = [](const auto& a, const auto& m, const auto& l) { return below_largest(a, m) - l; };
  Array<T> y = fusion::mapped(formula, x.shape(), fusion::Operands<T, 3>{&x, &of.largest, &of.log_total});
  return record(Label("log_softmax", {{"axes", resolved(axes, x.rank())}}), std::move(y),
                wrt(x, [x, axes, of](const Var<T>& g, const Var<T>& z) {
                  const auto lost = [](const auto& a, const auto& m, const auto& l) {
                    return lost_by_difference(a, m) + lost_by_difference(below_largest(a, m), l);
                  };
                  const fusion::Operands<T, 3> operands{&x, &of.largest, &of.log_total};
                  const Var<T> rest(fusion::mapped(lost, x.shape(), operands));
                  return map(log_softmax_gradient, g, z, sum(g, axes, keep_dims), rest);
                }));
}

template Var<float> sum(const Var<float>&, const Axes&, Dims);
template Var<float> mean(const Var<float>&, const Axes&, Dims);
template Var<float> max(const Var<float>&, const Axes&, Dims);
template Var<float> min(const Var<float>&, const Axes&, Dims);
template Var<float> logsumexp(const Var<float>&, const Axes&, Dims);
template Var<float> softmax(const Var<float>&, const Axes&);
template Var<float> log_softmax(const Var<float>&, const Axes&);
template Var<double> sum(const Var<double>&, const Axes&, Dims);
template Var<double> mean(const Var<double>&, const Axes&, Dims);
template Var<double> max(const Var<double>&, const Axes&, Dims);
template Var<double> min(const Var<double>&, const Axes&, Dims);
template Var<double> logsumexp(const Var<double>&, const Axes&, Dims);
template Var<double> softmax(const Var<double>&, const Axes&);
template Var<double> log_softmax(const Var<double>&, const Axes&);

}  // namespace wengert
