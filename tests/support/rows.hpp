#pragma once

#include <doctest/doctest.h>

#include <set>
#include <string>

// Tables whose rows are subcases: `operations_test -tc="*elementwise*" -sc="gelu"` runs one of them alone.

/// Calls `check(row)` as a subcase of the name `name(row)` for every row. No two rows may have one name.
inline void for_each_row(const auto& rows, const auto& name, const auto& check) {
  std::set<std::string> names;
  for (const auto& row : rows) {
    const std::string text = name(row);
    REQUIRE_MESSAGE(names.insert(text).second, "two rows are called " << text);
    SUBCASE(text.c_str()) { check(row); }
  }
}

/// `gelu`, or `gelu, scalar`.
inline std::string row_name(const std::string& what, const std::string& variant) {
  return variant.empty() ? what : what + ", " + variant;
}
