#pragma once

#include <array>
#include <string>
#include <vector>

namespace wengert::nn {

/// A table of three columns in Keras's layout: cells that are too long go on in further lines, and the last column
/// stands at the right.
class TextTable {
 public:
  using Row = std::array<std::string, 3>;

  /// Throws an Error if `width`, in characters, leaves too little room.
  TextTable(std::size_t width, Row header);
  void add(Row row) { rows_.push_back(std::move(row)); }
  std::string text() const;

 private:
  std::array<std::size_t, 3> widths_;  ///< of the cells without their margins
  Row header_;
  std::vector<Row> rows_;
};

}  // namespace wengert::nn
