#include "../error_text.hpp"
#include "small_dataset.hpp"

#include <doctest/doctest.h>
#include <datasets/split.hpp>

#include <sstream>

using namespace wengert;
using namespace wengert::datasets;

TEST_CASE_TEMPLATE("select takes rows in the given order, with repetition, and keeps the names", T, float, double) {
  const Dataset<T> dataset = numbered_dataset<T>(7);
  const Dataset<T> selected = dataset.select(std::vector<std::size_t>{5, 0, 5});
  CHECK(selected.inputs == Array<T>{{5, 1005}, {0, 1000}, {5, 1005}});
  CHECK(selected.labels == std::vector<std::size_t>{2, 0, 2});
  CHECK(selected.feature_names == dataset.feature_names);
  CHECK(selected.class_names == dataset.class_names);
}

TEST_CASE("selecting no rows gives an empty dataset with the same features") {
  const Dataset<float> none = numbered_dataset<float>(7).select({});
  CHECK(none.inputs.shape() == Shape{0, 2});
  CHECK(none.size() == 0);
  CHECK(none.classes() == 3);
}

TEST_CASE("select_rows keeps the inner axes of an array of higher rank") {
  Array<float> images = empty<float>({3, 2, 2});
  for (std::size_t i = 0; i < images.size(); ++i) images.data()[i] = static_cast<float>(i);
  const Array<float> selected = select_rows(images, std::vector<std::size_t>{2, 1});
  CHECK(selected == Array<float>{{{8, 9}, {10, 11}}, {{4, 5}, {6, 7}}});
}

TEST_CASE_TEMPLATE("copy_rows fills an array of the right shape and refuses another unchanged", T, float, double) {
  const Array<T> array{{1, 2}, {3, 4}, {5, 6}};
  const std::vector<std::size_t> rows{2, 0, 2};
  Array<T> to = zeros<T>({3, 2});
  const T* memory = to.data();
  copy_rows(array, rows, to);
  CHECK(to == Array<T>{{5, 6}, {1, 2}, {5, 6}});
  CHECK(to.data() == memory);
  Array<T> narrow = zeros<T>({3, 1});
  CHECK(contains(error_text([&] { copy_rows(array, rows, narrow); }), "got (3, 1), expected (3, 2)"));
  CHECK(narrow == zeros<T>({3, 1}));
  const std::vector<std::size_t> absent{0, 1, 3};
  CHECK(contains(error_text([&] { copy_rows(array, absent, to); }), "[copy_rows] row 3 is out of range"));
  CHECK(to(0, 0) == T(5));
}

TEST_CASE("a row that is not there is refused with its number and the shape") {
  const std::string text = error_text([] { numbered_dataset<float>(7).select(std::vector<std::size_t>{0, 7}); });
  CHECK(contains(text, "row 7 is out of range"));
  CHECK(contains(text, "(7, 2)"));
  CHECK(contains(error_text([] { select_rows(scalar(1.0), {}); }), "scalar"));
}

TEST_CASE("a label of no class needs no name, and splits take it for no class") {
  Dataset<double> dataset = numbered_dataset<double>(7);
  dataset.labels[0] = 255;
  CHECK(contains(error_text([&] { dataset.check("fit"); }), "what is no class goes into ignored_label"));
  dataset.ignored_label = 255;
  dataset.check("fit");
  CHECK(dataset.select(std::vector<std::size_t>{0}).ignored_label == 255);
  std::ostringstream messages;
  CHECK(validation_split(dataset, 0.5, messages).train.labels == std::vector<std::size_t>{255, 1, 2});
  CHECK(contains(messages.str(), "the 3 samples to train have none of class 0 'a'. "));
  CHECK(messages.str().find("255") == std::string::npos);
  CHECK(train_test_split(dataset, {.test_size = 0.5}).train.size() == 3);
  dataset.ignored_label = 254;
  CHECK_THROWS_AS(dataset.check("fit"), Error);
}

TEST_CASE("an inconsistent dataset is refused with the numbers that disagree") {
  const std::vector<std::size_t> rows{0};
  Dataset<double> dataset = numbered_dataset<double>(7);
  SUBCASE("labels") {
    dataset.labels.pop_back();
    CHECK(contains(error_text([&] { dataset.select(rows); }), "inputs (7, 2) and 6 labels"));
    CHECK(contains(error_text([&] { dataset.batch(5, 7); }), "inputs (7, 2) and 6 labels"));
  }
  SUBCASE("feature names") {
    dataset.feature_names.pop_back();
    CHECK(contains(error_text([&] { dataset.select(rows); }), "inputs (7, 2) and 1 names"));
  }
  SUBCASE("class names") {
    dataset.class_names.pop_back();
    CHECK(contains(error_text([&] { dataset.select(rows); }), "label of row 2 is out of range: got 2"));
  }
}
