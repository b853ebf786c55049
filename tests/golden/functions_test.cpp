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
    Point point{std::strtod(cell.c_str(), nullptr), {}};
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
using FunctionOf = std::function<Var<T>(const Var<T>&)>;

/// f and its derivatives at all points, each as an array.
template <class T>
std::array<Array<T>, orders> derivatives(const FunctionOf<T>& f, const std::vector<Point>& points) {
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

/// The worst error of each order at the points of a table, in units in the last place.
using Worst = std::array<double, orders>;

template <class T>
Worst worst_errors(const std::vector<Point>& points, const std::array<Array<T>, orders>& values) {
  Worst worst{};
  for (std::size_t order = 0; order < orders; ++order) {
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (points[i].y[order]) worst[order] = std::max(worst[order], ulps<T>(values[order](i), *points[i].y[order]));
    }
  }
  return worst;
}

/// Calls visit(name of the table, f) for every function.
template <class Visit>
void for_each_function(const Visit& visit) {
  visit("exp", [](const auto& x) { return exp(x); });
  visit("log", [](const auto& x) { return log(x); });
  visit("log1p", [](const auto& x) { return log1p(x); });
  visit("expm1", [](const auto& x) { return expm1(x); });
  visit("sqrt", [](const auto& x) { return sqrt(x); });
  visit("rsqrt", [](const auto& x) { return rsqrt(x); });
  visit("tanh", [](const auto& x) { return tanh(x); });
  visit("sigmoid", [](const auto& x) { return sigmoid(x); });
  visit("softplus", [](const auto& x) { return softplus(x); });
  visit("erf", [](const auto& x) { return erf(x); });
  visit("sin", [](const auto& x) { return sin(x); });
  visit("cos", [](const auto& x) { return cos(x); });
  visit("square", [](const auto& x) { return square(x); });
  visit("silu", [](const auto& x) { return silu(x); });
  visit("gelu", [](const auto& x) { return gelu(x); });
  visit("abs", [](const auto& x) { return abs(x); });
  visit("sign", [](const auto& x) { return sign(x); });
  visit("relu", [](const auto& x) { return relu(x); });
  visit("leaky_relu_0.25", [](const auto& x) { return leaky_relu(x, 0.25); });
  visit("elu_1", [](const auto& x) { return elu(x); });
  visit("pow_0", [](const auto& x) { return pow(x, 0.0); });
  visit("pow_1", [](const auto& x) { return pow(x, 1.0); });
  visit("pow_2", [](const auto& x) { return pow(x, 2.0); });
  visit("pow_3", [](const auto& x) { return pow(x, 3.0); });
  visit("pow_-1", [](const auto& x) { return pow(x, -1.0); });
  visit("pow_0.5", [](const auto& x) { return pow(x, 0.5); });
  visit("pow_2.5", [](const auto& x) { return pow(x, 2.5); });
}

template <class T>
std::string row_of(const Worst& worst) {
  std::string text;
  for (const double error : worst) text += fmt::format(" {:.2f} |", error);
  return text;
}

/// Where an error is above the limit, for whoever has to find out why.
template <class T>
void report(const std::string& name, const std::vector<Point>& points, const std::array<Array<T>, orders>& values) {
  for (std::size_t order = 0; order < orders; ++order) {
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (!points[i].y[order]) continue;
      const double error = ulps<T>(values[order](i), *points[i].y[order]);
      if (error > 4.0) {
        fmt::print("   {}\n", fmt::format("{} order {} at {}: {} instead of {}, {:.3g} ulp", name, order, points[i].x, values[order](i),
                            static_cast<double>(*points[i].y[order]), error));
      }
    }
  }
}

}  // namespace

TEST_CASE("go") {
  const Table table = read_table();
  for_each_function([&](const std::string& name, const auto& f) {
    std::string row = "| `" + name + "` |";
    const auto add = [&]<class T>(T) {
      const std::vector<Point> points = points_of<T>(table.at(name));
      const auto values = derivatives<T>([&](const Var<T>& x) -> Var<T> { return f(x); }, points);
      row += row_of<T>(worst_errors<T>(points, values));
      report<T>(name, points, values);
    };
    add(0.0f);
    add(0.0);
    fmt::print("{}\n", row);
  });
}
