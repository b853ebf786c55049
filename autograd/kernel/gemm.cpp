#include <autograd/base/parallel.hpp>
#include <autograd/kernel/gemm.hpp>
#include <autograd/kernel/pack.hpp>
#include <autograd/kernel/scratch.hpp>
#include <autograd/kernel/tile.hpp>

namespace wengert::kernel {
namespace {

constexpr std::size_t depth_block = 256;  // of b's panels: they stay in the first level cache
constexpr std::size_t row_block = 96;     // of a: with that depth it stays in the second level
constexpr std::size_t least_work = std::size_t{1}
                                   << 20;  // multiplications of a piece; below, a thread wakes up for less

std::size_t pieces(std::size_t extent, std::size_t step) { return (extent + step - 1) / step; }

/// A product c = a · b whose lanes run along the columns of b. All of b is packed first, panel by panel: the lanes of a
/// tile lie one after the other.
template <class T>
class Product {
 public:
  Product(std::size_t rows, std::size_t columns, std::size_t depth, Matrix<const T> a, Matrix<const T> b, Matrix<T> c)
      : rows_(rows),
        columns_(columns),
        depth_(depth),
        a_(a),
        b_(b),
        c_(c),
        direct_(reads_directly(rows, columns, a)),
        packed_(panels() * width * depth) {}

  /// What is copied before anything is multiplied, in elements; one that lies along the depth has to be turned.
  static std::size_t packing(std::size_t rows, std::size_t columns, std::size_t depth, Matrix<const T> a,
                             Matrix<const T> b) {
    const std::size_t of_b = columns * depth * (b.row_step == 1 ? 2 : 1);
    return of_b + (reads_directly(rows, columns, a) ? 0 : rows * depth);
  }

  void run() {
    const bool shared = rows_ * columns_ * depth_ >= 2 * least_work;
    const auto share = [&](std::size_t count, const auto& f) {
      if (shared) return parallel_for(count, f);
      for (std::size_t k = 0; k < count; ++k) f(k);
    };
    share(panels(), [&](std::size_t panel) { pack_panel(panel); });
    const std::size_t along_rows = pieces(rows_, row_block), group = panels_of_a_piece();
    const std::size_t along_columns = pieces(panels(), group);
    share(along_rows * along_columns, [&](std::size_t k) {
      const std::size_t row = k / along_columns * row_block, panel = k % along_columns * group;
      multiply(row, std::min(rows_, row + row_block), panel, std::min(panels(), panel + group));
    });
  }

 private:
  static constexpr std::size_t height = TileShape<T>::rows;
  static constexpr std::size_t width = TileShape<T>::width;

  /// Whether a's elements are read where they are: they lie along the depth, and are read few times.
  static bool reads_directly(std::size_t rows, std::size_t columns, Matrix<const T> a) {
    return a.column_step == 1 && (rows <= row_block / 2 || columns <= 4 * width);
  }

  std::size_t panels() const { return pieces(columns_, width); }

  /// So many that a piece is worth a thread, and that it is worth to pack a for each.
  std::size_t panels_of_a_piece() const {
    const std::size_t work = std::min(rows_, row_block) * width * depth_;
    const std::size_t worth_a_thread = least_work / std::max<std::size_t>(work, 1);
    return std::clamp<std::size_t>(worth_a_thread, direct_ ? 1 : std::min<std::size_t>(32, panels()), panels());
  }

  void pack_panel(std::size_t panel) {
    const std::size_t column = panel * width;
    pack<width>(b_.from(0, column), depth_, std::min(width, columns_ - column),
                packed_.data() + panel * depth_ * width);
  }

  void multiply(std::size_t row, std::size_t row_end, std::size_t panel, std::size_t panel_end) const {
    const Scratch<T> packed(direct_ ? 0 : row_block * depth_block);
    for (std::size_t k = 0; k < depth_; k += depth_block) {
      const std::size_t depth = std::min(depth_block, depth_ - k);
      if (!direct_) pack_rows(row, row_end, k, depth, packed.data());
      const auto in_place = [&](std::size_t i) { return a_.from(row + i, k).data; };
      const auto copied = [&](std::size_t i) { return packed.data() + i / height * height * depth + i % height; };
      for (std::size_t p = panel; p < panel_end; ++p) {
        if (direct_) multiply_panel_at(row, row_end, p, k, depth, in_place, Steps{1});
        else multiply_panel_at(row, row_end, p, k, depth, copied, Steps{static_cast<std::ptrdiff_t>(height)});
      }
    }
  }

  /// Packs a's rows in groups of a tile's height, a few elements of the depth at a time: where its rows lie side by
  /// side, each line of the cache is read once.
  void pack_rows(std::size_t row, std::size_t row_end, std::size_t k, std::size_t depth, T* to) const {
    constexpr std::size_t few = 16;
    for (std::size_t begin = 0; begin < depth; begin += few)
      for (std::size_t i = row; i < row_end; i += height)
        pack<height>(a_.from(i, k + begin).transposed(), std::min(few, depth - begin), std::min(height, row_end - i),
                     to + (i - row) * depth + begin * height);
  }

  template <class RowOfA>
  void multiply_panel_at(std::size_t row, std::size_t row_end, std::size_t panel, std::size_t k, std::size_t depth,
                         const RowOfA& a_row, Steps steps) const {
    const std::size_t rows = row_end - row, column = panel * width, columns = std::min(width, columns_ - column);
    const T* b = packed_.data() + (panel * depth_ + k) * width;
    if (c_.column_step == 1 && columns == width) {
      const auto c_row = [&](std::size_t i) { return c_.from(row + i, column).data; };
      return multiply_panel(rows, columns, depth, a_row, steps, b, c_row, k > 0);
    }
    std::array<T, row_block * width> result;
    multiply_panel(
        rows, columns, depth, a_row, steps, b, [&](std::size_t i) { return result.data() + i * width; }, false);
    copy_out(result.data(), rows, columns, c_.from(row, column), k > 0);
  }

  static void copy_out(const T* from, std::size_t rows, std::size_t columns, Matrix<T> to, bool add) {
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t j = 0; j < columns; ++j) {
        T& element = *to.from(r, j).data;
        element = add ? element + from[r * width + j] : from[r * width + j];
      }
  }

  std::size_t rows_, columns_, depth_;
  Matrix<const T> a_, b_;
  Matrix<T> c_;
  bool direct_;
  Scratch<T> packed_;
};

template <class T>
void fill_with_zeros(std::size_t rows, std::size_t columns, Matrix<T> c) {
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) *c.from(i, j).data = T(0);
}

}  // namespace

template <class T>
void gemm(std::size_t rows, std::size_t columns, std::size_t depth, Matrix<const T> a, Matrix<const T> b, Matrix<T> c) {
  if (rows * columns == 0) return;
  if (depth == 0) return fill_with_zeros(rows, columns, c);
  const std::size_t as_it_is = Product<T>::packing(rows, columns, depth, a, b);
  const std::size_t exchanged = Product<T>::packing(columns, rows, depth, b.transposed(), a.transposed()) +
                                2 * rows * columns;  // c is then written element by element
  if (exchanged < as_it_is) Product<T>(columns, rows, depth, b.transposed(), a.transposed(), c.transposed()).run();
  else Product<T>(rows, columns, depth, a, b, c).run();
}

template void gemm(std::size_t, std::size_t, std::size_t, Matrix<const float>, Matrix<const float>, Matrix<float>);
template void gemm(std::size_t, std::size_t, std::size_t, Matrix<const double>, Matrix<const double>, Matrix<double>);

}  // namespace wengert::kernel
