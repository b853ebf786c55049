#include <autograd/base/error.hpp>
#include <autograd/base/text.hpp>
#include <datasets/formats/csv_error.hpp>

namespace wengert::datasets {
namespace {

constexpr std::size_t longest_excerpt = 40;

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}  // inside a UTF-8 sequence

}  // namespace

std::string excerpt(std::string_view cell) {
  if (cell.size() <= longest_excerpt) return "'" + base::printable(cell) + "'";
  std::size_t end = longest_excerpt;
  while (end > 0 && is_continuation(cell[end])) --end;
  return "'" + base::printable(cell.substr(0, end)) + "...'";
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
