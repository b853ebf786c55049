#include <doctest/doctest.h>
#include <datasets/collections/digits.hpp>
#include <datasets/collections/iris.hpp>

#include <algorithm>

#include "../support/sources.hpp"

using namespace wengert;
using namespace wengert::datasets;

namespace {

std::vector<std::size_t> class_counts(const std::vector<std::size_t>& labels, std::size_t classes) {
  std::vector<std::size_t> counts(classes);
  for (std::size_t label : labels) ++counts.at(label);
  return counts;
}

/// Sum of (i + 1) x_i in row-major order: changes when two numbers trade places.
template <class T>
double checksum(const Array<T>& array) {
  double sum = 0.0;
  for (std::size_t i = 0; i < array.size(); ++i)
    sum += static_cast<double>(i + 1) * static_cast<double>(array.data()[i]);
  return sum;
}

std::size_t checksum(const std::vector<std::size_t>& labels) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) sum += (i + 1) * labels[i];
  return sum;
}

}  // namespace

TEST_CASE_TEMPLATE("iris has 150 flowers of four features in three classes of 50", T, float, double) {
  const Dataset<T> flowers = iris<T>();
  CHECK(flowers.inputs.shape() == Shape{150, 4});
  CHECK(flowers.size() == 150);
  CHECK(flowers.classes() == 3);
  CHECK(flowers.class_names == std::vector<std::string>{"setosa", "versicolor", "virginica"});
  CHECK(flowers.feature_names ==
        std::vector<std::string>{"sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm"});
  CHECK(class_counts(flowers.labels, 3) == std::vector<std::size_t>{50, 50, 50});
  CHECK(checksum(flowers.labels) == 16325);
  CHECK(flowers.inputs(0, 0) == T(5.1));
  CHECK(flowers.inputs(149, 3) == T(1.8));
  CHECK(checksum(flowers.inputs) == doctest::Approx(692592.0).epsilon(sizeof(T) == 4 ? 1e-7 : 1e-13));
}

TEST_CASE_TEMPLATE("digits has 1797 images of 64 pixels from 0 to 16 in ten classes", T, float, double) {
  const Dataset<T> images = digits<T>();
  CHECK(images.inputs.shape() == Shape{1797, 64});
  CHECK(images.classes() == 10);
  CHECK(images.class_names == std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
  CHECK(images.feature_names.size() == 64);
  CHECK(images.feature_names.front() == "p0");
  CHECK(images.feature_names.back() == "p63");
  CHECK(class_counts(images.labels, 10) == std::vector<std::size_t>{178, 182, 177, 183, 181, 182, 181, 179, 174, 180});
  CHECK(checksum(images.labels) == 7272861);
  CHECK(checksum(images.inputs) == 32232145379.0);  // whole numbers: exact
  const auto [least, most] = std::minmax_element(images.inputs.data(), images.inputs.data() + images.inputs.size());
  CHECK(*least == T(0));
  CHECK(*most == T(16));
}

TEST_CASE("every dataset that a header declares has a test") {
  const std::set<std::string> declared =
      found_in_sources("datasets/collections", {".hpp"}, R"(\n(?:Dataset|Mnist)<T> (\w+)\()");
  REQUIRE(declared.contains("iris"));
  const std::set<std::string> called = found_in_sources("tests/datasets", {".cpp"}, R"((\w+)(?:<\w+>)?\()");
  for (const std::string& name : declared) CHECK_MESSAGE(called.contains(name), name << " has no test");
}
