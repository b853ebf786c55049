#include "sweep_case.hpp"

#include <doctest/doctest.h>

#include <cmath>

using namespace wengert;
using namespace sweep_case;

namespace {

// One formula for every number of inputs and outputs, on lanes and on scalars alike.
const auto formula = []<class Number, std::size_t I>(const std::array<Number, I>& x, std::size_t output) {
  Number y = x[0];
  if constexpr (I > 1) y = output == 0 ? y * x[1] : y - x[1];
  if constexpr (I > 2) y = output == 1 ? y * x[2] : y + x[2];
  return output == 2 ? y * y : y;
};

template <std::size_t O, class Number, std::size_t I>
std::array<Number, O> results(const std::array<Number, I>& x) {
  std::array<Number, O> y;
  for (std::size_t o = 0; o < O; ++o) y[o] = formula(x, o);
  return y;
}

/// The sum of the terms of every element of an output, and of their magnitudes.
struct Expected {
  std::vector<long double> sum, magnitude;
};

template <class T, std::size_t I>
Expected expect(const Shape& space, const std::array<Array<T>, I>& inputs, std::size_t o, const Shape& output) {
  Expected expected{std::vector<long double>(element_count(output)), std::vector<long double>(element_count(output))};
  for_each_index(space, [&](const Shape& index) {
    std::array<T, I> x;
    for (std::size_t i = 0; i < I; ++i) x[i] = inputs[i].data()[position(Shape(inputs[i].shape()), index)];
    const T term = formula(x, o);
    expected.sum[position(output, index)] += term;
    expected.magnitude[position(output, index)] += std::abs(term);
  });
  return expected;
}

/// Stored values are exact. A sum is at most 130 additions of one run, each with one rounding, then a total without
/// rounding errors worth mentioning, one rounding for the quotient and one for the element that it is added to.
template <class T>
std::size_t count_wrong(const RandomOutput<T>& target, const Expected& expected, bool is_sum) {
  constexpr long double unit = std::numeric_limits<T>::epsilon() / 2;
  std::size_t wrong = 0;
  for (std::size_t k = 0; k < target.array.size(); ++k) {
    const T before = target.before.data()[k], actual = target.array.data()[k];
    if (!target.wanted) {
      wrong += actual != before;
    } else if (!is_sum) {
      const T value = static_cast<T>(expected.sum[k]);
      wrong += actual != (target.add ? before + value : value);
    } else {
      const long double value = expected.sum[k] / target.divisor + (target.add ? before : T(0));
      const long double bound = 130 * unit * expected.magnitude[k] / target.divisor + 2 * unit * std::abs(value);
      wrong += !(std::abs(actual - value) <= bound);
    }
  }
  return wrong;
}

template <class T, std::size_t I, std::size_t O, template <class> class Sum, class Fast>
void check_one(Generator& generator) {
  const Shape space = random_space(generator);
  CAPTURE(to_string(space));
  std::array<Shape, I> input_shapes;
  std::array<Array<T>, I> arrays;
  std::array<kernel::Input<T>, I> inputs;
  for (std::size_t i = 0; i < I; ++i) {
    input_shapes[i] = random_part(generator, space);
    arrays[i] = generator.normal<T>(input_shapes[i]);
    inputs[i] = {arrays[i].data(), &input_shapes[i]};
  }
  std::array<Shape, O> output_shapes;
  std::vector<RandomOutput<T>> targets;
  std::array<kernel::Output<T>, O> outputs;
  for (std::size_t o = 0; o < O; ++o) {
    output_shapes[o] = random_part(generator, space);
    targets.push_back(random_target<T>(generator, output_shapes[o], space));
    outputs[o] = targets[o].output(output_shapes[o]);
  }
  using L = Lane<T, Architecture>;
  kernel::Sweep<L, Sum<L>, I, O> sweep(space, inputs, outputs);
  sweep.template operator()<Fast>([](const std::array<L, I>& x) { return results<O>(x); });
  for (std::size_t o = 0; o < O; ++o) {
    CAPTURE(to_string(output_shapes[o]));
    const bool is_sum = repeated_axes(output_shapes[o], space).size() > 0 && output_shapes[o] != space &&
                        (element_count(output_shapes[o]) != element_count(space));
    CHECK(count_wrong(targets[o], expect(space, arrays, o, output_shapes[o]), is_sum) == 0);
  }
}

template <class T, std::size_t I, std::size_t O, template <class> class Sum, class Fast>
void check_many(std::uint64_t seed) {
  Generator generator(seed);
  for (int k = 0; k < 300; ++k) check_one<T, I, O, Sum, Fast>(generator);
}

}  // namespace

// The forms are those that `map`, `sum` and their adjoints ask for; each must be right also where it does not fit.

TEST_CASE_TEMPLATE("a sweep with one result is what plain loops give", T, float, double) {
  check_many<T, 1, 1, kernel::PlainSum, kernel::Form<1, 1>>(1);
  check_many<T, 1, 1, kernel::CompensatedSum, kernel::Form<1, 0>>(2);
  check_many<T, 2, 1, kernel::PlainSum, kernel::Form<1, 1>>(3);
  check_many<T, 2, 1, kernel::CompensatedSum, kernel::Form<1, 0>>(4);
  check_many<T, 3, 1, kernel::PlainSum, kernel::Form<1, 1>>(5);
  check_many<T, 3, 1, kernel::PlainSum, kernel::Form<3, 0>>(6);
}

TEST_CASE_TEMPLATE("a sweep with several results is what plain loops give", T, float, double) {
  check_many<T, 2, 2, kernel::PlainSum, kernel::Form<1, 1>>(7);
  check_many<T, 3, 2, kernel::CompensatedSum, kernel::Form<3, 1>>(8);
  check_many<T, 3, 3, kernel::PlainSum, kernel::Form<3, 1>>(9);
}
