#pragma once

#include <autograd/kernel/pooling.hpp>
#include <autograd/operations/windows.hpp>
#include <autograd/tape/var.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace wengert {

/// How far a pooling's windows are apart: as far as they are large, so that they neither overlap nor leave a gap,
/// unless numbers are given.
class PoolStride {
 public:
  constexpr PoolStride() = default;
  constexpr PoolStride(const Size2d& size) : size_(size) {}
  constexpr PoolStride(std::size_t both) : size_(both) {}
  constexpr PoolStride(std::size_t rows, std::size_t columns) : size_(Size2d(rows, columns)) {}

  constexpr Size2d of(const Size2d& window) const { return size_.value_or(window); }

 private:
  std::optional<Size2d> size_;
};

/// How a pooling's windows slide. With `ceil_mode` a last window that reaches over the edge counts too, if it begins
/// inside the image or the padding before it.
struct PoolOptions {
  PoolStride stride{};
  Size2d padding = 0;
  bool ceil_mode = false;
};

struct AvgPoolOptions {
  PoolStride stride{};
  Size2d padding = 0;
  bool ceil_mode = false;
  bool count_padding = true;  ///< whether the padding's zeros count, as in PyTorch; Keras leaves them out
};

/// The largest element below each window: x (N, C, H, W) -> (N, C, H', W'). Of equal ones the first gets the gradient;
/// a NaN is larger than all. Throws an Error that names the shapes if a stride is zero, a window is larger than the
/// padded image, or one would lie in the padding alone.
template <class T>
Var<T> max_pool2d(const Var<T>& x, const Size2d& size, const PoolOptions& options = {});

/// The mean of the elements below each window, likewise.
template <class T>
Var<T> avg_pool2d(const Var<T>& x, const Size2d& size, const AvgPoolOptions& options = {});

/// The mean of every plane: x (N, C, H, W) -> (N, C, 1, 1). Throws an Error for fewer axes or a plane without elements.
template <class T>
Var<T> global_avg_pool2d(const Var<T>& x);

/// The extents of a pooling, checked. Throws an Error in the name of `operation`.
kernel::Pooling pooling_of(std::string_view operation, const NamedShape& x, const Size2d& size,
                           const PoolOptions& options);

// What the poolings' rules are written with; each pair pulls back one another.

/// Places in an array, with the shape of what is read there.
struct Places {
  Shape shape;
  SharedPlaces of;
};

/// The elements of x at the given places of its row-major order. Throws an Error if a place is beyond its end.
template <class T>
Var<T> take(const Var<T>& x, const Places& places);

/// Zeros of the given shape, with every element of g added at its place. Throws an Error likewise.
template <class T>
Var<T> put(const Var<T>& g, const Places& places, const Shape& shape);

/// Every element of g spread over its window; what pulls back `avg_pool2d`.
template <class T>
Var<T> avg_pool2d_gradient(const Var<T>& g, const Shape& input, const Size2d& size, const AvgPoolOptions& options);

}  // namespace wengert
