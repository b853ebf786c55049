#include <autograd/base/parallel.hpp>
#include <autograd/kernel/load_strided.hpp>
#include <autograd/kernel/pooling.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <type_traits>

namespace wengert::kernel {
namespace {

/// The places of a window inside the input: begin ... end - 1.
struct Range {
  std::size_t begin;
  std::size_t end;

  std::size_t size() const { return end - begin; }
};

Range inside(const Windows& windows, std::size_t window) {
  const std::size_t first = window * windows.stride;  // in the padded input
  const std::size_t last = first + windows.taps;
  return {std::max(first, windows.before) - windows.before,
          std::min(std::max(last, windows.before) - windows.before, windows.input)};
}

/// How many places of a window count; a window that reaches beyond the padding, as the last one may, is cut there.
std::size_t counted(const Windows& windows, std::size_t window, bool padding) {
  if (!padding) return inside(windows, window).size();
  const std::size_t first = window * windows.stride;
  return std::min(first + windows.taps, windows.input + 2 * windows.before) - first;
}

/// Calls f(plane) for every plane, shared among threads if there are enough elements.
template <class F>
void for_each_plane(const Pooling& pooling, const F& f) {
  constexpr std::size_t least_elements = std::size_t{1} << 15;  // of a piece; below, a thread takes longer to wake up
  const std::size_t step = std::max<std::size_t>(1, least_elements / std::max<std::size_t>(1, pooling.input_plane()));
  parallel_for((pooling.planes + step - 1) / step, [&](std::size_t piece) {
    const std::size_t end = std::min((piece + 1) * step, pooling.planes);
    for (std::size_t plane = piece * step; plane < end; ++plane) f(plane);
  });
}

/// The windows that are inside the input with all their taps.
Range whole(const Windows& windows) {
  const std::size_t begin = std::min((windows.before + windows.stride - 1) / windows.stride, windows.output);
  const std::size_t places = windows.input + windows.before;
  const std::size_t end = places < windows.taps ? 0 : (places - windows.taps) / windows.stride + 1;
  return {begin, std::clamp(end, begin, windows.output)};
}

using Two = std::integral_constant<std::size_t, 2>;

/// Calls f(row, column) for every tap of a window but the first.
template <class F>
void for_each_tap_behind_the_first(std::size_t rows, std::size_t columns, const F& f) {
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t column = row == 0 ? 1 : 0; column < columns; ++column) f(row, column);
}
template <class F>
[[gnu::always_inline]] inline void for_each_tap_behind_the_first(Two, Two, const F& f) {
  f(0, 1);
  f(1, 0);
  f(1, 1);
}

/// The largest elements below the windows of one plane, whose first element has the place `first`.
template <class T>
class LargestOfPlane {
 public:
  LargestOfPlane(const Pooling& pooling, const T* x, std::size_t first, T* y, Place* places)
      : pooling_(pooling), x_(x), first_(first), y_(y), places_(places) {}

  void operator()() {
    const Range middle = whole(pooling_.columns);
    for (std::size_t i = 0; i < pooling_.rows.output; ++i) {
      const Range rows = inside(pooling_.rows, i);
      find_one_by_one(i, rows, {0, middle.begin});
      find_in_lanes(i, rows, middle);
      find_one_by_one(i, rows, {middle.end, pooling_.columns.output});
    }
  }

 private:
  void find_one_by_one(std::size_t i, Range rows, Range windows) {
    for (std::size_t j = windows.begin; j < windows.end; ++j) {
      const Range columns = inside(pooling_.columns, j);
      std::size_t best = place(rows.begin, columns.begin);
      for (std::size_t row = rows.begin; row < rows.end; ++row)
        for (std::size_t column = columns.begin; column < columns.end; ++column) {
          const T candidate = x_[place(row, column)], largest = x_[best];
          if (largest == largest && !(candidate <= largest)) best = place(row, column);
        }
      const std::size_t window = i * pooling_.columns.output + j;
      y_[window] = x_[best];
      places_[window] = static_cast<Place>(first_ + best);
    }
  }

  void find_in_lanes(std::size_t i, Range rows, Range windows) {
    if constexpr (std::floating_point<T> && !std::same_as<T, long double>) {
      using Narrow = xsimd::make_sized_batch_t<T, 16 / sizeof(T)>;
      if (fill_lanes<Lane<T>>(i, rows, windows)) return;
      if (fill_lanes<Lane<T, typename Narrow::arch_type>>(i, rows, windows)) return;
    }
    find_one_by_one(i, rows, windows);
  }

  /// As many windows at a time as a lane has elements; the last of them may be found twice. False if there are fewer.
  template <class L>
  bool fill_lanes(std::size_t i, Range rows, Range windows) {
    constexpr auto width = static_cast<std::size_t>(L::width);
    constexpr std::size_t exact = std::size_t{1} << 24;  // in every format
    if (windows.size() < width || place(pooling_.rows.taps, 0) > exact) return false;
    const bool is_usual = rows.size() == 2 && pooling_.columns.taps == 2 && pooling_.columns.stride == 2;
    for (std::size_t j = windows.begin; j < windows.end; j += width) {
      const std::size_t first = std::min(j, windows.end - width);
      if (is_usual) find_lane<L>(i, rows, first, Two{}, Two{}, Two{});
      else find_lane<L>(i, rows, first, rows.size(), pooling_.columns.taps, pooling_.columns.stride);
    }
    return true;
  }

