#include <doctest/doctest.h>
#include <fmt/ranges.h>
#include <autograd/arrays/array_text.hpp>

#include <cmath>
#include <sstream>

#include <xtensor/xio.hpp>

#include "../infinity.hpp"

// What NumPy 1.24 prints of the same arrays. The headers of fmt and xtensor that print containers are included, because
// users include them.

using namespace wengert;

namespace {

const double not_a_number = std::nan("");

Array<double> counted(const Shape& shape) {
  Array<double> x = empty<double>(shape);
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<double>(i);
  return x;
}

}  // namespace

TEST_CASE("an array prints as NumPy prints it, through fmt and through a stream") {
  const Array<double> x{{1.0, 2.5}, {-3.0, 0.0}};
  CHECK(fmt::format("{}", x) == "[[ 1.   2.5]\n [-3.   0. ]]");
  std::ostringstream stream;
  stream << x;
  CHECK(stream.str() == fmt::format("{}", x));
  CHECK(fmt::format("{}", Array<float>{0.1F, 0.25F}) == "[0.1  0.25]");
}

TEST_CASE("columns line up, with eight digits at most") {
  CHECK(to_string(Array<double>{1.0 / 3.0, 2.0 / 3.0}) == "[0.33333333 0.66666667]");
  CHECK(to_string(Array<float>{1.0F / 3.0F, 100.0F}) == "[  0.33333334 100.        ]");
  CHECK(to_string(Array<double>{0.0, -0.0}) == "[ 0. -0.]");
  CHECK(to_string(Array<double>{not_a_number, 1.0}) == "[nan  1.]");
  CHECK(to_string(Array<double>{1.0, -infinity, 22.5}) == "[ 1.  -inf 22.5]");
}

TEST_CASE("numbers of very different sizes get exponents") {
  CHECK(to_string(Array<double>{1e20, 1.5, not_a_number, -infinity}) == "[1.0e+20 1.5e+00     nan    -inf]");
  CHECK(to_string(Array<float>{0.1F, 0.2F, 3e-5F}) == "[1.e-01 2.e-01 3.e-05]");
  CHECK(to_string(Array<double>{-2e-9, 0.0}) == "[-2.e-09  0.e+00]");
}

TEST_CASE("exponents are as long as each other, and every number has digits of its own") {
  CHECK(to_string(Array<double>{1e100, 1.5}) == "[1.0e+100 1.5e+000]");
  CHECK(to_string(Array<double>{1.1e100, -2e-5}) == "[ 1.1e+100 -2.0e-005]");
  CHECK(to_string(Array<double>{1e-300, 1.0, not_a_number, -infinity}) == "[1.e-300 1.e+000     nan    -inf]");
  CHECK(to_string(Array<float>{1e30F, 1.2345678F}) == "[1.0000000e+30 1.2345678e+00]");
  CHECK(to_string(Array<float>{0.1F, 0.101277925F, -3e8F}) == "[ 1.00000001e-01  1.01277925e-01 -3.00000000e+08]");
}

TEST_CASE("a line that is broken has no blanks at its end") {
  Array<double> x = counted({40});
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] *= i % 2 == 0 ? 0.25 : 1.0;
  CHECK(to_string(x) ==
        "[ 0.   1.   0.5  3.   1.   5.   1.5  7.   2.   9.   2.5 11.   3.  13.\n"
        "  3.5 15.   4.  17.   4.5 19.   5.  21.   5.5 23.   6.  25.   6.5 27.\n"
        "  7.  29.   7.5 31.   8.  33.   8.5 35.   9.  37.   9.5 39. ]");
  CHECK(to_string(Array<double>(ones<double>({17}) * 0.25)) ==
        "[0.25 0.25 0.25 0.25 0.25 0.25 0.25 0.25 0.25 0.25 0.25 0.25 0.25 0.25\n 0.25 0.25 0.25]");
}

TEST_CASE("long rows are broken, and blocks stand apart") {
  CHECK(to_string(counted({30})) ==
        "[ 0.  1.  2.  3.  4.  5.  6.  7.  8.  9. 10. 11. 12. 13. 14. 15. 16. 17.\n"
        " 18. 19. 20. 21. 22. 23. 24. 25. 26. 27. 28. 29.]");
  CHECK(to_string(ones<double>({2, 2, 2})) == "[[[1. 1.]\n  [1. 1.]]\n\n [[1. 1.]\n  [1. 1.]]]");
}

TEST_CASE("of a large array the edges are printed") {
  CHECK(to_string(counted({2000})) == "[0.000e+00 1.000e+00 2.000e+00 ... 1.997e+03 1.998e+03 1.999e+03]");
  CHECK(to_string(ones<double>({200, 200})) ==
        "[[1. 1. 1. ... 1. 1. 1.]\n"
        " [1. 1. 1. ... 1. 1. 1.]\n"
        " [1. 1. 1. ... 1. 1. 1.]\n"
        " ...\n"
        " [1. 1. 1. ... 1. 1. 1.]\n"
        " [1. 1. 1. ... 1. 1. 1.]\n"
        " [1. 1. 1. ... 1. 1. 1.]]");
  CHECK(to_string(ones<double>({2, 600})) == "[[1. 1. 1. ... 1. 1. 1.]\n [1. 1. 1. ... 1. 1. 1.]]");
}

TEST_CASE("scalars and arrays without elements print too") {
  CHECK(to_string(scalar(2.0)) == "2.0");
  CHECK(to_string(scalar(-0.125F)) == "-0.125");
  CHECK(to_string(scalar(1e20)) == "1e+20");
  CHECK(to_string(empty<double>({0})) == "[]");
  CHECK(to_string(empty<double>({3, 0})) == "[]");
}
