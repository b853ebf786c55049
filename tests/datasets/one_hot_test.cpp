#include "error_text.hpp"

#include <doctest/doctest.h>
#include <datasets/one_hot.hpp>

#include <vector>

using namespace wengert;
using namespace wengert::datasets;

TEST_CASE_TEMPLATE("one_hot writes a single one per row, at the label", T, float, double) {
  const Array<T> expected{{0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  CHECK(one_hot<T>(std::vector<std::size_t>{2, 0, 1, 2}, 3) == expected);
}

TEST_CASE("one_hot of no labels has no rows and all columns") {
  CHECK(one_hot<float>(std::vector<std::size_t>{}, 3).shape() == Shape{0, 3});
}

TEST_CASE("one_hot refuses a label out of range and names row, label and limit") {
  const std::string text = error_text([] { one_hot<float>(std::vector<std::size_t>{0, 3}, 3); });
  CHECK(contains(text, "[one_hot]"));
  CHECK(contains(text, "row 1"));
  CHECK(contains(text, "got 3"));
  CHECK(contains(text, "below 3"));
  CHECK(contains(error_text([] { one_hot<float>(std::vector<std::size_t>{0}, 0); }), "below 0"));
}
