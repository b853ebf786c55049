#include "../error_text.hpp"

#include <doctest/doctest.h>
#include <autograd/arrays/random.hpp>
#include <datasets/collections/digits.hpp>
#include <datasets/collections/iris.hpp>
#include <datasets/scaler.hpp>

#include <cmath>
#include <limits>

using namespace wengert;
using namespace wengert::datasets;

TEST_CASE_TEMPLATE("a fitted feature has the biased deviation", T, float, double) {
  const Array<T> inputs{{2, 10}, {4, 30}, {4, 10}, {4, 30}, {5, 10}, {5, 30}, {7, 10}, {9, 30}};
  StandardScaler scaler;
  const Array<T> scaled = scaler.fit_transform(inputs);
  CHECK(scaler.mean() == std::vector<double>{5, 20});
  CHECK(scaler.deviation() == std::vector<double>{2, 10});  // the unbiased ones are 2.138 and 10.69
  CHECK(scaled == Array<T>{{-1.5, -1}, {-0.5, 1}, {-0.5, -1}, {-0.5, 1}, {0, -1}, {0, 1}, {1, -1}, {2, 1}});
}

TEST_CASE("the statistics of iris are the known ones") {
  StandardScaler scaler;
  scaler.fit(iris<double>().inputs);
  const std::vector<double> mean{5.843333333333334, 3.0573333333333337, 3.7580000000000005, 1.1993333333333334};
  const std::vector<double> deviation{0.8253012917851409, 0.4344109677354946, 1.759404065775303, 0.7596926279021594};
  for (std::size_t feature = 0; feature < 4; ++feature) {
    CHECK(scaler.mean()[feature] == doctest::Approx(mean[feature]).epsilon(1e-14));
    CHECK(scaler.deviation()[feature] == doctest::Approx(deviation[feature]).epsilon(1e-14));
  }
}

TEST_CASE_TEMPLATE("a constant feature becomes exactly zero and comes back exactly", T, float, double) {
  const Array<T> inputs = full<T>({1797, 3}, T(0.1));  // 0.1 N is not exact: a plain mean leaves a rest
  StandardScaler scaler;
  const Array<T> scaled = scaler.fit_transform(inputs);
  CHECK(scaled == zeros<T>({1797, 3}));
  CHECK(scaler.deviation() == std::vector<double>{1, 1, 1});
  CHECK(scaler.inverse_transform(scaled) == inputs);
}

TEST_CASE("features of any size that doubles have come out alike") {
  for (const double size : {1e-310, 1e-200, 1e-3, 1.0, 1e155, 8e307}) {
    CAPTURE(size);
    const Array<double> z =
        StandardScaler().fit_transform(Array<double>{{size, 0.0}, {-size, 0.0}, {size, 0.0}, {-size, 0.0}});
    for (std::size_t k = 0; k < 4; ++k) CHECK(z(k, 0) == doctest::Approx(k % 2 == 0 ? 1.0 : -1.0).epsilon(1e-12));
  }
}

TEST_CASE_TEMPLATE("inverse_transform undoes transform", T, float, double) {
  const Array<T> inputs = digits<T>().inputs;
  StandardScaler scaler;
  const Array<T> back = scaler.inverse_transform(scaler.fit_transform(inputs));
  double worst = 0.0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    worst = std::max(worst, static_cast<double>(std::abs(back.data()[i] - inputs.data()[i])));
  }
  // z is rounded once, by half a unit; scaled pixels are below 43 and deviations below 7
  CHECK(worst <= 64.0 * static_cast<double>(std::numeric_limits<T>::epsilon()));
}

TEST_CASE("float inputs far from zero are summed in double") {
  Array<float> inputs = empty<float>({10000, 1});
  for (std::size_t n = 0; n < inputs.size(); ++n) inputs.data()[n] = 1e6f + (n % 2 == 0 ? 1.0f : -1.0f);
  StandardScaler scaler;
  scaler.fit(inputs);
  CHECK(scaler.mean()[0] == 1e6);
  CHECK(scaler.deviation()[0] == 1.0);
}

TEST_CASE("the statistics of the training part serve other arrays, of the other type too") {
  StandardScaler scaler;
  scaler.fit(Array<double>{{1, 2}, {3, 6}});
  CHECK(scaler.transform(Array<float>{{4, 0}}) == Array<float>{{2, -2}});
  CHECK(scaler.transform(empty<float>({0, 2})).shape() == Shape{0, 2});
}

TEST_CASE("a scaler that is not fitted says so") {
  const Array<double> inputs{{1, 2}};
  CHECK(contains(error_text([&] { StandardScaler().transform(inputs); }), "[StandardScaler::transform]"));
  CHECK(contains(error_text([&] { StandardScaler().transform(inputs); }), "fit first"));
  CHECK(contains(error_text([&] { StandardScaler().inverse_transform(inputs); }), "fit first"));
}

TEST_CASE("another number of features is refused with both numbers") {
  StandardScaler scaler;
  scaler.fit(Array<double>{{1, 2}, {3, 6}});
  const std::string text = error_text([&] { scaler.transform(Array<double>{{1, 2, 3}}); });
  CHECK(contains(text, "got inputs (1, 3)"));
  CHECK(contains(text, "expected (N, 2)"));
  CHECK(contains(error_text([&] { scaler.inverse_transform(Array<double>{1, 2}); }), "got inputs (2,)"));
}

TEST_CASE("a refused fit names the place and leaves the statistics as they were") {
  StandardScaler scaler;
  scaler.fit(Array<double>{{1, 2}, {3, 6}});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::string text = error_text([&] { scaler.fit(Array<double>{{1, 2}, {3, nan}}); });
  CHECK(contains(text, "row 1, feature 1 is not finite: got nan"));
  CHECK(contains(error_text([&] { scaler.fit(empty<double>({0, 2})); }), "got (0, 2)"));
  CHECK(contains(error_text([&] { scaler.fit(empty<double>({2, 0})); }), "got (2, 0), expected (N, D) with at least"));
  CHECK(contains(error_text([&] { scaler.fit(Array<double>{1, 2}); }), "got (2,)"));
  CHECK(contains(error_text([&] { scaler.fit(Array<double>{{1, 1.7e308}, {1, -1.7e308}}); }), "feature 1 overflows"));
  CHECK(scaler.mean() == std::vector<double>{2, 4});
  CHECK(scaler.deviation() == std::vector<double>{1, 2});
}
