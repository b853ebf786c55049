#pragma once

#include <autograd/arrays/for_each_index.hpp>
#include <autograd/arrays/random.hpp>
#include <autograd/kernel/sweep.hpp>

#include <vector>

/// A random pass over a space, and what it must give by plain loops over scalars.
namespace sweep_case {

using wengert::Array;
using wengert::Generator;
using wengert::Shape;

/// Rank 0 to 5, extents 1 to 40, often next to a multiple of a lane's width, seldom 0; at most 20,000 elements.
inline Shape random_space(Generator& generator) {
  static constexpr std::array<std::size_t, 12> near_lanes{3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33};
  while (true) {
    Shape space(generator.below(6));
    for (std::size_t& extent : space) {
      const std::size_t kind = generator.below(20);
      extent = kind == 0 ? 0 : kind < 5 ? 1 : kind < 10 ? near_lanes[generator.below(12)] : 1 + generator.below(40);
    }
    if (wengert::element_count(space) <= 20000) return space;
  }
}

/// A shape that broadcasts to the space: some axes at extent one, some leading ones missing.
inline Shape random_part(Generator& generator, const Shape& space) {
  Shape shape = space;
  const std::size_t kind = generator.below(3);
  for (std::size_t& extent : shape) {
    if (kind == 1 || (kind == 2 && generator.below(2) == 0)) extent = generator.below(2) == 0 ? extent : 1;
  }
  std::size_t missing = 0;
  while (missing < shape.size() && shape[missing] == 1 && generator.below(2) == 0) ++missing;
  return Shape(shape.begin() + static_cast<std::ptrdiff_t>(missing), shape.end());
}

/// The element of a row-major array at an index of the space that it broadcasts to.
inline std::size_t position(const Shape& array, const Shape& index) {
  std::size_t offset = 0;
  for (std::size_t axis = 0; axis < array.size(); ++axis) {
    const std::size_t at = index[index.size() - array.size() + axis];
    offset = offset * array[axis] + (array[axis] == 1 ? 0 : at);
  }
  return offset;
}

/// What becomes of one result: nothing, or an array that is written or added to, and whose sums are divided.
template <class T>
struct RandomOutput {
  bool wanted;
  bool add;
  double divisor;
  Array<T> before;
  Array<T> array;

  wengert::kernel::Output<T> output(const Shape& shape) {
    return {.data = wanted ? array.data() : nullptr, .shape = &shape, .add = add, .divisor = divisor};
  }
};

template <class T>
RandomOutput<T> random_target(Generator& generator, const Shape& shape, const Shape& space) {
  Array<T> before = generator.normal<T>(shape);
  const bool is_sum = wengert::element_count(shape) != wengert::element_count(space);
  const double divisor = is_sum && generator.below(2) == 0 ? generator.uniform(1, 100) : 1.0;
  return {generator.below(5) > 0, generator.below(2) == 0, divisor, before, before};
}

}  // namespace sweep_case
