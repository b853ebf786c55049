#include <autograd/base/parallel.hpp>
#include <autograd/kernel/pooling.hpp>

#include <vector>

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

/// Whether x takes the place of the largest so far: 1 or 0, without a branch that nobody could predict.
template <class T>
std::size_t beats(T x, T largest) {
  const std::size_t is_larger = x > largest, is_new_nan = (x != x) & (largest == largest);
  return is_larger | is_new_nan;
}

/// The columns of every tap of every window: [tap][window]. Taps in the padding stand for the nearest column of their
/// window, which is looked at anyway.
std::vector<std::size_t> columns_of_taps(const Windows& windows) {
  std::vector<std::size_t> columns;
  for (std::size_t tap = 0; tap < windows.taps; ++tap)
    for (std::size_t window = 0; window < windows.output; ++window) {
      const Range range = inside(windows, window);
      const std::size_t padded = window * windows.stride + tap;
      columns.push_back(std::clamp(padded, range.begin + windows.before, range.end + windows.before - 1) -
                        windows.before);
    }
  return columns;
}

/// Tap by tap over a row of windows: the places of the largest so far, and their values.
template <class T>
void max_pool_plane(const Pooling& pooling, const std::vector<std::size_t>& columns, const T* x, Place first, T* y,
                    Place* places) {
  const std::size_t count = pooling.columns.output, width = pooling.columns.input;
  for (std::size_t i = 0; i < pooling.rows.output; ++i, y += count, places += count) {
    const Range rows = inside(pooling.rows, i);
    for (std::size_t j = 0; j < count; ++j) places[j] = static_cast<Place>(rows.begin * width + columns[j]);
    for (std::size_t j = 0; j < count; ++j) y[j] = x[places[j]];
    for (std::size_t row = rows.begin; row < rows.end; ++row)
      for (auto column = columns.begin(); column != columns.end();)
        for (std::size_t j = 0; j < count; ++j, ++column) {
          const auto place = static_cast<Place>(row * width + *column);
          places[j] += static_cast<Place>(beats(x[place], y[j])) * (place - places[j]);
          y[j] = x[places[j]];
        }
    for (std::size_t j = 0; j < count; ++j) places[j] += first;
  }
}

/// Calls f(window, rows, columns, 1 / count) for every window of a plane.
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
  const std::vector<std::size_t> columns = columns_of_taps(pooling.columns);
  for_each_plane(pooling, [&](std::size_t plane) {
    const std::size_t from = plane * pooling.input_plane(), to = plane * pooling.output_plane();
    max_pool_plane(pooling, columns, x + from, static_cast<Place>(from), y + to, places + to);
  });
}

template <class T>
void avg_pool(const Pooling& pooling, bool count_padding, const T* x, T* y) {
  for_each_plane(pooling, [&](std::size_t plane) {
    const T* from = x + plane * pooling.input_plane();
    T* to = y + plane * pooling.output_plane();
    for_each_window<T>(pooling, count_padding, [&](std::size_t window, Range rows, Range columns, T count) {
      T sum = 0;
      for (std::size_t row = rows.begin; row < rows.end; ++row)
        for (std::size_t column = columns.begin; column < columns.end; ++column)
          sum += from[row * pooling.columns.input + column];
      to[window] = sum / count;
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
