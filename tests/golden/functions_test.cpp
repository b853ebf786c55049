#include <autograd/autograd.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <string>

// Every elementwise function and its derivatives up to order three against 60-digit arithmetic, from one end of the
// number format to the other.

using namespace wengert;

namespace {

constexpr std::size_t orders = 4;

/// A point with the function and its derivatives there, and whether there is a number to compare with.
struct Point {
  double x;
  std::array<std::optional<long double>, orders> y;
};

using Table = std::map<std::string, std::vector<Point>>;

Table read_table() {
  std::ifstream file(WENGERT_SOURCE_DIR "/tests/golden/functions.csv");
  REQUIRE(file.good());
  Table table;
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with('#')) continue;
    std::istringstream cells(line);
    std::string name, cell;
    std::getline(cells, name, ',');
    std::getline(cells, cell, ',');
    Point point{std::stod(cell), {}};
    for (auto& y : point.y) {
      REQUIRE(std::getline(cells, cell, ','));
      if (cell != "none") y = std::strtold(cell.c_str(), nullptr);
    }
    table[name].push_back(point);
  }
  return table;
}

/// The points that are numbers of type T.
template <class T>
std::vector<Point> points_of(const std::vector<Point>& all) {
  std::vector<Point> points;
  for (const Point& point : all) {
    if (static_cast<double>(static_cast<T>(point.x)) == point.x) points.push_back(point);
  }
  return points;
}

/// |actual - expected| in units in the last place of the expected number, as it is rounded to T.
template <class T>
double ulps(T actual, long double expected) {
  constexpr double wrong = 1e9;
  const T rounded = static_cast<T>(expected);
  if (std::isnan(expected)) return std::isnan(actual) ? 0.0 : wrong;
  if (std::isnan(actual)) return wrong;
  if (std::isinf(rounded) || std::isinf(actual)) return actual == rounded ? 0.0 : wrong;
  int exponent = 0;
  std::frexp(std::max(std::abs(rounded), std::numeric_limits<T>::min()), &exponent);
  const long double unit = std::ldexp(1.0L, exponent - std::numeric_limits<T>::digits);
  return static_cast<double>(std::abs(static_cast<long double>(actual) - expected) / unit);
}

template <class T>
using Function = std::function<Var<T>(const Var<T>&)>;

/// f and its derivatives at all points, each as an array.
template <class T>
std::array<Array<T>, orders> derivatives(const Function<T>& f, const std::vector<Point>& points) {
  Array<T> x = empty<T>({points.size()});
  for (std::size_t i = 0; i < points.size(); ++i) x(i) = static_cast<T>(points[i].x);
  std::array<Array<T>, orders> result;
  const Var<T> at = parameter(std::move(x), "x");
  Tape<T> tape;
  Var<T> y = f(at);
  result[0] = y.value();
  for (std::size_t order = 1; order < orders; ++order) {
    if (!y.requires_grad()) {
      result[order] = zeros<T>(at.shape());
      continue;
    }
    const Var<T> total = sum(y);
    const Array<T> plain = tape.gradient(total, {at}).front();
    y = tape.gradient(total, {at}, recorded).front();
    result[order] = plain;
  }
  return result;
}

}  // namespace

#include <cstdio>
template <class T>
void go(const Table& table, const std::string& name, const Function<T>& f) {
  const auto points = points_of<T>(table.at(name));
  const auto got = derivatives<T>(f, points);
  std::printf("%-16s %s", name.c_str(), sizeof(T) == 4 ? "float " : "double");
  for (std::size_t k = 0; k < orders; ++k) {
    double worst = 0, at = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (!points[i].y[k]) continue;
      const double u = ulps<T>(got[k](i), *points[i].y[k]);
      if (u > 4 && std::getenv("V"))
        std::printf("\n   order %zu x=%.17g got %.9Lg right %.9Lg ulp %.3g", k, points[i].x, (long double)got[k](i),
                    *points[i].y[k], u);
      if (u > worst) {
        worst = u;
        at = points[i].x;
      }
    }
    std::printf("   %8.3g (%.9g)", worst, at);
  }
  std::printf("\n");
}

TEST_CASE("go") {
  const Table table = read_table();
#define GO(name, ...)                                                                         \
  {                                                                                           \
    go<float>(table, name, [](const Var<float>& x) -> Var<float> { return __VA_ARGS__; });    \
    go<double>(table, name, [](const Var<double>& x) -> Var<double> { return __VA_ARGS__; }); \
  }
  GO("exp", exp(x))
  GO("log", log(x))
  GO("log1p", log1p(x))
  GO("expm1", expm1(x))
  GO("sqrt", sqrt(x))
  GO("rsqrt", rsqrt(x))
  GO("tanh", tanh(x))
  GO("sigmoid", sigmoid(x))
  GO("softplus", softplus(x))
  GO("erf", erf(x))
  GO("sin", sin(x))
  GO("cos", cos(x))
  GO("square", square(x))
  GO("silu", silu(x))
  GO("gelu", gelu(x))
  GO("abs", abs(x))
  GO("sign", sign(x))
  GO("relu", relu(x))
  GO("leaky_relu_0.25", leaky_relu(x, 0.25))
  GO("elu_1", elu(x))
  GO("pow_0", pow(x, 0.0))
  GO("pow_1", pow(x, 1.0))
  GO("pow_2", pow(x, 2.0))
  GO("pow_3", pow(x, 3.0))
  GO("pow_-1", pow(x, -1.0))
  GO("pow_0.5", pow(x, 0.5))
  GO("pow_2.5", pow(x, 2.5))
}
