#include <doctest/doctest.h>
#include <autograd/autograd.hpp>

#include <cmath>

#include "../../error_text.hpp"

using namespace wengert;
using explain::ValuesIn;

namespace {

/// mean(x²) - mean(x)², every entry with a name.
template <class T>
Var<T> mean_of_squares(const Var<T>& x) {
  const Var<T> squares = square(x).named("q");
  const Var<T> of_squares = mean(squares).named("m"), mu = mean(x).named("μ");
  return (of_squares - square(mu).named("p")).named("σ²");
}

/// mean((x - μ)²), likewise.
template <class T>
Var<T> two_passes(const Var<T>& x) {
  const Var<T> centred = (x - mean(x).named("μ")).named("x_c");
  return mean(square(centred).named("q")).named("σ²");
}

template <class N>
bool same_bits(const Array<N>& a, const Array<N>& b) {
  return a.shape() == b.shape() && std::equal(a.begin(), a.end(), b.begin());
}

}  // namespace

TEST_CASE("errors that are known: at a large common offset the squares cancel in float, and two passes do not care") {
  // 4096 ± 1: the squares 4095² and 4097² take 24 and 25 binary digits, so that a float rounds the second one to 2 more
  // or less; their mean 4096² + 1 is rounded to 4096² and the variance, which is 1, to 0.
  const Var<float> x = parameter(Array<float>{4095, 4097}, "x");
  {
    Tape<float> tape;
    const Precision precision = precision_of(tape, mean_of_squares(x));
    const PrecisionRow& kept = Precision(precision).row("x");
    CHECK(kept.name == "x");
    CHECK(precision.row("x").in_float.worst == 0);
    CHECK(precision.row("q").in_float.worst == 0.5);  // 4097² lies halfway between two floats
    CHECK(precision.row("μ").in_float.worst == 0);
    CHECK(precision.row("m").in_float.worst == 0.5);      // so does 4096² + 1
    CHECK(precision.row("σ²").in_float.worst == 0x1p23);  // 0 instead of 1
    for (const PrecisionRow& row : precision.forward) CHECK(row.in_double.worst == 0);
    CHECK(contains(precision.text(), "σ²"));
    CHECK(precision.row("dx").in_float.worst == 0);  // 2 x / 2 - 2 μ / 2 is exact all the same
  }
  Tape<float> tape;
  const Precision precision = precision_of(tape, two_passes(x));
  for (const auto* rows : {&precision.forward, &precision.backward})
    for (const PrecisionRow& row : *rows) CHECK(row.in_float.worst == 0);
}

TEST_CASE("an error is told in units of the last place of each element, and of the largest") {
  const Var<float> x = parameter(Array<float>{1, 1000}, "x");
  Tape<float> tape;
  const Var<float> y = (x / 3.0).named("y");
  const PrecisionRow row = precision_of(tape, sum(y)).row("y");
  const auto units = [](float numerator, int place) {
    const long double right = static_cast<long double>(numerator) / 3;
    return static_cast<double>(std::abs(static_cast<long double>(numerator / 3.0F) - right) / std::ldexp(1.0L, place));
  };
  CHECK(row.shape == Shape{2});
  CHECK(row.in_float.worst == std::max(units(1, -25), units(1000, -15)));
  CHECK(row.in_float.beside_largest == units(1000, -15));
  CHECK(row.in_float.worst <= 0.5);
  CHECK(row.in_double.worst <= 0.5);
  CHECK(row.in_double.worst > 0);
}

TEST_CASE("what no float can hold is rounded to one, and what overflows has no digit") {
  const Var<double> x = parameter(Array<double>{0.1, 1e30}, "x");
  Tape<double> tape;
  const Precision precision = precision_of(tape, sum(square(x).named("q")).named("loss"));
  CHECK(precision.row("x").in_float.worst > 0);
  CHECK(precision.row("x").in_float.worst <= 0.5);
  CHECK(precision.row("x").in_double.worst == 0);
  CHECK(std::isinf(precision.row("q").in_float.worst));
  CHECK(precision.row("q").in_double.worst <= 0.5);
  CHECK(contains(precision.text(), "all"));
}

TEST_CASE("in double, arithmetic has the tape's bits, and functions are within one unit") {
  Generator generator(3);
  const Var<double> x = parameter(generator.normal<double>({4, 3}), "x");
  const Var<double> w = parameter(generator.uniform<double>({3}, 0.5, 1.5), "w");
  Tape<double> tape;
  const Var<double> a = ((x - w) * x / (w + 1.0)).named("a");
  const Var<double> root = sqrt(square(a) + 0.5).named("root");
  const Var<double> e = exp(a).named("e");
  const Var<double> loss = sum(transpose(root) * transpose(e)).named("loss");
  const ValuesIn<double> values = replay_in<double>(tape, loss);
  CHECK(same_bits(values.at("a"), a.value()));
  CHECK(same_bits(values.at("root"), root.value()));
  for (std::size_t k = 0; k < e.size(); ++k) {
    const double right = e.value().data()[k];
    CHECK(std::abs(values.at("e").data()[k] - right) <= std::nextafter(right, 1e9) - right);
  }
  const Array<double> dx = tape.gradient(loss, {x})[0];
  for (std::size_t k = 0; k < dx.size(); ++k)
    CHECK(values.at("dx").data()[k] == doctest::Approx(dx.data()[k]).epsilon(1e-14));
}

