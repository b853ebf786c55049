#include <autograd/check/compare.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <sstream>

using namespace wengert;

TEST_CASE("compare: equal arrays are exactly equal") {
  const Array<double> a{1.0, -2.0, std::numeric_limits<double>::infinity()};
  const Comparison row = compare("dx", a, a);
  CHECK(row.exact);
  CHECK(row.approximate);
  CHECK(row.max_difference == 0.0);
}

TEST_CASE("compare: a difference within the tolerance is approximate, a larger one is not") {
  const Array<double> tape{1.0, 1000.0};
  const Comparison close = compare("dx", Array<double>{1.0, 1000.005}, tape);
  CHECK_FALSE(close.exact);
  CHECK(close.approximate);
  CHECK(close.max_difference == doctest::Approx(0.005));
  CHECK_FALSE(compare("dx", Array<double>{1.005, 1000.0}, tape).approximate);
  CHECK_FALSE(compare("dx", Array<double>{1.0, 1000.005}, tape, {.relative = 1e-6, .absolute = 0.0}).approximate);
}

TEST_CASE("compare: shapes are compared first, and nothing broadcasts") {
  const Comparison row = compare("dγ", ones<double>({3}), ones<double>({1, 3}));
  CHECK_FALSE(row.same_shape());
  CHECK_FALSE(row.exact);
  CHECK_FALSE(row.approximate);
  CHECK(std::isnan(row.max_difference));
}

TEST_CASE("compare: NaN agrees with nothing and is not hidden by later elements") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Comparison row = compare("dx", Array<float>{static_cast<float>(nan), 1.0F}, Array<float>{1.0F, 3.0F});
  CHECK_FALSE(row.exact);
  CHECK_FALSE(row.approximate);
  CHECK(std::isnan(row.max_difference));
  CHECK_FALSE(compare("dx", Array<double>{nan}, Array<double>{nan}).approximate);
}

TEST_CASE("compare: the table has a row for each comparison") {
  const Array<double> a{1.0, 2.0};
  const std::vector<Comparison> rows{compare("dx", a, a), compare("dσ²", Array<double>{1.0, 2.5}, a),
                                     compare("dγ", a, ones<double>({1, 2}))};
  CHECK(to_string(rows) ==
        "dx  | exact: yes | approximate: yes | maxdiff: 0\n"
        "dσ² | exact: no  | approximate: no  | maxdiff: 0.5\n"
        "dγ  | exact: no  | approximate: no  | maxdiff: shapes differ: (2,) by hand, (1, 2) on the tape\n");
  std::ostringstream out;
  out << rows[0];
  CHECK(out.str() == "dx | exact: yes | approximate: yes | maxdiff: 0\n");
}

TEST_CASE("compare: without an absolute tolerance small arrays are judged as large ones are") {
  for (const double size : {1.0, 1e-6, 1e-9, 1e-40, 1e-300}) {
    CAPTURE(size);
    const Array<double> tape{size, -2.0 * size, 0.0};
    CHECK(compare("dx", Array<double>{size * (1.0 + 1e-6), -2.0 * size, size * 1e-8}, tape).approximate);
    CHECK_FALSE(compare("dx", Array<double>{-size, 2.0 * size, 0.0}, tape).approximate);
    CHECK_FALSE(compare("dx", Array<double>{size, -2.0 * size, size * 1e-6}, tape).approximate);
  }
  CHECK(compare("dx", zeros<double>({2}), zeros<double>({2})).approximate);
  CHECK_FALSE(compare("dx", Array<double>{1e-17}, Array<double>{0.0}).approximate);
  CHECK(compare("dx", Array<double>{1e-17}, Array<double>{0.0}, {.absolute = 1e-8}).approximate);
  CHECK_FALSE(compare("dx", Array<double>{1e9, 1e-3}, Array<double>{1e9, -1e-3}).approximate);  // 1e-8 at most
}
