#pragma once

#include <autograd/arrays/random.hpp>
#include <autograd/operations/normalisation.hpp>
#include <autograd/tape/tape.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "../../hand_derived/batch_norm.hpp"
#include "forms.hpp"

/// A batch to normalise and the cotangent of the result.
struct Problem {
  wengert::Axes axes;
  double epsilon;
  wengert::Array<double> x, gamma, beta, d_y;
};

/// gamma and beta have one value per group, in the shape of x with the reduced axes dropped, or kept at extent one.
inline Problem make_problem(wengert::Generator& generator, const wengert::Shape& shape, const wengert::Axes& axes,
                            double epsilon, double offset = 0.5, double scale = 1.0,
                            wengert::Dims dims = wengert::Dims::drop) {
  const wengert::Shape groups =
      wengert::reduced_shape(shape, wengert::normalise_axes("problem", axes, shape.size()), dims);
  return {axes,
          epsilon,
          generator.normal<double>(shape, offset * scale, scale),
          generator.normal<double>(groups),
          generator.normal<double>(groups),
          generator.normal<double>(shape)};
}

inline double log_uniform(wengert::Generator& generator, double low, double high) {
  return std::pow(10.0, generator.uniform(low, high));
}

/// Some of the axes of the shape, by negative numbers now and then.
inline wengert::Axes random_axes(wengert::Generator& generator, std::size_t rank) {
  wengert::Axes axes;
  for (std::size_t axis : generator.permutation(rank)) {
    if (generator.below(2) == 0) continue;
    const auto signed_axis = static_cast<std::ptrdiff_t>(axis);
    axes.push_back(generator.below(3) == 0 ? signed_axis - static_cast<std::ptrdiff_t>(rank) : signed_axis);
  }
  return axes;
}

/// (N, C), (N, C, L), (N, C, H, W), or any axes of rank 1 to 4; epsilon in 1e-8 .. 1e-1, the mean up to 1e4 deviations
/// from zero, the deviation in 1e-2 .. 1e2. A group has at least eight values: with m values the summands of d_x cancel
/// to about 1/m of themselves, and at an offset of 1e4 deviations x - mean has only twelve digits, so that for a
/// smaller m two right programs differ by more than 1e-12.
inline Problem random_problem(wengert::Generator& generator) {
  const std::size_t N = 8 + generator.below(25), C = 1 + generator.below(9), L = 1 + generator.below(7);
  wengert::Shape shape{N, C};
  wengert::Axes axes{0};
  switch (generator.below(4)) {
    case 0:
      break;
    case 1:
      shape = {N, C, L};
      axes = {0, 2};
      break;
    case 2:
      shape = {N, C, L, 1 + generator.below(4)};
      axes = {0, 2, 3};
      break;
    default:
      do {
        shape.resize(1 + generator.below(4));
        for (std::size_t& extent : shape) extent = 1 + generator.below(10);
        axes = random_axes(generator, shape.size());
      } while (wengert::hand_derived::make_channels(shape, axes).values_per_channel < 8);
  }
  const wengert::Dims dims = generator.below(2) == 0 ? wengert::Dims::drop : wengert::Dims::keep;
  return make_problem(generator, shape, axes, log_uniform(generator, -8, -1), log_uniform(generator, -1, 4),
                      log_uniform(generator, -2, 2), dims);
}

/// One of the three forms of the formula, to be called by its name.
struct NamedForm {
  const char* name;
  wengert::BatchNormalised<double> (*run)(const wengert::Var<double>&, const wengert::Var<double>&,
                                          const wengert::Var<double>&, const wengert::Axes&, double);
};
inline constexpr NamedForm fused{"batch_norm", wengert::batch_norm<double>};
inline constexpr NamedForm by_operators{"batch_norm_by_operators",
                                        wengert::batch_norm_forms::batch_norm_by_operators<double>};
inline constexpr NamedForm epsilon_outside{"batch_norm_epsilon_outside",
                                           wengert::batch_norm_forms::batch_norm_epsilon_outside<double>};

/// What the tape derives: the result, the statistics, and the gradient of each.
struct Derived {
  wengert::Array<double> y, mean, variance, d_x, d_gamma, d_beta, d_mean, d_variance;
};

inline Derived derive(const Problem& problem, const NamedForm& form) {
  const auto x = wengert::parameter(problem.x, "x");
  const auto gamma = wengert::parameter(problem.gamma, "gamma"), beta = wengert::parameter(problem.beta, "beta");
  wengert::Tape<double> tape;
  const auto result = form.run(x, gamma, beta, problem.axes, problem.epsilon);
  const auto d = tape.pullback(result.y, problem.d_y, {x, gamma, beta, result.mean, result.variance});
  return {result.y.value(), result.mean.value(), result.variance.value(), d[0], d[1], d[2], d[3], d[4]};
}

inline bool bitwise_equal(const wengert::Array<double>& a, const wengert::Array<double>& b) {
  return a.shape() == b.shape() && std::equal(a.data(), a.data() + a.size(), b.data());
}
