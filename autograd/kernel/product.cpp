#include <autograd/base/parallel.hpp>
#include <autograd/kernel/pack.hpp>
#include <autograd/kernel/panel.hpp>
#include <autograd/kernel/product.hpp>
#include <autograd/kernel/scratch.hpp>

// Panels of b, a register tile wide and a block of the depth deep, stay in the first level cache while a's rows pass
// by.

namespace wengert::kernel {
namespace {

template <class T>
constexpr std::size_t width = TileShape<T>::width;

template <class T>
bool fills_lanes(std::size_t columns) {
  return columns % static_cast<std::size_t>(Lane<T>::width) == 0;
}

/// A part of a product: c (+)= a · b.
template <class T>
struct Part {
  std::size_t rows, depth, columns;
  Matrix<const T> a, b;
  Matrix<T> c;
  bool add;

  /// cᵀ (+)= bᵀ · aᵀ.
  Part transposed() const { return {columns, depth, rows, b.transposed(), a.transposed(), c.transposed(), add}; }
  Part of_depth(std::size_t k, std::size_t size) const {
    return {rows, size, columns, a.from(0, k), b.from(k, 0), c, add || k > 0};
  }
};

/// The rows of a, each one stretch of memory: where they lie, or copied if they do not lie so or are read often.
template <class T>
class Rows {
 public:
  explicit Rows(const Part<T>& block)
      : copied_(block.a.column_step != 1 || block.columns >= many_columns),
        copy_(copied_ ? block.rows * block.depth : 0),
        data_(copied_ ? copy_.data() : block.a.data),
        step_(copied_ ? block.depth : block.a.row_step) {
    const Matrix<const T>& a = block.a;
    if (a.column_step != 1) transpose(a.data, a.column_step, block.depth, block.rows, copy_.data(), step_);
    else if (copied_)
      for (std::size_t i = 0; i < block.rows; ++i)
        std::copy_n(a.from(i, 0).data, block.depth, copy_.data() + i * step_);
  }

  const T* operator()(std::size_t i) const { return data_ + i * step_; }

 private:
  static constexpr std::size_t many_columns = 256;

  bool copied_;
  Scratch<T> copy_;
  const T* data_;
  std::size_t step_;
};

/// The panels of b, asked for in their order: where they lie if a has few rows, so that packing would take longer than
/// it gains, or packed, some at a time.
template <class T>
class Panels {
 public:
  explicit Panels(const Part<T>& block)
      : block_(block),
        in_place_(block.b.column_step == 1 && block.rows <= few_rows),
        group_(in_place_ ? width<T> : 4 * width<T>),
        packed_(block.depth * group_) {}

  /// The panel whose first column is column j.
  Panel<T> from(std::size_t j) const {
    const Matrix<const T> b = block_.b.from(0, j);
    const std::size_t left = block_.columns - j;
    if (in_place_ && fills_lanes<T>(std::min(width<T>, left))) return {b.data, b.row_step};
    if (j % group_ == 0) pack_panels<width<T>>(b, block_.depth, std::min(group_, left), packed_.data());
    return {packed_.data() + j % group_ * block_.depth};
  }

 private:
  static constexpr std::size_t few_rows = 64;

