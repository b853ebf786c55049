#include <autograd/arrays/for_each_index.hpp>
#include <autograd/base/parallel.hpp>
#include <autograd/kernel/copy.hpp>
#include <autograd/kernel/loop_nest.hpp>

namespace wengert::kernel {
namespace {

template <class T>
void copy_row(std::ptrdiff_t count, const T* from, std::ptrdiff_t from_step, T* to, std::ptrdiff_t to_step) {
  if (from_step == 1 && to_step == 1) std::copy_n(from, count, to);
  else if (from_step == 0 && to_step == 1) std::fill_n(to, count, *from);
  else
    for (std::ptrdiff_t k = 0; k < count; ++k) to[k * to_step] = from[k * from_step];
}

/// The loop that is cut into pieces: the first one that gives as many as are wanted, or else the longest.
std::size_t loop_to_cut(const LoopNest& nest, std::ptrdiff_t wanted) {
  std::size_t cut = 0;
  for (std::size_t loop = 1; loop < nest.depth() && nest.extent(cut) < wanted; ++loop) {
    if (nest.extent(loop) > nest.extent(cut)) cut = loop;
  }
  return cut;
}

}  // namespace

Strides row_major_strides(const Shape& shape) {
  Strides strides(shape.size());
  std::ptrdiff_t stride = 1;
  for (std::size_t axis = shape.size(); axis-- > 0; stride *= static_cast<std::ptrdiff_t>(shape[axis])) {
    strides[axis] = stride;
  }
  return strides;
}

template <class T>
void copy(const Shape& extents, const T* from, const Strides& from_strides, T* to, const Strides& to_strides) {
  const std::size_t elements = element_count(extents);
  if (elements == 0) return;
  Strides strides = from_strides;
  strides.insert(strides.end(), to_strides.begin(), to_strides.end());
  const LoopNest nest(extents, strides, 2);
  const std::size_t last = nest.depth() - 1;
  const auto wanted =
      std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(elements) / elements_of_a_piece, 1, most_pieces_of_a_pass);
  const std::size_t cut = loop_to_cut(nest, wanted);
  const std::ptrdiff_t pieces = std::min(wanted, nest.extent(cut));
  parallel_for(static_cast<std::size_t>(pieces), [&](std::size_t number) {
    const auto bound = [&](std::size_t k) { return nest.extent(cut) * static_cast<std::ptrdiff_t>(k) / pieces; };
    const std::ptrdiff_t begin = bound(number), length = bound(number + 1) - begin;
    xt::svector<std::ptrdiff_t, 8> outer(last);
    for (std::size_t loop = 0; loop < last; ++loop) outer[loop] = loop == cut ? length : nest.extent(loop);
    for_each_index(outer, [&](const auto& index) {
      std::ptrdiff_t source = begin * nest.stride(cut, 0), target = begin * nest.stride(cut, 1);
      for (std::size_t loop = 0; loop < last; ++loop) {
        source += index[loop] * nest.stride(loop, 0);
        target += index[loop] * nest.stride(loop, 1);
      }
      const std::ptrdiff_t count = cut == last ? length : nest.extent(last);
      copy_row(count, from + source, nest.stride(last, 0), to + target, nest.stride(last, 1));
    });
  });
}

template void copy(const Shape&, const float*, const Strides&, float*, const Strides&);
template void copy(const Shape&, const double*, const Strides&, double*, const Strides&);

}  // namespace wengert::kernel
