#include <doctest/doctest.h>

#include <autograd/arrays/random.hpp>
#include <autograd/explain/precision/precision.hpp>
#include <autograd/numbers/functions.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/tape/tape.hpp>

#include <cmath>

#include "../support/check_program.hpp"
#include "../support/rows.hpp"
#include "../support/sources.hpp"
#include "table.hpp"

namespace wengert::operations {
namespace {

/// The values of a row: numbers that a float can hold, so that both types compute with the same ones.
std::vector<Array<float>> values_of(const Row& row) {
  Generator generator(20151106);
  std::vector<Array<float>> values;
  for (const Input& input : row.inputs) values.push_back(generator.uniform<float>(input.shape, input.low, input.high));
  return values;
}

template <class T>
std::vector<Var<T>> parameters(const std::vector<Array<float>>& values) {
  std::vector<Var<T>> inputs;
  for (const Array<float>& value : values) inputs.push_back(parameter(cast<T>(value)));
  return inputs;
}

template <class T>
struct Result {
  Array<T> y;
  std::vector<Array<T>> gradients;
  double largest = 0;  ///< number on the tape
};

template <class T>
Result<T> run(const Function<T>& f, const std::vector<Array<float>>& values) {
  Tape<T> tape;
  const std::vector<Var<T>> inputs = parameters<T>(values);
  const Var<T> y = f(inputs);
  Result<T> result{y.value(), {}, 0};
  for (std::size_t slot = 0; slot < tape.size(); ++slot) {
    const Array<T>& value = tape.entry(slot).output.value();
    for (T x : std::span(value.data(), value.size())) result.largest = std::max(result.largest, std::abs(double(x)));
  }
  Generator generator(7);
  result.gradients = tape.pullback(y, Var<T>(cast<T>(generator.uniform<float>(y.shape(), 0.5, 1.5))), inputs);
  return result;
}

double largest(const Array<double>& array) {
  double result = 0;
  for (double x : std::span(array.data(), array.size())) result = std::max(result, std::abs(x));
  return result;
}

double largest_difference(const Array<float>& a, const Array<double>& b) {
  double result = 0;
  for (std::size_t i = 0; i < b.size(); ++i) result = std::max(result, std::abs(double(a.data()[i]) - b.data()[i]));
  return result;
}

/// Every number of a row comes about in fewer than 16 roundings of 2^-24 relative to the largest intermediate; a
/// gradient in as many more on the way back, each of which multiplies by a number that has been rounded as well.
void check_float(const Row& row) {
  const std::vector<Array<float>> values = values_of(row);
  const Result<float> narrow = run(row.in_float, values);
  const Result<double> wide = run(row.in_double, values);
  CHECK(narrow.y.shape() == wide.y.shape());
  CHECK(largest_difference(narrow.y, wide.y) <= 16 * 0x1p-24 * wide.largest);
  double scale = 0;
  for (const Array<double>& gradient : wide.gradients) scale = std::max(scale, largest(gradient));
  for (std::size_t k = 0; k < wide.gradients.size(); ++k) {
    CHECK(largest_difference(narrow.gradients[k], wide.gradients[k]) <= 64 * 0x1p-24 * scale);
  }
}

/// The printed backward pass, executed, gives the tape's gradients; so does that of the recorded gradients.
void check_programs(const Row& row, bool is_named) {
  CAPTURE(is_named);
  Tape<double> tape;
  std::vector<Var<double>> inputs = parameters<double>(values_of(row));
  for (std::size_t k = 0; is_named && k < inputs.size(); ++k) inputs[k].named("x" + std::to_string(k));
  const Var<double> y = row.in_double(inputs);
  check_forward_lines(tape);
  check_program(tape, y, inputs);
  const Var<double> loss = sum(square(y + 0.5));
  for (const Var<double>& gradient : tape.gradient(loss, inputs, recorded)) {
    if (gradient.requires_grad()) check_program(tape, sum(square(gradient)), inputs);
  }
}

template <class N>
double largest_difference(const Array<N>& a, const Array<long double>& b) {
  long double result = 0;
  for (std::size_t i = 0; i < b.size(); ++i) result = std::max(result, std::abs(a.data()[i] - b.data()[i]));
  return static_cast<double>(result);
}

/// The tape and its backward pass, computed once more in three formats, give the tape's numbers: as often rounded as in
/// `check_float`, relative to the largest number of all, beside long double; and in double beside the tape.
void check_formats(const Row& row) {
  Tape<double> tape;
  const std::vector<Var<double>> inputs = parameters<double>(values_of(row));
  const Var<double> loss = sum(square(row.in_double(inputs) + 0.5));
  const explain::ValuesIn<float> narrow = replay_in<float>(tape, loss);
  const explain::ValuesIn<double> wide = replay_in<double>(tape, loss);
  const explain::ValuesIn<long double> right = replay_in<long double>(tape, loss);
  double scale = 0;
  for (const auto& [name, value] : wide) scale = std::max(scale, largest(value));
  for (const auto& named : right) {
    const std::string& name = named.first;
    const Array<long double>& value = named.second;
    CAPTURE(name);
    REQUIRE(wide.at(name).shape() == value.shape());
    CHECK(largest_difference(narrow.at(name), value) <= 64 * 0x1p-24 * scale);
    CHECK(largest_difference(wide.at(name), value) <= 64 * 0x1p-53 * scale);
  }
  const std::vector<std::string> names = explain::slot_names(tape);
  for (std::size_t slot = 0; slot < tape.size(); ++slot) {
    CAPTURE(names[slot]);
    const Array<double> value = tape.entry(slot).output.value();
    CHECK(largest_difference(value, cast<long double>(wide.at(names[slot]))) <= 64 * 0x1p-53 * scale);
  }
  for (const Var<double>& input : inputs) {
    const auto adjoint = wide.find(tape.has(input) ? "d" + names[tape.slot_of("test", input)] : "");
    const Array<double> gradient = tape.gradient(loss, {input})[0];
    if (adjoint == wide.end()) CHECK(largest(gradient) == 0);
    else CHECK(largest_difference(gradient, cast<long double>(adjoint->second)) <= 64 * 0x1p-53 * scale);
  }
}

template <class... F>
void add_names(std::set<std::string>& names, std::tuple<F...>) {
  (names.insert(F::name), ...);
}

std::set<std::string> recorded_by(const Rows& rows) {
  std::set<std::string> names;
  for (const Row& row : rows) {
    Tape<double> tape;
    row.in_double(parameters<double>(values_of(row)));
    for (std::size_t slot = 0; slot < tape.size(); ++slot) {
      if (!tape.entry(slot).is_leaf()) names.insert(tape.entry(slot).operation->name());
    }
  }
  return names;
}

}  // namespace

Rows all_rows() {
  Rows all;
  for (const Rows& rows : {arithmetic_rows(), function_rows(), reduction_rows(), movement_rows(), matmul_rows(),
                           formula_rows(), convolution_rows(), pooling_rows()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

void check(const Rows& rows) {
  const auto name = [](const Row& row) { return row_name(row.operation, row.variant); };
  for_each_row(rows, name, [](const Row& row) {
    const GradcheckReport report = gradcheck(row.in_double, parameters<double>(values_of(row)), {.order = 2});
    CHECK_MESSAGE(report.verdict == row.expected, report.text());
    CHECK(report.kinks.empty());
    check_float(row);
    check_programs(row, true);
    check_programs(row, false);
    check_formats(row);
  });
}

std::vector<std::pair<Shape, Shape>> broadcasting_pairs() {
  std::vector<std::pair<Shape, Shape>> pairs{{{2, 3}, {2, 3}}, {{2, 1}, {1, 3}}, {{}, {}}, {{2, 1, 3}, {4, 1}}};
  for (const Shape& small : {Shape{}, Shape{1}, Shape{1, 1}, Shape{2, 1}, Shape{1, 3}, Shape{3}}) {
    pairs.push_back({{2, 3}, small});
    pairs.push_back({small, {2, 3}});
  }
  return pairs;
}

TEST_CASE("every operation that the sources record has a row in the table") {
  std::set<std::string> expected =
      found_in_sources("autograd", {".cpp", ".hpp"}, R"((?:\brecord|\bmap|\bLabel(?:\s+\w+)?|::reduce)\(\s*"(\w+)\")");
  add_names(expected, UnaryFunctions{});
  add_names(expected, BinaryFunctions{});
  REQUIRE(expected.size() > 45);
  const std::set<std::string> recorded = recorded_by(all_rows());
  for (const std::string& name : expected) CHECK_MESSAGE(recorded.contains(name), name << " has no row");
  for (const std::string& name : recorded)
    CHECK_MESSAGE(expected.contains(name), name << " was not found by the search");
}

TEST_CASE("every function of Vars that a header declares has a row in the table") {
  std::set<std::string> declared = found_in_sources("autograd/operations", {".hpp"}, R"(\nVar<T> (\w+)\()");
  for (const char* part : {"record_mapped", "record_reduced", "reduce"})
    declared.erase(part);  // of map, sum and mean of a formula
  for (const auto& name : found_in_sources("autograd", {".hpp"}, R"(\nBatchNormalised<T> (\w+)\()"))
    declared.insert(name);
  add_names(declared, UnaryFunctions{});
  add_names(declared, BinaryFunctions{});
  REQUIRE(declared.size() > 50);
  std::set<std::string> rows;
  for (const Row& row : all_rows()) rows.insert(row.operation);
  for (const std::string& name : declared) CHECK_MESSAGE(rows.contains(name), name << " has no row");
}

}  // namespace wengert::operations
