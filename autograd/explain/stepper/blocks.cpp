#include <autograd/base/text.hpp>
#include <autograd/explain/stepper/blocks.hpp>

#include <cmath>
#include <sstream>
#include <utility>

namespace wengert::explain {
namespace {

constexpr std::size_t edge = 3;
constexpr std::size_t widest = 76;  // of a line, as what stands before it takes up to four columns
constexpr std::size_t no_index = static_cast<std::size_t>(-1);

/// Places 0, 1, ... of kept indices that are shown, with `no_index` where some are left out.
std::vector<std::size_t> shown(const std::vector<std::size_t>& kept, std::size_t most) {
  std::vector<std::size_t> places;
  for (std::size_t k = 0; k < kept.size(); ++k) {
    const bool is_cut = kept.size() > most && k >= edge && k + edge < kept.size();
    const bool jumps = k > 0 && kept[k] != kept[k - 1] + 1;
    if ((is_cut || jumps) && places.back() != no_index) places.push_back(no_index);
    if (!is_cut) places.push_back(k);
  }
  return places;
}

/// Four decimals, or a power of ten where the largest element needs one.
std::string number_text(double x, double largest) {
  if (std::isnan(x)) return "nan";
  if (std::isinf(x)) return x > 0 ? "inf" : "-inf";
  const bool is_fixed = largest == 0 || (largest >= 1e-2 && largest < 1e4);
  const std::string text = is_fixed ? fmt::format("{:.4f}", x) : fmt::format("{:.2e}", x);
  return text == "-0.0000" ? "0.0000" : text;
}

/// An array of any rank as rows of its last axis.
struct Rows {
  std::vector<std::size_t> rows, columns;
  std::size_t width;

  Rows(const Snapshot& array, std::size_t most) {
    const auto& kept = array.kept;
    columns = kept.empty() ? std::vector<std::size_t>{0} : shown(kept.back(), most);
    width = kept.empty() ? 1 : kept.back().size();
    if (kept.size() == 2) rows = shown(kept[0], most);
    else if (width > 0) rows = shown(counted(array.values.size() / width), most);
  }

  static std::vector<std::size_t> counted(std::size_t count) {
    std::vector<std::size_t> numbers;
    for (std::size_t k = 0; k < count; ++k) numbers.push_back(k);
    return numbers;
  }
};

void pad_to(std::string& line, std::size_t width) {
  line.append(width - std::min(width, base::display_width(line)), ' ');
}

std::size_t width_of(const Block& block) {
  std::size_t width = 0;
  for (const std::string& line : block) width = std::max(width, base::display_width(line));
  return width;
}

}  // namespace

Block block_of(const Snapshot& array, std::size_t most) {
  const Rows table(array, most);
  const double largest = std::max(std::abs(array.smallest), std::abs(array.largest));
  std::size_t cell = 1;
  for (double value : array.values) cell = std::max(cell, number_text(value, largest).size());
  Block lines;
  for (std::size_t r : table.rows) {
    std::string line;
    for (std::size_t c : table.columns) {
      const bool is_gap = r == no_index || c == no_index;
      const std::string text = base::aligned_right(
          is_gap ? "..." : number_text(array.values[r * table.width + c], largest), c == no_index ? 3 : cell);
      if (line.size() + 1 + text.size() > widest) lines.push_back(std::exchange(line, " "));
      line += (line.empty() ? "" : " ") + text;
    }
    lines.push_back(line);
  }
  return lines.empty() ? Block{"(no elements)"} : lines;
}

Block titled(const std::string& title, const Block& block) {
  Block result{title};
  result.insert(result.end(), block.begin(), block.end());
  return result;
}

std::string equation(const std::vector<Block>& blocks, const std::vector<std::string>& signs, std::size_t width) {
  std::size_t needed = 0;
  std::size_t height = 0;
  for (std::size_t k = 0; k < blocks.size(); ++k) {
    needed += width_of(blocks[k]) + (k > 0 ? base::display_width(signs[k - 1]) + 2 : 2);
    height = std::max(height, blocks[k].size());
  }
  std::string text;
  if (needed > width) {
    for (std::size_t k = 0; k < blocks.size(); ++k) {
      for (std::size_t i = 0; i < blocks[k].size(); ++i)
        text += (i == 0 && k > 0 ? signs[k - 1] + " " : "  ") + blocks[k][i] + "\n";
    }
    return text;
  }
  for (std::size_t i = 0; i < height; ++i) {
    std::string line = "  ";
    for (std::size_t k = 0; k < blocks.size(); ++k) {
      if (k > 0) line += " " + (i == 1 ? signs[k - 1] : std::string(base::display_width(signs[k - 1]), ' ')) + " ";
      std::string cell = i < blocks[k].size() ? blocks[k][i] : std::string();
      pad_to(cell, width_of(blocks[k]));
      line += cell;
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string wrapped(const std::string& text, std::size_t width, std::size_t indent) {
  std::istringstream words(text);
  std::string line;
  std::string result;
  for (std::string word; words >> word;) {
    if (!line.empty() && base::display_width(line) + 1 + base::display_width(word) > width) {
      result += line + "\n";
      line = std::string(indent, ' ') + word;
    } else {
      line += (line.empty() ? "" : " ") + word;
    }
  }
  return result + line;
}

std::size_t widest_line(const std::string& text) {
  std::istringstream lines(text);
  std::size_t width = 0;
  for (std::string line; std::getline(lines, line);) width = std::max(width, base::display_width(line));
  return width;
}

std::string shortened(const std::string& text, std::size_t width) {
  if (base::display_width(text) <= width) return text;
  std::size_t end = 0;
  while (end < text.size()) {
    const std::size_t next = end + std::max<std::size_t>(base::character_size(text.substr(end, 4)), 1);
    if (base::display_width(text.substr(0, next)) + 3 > width) break;
    end = next;
  }
  return text.substr(0, end) + "...";
}

}  // namespace wengert::explain
