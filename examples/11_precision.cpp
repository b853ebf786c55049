// Batch norm in float, double and long double: where digits are lost, and where by the way a variance is computed.
#include <autograd/autograd.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

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

/// mean(x²) - mean(x)².
template <class Number>
Number mean_of_squares(const std::vector<Number>& x) {
  const auto n = static_cast<Number>(x.size());
  const Number mean = std::accumulate(x.begin(), x.end(), Number(0)) / n;
  return std::inner_product(x.begin(), x.end(), x.begin(), Number(0)) / n - mean * mean;
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
Number of_the_library(const std::vector<Number>& x) {
  Array<Number> array = empty<Number>({x.size()});
  std::copy(x.begin(), x.end(), array.begin());
  return moments(Var<Number>(array), {0}).variance.value()(0);
}

/// Batch norm as the library records it, and its backward pass, for inputs that every format holds.
void print_entries() {
  Generator generator(1);
  const Var<float> x = parameter(generator.normal<float>({1000}, 2.0, 1.0), "x");
  const Var<float> gamma = parameter(scalar(1.5F), "γ"), beta = parameter(scalar(0.25F), "β");
  const Var<float> g = Var<float>(generator.normal<float>({1000})).named("g");
  Tape<float> tape;
  const Var<float> loss = sum(normalise(x, moments(x, {0}), gamma, beta, 0.01).named("y") * g).named("ℓ");
  fmt::print("1. Batch norm of 1000 floats: errors beside long double, in units of the last place\n{}",
             precision_of(tape, loss).text());
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

using Real = Var<float>;  // the same three as entries of a tape, which has their gradients as well

Real recorded_two_passes(const Real& x) { return mean(square(x - mean(x))); }

Real recorded_mean_of_squares(const Real& x) { return mean(square(x)) - square(mean(x)); }

/// Seven entries for each element.
Real recorded_welford(const Real& x) {
  Real mean = 0.0, squares = 0.0;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const Real value = slice(x, 0, k, k + 1);
    const Real before = value - mean;
    mean = mean + before / static_cast<double>(k + 1);
    squares = squares + before * (value - mean);
  }
  return squares / static_cast<double>(x.size());
}

Precision precision_at(double offset, Real (*method)(const Real&)) {
  const Array<float> eighths{-1.625F, 0.375F, 1.25F, -0.5F, 0.875F, 1.75F, -1.125F};
  const Real x = parameter(Array<float>(eighths + static_cast<float>(offset)), "x");
  Tape<float> tape;
  return precision_of(tape, method(x).named("σ²"));
}

std::string units(double number) {
  return number < 1e4 ? fmt::format("{:.1f}", number) : fmt::format("{:.0e}", number);
}

void print_recorded() {
  fmt::print("\n3. Recorded, of 7 numbers: errors in units of the last place, of float and of double\n");
  fmt::print("at an offset of{0:>13}{1:>8}{2:>8}{0:>8}{1:>8}{2:>8}\n", "0", "1e3", "1e6");
  const auto row = [](const char* name, const char* entry, Real (*method)(const Real&)) {
    fmt::print("{:<17}{:<3}", name, entry);
    for (FormatError PrecisionRow::*error : {&PrecisionRow::in_float, &PrecisionRow::in_double})
      for (const double offset : {0.0, 1e3, 1e6})
        fmt::print("{:>8}", units((precision_at(offset, method).row(entry).*error).beside_largest));
    fmt::print("\n");
  };
  for (const char* entry : {"σ²", "dx"}) {
    row("two passes", entry, recorded_two_passes);
    row("Welford", entry, recorded_welford);
    row("E[x²] - E[x]²", entry, recorded_mean_of_squares);
  }
}

}  // namespace

int main() {
  print_entries();
  print_digits_lost();
  print_recorded();
}
