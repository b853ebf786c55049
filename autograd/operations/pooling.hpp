#pragma once

#include <autograd/kernel/pooling.hpp>
#include <autograd/operations/windows.hpp>
#include <autograd/tape/var.hpp>

#include <memory>
#include <vector>

namespace wengert {

/// How a pooling's windows slide. With `ceil_mode` a last window that reaches over the edge counts too, if it begins
/// inside the image or the padding before it.
struct PoolOptions {
  std::optional<Size2d> stride{};  ///< that of the window unless given
  Size2d padding = 0;
  bool ceil_mode = false;
};

struct AvgPoolOptions {
  std::optional<Size2d> stride{};
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
  std::shared_ptr<const std::vector<kernel::Place>> of;
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