  /// The extents may be numbers that the compiler knows: then there is no loop.
  template <class L, class Rows, class Columns, class Stride>
  void find_lane(std::size_t i, Range rows, std::size_t j, Rows height, Columns width, Stride stride) {
    const std::size_t begin = place(rows.begin, j * stride - pooling_.columns.before);
    L largest = load_strided<L>(x_ + begin, stride), best(0.0);
    for_each_tap_behind_the_first(height, width, [&](std::size_t row, std::size_t column) {
      const L candidate = load_strided<L>(x_ + begin + place(row, column), stride);
      const auto is_better = equal(largest, largest) && !(candidate <= largest);
      largest = where(is_better, candidate, largest);
      best = where(is_better, L(static_cast<double>(place(row, column))), best);
    });
    const std::size_t window = i * pooling_.columns.output + j;
    largest.store(y_ + window);
    store_places<L>(places_ + window, best, first_ + begin, stride);
  }

  /// Of windows that begin at `begin`, `begin` + stride, ...: where the best of each is behind its beginning.
  template <class L>
  static void store_places(Place* to, const L& best, std::size_t begin, std::size_t stride) {
    const auto from_begin = xsimd::to_int(best.batch);
    std::array<typename decltype(from_begin)::value_type, static_cast<std::size_t>(L::width)> places;
    from_begin.store_unaligned(places.data());
    for (std::size_t k = 0; k < places.size(); ++k)
      to[k] = static_cast<Place>(begin + k * stride) + static_cast<Place>(places[k]);
  }

  std::size_t place(std::size_t row, std::size_t column) const { return row * pooling_.columns.input + column; }

  const Pooling& pooling_;
  const T* x_;
  std::size_t first_;
  T* y_;
  Place* places_;
};

/// What a window is summed in: the mean of equal elements is that element, and no sum of finite ones is infinite.
template <class T>
using WideSum = std::conditional_t<std::same_as<T, float>, double, long double>;

/// Calls f(window, rows, columns, count) for every window of a plane.
template <class T, class F>
void for_each_window(const Pooling& pooling, bool count_padding, const F& f) {
  std::size_t window = 0;
  for (std::size_t i = 0; i < pooling.rows.output; ++i)
    for (std::size_t j = 0; j < pooling.columns.output; ++j)
      f(window++, inside(pooling.rows, i), inside(pooling.columns, j),
        static_cast<T>(counted(pooling.rows, i, count_padding) * counted(pooling.columns, j, count_padding)));
}

}  // namespace

template <class T>
void max_pool(const Pooling& pooling, const T* x, T* y, Place* places) {
  for_each_plane(pooling, [&](std::size_t plane) {
    const std::size_t from = plane * pooling.input_plane(), to = plane * pooling.output_plane();
    LargestOfPlane<T>(pooling, x + from, from, y + to, places + to)();
  });
}

template <class T>
void avg_pool(const Pooling& pooling, bool count_padding, const T* x, T* y) {
  for_each_plane(pooling, [&](std::size_t plane) {
    const T* from = x + plane * pooling.input_plane();
    T* to = y + plane * pooling.output_plane();
    for_each_window<T>(pooling, count_padding, [&](std::size_t window, Range rows, Range columns, T count) {
      WideSum<T> sum = 0;
      for (std::size_t row = rows.begin; row < rows.end; ++row)
        for (std::size_t column = columns.begin; column < columns.end; ++column)
          sum += from[row * pooling.columns.input + column];
      to[window] = static_cast<T>(sum / count);
    });
  });
}

template <class T>
void avg_pool_gradient(const Pooling& pooling, bool count_padding, const T* g, T* dx) {
  for_each_plane(pooling, [&](std::size_t plane) {
    const T* from = g + plane * pooling.output_plane();
    T* to = dx + plane * pooling.input_plane();
    std::fill_n(to, pooling.input_plane(), T(0));
    for_each_window<T>(pooling, count_padding, [&](std::size_t window, Range rows, Range columns, T count) {
      for (std::size_t row = rows.begin; row < rows.end; ++row)
        for (std::size_t column = columns.begin; column < columns.end; ++column)
          to[row * pooling.columns.input + column] += from[window] / count;
    });
  });
}

template void max_pool(const Pooling&, const float*, float*, Place*);
template void max_pool(const Pooling&, const double*, double*, Place*);
template void avg_pool(const Pooling&, bool, const float*, float*);
template void avg_pool(const Pooling&, bool, const double*, double*);
template void avg_pool_gradient(const Pooling&, bool, const float*, float*);
template void avg_pool_gradient(const Pooling&, bool, const double*, double*);
// For what computes in other formats to compare.
template void max_pool(const Pooling&, const long double*, long double*, Place*);
template void avg_pool(const Pooling&, bool, const long double*, long double*);
template void avg_pool_gradient(const Pooling&, bool, const long double*, long double*);

}  // namespace wengert::kernel
