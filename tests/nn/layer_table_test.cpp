#include <doctest/doctest.h>
#include <autograd/check/gradcheck.hpp>
#include <nn/nn.hpp>

#include "../error_text.hpp"
#include "../golden/golden.hpp"
#include "../hand_derived/plain_arrays.hpp"
#include "../support/check_program.hpp"
#include "../support/rows.hpp"
#include "../support/sources.hpp"
#include "layer_table.hpp"

namespace wengert::layers {
namespace {

using golden::array_of;
using golden::Json;
using hand_derived::compare;
using hand_derived::elements;

/// A layer at work: its parameters and buffers hold numbers that are not the ones it starts with, and every run draws
/// the same random numbers.
template <class T>
class Subject {
 public:
  Subject(const Make<T>& make, bool training) : generator_(42), layer_(make(generator_)) {
    layer_->train(training);
    for (const Var<T>& parameter : layer_->parameters()) parameter.set_value(numbers(parameter.shape()));
    for (const auto& [name, buffer] : layer_->named_buffers()) *buffer = numbers(buffer->shape());
    for (const auto& [name, generator] : layer_->named_generators()) start_.push_back(*generator);
  }

  nn::Module<T>& layer() { return *layer_; }

  Var<T> run(const Var<T>& x) {
    std::size_t k = 0;
    for (const auto& [name, generator] : layer_->named_generators()) *generator = start_[k++];
    return layer_->forward(x);
  }

  /// y with the gradients of cotangent · y for x and every parameter.
  std::vector<Array<T>> run_back(const Array<T>& x, const Array<T>& cotangent) {
    Tape<T> tape;
    const Var<T> input = parameter(x, "x");
    std::vector<Var<T>> inputs = layer_->parameters();
    inputs.insert(inputs.begin(), input);
    const Var<T> y = run(input) * 1.0;  // so that also an identity has something on the tape
    std::vector<Array<T>> results = tape.pullback(y, Var<T>(cotangent), inputs);
    results.insert(results.begin(), y.value());
    return results;
  }

 private:
  /// Numbers that a float can hold, so that both types compute with the same ones.
  Array<T> numbers(const Shape& shape) { return cast<T>(generator_.uniform<float>(shape, 0.5, 1.5)); }

