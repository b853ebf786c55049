// Writes torch_optimizers.json: 200 random sets of options of libtorch's optimizers, each with five steps of gradients
// for two parameters, of which some come late, are left out for a while, are zero or huge, and the weights after every
// step.
//   g++ -std=c++17 -isystem /usr/include/torch/csrc/api/include torch_optimizers.cpp -ltorch -ltorch_cpu -lc10 -lfmt
//   ./a.out > torch_optimizers.json

#include <fmt/format.h>
#include <torch/torch.h>

#include <functional>
#include <optional>
#include <random>

namespace {

std::mt19937_64 source(1964);

double uniform(double low, double high) { return low + (high - low) * static_cast<double>(source() >> 11) * 0x1p-53; }

/// A number of three digits, so that the file stays short.
double rounded(double x) { return std::stod(fmt::format("{:.3g}", x)); }

/// A number whose logarithm is uniform, or 0 with the given probability.
double spread(double low, double high, double zero = 0.0) {
  return uniform(0, 1) < zero ? 0.0 : rounded(std::exp(uniform(std::log(low), std::log(high))));
}

struct Case {
  std::string rule;
  std::string options;
  std::unique_ptr<torch::optim::Optimizer> optimizer;
};

using Parameters = std::vector<torch::Tensor>;

Case sgd(const Parameters& w) {
  const double rate = spread(1e-4, 1), momentum = uniform(0, 1) < 0.3 ? 0 : rounded(uniform(0.1, 0.99));
  const double decay = spread(1e-4, 0.1, 0.5);
  const bool nesterov = momentum > 0 && uniform(0, 1) < 0.5;
  return {"SGD",
          fmt::format(R"({{"learning_rate":{},"momentum":{},"weight_decay":{},"nesterov":{}}})", rate, momentum, decay,
                      nesterov),
          std::make_unique<torch::optim::SGD>(
              w, torch::optim::SGDOptions(rate).momentum(momentum).weight_decay(decay).nesterov(nesterov))};
}

template <class Optimizer, class Options>
Case adam(const char* rule, const Parameters& w) {
  const double rate = spread(1e-5, 0.1), beta1 = rounded(uniform(0, 0.99)), beta2 = rounded(uniform(0.5, 0.9999));
  const double epsilon = spread(1e-12, 1e-2), decay = spread(1e-4, 0.1, 0.5);
  return {rule,
          fmt::format(R"({{"learning_rate":{},"beta1":{},"beta2":{},"epsilon":{},"weight_decay":{}}})", rate, beta1,
                      beta2, epsilon, decay),
          std::make_unique<Optimizer>(w, Options(rate).betas({beta1, beta2}).eps(epsilon).weight_decay(decay))};
}

Case rmsprop(const Parameters& w) {
  const double rate = spread(1e-5, 0.1), alpha = rounded(uniform(0.1, 0.999)), epsilon = spread(1e-12, 1e-2);
  const double momentum = uniform(0, 1) < 0.5 ? 0 : rounded(uniform(0.1, 0.99)), decay = spread(1e-4, 0.1, 0.5);
  return {"RMSprop",
          fmt::format(R"({{"learning_rate":{},"alpha":{},"epsilon":{},"momentum":{},"weight_decay":{}}})", rate, alpha,
                      epsilon, momentum, decay),
          std::make_unique<torch::optim::RMSprop>(
              w, torch::optim::RMSpropOptions(rate).alpha(alpha).eps(epsilon).momentum(momentum).weight_decay(decay))};
}

Case adagrad(const Parameters& w) {
  const double rate = spread(1e-3, 1), start = spread(1e-3, 1, 0.5), epsilon = spread(1e-12, 1e-2);
  const double decay = spread(1e-4, 0.1, 0.5);
  return {"Adagrad",
          fmt::format(R"({{"learning_rate":{},"initial_accumulator":{},"epsilon":{},"weight_decay":{}}})", rate, start,
                      epsilon, decay),
          std::make_unique<torch::optim::Adagrad>(
              w, torch::optim::AdagradOptions(rate).initial_accumulator_value(start).eps(epsilon).weight_decay(decay))};
}

double gradient() {
  const double kind = uniform(0, 1);
  if (kind < 0.2) return 0.0;
  const double sign = uniform(0, 1) < 0.5 ? -1.0 : 1.0;
  return sign * (kind < 0.3 ? spread(1e10, 1e60) : kind < 0.4 ? spread(1e-60, 1e-10) : spread(1e-3, 10));
}

std::string list(const std::vector<double>& numbers) { return fmt::format("[{}]", fmt::join(numbers, ",")); }

std::string list(const torch::Tensor& tensor) {
  return list({tensor.data_ptr<double>(), tensor.data_ptr<double>() + tensor.numel()});
}

/// The gradient that a parameter gets in a step, or none.
std::string give_gradient(torch::Tensor& w, bool is_given) {
  if (!is_given) {
    w.mutable_grad() = torch::Tensor();
    return "null";
  }
  std::vector<double> numbers;
  for (std::int64_t i = 0; i < w.numel(); ++i) numbers.push_back(gradient());
  w.mutable_grad() = torch::tensor(numbers, torch::kDouble);
  return list(numbers);
}

std::string run(std::size_t number) {
  Parameters w{torch::tensor({0.5, -1.25}, torch::kDouble), torch::tensor({2.0}, torch::kDouble)};
  for (torch::Tensor& parameter : w) parameter.set_requires_grad(true);
  const std::array<std::function<Case()>, 5> makers{
      [&] { return sgd(w); }, [&] { return adam<torch::optim::Adam, torch::optim::AdamOptions>("Adam", w); },
      [&] { return adam<torch::optim::AdamW, torch::optim::AdamWOptions>("AdamW", w); }, [&] { return rmsprop(w); },
      [&] { return adagrad(w); }};
  const Case test_case = makers[number % makers.size()]();
  const double late = uniform(0, 4), frozen = uniform(0, 8);
  std::vector<std::string> steps;
  for (int step = 0; step < 5; ++step) {
    const bool is_given = step >= static_cast<int>(late) && step != static_cast<int>(frozen);
    const std::string first = give_gradient(w[0], true), second = give_gradient(w[1], is_given);
    test_case.optimizer->step();
    steps.push_back(fmt::format(R"({{"gradients":[{},{}],"weights":[{},{}]}})", first, second, list(w[0]), list(w[1])));
  }
  return fmt::format("{{\"rule\":\"{}\",\"options\":{},\n\"steps\":[{}]}}", test_case.rule, test_case.options,
                     fmt::join(steps, ",\n"));
}

}  // namespace

int main() {
  std::vector<std::string> cases;
  for (std::size_t number = 0; number < 200; ++number) cases.push_back(run(number));
  fmt::print(
      "{{\"made by\":\"torch_optimizers.cpp with libtorch "
      "{}\",\n\"weights\":[[0.5,-1.25],[2.0]],\n\"cases\":[\n{}\n]}}\n",
      TORCH_VERSION, fmt::join(cases, ",\n"));
}
