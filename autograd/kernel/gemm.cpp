#include <autograd/base/parallel.hpp>
#include <autograd/kernel/gemm.hpp>
#include <autograd/kernel/scratch.hpp>
#include <autograd/kernel/tile.hpp>
#include <autograd/kernel/transpose.hpp>

namespace wengert::kernel {
namespace {

constexpr std::size_t depth_block = 256;                  // of b's panels: they stay in the first level cache
constexpr std::size_t row_block = 96;                     // of a: with that depth it stays in the second level
constexpr std::size_t least_work = std::size_t{1} << 20;  // multiplications of a piece; below, a thread wakes up for less

std::size_t pieces(std::size_t extent, std::size_t step) { return (extent + step - 1) / step; }

/// to[k · Width + j] = b(k, j) for k < depth and j < columns, with zeros up to j = Width.
template <std::size_t Width, class T>
void pack(Matrix<const T> b, std::size_t depth, std::size_t columns, T* to) {
  if (columns < Width) std::fill_n(to, depth * Width, T(0));
  if (b.column_step != 1) return transpose(b.data, b.column_step, columns, depth, to, Width);
  for (std::size_t k = 0; k < depth; ++k, to += Width) {
    const T* from = b.data + k * b.row_step;
    if (columns == Width) std::copy_n(from, Width, to);  // a number that the compiler knows
    else std::copy_n(from, columns, to);
  }
}

/// A product c = a · b whose lanes run along the columns of b. All of b is packed first, panel by panel: the lanes of a
/// tile lie one after the other.
template <class T>
class Product {
 public:
  Product(std::size_t rows, std::size_t columns, std::size_t depth, Matrix<const T> a, Matrix<const T> b, Matrix<T> c)
      : rows_(rows), columns_(columns), depth_(depth), a_(a), b_(b), c_(c), packed_(panels() * width * depth) {}

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

  std::size_t panels() const { return pieces(columns_, width); }

  /// So many that a piece is worth a thread; a is packed once for each.
  std::size_t panels_of_a_piece() const {
    const std::size_t work = std::min(rows_, row_block) * width * depth_;
    return std::clamp<std::size_t>(least_work / std::max<std::size_t>(work, 1), 1, panels());
  }

  const T* panel_at(std::size_t panel, std::size_t k) const { return packed_.data() + (panel * depth_ + k) * width; }

  void pack_panel(std::size_t panel) {
    const std::size_t column = panel * width;
    pack<width>(b_.from(0, column), depth_, std::min(width, columns_ - column), packed_.data() + panel * depth_ * width);
  }

  void multiply(std::size_t row, std::size_t row_end, std::size_t panel, std::size_t panel_end) const {
    const bool direct = a_.column_step == 1 && (panel_end - panel) < direct_panels;
    const Scratch<T> packed(direct ? 0 : row_block * depth_block);
    for (std::size_t k = 0; k < depth_; k += depth_block) {
      const std::size_t depth = std::min(depth_block, depth_ - k);
      for (std::size_t i = row; i < row_end && !direct; i += height)
        pack<height>(a_.from(i, k).transposed(), depth, std::min(height, row_end - i), packed.data() + (i - row) * depth);
      for (std::size_t p = panel; p < panel_end; ++p)
        for (std::size_t i = row; i < row_end; i += height)
          multiply_tile(i, row_end, p, k, depth, direct ? nullptr : packed.data() + (i - row) * depth);
    }
  }

  void multiply_tile(std::size_t row, std::size_t row_end, std::size_t panel, std::size_t k, std::size_t depth,
                     const T* packed) const {
    const std::size_t rows = std::min(height, row_end - row), column = panel * width;
    const std::size_t columns = std::min(width, columns_ - column);
    const bool in_place = c_.column_step == 1 && columns == width;
    std::array<T, height * width> outside;
    std::array<const T*, height> a;
    std::array<T*, height> c;
    for (std::size_t r = 0; r < height; ++r) {
      a[r] = packed != nullptr ? packed + r : a_.from(row + std::min(r, rows - 1), k).data;
      c[r] = in_place && r < rows ? c_.from(row + r, column).data : outside.data() + r * width;
    }
    const bool add = k > 0 && in_place;
    if (add && rows < height) outside.fill(T(0));
    const Steps steps{packed != nullptr ? static_cast<std::ptrdiff_t>(height) : 1};
    const auto d = static_cast<std::ptrdiff_t>(depth);
    tile<TileShape<T>::lanes>(a, steps, d, panel_at(panel, k), static_cast<std::ptrdiff_t>(width), c, add);
    if (!in_place) copy_out(outside.data(), rows, columns, c_.from(row, column), k > 0);
  }

  static void copy_out(const T* from, std::size_t rows, std::size_t columns, Matrix<T> to, bool add) {
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t j = 0; j < columns; ++j) {
        T& element = *to.from(r, j).data;
        element = add ? element + from[r * width + j] : from[r * width + j];
      }
  }

  static constexpr std::size_t direct_panels = 6;  // with more, copying a pays

  std::size_t rows_, columns_, depth_;
  Matrix<const T> a_, b_;
  Matrix<T> c_;
  Scratch<T> packed_;
};

/// What copying an operand costs: one that lies along the depth has to be turned.
template <class T>
std::size_t packing(std::size_t extent, std::size_t depth, std::size_t step_of_depth) {
  return extent * depth * (step_of_depth == 1 ? 2 : 1);
}

}  // namespace

template <class T>
void gemm(std::size_t rows, std::size_t columns, std::size_t depth, Matrix<const T> a, Matrix<const T> b, Matrix<T> c) {
  const std::size_t as_it_is = packing<T>(columns, depth, b.row_step);
  const std::size_t exchanged = packing<T>(rows, depth, a.column_step) + 2 * rows * columns;
  if (exchanged < as_it_is) Product<T>(columns, rows, depth, b.transposed(), a.transposed(), c.transposed()).run();
  else Product<T>(rows, columns, depth, a, b, c).run();
}

template void gemm(std::size_t, std::size_t, std::size_t, Matrix<const float>, Matrix<const float>, Matrix<float>);
template void gemm(std::size_t, std::size_t, std::size_t, Matrix<const double>, Matrix<const double>, Matrix<double>);

}  // namespace wengert::kernel
