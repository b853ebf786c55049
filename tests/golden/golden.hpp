#pragma once

#include <doctest/doctest.h>
#include <autograd/arrays/array.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace wengert::golden {

using Json = nlohmann::json;
using Numbers = std::vector<double>;

/// A file of this folder; the script of the same name writes it.
inline Json read(const std::string& name) {
  std::ifstream file(std::string(WENGERT_SOURCE_DIR) + "/tests/golden/" + name);
  REQUIRE_MESSAGE(file.good(), name);
  return Json::parse(file);
}

/// The array of `{"shape": [...], "values": [...]}`.
inline Array<double> array_of(const Json& json) {
  const Numbers values = json["values"];
  const std::vector<std::size_t> extents = json["shape"];
  Array<double> result = empty<double>(Shape(extents.begin(), extents.end()));
  REQUIRE(result.size() == values.size());
  std::copy(values.begin(), values.end(), result.data());
  return result;
}

/// The largest |actual - expected| / max(|expected|, floor).
template <class Actual>
double largest_error(const Actual& actual, const Numbers& expected, double floor) {
  REQUIRE(actual.size() == expected.size());
  double largest = 0.0;
  auto x = actual.begin();
  for (const double y : expected) {
    largest = std::max(largest, std::abs(static_cast<double>(*x++) - y) / std::max(std::abs(y), floor));
  }
  return largest;
}

}  // namespace wengert::golden
