#include <autograd/base/error.hpp>
#include <datasets/formats/csv_error.hpp>

namespace wengert::datasets {
namespace {

constexpr std::size_t longest_excerpt = 40;

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}  // inside a UTF-8 sequence

std::string printable(std::string_view text) {
  std::string result;
  for (char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
    result += code < 0x20 || code == 0x7F ? fmt::format("\\x{:02x}", code) : std::string(1, byte);
  }
  return result;
}

}  // namespace

std::string excerpt(std::string_view cell) {
  if (cell.size() <= longest_excerpt) return "'" + printable(cell) + "'";
  std::size_t end = longest_excerpt;
  while (end > 0 && is_continuation(cell[end])) --end;
  return "'" + printable(cell.substr(0, end)) + "...'";
}

std::string excerpts(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + excerpt(text);
  return list;
}

void fail_at_cell(std::string_view operation, std::string_view file, const std::vector<std::string>& header,
                  std::size_t line, std::size_t column, std::string_view text) {
  const bool named = column >= 1 && column <= header.size();
  const std::string name = named ? fmt::format(" ({})", excerpt(header[column - 1])) : "";
  fail(operation, fmt::format("{}, line {}, column {}{}: {}", file, line, column, name, text));
}

}  // namespace wengert::datasets
