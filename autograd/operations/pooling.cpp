#include <autograd/base/parallel.hpp>
#include <autograd/operations/pooling.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/operations/require_elements.hpp>
#include <autograd/tape/record.hpp>

#include <limits>

namespace wengert {
namespace {

PoolOptions sliding(const AvgPoolOptions& options) { return {options.stride, options.padding, options.ceil_mode}; }

/// What is recorded of a pooling beside its operand, without what is as usual.
Attributes attributes_of(const Size2d& size, const PoolOptions& options) {
  Attributes attributes;
  tell(attributes, "size", size);
  if (options.stride.of(size) != size) tell(attributes, "stride", options.stride.of(size));
  if (options.padding != Size2d(0)) tell(attributes, "padding", options.padding);
  if (options.ceil_mode) attributes.push_back({"ceil_mode", true});
  return attributes;
}
Attributes attributes_of(const Size2d& size, const AvgPoolOptions& options) {
  Attributes attributes = attributes_of(size, sliding(options));
  if (!options.count_padding) attributes.push_back({"count_padding", false});
  return attributes;
}

Shape with_plane(const Shape& x, std::size_t height, std::size_t width) { return {x[0], x[1], height, width}; }

/// The number of windows where one may reach over the edge.
void round_up(kernel::Windows& windows) {
  const std::size_t beyond = windows.input + 2 * windows.before - windows.taps;
  windows.output = (beyond + windows.stride - 1) / windows.stride + 1;
  if ((windows.output - 1) * windows.stride >= windows.input + windows.before) --windows.output;
}

void require_elements(std::string_view operation, const NamedShape& x, const kernel::Windows& windows) {
  const bool first = windows.before < windows.taps;
  const bool last = (windows.output - 1) * windows.stride < windows.input + windows.before;
  require(first && last, operation,
          "got {} with a window of {} and a padding of {}: a window would lie in the padding alone; expected a padding "
          "below the window",
          x, windows.taps, windows.before);
}

void check_count(const char* operation, const Places& places) {
  require(places.of->size() == element_count(places.shape), operation,
          "got {} places for the shape {}; expected one for each element", places.of->size(), places.shape);
}

void check_places(const char* operation, const Places& places, std::size_t size) {
  const auto beyond = std::find_if(places.of->begin(), places.of->end(), [&](auto place) { return place >= size; });
  require(beyond == places.of->end(), operation, "a place is {}, but there are {} elements",
          beyond == places.of->end() ? 0 : *beyond, size);
}

/// How many parts along the first axis of x have the places of the same parts of y, and no others; 1 if they mix.
std::size_t parts_of(const Places& places, const Shape& shape) {
  if (shape.empty() || places.shape.empty() || shape[0] != places.shape[0] || shape[0] == 0) return 1;
  const std::size_t parts = shape[0], of_x = element_count(shape) / parts, of_y = places.of->size() / parts;
  for (std::size_t part = 0; part < parts; ++part) {
    const auto from = places.of->begin() + static_cast<std::ptrdiff_t>(part * of_y);
    const auto is_inside = [&](kernel::Place place) { return place - part * of_x < of_x; };
    if (!std::all_of(from, from + static_cast<std::ptrdiff_t>(of_y), is_inside)) return 1;
  }
  return parts;
}

}  // namespace

kernel::Pooling pooling_of(std::string_view operation, const NamedShape& x, const Size2d& size,
                           const PoolOptions& options) {
  require(x.shape->size() == 4, operation, "got {}; expected (N, C, H, W)", x);
  const Shape& shape = *x.shape;
  const Padding2d padding(options.padding.height, options.padding.width);
  auto [rows, columns] = windows_of_plane(operation, to_string(x), {shape[2], shape[3]},
                                          {.size = size, .stride = options.stride.of(size), .padding = padding});
  for (kernel::Windows* windows : {&rows, &columns}) {
    if (options.ceil_mode) round_up(*windows);
    require_elements(operation, x, *windows);
  }
  return {shape[0] * shape[1], rows, columns};
}

template <class T>
Var<T> max_pool2d(const Var<T>& x, const Size2d& size, const PoolOptions& options) {
  const kernel::Pooling pooling = pooling_of("max_pool2d", described(x), size, options);
  require(x.size() <= std::numeric_limits<kernel::Place>::max(), "max_pool2d", "got {}; expected at most {} elements",
          described(x), std::numeric_limits<kernel::Place>::max());
  Array<T> y = empty<T>(with_plane(x.shape(), pooling.rows.output, pooling.columns.output));
  auto places = std::make_shared<std::vector<kernel::Place>>(y.size());
  kernel::max_pool(pooling, x.value().data(), y.data(), places->data());
  const Places chosen{y.shape(), std::move(places)};
  return record(Label("max_pool2d", attributes_of(size, options)), std::move(y),
                wrt(x, [=, shape = x.shape()](const Var<T>& g) { return put(g, chosen, shape); }));
}

template <class T>
Var<T> avg_pool2d(const Var<T>& x, const Size2d& size, const AvgPoolOptions& options) {
  const kernel::Pooling pooling = pooling_of("avg_pool2d", described(x), size, sliding(options));
  Array<T> y = empty<T>(with_plane(x.shape(), pooling.rows.output, pooling.columns.output));
  kernel::avg_pool(pooling, options.count_padding, x.value().data(), y.data());
  return record(
      Label("avg_pool2d", attributes_of(size, options)), std::move(y),
      wrt(x, [=, shape = x.shape()](const Var<T>& g) { return avg_pool2d_gradient(g, shape, size, options); }));
}

template <class T>
Var<T> avg_pool2d_gradient(const Var<T>& g, const Shape& input, const Size2d& size, const AvgPoolOptions& options) {
  const kernel::Pooling pooling = pooling_of("avg_pool2d_gradient", {"input", &input}, size, sliding(options));
  const Shape output = with_plane(input, pooling.rows.output, pooling.columns.output);
  require(g.shape() == output, "avg_pool2d_gradient", "got {}; expected {}", described(g), output);
  Array<T> dx = empty<T>(input);
  kernel::avg_pool_gradient(pooling, options.count_padding, g.value().data(), dx.data());
  Attributes attributes = attributes_of(size, options);
  attributes.push_back({"shape", input});
  return record(Label("avg_pool2d_gradient", std::move(attributes)), std::move(dx),
                wrt(g, [=](const Var<T>& h) { return avg_pool2d(h, size, options); }));
}

template <class T>
Var<T> global_avg_pool2d(const Var<T>& x) {
  require(x.rank() == 4, "global_avg_pool2d", "got {}; expected (N, C, H, W)", described(x));
  require_elements("global_avg_pool2d", x, {2, 3});
  return mean(x, {2, 3}, keep_dims);
}

template <class T>
Var<T> take(const Var<T>& x, const Places& places) {
  check_count("take", places);
  check_places("take", places, x.size());
  Array<T> y = empty<T>(places.shape);
  const T* from = x.value().data();
  std::transform(places.of->begin(), places.of->end(), y.data(), [&](kernel::Place place) { return from[place]; });
  return record(Label("take", {{"places", places.of}, {"shape", places.shape}}), std::move(y),
                wrt(x, [places, shape = x.shape()](const Var<T>& g) { return put(g, places, shape); }));
}

template <class T>
Var<T> put(const Var<T>& g, const Places& places, const Shape& shape) {
  require(g.shape() == places.shape, "put", "got {}; expected {}, one element for each place", described(g),
          places.shape);
  check_count("put", places);
  const std::size_t parts = parts_of(places, shape);
  if (parts == 1) check_places("put", places, element_count(shape));
  Array<T> x = empty<T>(shape);
  const std::size_t of_x = x.size() / parts, of_y = g.size() / parts;
  parallel_for(parts, [&, to = x.data(), from = g.value().data()](std::size_t part) {
    std::fill_n(to + part * of_x, of_x, T(0));
    for (std::size_t k = part * of_y; k < (part + 1) * of_y; ++k) to[(*places.of)[k]] += from[k];
  });
  return record(Label("put", {{"places", places.of}, {"shape", shape}}), std::move(x),
                wrt(g, [places](const Var<T>& h) { return take(h, places); }));
}

template Var<float> max_pool2d(const Var<float>&, const Size2d&, const PoolOptions&);
template Var<float> avg_pool2d(const Var<float>&, const Size2d&, const AvgPoolOptions&);
template Var<float> global_avg_pool2d(const Var<float>&);
template Var<float> take(const Var<float>&, const Places&);
template Var<float> put(const Var<float>&, const Places&, const Shape&);
template Var<float> avg_pool2d_gradient(const Var<float>&, const Shape&, const Size2d&, const AvgPoolOptions&);
template Var<double> max_pool2d(const Var<double>&, const Size2d&, const PoolOptions&);
template Var<double> avg_pool2d(const Var<double>&, const Size2d&, const AvgPoolOptions&);
template Var<double> global_avg_pool2d(const Var<double>&);
template Var<double> take(const Var<double>&, const Places&);
template Var<double> put(const Var<double>&, const Places&, const Shape&);
template Var<double> avg_pool2d_gradient(const Var<double>&, const Shape&, const Size2d&, const AvgPoolOptions&);

}  // namespace wengert
