#include <autograd/arrays/shape.hpp>
#include <autograd/base/markup.hpp>
#include <autograd/base/text.hpp>
#include <autograd/base/write_file.hpp>
#include <autograd/explain/pictures/save_array.hpp>

#include <cmath>

namespace wengert {
namespace {

constexpr std::size_t most_with_numbers = 200;  // elements
constexpr std::size_t gap = 16;
constexpr std::size_t top = 34;  // of the first row, below the title

struct Colour {
  int red, green, blue;
};
constexpr Colour positive{214, 110, 20}, negative{38, 99, 185};

/// White at zero, the full colour at the largest size.
std::string colour_of(double x, double largest) {
  if (!std::isfinite(x)) return "#888888";
  const double strength = largest > 0 ? std::abs(x) / largest : 0.0;
  const Colour& full = x < 0 ? negative : positive;
  const auto mixed = [&](int channel) { return static_cast<int>(std::lround(255.0 + strength * (channel - 255))); };
  return fmt::format("#{:02x}{:02x}{:02x}", mixed(full.red), mixed(full.green), mixed(full.blue));
}

std::string number_text(double x) { return base::short_number(x, 4); }

template <class T>
std::size_t longest_number(const Array<T>& array) {
  std::size_t longest = 0;
  for (std::size_t i = 0; i < array.size(); ++i)
    longest = std::max(longest, number_text(static_cast<double>(array.data()[i])).size());
  return longest;
}

/// The extents of the maps and how large a cell is.
struct Sizes {
  std::size_t maps, rows, columns, cell_width, cell_height, title_width;
  bool has_numbers;

  template <class T>
  Sizes(const Array<T>& array, const std::string& title) : title_width(8 * base::display_width(title)) {
    const Shape& shape = array.shape();
    const std::size_t rank = shape.size();
    columns = rank >= 1 ? shape[rank - 1] : 1;
    rows = rank >= 2 ? shape[rank - 2] : 1;
    maps = rows * columns == 0 ? 0 : element_count(shape) / (rows * columns);
    has_numbers = element_count(shape) <= most_with_numbers;
    const bool has_long_numbers = has_numbers && longest_number(array) > 8;  // such as -1.234e+05
    cell_width = has_long_numbers ? 84 : has_numbers ? 62 : 8;
    cell_height = has_numbers ? 24 : 8;
  }
  std::size_t map_width() const { return columns * cell_width; }
  std::size_t width() const {
    return std::max({std::size_t{200}, title_width + 2 * gap, maps * (map_width() + gap) + gap});
  }
  std::size_t height() const { return top + rows * cell_height + gap; }
};

std::string cell(double x, double largest, std::size_t left, std::size_t above, const Sizes& sizes) {
  std::string svg = fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>\n", left, above,
                                sizes.cell_width, sizes.cell_height, colour_of(x, largest));
  if (!sizes.has_numbers) return svg;
  const bool is_dark = largest > 0 && std::abs(x) > 0.6 * largest;
  return svg + fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"{}\">{}</text>\n",
                           left + sizes.cell_width - 5, above + 16, is_dark ? "#ffffff" : "#1c1f24", number_text(x));
}

}  // namespace

template <class T>
std::string array_svg(const Array<T>& array, const std::string& title) {
  const std::string title_text = (title.empty() ? "" : title + " ") + to_string(array.shape());
  const Sizes sizes(array, title_text);
  double largest = 0.0;
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (std::isfinite(array.data()[i])) largest = std::max(largest, std::abs(static_cast<double>(array.data()[i])));
  }
  const std::string name = base::escaped(title_text);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n<title>{2}</title>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n<text x=\"{3}\" y=\"22\" fill=\"#1c1f24\">{2}</text>\n",
      sizes.width(), sizes.height(), name, gap);
  for (std::size_t i = 0; i < array.size(); ++i) {
    const std::size_t column = i % sizes.columns, row = i / sizes.columns % sizes.rows;
    const std::size_t map = i / (sizes.columns * sizes.rows);
    svg +=
        cell(static_cast<double>(array.data()[i]), largest,
             gap + map * (sizes.map_width() + gap) + column * sizes.cell_width, top + row * sizes.cell_height, sizes);
  }
  return svg + "</svg>\n";
}

template <class T>
void save_array(const Array<T>& array, const std::filesystem::path& file, const std::string& title) {
  base::write_file("save_array", file, array_svg(array, title));
}

template std::string array_svg(const Array<float>&, const std::string&);
template std::string array_svg(const Array<double>&, const std::string&);
template void save_array(const Array<float>&, const std::filesystem::path&, const std::string&);
template void save_array(const Array<double>&, const std::filesystem::path&, const std::string&);

}  // namespace wengert
