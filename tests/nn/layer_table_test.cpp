#include <doctest/doctest.h>
#include <autograd/check/gradcheck.hpp>
#include <autograd/explain/program.hpp>
#include <autograd/tape/record.hpp>
#include <nn/nn.hpp>

#include <filesystem>
#include <regex>
#include <set>

#include "../error_text.hpp"
#include "../golden/golden.hpp"
#include "../hand_derived/plain_arrays.hpp"
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

/// The rows dy[i] / d(x and every parameter), by the layer's own gradient, for every element i of y.
std::vector<Array<double>> jacobians(Subject<double>& subject, const Array<double>& x, const Shape& y) {
  const std::size_t rows = element_count(y);
  std::vector<Array<double>> result;
  for (std::size_t i = 0; i < rows; ++i) {
    Array<double> cotangent = zeros<double>(y);
    cotangent.data()[i] = 1.0;
    const std::vector<Array<double>> gradients = subject.run_back(x, cotangent);
    for (std::size_t k = 0; k + 1 < gradients.size(); ++k) {
      const Array<double>& gradient = gradients[k + 1];
      if (i == 0) result.push_back(empty<double>({rows, gradient.size()}));
      std::copy_n(gradient.data(), gradient.size(), result[k].data() + i * gradient.size());
    }
  }
  return result;
}

/// The layer as a function of x and its parameters.
Function<double> as_function(Subject<double>& subject) {
  return [&subject](const std::vector<Var<double>>& inputs) {
    const std::vector<Var<double>> parameters = subject.layer().parameters();
    for (std::size_t k = 0; k < parameters.size(); ++k) parameters[k].set_value(inputs[k + 1].value());
    Array<double> y = subject.run(Var<double>(inputs[0].value())).value();
    if (Tape<double>::recording() == nullptr) return Var<double>(std::move(y));
    const std::vector<Array<double>> rows = jacobians(subject, inputs[0].value(), y.shape());
    std::vector<Edge<double>> edges;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      edges.push_back(
          wrt(inputs[k], [jacobian = Var<double>(rows[k]), shape = inputs[k].shape()](const Var<double>& g) {
            return reshape(matmul(reshape(g, {1, g.size()}), jacobian), shape);
          }));
    }
    return record("layer", std::move(y), std::move(edges));
  };
}

/// The printed backward pass of a layer, executed, gives the tape's gradients.
void check_program(const Row& row, const Array<double>& x) {
  Subject<double> subject(row.in_double, row.training);
  Tape<double> tape;
  std::vector<Var<double>> inputs = subject.layer().parameters();
  inputs.push_back(parameter(x, "x"));
  const Var<double> y = subject.run(inputs.back()) * 1.0;
  Generator generator(9);
  const Array<double> cotangent = generator.uniform<double>(y.shape(), 0.5, 1.5);
  const AdjointProgram program = adjoint_program(tape, y, inputs);
  CAPTURE(program.text());
  explain::Values values = values_of(tape);
  values.emplace("cotangent", cotangent);
  const explain::Values adjoints = program.run(values);
  const std::vector<Array<double>> gradients = tape.pullback(y, Var<double>(cotangent), inputs);
  const std::vector<std::string> names = explain::slot_names(tape);
  double scale = 0;
  for (const Array<double>& gradient : gradients) {
    for (const double d : elements(gradient)) scale = std::max(scale, std::abs(d));
  }
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    if (!tape.has(inputs[k])) continue;
    const std::string name = "d" + names[tape.slot_of("test", inputs[k])];
    REQUIRE_MESSAGE(adjoints.contains(name), name);
    const hand_derived::Values scales(gradients[k].size(), scale);
    CHECK(compare(elements(adjoints.at(name)), elements(gradients[k]), scales).largest <= 1e-12);
  }
}

void check_gradients(const Row& row, const Array<double>& x) {
  Subject<double> subject(row.in_double, row.training);
  std::vector<Var<double>> inputs{parameter(x, "x")};
  for (const auto& [name, value] : subject.layer().named_parameters()) {
    inputs.push_back(parameter(Array<double>(value.value()), name));
  }
  const GradcheckReport report = gradcheck(as_function(subject), inputs);
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

const Row* find(const Rows& rows, const Json& golden) {
  for (const Row& row : rows) {
    if (row.layer == golden["layer"] && row.variant == golden["variant"]) return &row;
  }
  return nullptr;
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

std::string text_of(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

/// The classes of modules in nn's headers that can be made, Sequential among them; nn/training has none.
std::set<std::string> classes_in_headers() {
  std::set<std::string> names;
  const std::regex pattern(R"(class (\w+) final : public \w+<T>)");
  for (const auto& file : std::filesystem::recursive_directory_iterator(WENGERT_SOURCE_DIR "/nn")) {
    if (file.path().extension() != ".hpp") continue;
    const std::string header = text_of(file.path());
    for (std::sregex_iterator match(header.begin(), header.end(), pattern), end; match != end; ++match) {
      names.insert((*match)[1]);
    }
  }
  return names;
}

}  // namespace

TEST_CASE("every layer has the shapes that it says, the right gradients, and the same numbers in float") {
  for (const Row& row : all_rows()) {
    CAPTURE(row.layer);
    CAPTURE(row.variant);
    check_shapes(row);
    Generator generator(20151106);
    const Array<float> x = generator.normal<float>(row.input);
    check_gradients(row, cast<double>(x));
    check_program(row, cast<double>(x));
    check_float(row, x, generator.normal<float>(row.output));
  }
}

TEST_CASE("every layer computes PyTorch's outputs, gradients and buffers from a state with PyTorch's names") {
  const Rows rows = all_rows();
  const Json torch = golden::read("layers.json")["rows"];
  REQUIRE(torch.size() + 2 == rows.size());  // dropout draws numbers of its own
  for (const Json& golden : torch) {
    CAPTURE(golden["layer"]);
    CAPTURE(golden["variant"]);
    const Row* row = find(rows, golden);
    REQUIRE(row != nullptr);
    check_against_torch(*row, golden);
  }
}

TEST_CASE("every layer that a header declares has a row in the table and a place in the reference") {
  const std::set<std::string> declared = classes_in_headers();
  REQUIRE(declared.size() >= 20);
  std::set<std::string> rows;
  for (const Row& row : all_rows()) rows.insert(row.layer);
  const std::string page = text_of(WENGERT_SOURCE_DIR "/docs/reference/layers.md");
  for (const std::string& name : declared) {
    CHECK_MESSAGE(rows.contains(name), name << " has no row");
    CHECK_MESSAGE(::contains(page, "`" + name), name << " is not in docs/reference/layers.md");
  }
}

}  // namespace wengert::layers
