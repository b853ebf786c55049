// Batch norm in float, double and long double: where digits are lost, and where by the way a variance is computed.
#include <autograd/autograd.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

using namespace wengert;

namespace {

/// mean(x), then mean((x - μ)²).
template <class Number>
Number two_passes(const std::vector<Number>& x) {
  const auto n = static_cast<Number>(x.size());
  const Number mean = std::accumulate(x.begin(), x.end(), Number(0)) / n;
  Number squares = 0;
  for (const Number value : x) squares += (value - mean) * (value - mean);
  return squares / n;
}

/// mean(x²) - mean(x)², in one pass.
template <class Number>
Number mean_of_squares(const std::vector<Number>& x) {
  const auto n = static_cast<Number>(x.size());
  Number sum = 0, squares = 0;
  for (const Number value : x) {
    sum += value;
    squares += value * value;
  }
  return squares / n - (sum / n) * (sum / n);
}

/// One pass that keeps the mean so far (Welford 1962).
template <class Number>
Number welford(const std::vector<Number>& x) {
  Number mean = 0, squares = 0, count = 0;
  for (const Number value : x) {
    count += 1;
    const Number before = value - mean;
    mean += before / count;
    squares += before * (value - mean);
  }
  return squares / count;
}

/// Every entry of batch norm and of its backward pass, under its name.
template <class Number>
using Entries = std::vector<std::pair<const char*, std::vector<Number>>>;

/// With ε = 0.01, for a cotangent g.
template <class Number>
Entries<Number> entries_of(const std::vector<Number>& x, const std::vector<Number>& g) {
  const auto n = static_cast<Number>(x.size());
  const Number mu = std::accumulate(x.begin(), x.end(), Number(0)) / n, variance = two_passes(x);
  const Number r = 1 / std::sqrt(variance + Number(0.01));
  Number d_variance = 0, d_mu = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    d_variance -= g[i] * (x[i] - mu) * r * r * r / 2;
    d_mu -= g[i] * r;
  }
  std::vector<Number> x_hat, d_x;
  for (std::size_t i = 0; i < x.size(); ++i) {
    x_hat.push_back((x[i] - mu) * r);
    d_x.push_back(g[i] * r + d_variance * 2 * (x[i] - mu) / n + d_mu / n);
  }
  return {{"μ", {mu}},           {"σ²", {variance}}, {"r", {r}}, {"x̂", x_hat},
          {"dσ²", {d_variance}}, {"dμ", {d_mu}},     {"dx", d_x}};
}

/// The largest error beside the largest of the right numbers.
template <class Number>
double error_of(const std::vector<Number>& found, const std::vector<long double>& right) {
  long double error = 0, largest = 0;
  for (std::size_t i = 0; i < right.size(); ++i) {
    error = std::max(error, std::abs(static_cast<long double>(found[i]) - right[i]));
    largest = std::max(largest, std::abs(right[i]));
  }
  return static_cast<double>(error / largest);
}

/// How many decimal digits a result has lost, beside a format's rounding: `none`, `5`, or `all`.
template <class Number>
std::string digits_lost(Number found, long double right) {
  const long double error = std::abs(static_cast<long double>(found) - right) / right;
  const auto rounding = static_cast<long double>(std::numeric_limits<Number>::epsilon());
  if (!(error < 1)) return "all";
  const long lost = std::lround(std::log10(std::max(error, rounding) / rounding));
  return lost == 0 ? "none" : std::to_string(lost);
}

template <class Number>
std::vector<Number> as(const std::vector<float>& x) {
  return std::vector<Number>(x.begin(), x.end());
}

template <class Number>
Number of_the_library(const std::vector<Number>& x) {
  Array<Number> array = empty<Number>({x.size()});
  std::copy(x.begin(), x.end(), array.begin());
  return moments(Var<Number>(array), {0}).variance.value()(0);
}

void print_entries() {
  Generator generator(1);
  const Array<double> x = generator.normal<double>({1000}, 2.0, 1.0), g = generator.normal<double>({1000});
  const std::vector<float> inputs(x.begin(), x.end()), cotangent(g.begin(), g.end());
  const auto right = entries_of(as<long double>(inputs), as<long double>(cotangent));
  const auto in_double = entries_of(as<double>(inputs), as<double>(cotangent));
  const auto in_float = entries_of(inputs, cotangent);
  fmt::print("1. Errors beside long double, in a batch of 1000 floats\n{:<10}{:>8}{:>10}\n", "entry", "float",
             "double");
  for (std::size_t k = 0; k < right.size(); ++k) {
    const auto& [name, numbers] = right[k];
    fmt::print("{:<10}{:>8.0e}{:>10.0e}\n", name, error_of(in_float[k].second, numbers),
               error_of(in_double[k].second, numbers));
  }
}

/// Numbers of 1/16, whose variance is known exactly, and which a float can hold at any of the offsets.
void print_digits_lost() {
  Generator generator(1);
  std::vector<long double> x(1000);
  long double sum = 0, squares = 0;
  for (long double& value : x) {
    const long double sixteenths = std::floor(generator.uniform(-32.0, 32.0));
    sum += sixteenths;
    squares += sixteenths * sixteenths;
    value = sixteenths / 16;
  }
  const long double variance = (1000 * squares - sum * sum) / (1000.0L * 1000.0L * 256);
  fmt::print("\n2. Decimal digits that σ² has lost, at an offset of\n{:<28}{:>8}{:>8}{:>8}\n", "", "0", "1e3", "1e6");
  const auto row = [&]<class Number>(const char* name, Number (*method)(const std::vector<Number>&)) {
    fmt::print("{:<28}", name);
    for (const long double offset : {0.0L, 1e3L, 1e6L}) {
      std::vector<Number> moved;
      for (const long double value : x) moved.push_back(static_cast<Number>(offset + value));
      fmt::print("{:>8}", digits_lost(method(moved), variance));
    }
    fmt::print("\n");
  };
  row("two passes, float", &two_passes<float>);
  row("two passes, double", &two_passes<double>);
  row("two passes, long double", &two_passes<long double>);
  row("Welford, float", &welford<float>);
  row("Welford, double", &welford<double>);
  row("Welford, long double", &welford<long double>);
  row("E[x²] - E[x]², float", &mean_of_squares<float>);
  row("E[x²] - E[x]², double", &mean_of_squares<double>);
  row("E[x²] - E[x]², long double", &mean_of_squares<long double>);
  row("this library, float", &of_the_library<float>);
  row("this library, double", &of_the_library<double>);
}

}  // namespace

int main() {
  print_entries();
  print_digits_lost();
}
