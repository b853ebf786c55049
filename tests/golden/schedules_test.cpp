#include <optim/optim.hpp>

#include "golden.hpp"

using namespace wengert;
using golden::Json;
using golden::Numbers;

namespace {

Numbers rates(const optim::Schedule& schedule, std::size_t epochs) {
  Numbers result;
  for (std::size_t epoch = 0; epoch < epochs; ++epoch) result.push_back(schedule(epoch));
  return result;
}

std::vector<Var<double>> parameters_with(const Json& gradients) {
  std::vector<Var<double>> parameters;
  for (const Numbers gradient : gradients) {
    Array<double> array = empty<double>({gradient.size()});
    std::copy(gradient.begin(), gradient.end(), array.begin());
    parameters.push_back(parameter(zeros<double>(array.shape()), "p"));
    parameters.back().set_grad(std::move(array));
  }
  return parameters;
}

}  // namespace

TEST_CASE("schedules give PyTorch's rates") {
  const Json file = golden::read("optimizers.json");
  const auto error = [&](const optim::Schedule& schedule, const char* name) {
    const Numbers expected = file["schedules"][name];
    return golden::largest_error(rates(schedule, expected.size()), expected, 0.02);
  };
  // PyTorch multiplies the last rate by a factor in each epoch, so its roundings add up.
  CHECK(error(optim::StepSchedule{.rate = 0.5, .period = 3, .factor = 0.4}, "step") < 1e-15);
  CHECK(error(optim::CosineSchedule{.rate = 0.5, .period = 8, .final_rate = 0.02}, "cosine") < 1e-14);
  const auto constant = [](std::size_t) { return 0.5; };
  CHECK(error(optim::WarmUp{.period = 4, .start = 0.25, .then = constant}, "warm_up") < 1e-15);
}

TEST_CASE("the rate falls on a plateau where PyTorch's does, which has one epoch more patience") {
  const Json file = golden::read("optimizers.json");
  for (const Json& test_case : file["plateaus"]) {
    const Json& options = test_case["options"];
    CAPTURE(options.dump());
    optim::OnPlateau plateau({.factor = options["factor"],
                              .patience = options["patience"],
                              .min_delta = options["min_delta"],
                              .min_rate = options["min_rate"],
                              .maximise = options["maximise"]});
    double rate = 1.0;
    Numbers actual;
    for (const double monitored : test_case["monitored"]) {
      rate = plateau.update(monitored, rate).value_or(rate);
      actual.push_back(rate);
    }
    CHECK(actual.front() == 1.0);
    CHECK(actual.back() < 1.0);
    CHECK(actual == test_case["rates"].get<Numbers>());
  }
}

TEST_CASE("clipping does what PyTorch's does") {
  const Json file = golden::read("optimizers.json");
  for (const Json& test_case : file["clipping"]) {
    const auto parameters = parameters_with(file["gradients"]);
    const double limit = test_case["limit"];
    CAPTURE(limit);
    if (test_case["kind"] == "norm") {
      const double norm = optim::clip_by_norm(parameters, limit);
      CHECK(golden::largest_error(Numbers{norm}, {test_case["norm"].get<double>()}, 0.0) < 4e-16);
    } else {
      optim::clip_by_value(parameters, limit);
    }
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      CHECK(golden::largest_error(parameters[p].grad(), test_case["gradients"][p], 1e-9) < 1e-15);
    }
  }
}
