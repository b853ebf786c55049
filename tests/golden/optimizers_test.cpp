#include <optim/optim.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <regex>
#include <set>

#include "golden.hpp"

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

/// Takes the options into the members of the same name, each of which must be there.
template <class Rule>
struct Options {
  std::map<std::string, double Rule::*> numbers;
  std::map<std::string, bool Rule::*> flags;

  Rule apply(const Json& options, Rule rule) const {
    for (const auto& [name, value] : options.items()) {
      if (value.is_boolean()) {
        rule.*flags.at(name) = value;
      } else {
        rule.*numbers.at(name) = value;
      }
    }
    return rule;
  }
};

template <class Rule>
auto trainer(const Options<Rule>& options) {
  return [options](const Json& file, const Json& test_case) {
    return train(file, test_case, options.apply(test_case["options"], Rule::torch()));
  };
}

const std::map<std::string, std::function<Weights(const Json&, const Json&)>> trainers{
    {"SGD", trainer<optim::SGD>({.numbers = {{"learning_rate", &optim::SGD::learning_rate},
                                             {"momentum", &optim::SGD::momentum},
                                             {"weight_decay", &optim::SGD::weight_decay}},
                                 .flags = {{"nesterov", &optim::SGD::nesterov}}})},
    {"Adam", trainer<optim::Adam>({.numbers = {{"learning_rate", &optim::Adam::learning_rate},
                                               {"beta1", &optim::Adam::beta1},
                                               {"beta2", &optim::Adam::beta2},
                                               {"epsilon", &optim::Adam::epsilon},
                                               {"weight_decay", &optim::Adam::weight_decay}},
                                   .flags = {}})},
    {"AdamW", trainer<optim::AdamW>({.numbers = {{"learning_rate", &optim::AdamW::learning_rate},
                                                 {"beta1", &optim::AdamW::beta1},
                                                 {"beta2", &optim::AdamW::beta2},
                                                 {"epsilon", &optim::AdamW::epsilon},
                                                 {"weight_decay", &optim::AdamW::weight_decay}},
                                     .flags = {}})},
    {"RMSprop", trainer<optim::RMSprop>({.numbers = {{"learning_rate", &optim::RMSprop::learning_rate},
                                                     {"alpha", &optim::RMSprop::alpha},
                                                     {"epsilon", &optim::RMSprop::epsilon},
                                                     {"momentum", &optim::RMSprop::momentum},
                                                     {"weight_decay", &optim::RMSprop::weight_decay}},
                                         .flags = {}})},
    {"Adagrad", trainer<optim::Adagrad>({.numbers = {{"learning_rate", &optim::Adagrad::learning_rate},
                                                     {"initial_accumulator", &optim::Adagrad::initial_accumulator},
                                                     {"epsilon", &optim::Adagrad::epsilon},
                                                     {"weight_decay", &optim::Adagrad::weight_decay}},
                                         .flags = {}})},
};

}  // namespace

TEST_CASE("every rule takes the steps of PyTorch's, with its defaults, other options and changing learning rates") {
  const Json file = golden::read("optimizers.json");
  for (const Json& test_case : file["cases"]) {
    const std::string name = test_case["rule"];
    CAPTURE(name);
    CAPTURE(test_case["options"].dump());
    CAPTURE(test_case["rates"].dump());
    const Weights weights = trainers.at(name)(file, test_case);
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
