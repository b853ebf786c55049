#include <autograd/operations/unfold.hpp>
#include <autograd/tape/record.hpp>

namespace wengert {
namespace {

/// What is recorded of an unfolding beside its operand, without what is as usual.
Attributes attributes_of(const Sliding& sliding) {
  Attributes attributes;
  tell(attributes, "size", sliding.size);
  tell(attributes, sliding);
  return attributes;
}

/// Calls f(index in the columns, index in the plane) for every element of the columns of one channel that is not
/// padding.
template <class F>
void for_each_element(const WindowsOfPlane& windows, const F& f) {
  const auto& [rows, columns] = windows;
  std::size_t index = 0;
  for (std::size_t u = 0; u < rows.taps; ++u)
    for (std::size_t v = 0; v < columns.taps; ++v)
      for (std::size_t i = 0; i < rows.output; ++i)
        for (std::size_t j = 0; j < columns.output; ++j, ++index) {
          const std::ptrdiff_t y = rows.place(i, u), x = columns.place(j, v);
          if (rows.inside(y) && columns.inside(x))
            f(index, static_cast<std::size_t>(y) * columns.input + static_cast<std::size_t>(x));
        }
}

}  // namespace

template <class T>
Var<T> unfold(const Var<T>& x, const Sliding& sliding) {
  require(x.rank() == 4, "unfold", "got {}; expected (N, C, H, W)", described(x));
  const Size2d plane(x.shape()[2], x.shape()[3]);
  const WindowsOfPlane windows = windows_of_plane("unfold", to_string(described(x)), plane, sliding);
  const std::size_t taps = sliding.size.height * sliding.size.width;
  const std::size_t places = windows.rows.output * windows.columns.output;
  const std::size_t channels = x.shape()[1];
  Array<T> y = zeros<T>({x.shape()[0], channels * taps, places});
  for (std::size_t k = 0; k < x.shape()[0] * channels; ++k) {
    const T* from = x.value().data() + k * plane.height * plane.width;
    T* to = y.data() + k * taps * places;
    for_each_element(windows, [&](std::size_t index, std::size_t place) { to[index] = from[place]; });
  }
  return record(Label("unfold", attributes_of(sliding)), std::move(y),
                wrt(x, [=](const Var<T>& g) { return fold(g, plane, sliding); }));
}

template <class T>
Var<T> fold(const Var<T>& columns, const Size2d& plane, const Sliding& sliding) {
  const WindowsOfPlane windows = windows_of_plane("fold", to_string(described(columns)), plane, sliding);
  const std::size_t taps = sliding.size.height * sliding.size.width;
  const std::size_t places = windows.rows.output * windows.columns.output;
  require(columns.rank() == 3 && columns.shape()[1] % taps == 0 && columns.shape()[2] == places, "fold",
          "got {}; expected (N, C * {}, {}) for windows of {}x{} over a plane of {}x{}", described(columns), taps,
          places, sliding.size.height, sliding.size.width, plane.height, plane.width);
  const std::size_t channels = columns.shape()[1] / taps;
  Array<T> x = zeros<T>({columns.shape()[0], channels, plane.height, plane.width});
  for (std::size_t k = 0; k < columns.shape()[0] * channels; ++k) {
    const T* from = columns.value().data() + k * taps * places;
    T* to = x.data() + k * plane.height * plane.width;
    for_each_element(windows, [&](std::size_t index, std::size_t place) { to[place] += from[index]; });
  }
  Attributes attributes = attributes_of(sliding);
  tell(attributes, "plane", plane);
  return record(Label("fold", std::move(attributes)), std::move(x),
                wrt(columns, [=](const Var<T>& g) { return unfold(g, sliding); }));
}

template Var<float> unfold(const Var<float>&, const Sliding&);
template Var<double> unfold(const Var<double>&, const Sliding&);
template Var<float> fold(const Var<float>&, const Size2d&, const Sliding&);
template Var<double> fold(const Var<double>&, const Size2d&, const Sliding&);

}  // namespace wengert
