#include <doctest/doctest.h>
#include <fmt/ranges.h>
#include <autograd/arrays/array_text.hpp>

#include <cmath>
#include <sstream>

#include <xtensor/xio.hpp>

// What NumPy 1.24 prints of the same arrays. The headers of fmt and xtensor that print containers are included, because
// users include them.

using namespace wengert;

namespace {

const double not_a_number = std::nan("");
const double infinity = std::numeric_limits<double>::infinity();

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
