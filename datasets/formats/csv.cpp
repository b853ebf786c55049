#include <autograd/base/read_file.hpp>
#include <datasets/formats/csv_scanner.hpp>

namespace wengert::datasets {

Table parse_csv(std::string_view text, std::string name, const CsvFormat& format) {
  CsvScanner scanner(text, std::move(name), format);
  Table table{scanner.name(), scanner.header(), {}};
  while (scanner.next_row()) {
    Table::Row row{scanner.line(), {}};
    row.cells.reserve(table.header.size());
    while (scanner.next_cell()) row.cells.emplace_back(scanner.cell());
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table read_csv(const std::filesystem::path& path, const CsvFormat& format) {
  return parse_csv(base::read_file("read_csv", path, "a CSV file"), path.string(), format);
}

}  // namespace wengert::datasets
