#include "../error_text.hpp"
#include "small_dataset.hpp"

#include <doctest/doctest.h>
#include <datasets/collections/iris.hpp>
#include <datasets/split.hpp>

#include <sstream>

using namespace wengert;
using namespace wengert::datasets;

namespace {

/// The sizes of the parts of `count` samples.
std::pair<std::size_t, std::size_t> sizes_of_parts(std::size_t count, double share) {
  std::ostringstream ignored;
  const auto [train, validation] = validation_split(numbered_dataset<double>(count), share, ignored);
  return {train.size(), validation.size()};
}

}  // namespace

TEST_CASE("the last samples validate, in their order, and the names stay") {
  std::ostringstream messages;
  const auto [train, validation] = validation_split(numbered_dataset<float>(10), 0.3, messages);
  CHECK(train.labels == std::vector<std::size_t>{0, 1, 2, 0, 1, 2, 0});
  CHECK(validation.labels == std::vector<std::size_t>{1, 2, 0});
  CHECK(validation.inputs == Array<float>{{7, 1007}, {8, 1008}, {9, 1009}});
  CHECK(validation.class_names == std::vector<std::string>{"a", "b", "c"});
  CHECK(messages.str().empty());
}

TEST_CASE("the part to train is rounded down, as in Keras") {
  CHECK(sizes_of_parts(10, 0.25) == std::pair<std::size_t, std::size_t>{7, 3});
  CHECK(sizes_of_parts(3, 0.5) == std::pair<std::size_t, std::size_t>{1, 2});
  CHECK(sizes_of_parts(150, 0.2) == std::pair<std::size_t, std::size_t>{120, 30});
  CHECK(sizes_of_parts(2, 0.001) == std::pair<std::size_t, std::size_t>{1, 1});
}

TEST_CASE("iris, which is sorted by class, gets a warning for what its validation part lacks") {
  std::ostringstream messages;
  validation_split(iris<float>(), 0.2, messages);
  CHECK(messages.str() ==
        "[validation_split] Warning: the 30 samples to validate have none of class 0 'setosa', 1 'versicolor'. The "
        "last samples validate, as they come: shuffle the data first, or use train_test_split, which gives both parts "
        "the same share of every class.\n");
}

TEST_CASE("a class that nothing trains gets a warning too") {
  std::ostringstream messages;
  validation_split(labelled_dataset({0, 0, 5, 0, 5, 7}), 0.5, messages);
  CHECK(contains(messages.str(), "the 3 samples to train have none of class 7. "));
  CHECK_FALSE(contains(messages.str(), "to validate have"));
}

TEST_CASE("the name of a class stays in its line") {
  Dataset<double> data = labelled_dataset({0, 1, 1, 1});
  data.class_names = {"two\nlines", "red\x1b[31m"};
  std::ostringstream messages;
  validation_split(data, 0.5, messages);
  CHECK(contains(messages.str(), "have none of class 0 'two\\x0alines'. "));
  CHECK(contains(error_text([&] { train_test_split(data); }), "class 0 'two\\x0alines' has 1 sample"));
}

TEST_CASE("a share that is not between 0 and 1 or leaves a part empty is refused") {
  for (double share : {0.0, 1.0, -0.2, 1.5}) {
    CHECK(contains(error_text([&] { validation_split(numbered_dataset<double>(10), share); }),
                   "[validation_split] the share"));
  }
  CHECK(error_text([] { validation_split(numbered_dataset<double>(4), 0.9); }) ==
        "[validation_split] a part would be empty: got 4 samples and a share of 0.9, that is 0 to train and 4 to "
        "validate; expected at least one for each; change the share or add samples");
  CHECK_THROWS_AS(validation_split(numbered_dataset<double>(1), 0.5), Error);
}
