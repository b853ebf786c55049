#include <autograd/kernel/finite.hpp>
#include <autograd/numbers/lane.hpp>

#include <algorithm>
#include <cmath>

namespace wengert {

/// x - x is 0 for a finite x and NaN else, and a NaN stays in a sum.
template <class T>
bool all_finite(const Array<T>& array) {
  using L = Lane<T>;
  constexpr auto width = static_cast<std::size_t>(L::width);
  const T* const x = array.data();
  const std::size_t size = array.size();
  L zero(0.0);
  std::size_t i = 0;
  for (; i + width <= size; i += width) {
    const L lane = L::load(x + i);
    zero = zero + (lane - lane);
  }
  return total(zero) == T(0) && std::all_of(x + i, x + size, [](T last) { return std::isfinite(last); });
}

template <class T>
std::size_t first_not_finite(const Array<T>& array) {
  const T* const end = array.data() + array.size();
  return static_cast<std::size_t>(std::find_if(array.data(), end, [](T x) { return !std::isfinite(x); }) -
                                  array.data());
}

template bool all_finite(const Array<float>&);
template bool all_finite(const Array<double>&);
template std::size_t first_not_finite(const Array<float>&);
template std::size_t first_not_finite(const Array<double>&);

}  // namespace wengert
