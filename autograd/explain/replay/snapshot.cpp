#include <autograd/explain/replay/snapshot.hpp>

#include <cmath>

namespace wengert {
namespace {

constexpr std::size_t bins = 10;

/// The first and the last few of `extent` indices.
std::vector<std::size_t> edges(std::size_t extent, std::size_t edge) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < extent; ++i) {
    if (i < edge || i + edge >= extent) indices.push_back(i);
  }
  return indices;
}

std::vector<std::vector<std::size_t>> kept_indices(const Shape& shape, std::size_t largest_whole) {
  const bool whole = element_count(shape) <= largest_whole;
  std::vector<std::vector<std::size_t>> kept;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const std::size_t edge = axis + 2 < shape.size() ? 1 : 3;
    kept.push_back(edges(shape[axis], whole ? shape[axis] : edge));
  }
  return kept;
}

/// Appends the kept elements below the place `offset`, from axis `axis` on.
template <class T>
void collect(const Array<T>& array, Snapshot& result, std::size_t axis, std::size_t offset) {
  if (axis == result.shape.size()) return result.values.push_back(static_cast<double>(array.data()[offset]));
  for (std::size_t i : result.kept[axis]) collect(array, result, axis + 1, offset * result.shape[axis] + i);
}

template <class T>
std::vector<double> finite_elements(const Array<T>& array) {
  std::vector<double> finite;
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (std::isfinite(array.data()[i])) finite.push_back(static_cast<double>(array.data()[i]));
  }
  return finite;
}

void describe(const std::vector<double>& x, Snapshot& result) {
  if (x.empty()) return;
  const auto [smallest, largest] = std::minmax_element(x.begin(), x.end());
  result.smallest = *smallest;
  result.largest = *largest;
  const double magnitude = std::max(std::abs(*smallest), std::abs(*largest));
  if (magnitude == 0.0) return;
  const double scale = std::exp2(std::ilogb(magnitude));  // squares neither vanish nor overflow, and keep their digits
  const auto count = static_cast<double>(x.size());
  double squares = 0.0;
  double distances = 0.0;
  double above = 0.0;  // the smallest, so that the mean of equal elements is what they are
  for (double value : x) above += value / scale - result.smallest / scale;
  result.mean = scale * (result.smallest / scale + above / count);
  for (double value : x) squares += std::pow(value / scale, 2);
  for (double value : x) distances += std::pow(value / scale - result.mean / scale, 2);
  result.norm = scale * std::sqrt(squares);
  result.deviation = scale * std::sqrt(distances / count);
}

std::vector<std::size_t> histogram_of(const std::vector<double>& x, double smallest, double largest) {
  std::vector<std::size_t> histogram(bins, 0);
  const double half_width = (0.5 * largest - 0.5 * smallest) / static_cast<double>(bins);  // the whole may overflow
  for (double value : x) {
    const double place = half_width > 0 ? (0.5 * value - 0.5 * smallest) / half_width : 0.0;
    ++histogram[std::min(bins - 1, static_cast<std::size_t>(place))];
  }
  return histogram;
}

}  // namespace

Array<double> Snapshot::array(std::string_view operation) const {
  require(is_whole(), operation,
          "of an array of shape {} only {} elements were kept; record with a larger `largest_whole`, such as "
          "replay(tape, loss, {{.largest_whole = {}}})",
          shape, values.size(), size());
  Array<double> result = empty<double>(shape);
  std::copy(values.begin(), values.end(), result.data());
  return result;
}

template <class T>
SharedSnapshot snapshot(const Array<T>& array, std::size_t largest_whole) {
  Snapshot result{.shape = array.shape(), .kept = kept_indices(array.shape(), largest_whole)};
  collect(array, result, 0, 0);
  const std::vector<double> finite = finite_elements(array);
  result.not_finite = array.size() - finite.size();
  describe(finite, result);
  if (!result.is_whole()) result.histogram = histogram_of(finite, result.smallest, result.largest);
  return std::make_shared<const Snapshot>(std::move(result));
}

template SharedSnapshot snapshot(const Array<float>&, std::size_t);
template SharedSnapshot snapshot(const Array<double>&, std::size_t);

}  // namespace wengert
