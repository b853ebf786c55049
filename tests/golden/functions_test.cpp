#include <autograd/autograd.hpp>

#include <doctest/doctest.h>
#include <nn/losses/binary_cross_entropy.hpp>
#include <nn/losses/categorical_cross_entropy.hpp>
#include <nn/losses/cross_entropy.hpp>
#include <nn/losses/regression_losses.hpp>

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <set>
#include <sstream>
#include <string>

// Every elementwise function and loss and its derivatives up to order three against 60-digit arithmetic, from one end
// of the number format to the other. docs/reference/accuracy.md has the errors that are allowed.

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

/// The loss of each element as one sample: loss(x (1,), a constant (1,)).
template <class Loss>
auto of_each(double target, const Loss& loss) {
  return [=]<class T>(const Var<T>& x) -> Var<T> {
    const Var<T> t(full<T>({1}, static_cast<T>(target)));
    std::vector<Var<T>> losses;
    for (std::size_t i = 0; i < x.size(); ++i) losses.push_back(reshape(loss(slice(x, 0, i, i + 1), t), {1}));
    return concat<T>(losses, 0);
  };
}

/// The loss of each element as the first of two logits, of which the other is 0.
template <class Loss>
auto of_each_logit(double share, const Loss& loss) {
  return of_each(share, [=]<class T>(const Var<T>& x, const Var<T>& t) {
    const Var<T> none(zeros<T>({1}));
    return loss(reshape(concat<T>({x, none}, 0), {1, 2}), reshape(concat<T>({t, T(1) - t}, 0), {1, 2}));
  });
}

/// Calls visit(name of the table, f) for every loss.
template <class Visit>
void for_each_loss(const Visit& visit) {
  const auto binary = [](const auto& x, const auto& t) { return nn::binary_cross_entropy(x, t); };
  const auto binary_of_p = [](const auto& p, const auto& t) {
    return nn::binary_cross_entropy_from_probabilities(p, t);
  };
  const auto label = [](std::size_t k, double smoothing = 0.0) {
    return of_each_logit(1.0, [=](const auto& z, const auto&) {
      return nn::cross_entropy(z, Indices{k}, {.label_smoothing = smoothing});
    });
  };
  for (const double t : {0.0, 0.25, 1.0}) visit(fmt::format("binary_cross_entropy_{}", t), of_each(t, binary));
  for (const double t : {0.0, 1.0}) {
    visit(fmt::format("binary_cross_entropy_from_probabilities_{}", t), of_each(t, binary_of_p));
  }
  visit("cross_entropy_0", label(0));
  visit("cross_entropy_1", label(1));
  visit("cross_entropy_smoothing_0.25", label(0, 0.25));
  visit("categorical_cross_entropy_0.75",
        of_each_logit(0.75, [](const auto& z, const auto& t) { return nn::categorical_cross_entropy(z, t); }));
  visit("mse_1", of_each(1.0, [](const auto& x, const auto& t) { return nn::mse(x, t); }));
  visit("mae_1", of_each(1.0, [](const auto& x, const auto& t) { return nn::mae(x, t); }));
  visit("huber_1", of_each(1.0, [](const auto& x, const auto& t) { return nn::huber(x, t); }));
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
  visit("sigmoid_slope", [](const auto& x) { return sigmoid_slope(x); });
  visit("gaussian", [](const auto& x) { return gaussian(x); });
  visit("normal_density", [](const auto& x) { return normal_density(x); });
  visit("normal_cdf", [](const auto& x) { return normal_cdf(x); });
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
  visit("pow_of_2.5", [](const auto& x) { return pow(2.5, x); });
  visit("silu_slope", [](const auto& x) { return silu_slope(x); });
  visit("gelu_slope", [](const auto& x) { return gelu_slope(x); });
  visit("clip_-1_2", [](const auto& x) { return clip(x, -1.0, 2.0); });
}

/// What the page says: for every function the largest errors in float and in double, of each order.
using Stated = std::map<std::string, std::vector<double>>;

Stated read_page() {
  std::ifstream file(WENGERT_SOURCE_DIR "/docs/reference/accuracy.md");
  REQUIRE(file.good());
  Stated stated;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("| `")) continue;
    std::istringstream cells(line.substr(2));
    std::string name, cell;
    std::getline(cells, name, '|');
    name = name.substr(1, name.find('`', 1) - 1);
    while (std::getline(cells, cell, '|')) stated[name].push_back(std::stod(cell));
    CHECK_MESSAGE(stated[name].size() == 2 * orders, name);
  }
  return stated;
}

