#pragma once

#include <doctest/doctest.h>
#include <autograd/array.hpp>

#include <fstream>
#include <nlohmann/json.hpp>

namespace wengert {

using Json = nlohmann::json;

/// The rows of a file of tests/golden, which the script of the same name writes.
inline Json torch_rows(const std::string& name) {
  std::ifstream file(std::string(WENGERT_SOURCE_DIR) + "/tests/golden/" + name);
  REQUIRE_MESSAGE(file.good(), name);
  return Json::parse(file)["rows"];
}

inline Array<double> array_of(const Json& json) {
  const std::vector<double> values = json["values"];
  const std::vector<std::size_t> extents = json["shape"];
  Array<double> result = empty<double>(Shape(extents.begin(), extents.end()));
  REQUIRE(result.size() == values.size());
  std::copy(values.begin(), values.end(), result.data());
  return result;
}

}  // namespace wengert
