#include <filesystem>
#include <regex>
#include <set>

#include "optimizer_rules.hpp"

using namespace wengert;
using golden::Json;
using golden::Numbers;

namespace {

using Weights = std::vector<Numbers>;  // after every step

Array<double> array(const Numbers& numbers) {
  Array<double> result = empty<double>({numbers.size()});
  std::copy(numbers.begin(), numbers.end(), result.begin());
  return result;
}

template <class Rule>
Weights train(const Json& file, const Json& test_case, const Rule& rule) {
  const Var<double> w = parameter(array(file["weights"]), "w");
  optim::Optimizer optimizer(std::vector{w}, rule);
  Weights weights;
  for (std::size_t step = 0; step < file["gradients"].size(); ++step) {
    if (!test_case["rates"].is_null()) optimizer.set_learning_rate(test_case["rates"][step]);
    w.set_grad(array(file["gradients"][step]));
    optimizer.step();
    weights.emplace_back(w.value().begin(), w.value().end());
  }
  return weights;
}

}  // namespace

TEST_CASE("every rule takes the steps of PyTorch's, with its defaults, other options and changing learning rates") {
  const Json file = golden::read("optimizers.json");
  for (const Json& test_case : file["cases"]) {
    const std::string name = test_case["rule"];
    CAPTURE(name);
    CAPTURE(test_case["options"].dump());
    CAPTURE(test_case["rates"].dump());
    const Weights weights = golden::optimizer_rules::with_rule(
        name, test_case["options"], [&](const auto& rule) { return train(file, test_case, rule); });
    REQUIRE(weights.size() == test_case["weights"].size());
    for (std::size_t step = 0; step < weights.size(); ++step) {
      CAPTURE(step);
      // The weights that are not small are subtracted from in every step, and each time rounded to 1.1e-16 of them.
      CHECK(golden::largest_error(weights[step], test_case["weights"][step], 1.0) < 2e-15);
    }
  }
}

TEST_CASE("every rule of the library is among the cases") {
  std::set<std::string> tested;
  const Json file = golden::read("optimizers.json");
  for (const Json& test_case : file["cases"]) tested.insert(test_case["rule"].get<std::string>());
  const std::regex declaration("const char\\* name = \"(\\w+)\"");
  std::size_t rules = 0;
  for (const auto& entry : std::filesystem::directory_iterator(WENGERT_SOURCE_DIR "/optim/rules")) {
    std::ifstream header(entry.path());
    const std::string text(std::istreambuf_iterator<char>(header), {});
    std::smatch match;
    if (!std::regex_search(text, match, declaration)) continue;
    ++rules;
    CHECK_MESSAGE(tested.contains(match[1]), match[1].str());
  }
  CHECK(rules == tested.size());
}