template <class T>
Worst measure(const std::string& name, const std::vector<Point>& all, const FunctionOf<T>& f) {
  const std::vector<Point> points = points_of<T>(all);
  CHECK_MESSAGE(points.size() >= 30, name);
  return worst_errors<T>(points, derivatives<T>(f, points));
}

/// The bits of f at each point, computed in an array that begins with `first` other elements.
template <class T>
std::vector<T> values_behind(std::size_t first, const FunctionOf<T>& f, const std::vector<Point>& points) {
  Array<T> x = empty<T>({first + points.size()});
  for (std::size_t i = 0; i < first; ++i) x(i) = static_cast<T>(i % 2 == 0 ? 1e30 : 0.7);
  for (std::size_t i = 0; i < points.size(); ++i) x(first + i) = static_cast<T>(points[i].x);
  const Array<T> y = f(Var<T>(std::move(x))).value();
  return {y.begin() + static_cast<std::ptrdiff_t>(first), y.end()};
}

template <class T>
bool same_bits(T a, T b) {
  using Bits = std::conditional_t<std::same_as<T, float>, std::uint32_t, std::uint64_t>;
  return std::bit_cast<Bits>(a) == std::bit_cast<Bits>(b) || (std::isnan(a) && std::isnan(b));
}

}  // namespace

TEST_CASE("every function and its derivatives are as accurate as the page says") {
  const Table table = read_table();
  const Stated stated = read_page();
  std::set<std::string> visited;
  const auto visit = [&](const std::string& name, const auto& f) {
    visited.insert(name);
    const Worst in_float =
        measure<float>(name, table.at(name), [&](const Var<float>& x) -> Var<float> { return f(x); });
    const Worst in_double =
        measure<double>(name, table.at(name), [&](const Var<double>& x) -> Var<double> { return f(x); });
    MESSAGE(fmt::format("| `{}` | {:.2f} | {:.2f} |", name, fmt::join(in_float, " | "), fmt::join(in_double, " | ")));
    CHECK_MESSAGE(stated.contains(name), name);
    if (!stated.contains(name)) return;
    for (std::size_t order = 0; order < orders; ++order) {
      CAPTURE(name);
      CAPTURE(order);
      CHECK(in_float[order] <= stated.at(name)[order]);
      CHECK(in_double[order] <= stated.at(name)[orders + order]);
      const bool is_value = order == 0 && name != "gelu_slope";  // which is a derivative, with a zero of its own
      if (is_value) CHECK(std::max(stated.at(name)[0], stated.at(name)[orders]) <= 4.0);
    }
  };
  for_each_function(visit);
  for_each_loss(visit);
  for (const auto& entry : table) CHECK_MESSAGE(visited.contains(entry.first), entry.first);
  for (const auto& entry : stated) CHECK_MESSAGE(visited.contains(entry.first), entry.first);
}

TEST_CASE("every function of one number that the library compiles is in the table") {
  std::set<std::string> visited;
  for_each_function([&](const std::string& name, const auto&) { visited.insert(name); });
  const auto check = [&](const std::string& name) {
    const auto found = visited.lower_bound(name);
    CHECK_MESSAGE((found != visited.end() && (*found == name || found->starts_with(name + "_"))), name);
  };
  std::apply([&](const auto&... f) { (check(f.name), ...); }, UnaryFunctions{});
}

TEST_CASE_TEMPLATE("the bits of an element depend on neither its neighbours nor its place", T, float, double) {
  const Table table = read_table();
  for_each_function([&](const std::string& name, const auto& f) {
    CAPTURE(name);
    const FunctionOf<T> function = [&](const Var<T>& x) -> Var<T> { return f(x); };
    const std::vector<Point> points = points_of<T>(table.at(name));
    const std::vector<T> values = values_behind<T>(0, function, points);
    std::size_t different = 0;
    for (std::size_t first = 1; first <= 17; ++first) {
      const std::vector<T> moved = values_behind<T>(first, function, points);
      for (std::size_t i = 0; i < values.size(); ++i) different += !same_bits(values[i], moved[i]);
    }
    for (std::size_t i = 0; i < values.size(); i += 7) {
      different += !same_bits(values[i], values_behind<T>(0, function, {points[i]}).front());
    }
    CHECK(different == 0);
  });
}
