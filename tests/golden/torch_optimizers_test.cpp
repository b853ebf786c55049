#include <set>

#include "optimizer_rules.hpp"

// 200 random option sets and gradient sequences against libtorch: gradients that are zero, huge or tiny, and a
// parameter that gets its first gradient late and is left out for a while.

using namespace wengert;
using golden::Json;
using golden::Numbers;

namespace {

template <class T>
Array<T> array(const Numbers& numbers) {
  Array<T> result = empty<T>({numbers.size()});
  std::transform(numbers.begin(), numbers.end(), result.begin(), [](double x) { return static_cast<T>(x); });
  return result;
}

/// Runs the steps, and checks all weights after each to a tolerance relative to the largest number that was there.
template <class T, class Rule>
void check_steps(const Json& file, const Json& test_case, const Rule& rule, double tolerance) {
  std::vector<Var<T>> parameters;
  for (const Json& start : file["weights"]) parameters.push_back(parameter(array<T>(start), "w"));
  optim::Optimizer<Rule, T> optimizer(parameters, rule);
  std::vector<double> floors(parameters.size(), 1.0);
  for (const Json& step : test_case["steps"]) {
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      if (step["gradients"][k].is_null()) parameters[k].zero_grad();
      else parameters[k].set_grad(array<T>(step["gradients"][k]));
    }
    optimizer.step();
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const Numbers expected = step["weights"][k];
      for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(std::abs(static_cast<double>(parameters[k].value()(i)) - expected[i]) <=
              tolerance * std::max(std::abs(expected[i]), floors[k]));
      }
      for (const double w : expected) floors[k] = std::max(floors[k], std::abs(w));
    }
  }
}

/// Whether floats hold all numbers of a case and their squares.
bool fits_floats(const Json& test_case) {
  for (const Json& step : test_case["steps"]) {
    for (const char* key : {"gradients", "weights"}) {
      for (const Json& numbers : step[key]) {
        if (numbers.is_null()) continue;
        for (const double x : Numbers(numbers)) {
          if (std::abs(x) > 1e6 || (x != 0.0 && std::abs(x) < 1e-6)) return false;
        }
      }
    }
  }
  return true;
}

}  // namespace

TEST_CASE("the rules take the steps of libtorch's over 200 random option sets and gradient sequences") {
  const Json file = golden::read("torch_optimizers.json");
  std::size_t cases = 0, in_float = 0;
  std::set<std::string> rules;
  for (const Json& test_case : file["cases"]) {
    const std::string name = test_case["rule"];
    rules.insert(name);
    CAPTURE(cases);
    CAPTURE(name);
    CAPTURE(test_case["options"].dump());
    golden::optimizer_rules::with_rule(name, test_case["options"], [&](const auto& rule) {
      check_steps<double>(file, test_case, rule, 1e-13);
      if (!fits_floats(test_case)) return;
      check_steps<float>(file, test_case, rule, 2e-5);
      ++in_float;
    });
    ++cases;
  }
  CHECK(cases == 200);
  CHECK(rules.size() == 5);
  CHECK(in_float >= 10);
}