TEST_CASE("in double, sums that are exact have the tape's bits, forward and back") {
  const Var<double> x = parameter(Array<double>{{1, -2, 0.5}, {3, 0.25, -4}}, "x");
  const Var<double> w = parameter(Array<double>{{2, 1}, {-1, 0.5}, {4, 8}}, "w");
  Tape<double> tape;
  const Var<double> h = matmul(x, w).named("h");
  const Var<double> loss = sum(square(h - mean(h, {0}))).named("loss");
  const ValuesIn<double> values = replay_in<double>(tape, loss);
  CHECK(same_bits(values.at("h"), h.value()));
  CHECK(same_bits(values.at("loss"), loss.value()));
  const std::vector<Array<double>> gradients = tape.gradient(loss, {x, w});
  CHECK(same_bits(values.at("dx"), gradients[0]));
  CHECK(same_bits(values.at("dw"), gradients[1]));
}

TEST_CASE("a formula that leaves out an operand is computed again in its whole shape") {
  const Var<double> x = parameter(Array<double>{{1, -2, 3}, {4, 5, -6}}, "x");
  const Var<double> b = parameter(Array<double>{0.5, -1, 2}, "b");
  const auto first = [](const auto& a, const auto&) { return a * 2.0; };
  Tape<double> tape;
  const Var<double> repeated = map(first, b, x).named("repeated"), rows = sum({0}, first, b, x).named("rows");
  const Var<double> threes = sum(
                                 {1}, keep_dims, [](const auto&) { return 3.0; }, x)
                                 .named("threes");
  const Var<double> loss = sum(matmul(repeated, transpose(x)) * threes * mean(rows)).named("loss");
  const ValuesIn<double> again = replay_in<double>(tape, loss);
  for (const Var<double>& y : {repeated, rows, threes, loss}) CHECK(same_bits(again.at(y.name()), y.value()));
  CHECK(contains(print(tape), "sum{0}(broadcast_to(2 · b, (2, 3)))"));
}

TEST_CASE("what cannot be computed again is refused by name") {
  const Var<double> x = parameter(Array<double>{1, 2}, "x");
  Tape<double> tape;
  const Var<double> y = record("mine", square(x).value(), wrt(x, [](const Var<double>& g) { return g; })).named("y");
  const Var<double> loss = sum(y).named("loss");
  CHECK(contains(error_text([&] { precision_of(tape, loss); }),
                 "[precision_of] the function 'mine' is not one of the library's, so its formula does not say how to "
                 "compute it; write it with operations of the library"));
  CHECK(contains(error_text([&] { replay_in<float>(tape, loss); }), "[replay_in] the function 'mine' is not"));
  CHECK(contains(error_text([&] { precision_of(tape, y); }), "'y' (2,) is no scalar; expected a loss"));
  Tape<double> inner;
  const Var<double> other = sum(x).named("other");
  CHECK(contains(error_text([&] { precision_of(inner, other).row("z"); }),
                 "nothing is called 'z'; expected one of x, other, dother, dx"));
}

TEST_CASE("a branch that is not taken is 0 in every format, as on the tape, wherever it overflows") {
  const Var<double> x = parameter(Array<double>{-1000, 0, 1000}, "x");
  Tape<double> tape;
  const Var<double> chosen = where(x < 1.0, exp(x), sqrt(x)).named("c");
  const Var<double> loss = sum(chosen);
  const Array<double> on_tape = tape.gradient(loss, {x})[0];
  const ValuesIn<long double> values = replay_in<long double>(tape, loss);
  CHECK(values.at("dx").data()[0] == doctest::Approx(on_tape.data()[0]));
  CHECK(values.at("dx").data()[1] == 1.0L);
  CHECK(values.at("dx").data()[2] == doctest::Approx(on_tape.data()[2]));
  const Precision precision = precision_of(tape, loss);
  CHECK(precision.row("dx").in_double.worst <= 2.0);
}

TEST_CASE("in a second derivative, too") {
  const Var<double> x = parameter(Array<double>{-1.0, 0.0, 2.0}, "x");
  Tape<double> tape;
  const Var<double> once = sum(where(x > 0.0, x * log(x), 0.0) + where(x > 0.0, 1.0 / x, x * x));
  const Var<double> loss = sum(tape.gradient(once, {x}, recorded)[0]);
  const Array<double> on_tape = tape.gradient(loss, {x})[0];
  CHECK(on_tape == Array<double>{2.0, 2.0, 0.75});  // 1 / x + 2 / x³ at 2
  const ValuesIn<long double> values = replay_in<long double>(tape, loss);
  for (std::size_t i = 0; i < 3; ++i) CHECK(values.at("dx").data()[i] == doctest::Approx(on_tape.data()[i]));
}