  Generator generator_;
  std::unique_ptr<nn::Module<T>> layer_;
  std::vector<Generator> start_;
};

/// The printed backward pass of a layer, executed, gives the tape's gradients, with names and without.
void check_program_of(const Row& row, const Array<double>& x, bool is_named) {
  Subject<double> subject(row.in_double, row.training);
  Tape<double> tape;
  std::vector<Var<double>> inputs = subject.layer().parameters();
  inputs.push_back(parameter(x, "x"));
  if (!is_named)
    for (const Var<double>& input : inputs) input.named("");
  const Var<double> y = subject.run(inputs.back()) * 1.0;
  check_forward_lines(tape);
  check_program(tape, y, inputs);
}

void check_gradients(const Row& row, const Array<double>& x) {
  Subject<double> subject(row.in_double, row.training);
  const Var<double> input = parameter(x, "x");
  std::vector<Var<double>> inputs = subject.layer().parameters();
  inputs.insert(inputs.begin(), input);
  const GradcheckReport report = gradcheck([&] { return subject.run(input); }, inputs, {.order = 2});
  CHECK_MESSAGE(report, report.text());
  CHECK(report.kinks.empty());
}

/// Every number comes about in fewer than 32 roundings of 2^-24 relative to the largest of its kind; that of a gradient
/// which cancels, as all of normalisations do, is the largest of all gradients.
void check_float(const Row& row, const Array<float>& x, const Array<float>& cotangent) {
  const auto narrow = Subject<float>(row.in_float, row.training).run_back(x, cotangent);
  const auto wide = Subject<double>(row.in_double, row.training).run_back(cast<double>(x), cast<double>(cotangent));
  double largest = 0.0;
  for (std::size_t k = 1; k < wide.size(); ++k) {
    for (const double d : elements(wide[k])) largest = std::max(largest, std::abs(d));
  }
  CHECK(compare(elements(cast<double>(narrow[0])), elements(wide[0])).largest <= 32 * 0x1p-24);
  for (std::size_t k = 1; k < wide.size(); ++k) {
    const hand_derived::Values scale(wide[k].size(), largest);
    CHECK(compare(elements(cast<double>(narrow[k])), elements(wide[k]), scale).largest <= 32 * 0x1p-24);
  }
}

void check_shapes(const Row& row) {
  Subject<double> subject(row.in_double, row.training);
  CHECK(subject.layer().type() == row.layer);
  CHECK(subject.layer().output_shape(row.input) == row.output);
  CHECK(subject.run(Var<double>(ones<double>(row.input))).shape() == row.output);
  for (const Shape& shape : row.refused) {
    CAPTURE(to_string(shape));
    CHECK_THROWS_AS(subject.layer().output_shape(shape), Error);
    CHECK_THROWS_AS(subject.run(Var<double>(ones<double>(shape))), Error);
  }
}

/// A copy computes the same to the last bit and draws the same numbers, and shares nothing with the layer.
void check_copy(const Row& row, const Array<double>& x) {
  Subject<double> subject(row.in_double, row.training);
  nn::Module<double>& layer = subject.layer();
  const std::unique_ptr<nn::Module<double>> copy = layer.copy();
  CHECK(copy->type() == layer.type());
  CHECK(copy->is_training() == layer.is_training());
  const Array<double> y = layer(x).value();
  CHECK((*copy)(x).value() == y);
  for (const Var<double>& parameter : copy->parameters()) parameter.set_value(zeros<double>(parameter.shape()));
  for (const auto& [name, buffer] : copy->named_buffers()) *buffer = zeros<double>(buffer->shape());
  for (const Var<double>& parameter : layer.parameters()) CHECK(parameter.value() != zeros<double>(parameter.shape()));
  for (const auto& [name, buffer] : layer.named_buffers()) CHECK(*buffer != zeros<double>(buffer->shape()));
}

bool is_of(const Json& golden, const Row& row) {
  return row.layer == golden["layer"] && row.variant == golden["variant"];
}

/// Loads the state by its names; whatever is not there, or there but not in the layer, fails.
void load(nn::Module<double>& layer, const Json& state) {
  std::set<std::string> names;
  const auto take = [&](const std::string& name) {
    names.insert(name);
    REQUIRE_MESSAGE(state.contains(name), name);
    return array_of(state[name]);
  };
  for (const auto& [name, parameter] : layer.named_parameters()) parameter.set_value(take(name));
  for (const auto& [name, buffer] : layer.named_buffers()) *buffer = take(name);
  CHECK(names.size() == state.size());
}

/// Two ways through the same numbers of size one, in double precision.
constexpr double by_rounding = 1e-12;

void check_against_torch(const Row& row, const Json& golden) {
  Subject<double> subject(row.in_double, row.training);
  load(subject.layer(), golden["state"]);
  const auto results = subject.run_back(array_of(golden["x"]), array_of(golden["cotangent"]));
  const auto size_one = [](const Array<double>& a) { return hand_derived::Values(a.size(), 1.0); };
  const auto check = [&](const Array<double>& actual, const Json& expected) {
    CHECK(compare(elements(actual), elements(array_of(expected)), size_one(actual)).largest <= by_rounding);
  };
  check(results[0], golden["y"]);
  check(results[1], golden["gradients"]["x"]);
  std::size_t k = 2;
  for (const auto& [name, parameter] : subject.layer().named_parameters())
    check(results[k++], golden["gradients"][name]);
  for (const auto& [name, buffer] : subject.layer().named_buffers()) check(*buffer, golden["state_after"][name]);
}

/// The classes of modules in nn's headers that can be made, Sequential among them; nn/training has none.
std::set<std::string> classes_in_headers() {
  constexpr const char* pattern = R"(class (\w+) final : public \w+<T>)";
  std::set<std::string> classes = found_in_sources("nn", {".hpp"}, pattern);
  for (const std::string& callback : found_in_sources("nn/training", {".hpp"}, pattern)) classes.erase(callback);
  return classes;
}

}  // namespace

TEST_CASE("every layer has the shapes that it says, the right gradients, and the same numbers in float") {
  const auto name = [](const Row& row) { return row_name(row.layer, row.variant); };
  for_each_row(all_rows(), name, [](const Row& row) {
    check_shapes(row);
    Generator generator(20151106);
    const Array<float> x = generator.normal<float>(row.input);
    check_gradients(row, cast<double>(x));
    check_program_of(row, cast<double>(x), true);
    check_program_of(row, cast<double>(x), false);
    check_float(row, x, generator.normal<float>(row.output));
  });
}

TEST_CASE("a copy of a layer computes the same to the last bit and shares nothing with it") {
  const auto name = [](const Row& row) { return row_name(row.layer, row.variant); };
  for_each_row(all_rows(), name, [](const Row& row) {
    Generator generator(20151106);
    check_copy(row, generator.normal<double>(row.input));
  });
}

TEST_CASE("every layer computes PyTorch's outputs, gradients and buffers from a state with PyTorch's names") {
  Json torch = golden::read("layers.json")["rows"];
  const Json images = golden::read("convolution_layers.json");
  for (const Json& golden : images["rows"]) torch.push_back(golden);
  const auto has_golden = [&](const Row& row) {
    return std::any_of(torch.begin(), torch.end(), [&](const Json& golden) { return is_of(golden, row); });
  };
  const Rows rows = all_rows();
  for (const Row& row : rows) {
    const bool draws = row.layer.starts_with("Dropout");  // numbers of its own
    CHECK_MESSAGE(has_golden(row) != draws, row_name(row.layer, row.variant));
  }
  const auto name = [](const Json& golden) { return row_name(golden["layer"], golden["variant"]); };
  for_each_row(torch, name, [&](const Json& golden) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return is_of(golden, r); });
    REQUIRE(row != rows.end());
    check_against_torch(*row, golden);
  });
}

TEST_CASE("every layer that a header declares has a row in the table and a place in the reference") {
  const std::set<std::string> declared = classes_in_headers();
  REQUIRE(declared.size() >= 20);
  std::set<std::string> rows;
  for (const Row& row : all_rows()) rows.insert(row.layer);
  const std::string page = text_in_sources("docs/reference/layers.md");
  for (const std::string& name : declared) {
    CHECK_MESSAGE(rows.contains(name), name << " has no row");
    CHECK_MESSAGE(::contains(page, "`" + name), name << " is not in docs/reference/layers.md");
  }
}

}  // namespace wengert::layers
