#include <autograd/base/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace wengert::base {

std::size_t character_size(std::string_view text) {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  if (first < 0x80U) return 1;
  if (first < 0xC2U || first > 0xF4U) return 0;
  const std::size_t size = first < 0xE0U ? 2 : first < 0xF0U ? 3 : 4;
  for (std::size_t i = 1; i < size; ++i)
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  const bool is_overlong = (first == 0xE0U && byte(1) < 0xA0U) || (first == 0xF0U && byte(1) < 0x90U);
  const bool is_beyond = (first == 0xEDU && byte(1) > 0x9FU) || (first == 0xF4U && byte(1) > 0x8FU);
  return is_overlong || is_beyond ? 0 : size;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  bool in_escape = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool continues = (byte & 0xC0U) == 0x80U;
    const bool combines = byte == 0xCCU || (byte == 0xCDU && i + 1 < text.size() &&
                                            static_cast<unsigned char>(text[i + 1]) < 0xB0U);  // U+0300 .. U+036F
    if (byte == 0x1BU) in_escape = true;
    else if (in_escape) in_escape = byte != 'm';
    else if (!continues && !combines) ++width;
  }
  return width;
}

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto code = static_cast<unsigned char>(text.front());
    const std::size_t size = character_size(text);
    if (size == 0 || code < 0x20U || code == 0x7FU) result += fmt::format("\\x{:02x}", code);
    else result += text.substr(0, size);
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return result;
}

std::size_t occurrences(std::string_view text, char byte) {
  std::size_t count = 0;
  for (std::size_t at = text.find(byte); at != std::string_view::npos; at = text.find(byte, at + 1)) ++count;
  return count;
}

std::string short_number(double x, int digits) { return std::isnan(x) ? "nan" : fmt::format("{:.{}g}", x, digits); }

std::string aligned_right(const std::string& text, std::size_t width) {
  const std::size_t own = display_width(text);
  return std::string(width > own ? width - own : 0, ' ') + text;
}

std::string wrapped(std::string_view text, std::size_t width) {
  std::string result;
  while (true) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::string indent(std::min(line.find_first_not_of(' '), line.size()) + 2, ' ');
    std::string filled;
    for (std::size_t at = 0, end = 0; at < line.size(); at = end) {
      const std::size_t word = std::min(line.find_first_not_of(' ', at), line.size());
      end = std::min(line.find(' ', word), line.size());
      const std::string_view next = line.substr(at, end - at);  // with the spaces before it
      const bool is_first = filled.find_first_not_of(' ') == std::string::npos;
      if (is_first || display_width(filled) + display_width(next) <= width) {
        filled += next;
      } else {
        result += filled + "\n";
        filled = indent + std::string(line.substr(word, end - word));
      }
    }
    result += filled;
    if (line.size() == text.size()) return result;
    result += '\n';
    text.remove_prefix(line.size() + 1);
  }
}

std::string columns(const std::vector<std::vector<std::string>>& rows, std::string_view separator) {
  std::vector<std::size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    if (row.size() > widths.size()) widths.resize(row.size(), 0);
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
  }
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line += separator;
      line += row[i] + std::string(widths[i] - display_width(row[i]), ' ');
    }
    line.resize(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace wengert::base