  const Part<T>& block_;
  bool in_place_;
  std::size_t group_;
  Scratch<T> packed_;
};

/// Copies or adds the first `columns` elements of rows of a panel.
template <class T>
void put(std::size_t rows, std::size_t columns, const T* from, Matrix<T> to, bool add) {
  for (std::size_t i = 0; i < rows; ++i, from += width<T>)
    for (std::size_t j = 0; j < columns; ++j) {
      T& element = *to.from(i, j).data;
      element = add ? element + from[j] : from[j];
    }
}

template <class T>
void multiply_block(const Part<T>& block) {
  const Rows<T> rows(block);
  const Panels<T> panels(block);
  const Scratch<T> edge(block.rows * width<T>);
  for (std::size_t j = 0; j < block.columns; j += width<T>) {
    const std::size_t count = std::min(width<T>, block.columns - j);
    const Panel<T> panel = panels.from(j);
    const Matrix<T> c = block.c.from(0, j);
    if (c.column_step == 1 && fills_lanes<T>(count)) {
      const auto c_row = [&](std::size_t i) {
        __builtin_prefetch(c.data + i * c.row_step, 1);  // it is there when the tile has been summed
        return c.data + i * c.row_step;
      };
      multiply_panel(block.rows, count, block.depth, rows, SideBySide{}, panel, c_row, block.add);
    } else {
      const auto edge_row = [&](std::size_t i) { return edge.data() + i * width<T>; };
      multiply_panel(block.rows, count, block.depth, rows, SideBySide{}, panel, edge_row, false);
      put(block.rows, count, edge.data(), c, block.add);
    }
  }
}

/// Few rows, with a b that would have to be transposed, are themselves the panels.
template <class T>
void multiply_part(const Part<T>& part) {
  constexpr std::size_t few_rows = 48;
  const bool turn = part.b.column_step != 1 && part.rows <= few_rows && 2 * part.rows <= part.columns;
  const Part<T> block = turn ? part.transposed() : part;
  const std::size_t step = depth_of_block(block.depth);
  for (std::size_t k = 0; k < block.depth; k += step)
    multiply_block(block.of_depth(k, std::min(step, block.depth - k)));
}

constexpr std::size_t least_work = std::size_t{1} << 22;  // multiplications; below, a thread takes longer to wake up

/// The parts of a product that are computed one by one, or shared among threads if there are several: ranges of rows
/// and columns. They change no bit, so one thread need not cut as finely as several.
struct Parts {
  std::size_t row_step, column_step;
  std::size_t row_count, column_count;

  Parts(const Product& p, bool copies_rows, bool shared) {
    constexpr std::size_t most_rows = 512;   // for which b is packed once
    constexpr std::size_t least_rows = 256;  // fewer would spend their time packing
    constexpr std::size_t multiple = 16;     // of columns: no two threads write to one line of the cache
    const std::size_t least_columns = copies_rows ? 256 : 64;
    const std::size_t wanted = shared ? std::min<std::size_t>(p.rows * p.depth * p.columns / least_work, 16) : 1;
    const std::size_t of_rows = std::max(parts(p.rows, most_rows), std::min(wanted, p.rows / least_rows));
    const std::size_t of_columns = std::max<std::size_t>(1, std::min(wanted / of_rows, p.columns / least_columns));
    row_step = parts(p.rows, of_rows);
    column_step = parts(parts(p.columns, of_columns), multiple) * multiple;
    row_count = parts(p.rows, row_step);
    column_count = parts(p.columns, column_step);
  }
};

}  // namespace

template <class T>
void multiply(const Product& p, const Factors<T>& a, const Factors<T>& b, T* c, bool add) {
  const std::size_t size = p.rows * p.columns;
  if (p.depth == 0 && !add) std::fill_n(c, p.count * size, T(0));
  if (p.count * size * p.depth == 0) return;
  const bool one_below_the_other = a.first.column_step == 1 && a.step == p.rows * a.first.row_step;
  if (p.count > 1 && b.step == 0 && one_below_the_other)
    return multiply({1, p.count * p.rows, p.depth, p.columns}, Factors<T>{a.first}, b, c, add);
  const bool shared = threads() > 1 && p.count * size * p.depth >= least_work;
  const Parts cut(p, a.first.column_step != 1, shared);
  const std::size_t of_one = cut.row_count * cut.column_count, count = p.count * of_one;
  const auto multiply_one = [&](std::size_t index) {
    const std::size_t n = index / of_one, part = index % of_one;
    const std::size_t i = part / cut.column_count * cut.row_step;
    const std::size_t j = part % cut.column_count * cut.column_step;
    const Matrix<T> to{c + n * size, p.columns, 1};
    multiply_part<T>({std::min(cut.row_step, p.rows - i), p.depth, std::min(cut.column_step, p.columns - j),
                      a.at(n).from(i, 0), b.at(n).from(0, j), to.from(i, j), add});
  };
  if (shared) return parallel_for(count, multiply_one);
  for (std::size_t k = 0; k < count; ++k) multiply_one(k);
}

template void multiply(const Product&, const Factors<float>&, const Factors<float>&, float*, bool);
template void multiply(const Product&, const Factors<double>&, const Factors<double>&, double*, bool);

}  // namespace wengert::kernel
