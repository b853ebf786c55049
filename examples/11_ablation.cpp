// Batch norm with a part cut out of its backward pass, and the eigenvalues of its Jacobian.
#include <autograd/check/derivatives.hpp>
#include <datasets/datasets.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include "support/spread.hpp"

using namespace wengert;
using Real = Var<double>;

namespace {

constexpr double inside_root = 0.01;  // ε
const auto squared_distance = [](auto x, auto mu) { return square(x - mu); };
const auto normalised = [](auto x, auto mu, auto variance) { return (x - mu) * rsqrt(variance + inside_root); };
const auto without_epsilon = [](auto x, auto mu, auto variance) { return (x - mu) * rsqrt(variance); };

enum class Cut { nothing, mean, mean_in_variance, variance, both, epsilon };
constexpr std::array cuts{
    std::pair{Cut::nothing, "nothing"}, std::pair{Cut::mean, "μ"},        std::pair{Cut::mean_in_variance, "μ in σ²"},
    std::pair{Cut::variance, "σ²"},     std::pair{Cut::both, "μ and σ²"}, std::pair{Cut::epsilon, "ε"}};

/// The same values whatever is cut; what is cut is a constant to the backward pass, and ε is 0 in it.
Real batch_norm(const Real& x, Cut cut) {
  Real mu = mean(x, {0}, keep_dims);  // (1, C)
  const Real in_variance = cut == Cut::nothing || cut == Cut::variance || cut == Cut::epsilon ? mu : stop_gradient(mu);
  Real variance = mean({0}, keep_dims, squared_distance, x, in_variance);  // (1, C)
  if (cut == Cut::mean || cut == Cut::both) mu = stop_gradient(mu);
  if (cut == Cut::variance || cut == Cut::both) variance = stop_gradient(variance);
  const Real y = map(normalised, x, mu, variance);  // (N, C)
  if (cut != Cut::epsilon) return y;
  const Real wrong = map(without_epsilon, x, mu, variance);
  return wrong + stop_gradient(y - wrong);
}

double dot(const Array<double>& x, const Array<double>& y) {
  return std::inner_product(x.begin(), x.end(), y.begin(), 0.0);
}
double norm(const Array<double>& x) { return std::sqrt(dot(x, x)); }

/// The derivatives of ℓ = Σ g · y in a batch of 8: dx, and the second derivative times a random vector.
std::array<Array<double>, 2> derivatives(Cut cut, std::uint64_t seed) {
  Generator generator(seed);
  const Real x = parameter(generator.normal<double>({8, 3}, 2.0, 1.0), "x");
  const Real g(generator.normal<double>({8, 3}));
  const auto loss = [&](const std::vector<Real>& inputs) { return sum(batch_norm(inputs[0], cut) * g); };
  Tape<double> tape;
  const Array<double> dx = tape.gradient(loss({x}), {x}).front();
  return {dx, hvp<double>(loss, {x}, {generator.normal<double>({8, 3})}).front()};
}

void print_errors() {
  fmt::print("1. Relative errors of the derivatives, over 20 batches\n{:<10}{:>14}{:>24}\n", "cut", "order one",
             "order two");
  for (const auto& [cut, name] : cuts) {
    std::array<std::vector<double>, 2> errors;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      const auto right = derivatives(Cut::nothing, seed), found = derivatives(cut, seed);
      for (std::size_t k = 0; k < 2; ++k) errors[k].push_back(norm(found[k] - right[k]) / norm(right[k]));
    }
    const examples::Spread one = examples::spread_of(errors[0]), two = examples::spread_of(errors[1]);
    fmt::print("{:<10}{:>7.3f} to {:.3f}{:>11.3f} to {:.3f}\n", name, one.low, one.high, two.low, two.high);
  }
}

struct Training {
  double loss, weights;  ///< the mean loss of the last epoch, and the norm of the weight before batch norm
};

/// 64-32-10 on the digits for five epochs, without running statistics, by a backward pass with a cut.
Training train(Cut cut, std::uint64_t seed, const datasets::Dataset<double>& digits) {
  Generator generator(seed);
  nn::Linear<double> hidden(64, 32, generator), classes(32, 10, generator);
  optim::Optimizer<optim::SGD, double> optimizer({hidden.weight(), classes.weight(), *classes.bias()},
                                                 optim::SGD{.learning_rate = 0.3});
  datasets::DataLoader<double> loader(digits, {.batch_size = 32, .seed = seed});
  double total = 0.0;
  for (int epoch = 0; epoch < 5; ++epoch) {
    total = 0.0;
    for (const auto& batch : loader) {
      Tape<double> tape;
      const Real h = relu(batch_norm(hidden(Real(batch.inputs)), cut));  // (B, 32)
      const Real loss = nn::cross_entropy(classes(h), batch.labels);
      optimizer.zero_grad();
      tape.backward(loss);
      optimizer.step();
      total += loss.item() / static_cast<double>(loader.batches());
    }
  }
  return {total, norm(hidden.weight().value())};
}

void print_trainings() {
  datasets::Dataset<double> digits = datasets::digits<double>();
  digits.inputs /= 16.0;
  fmt::print("\n2. Five epochs of training, over 3 seeds\n{:<10}{:>16}{:>24}\n", "cut", "loss", "norm of the weight");
  for (const auto& [cut, name] : cuts) {
    std::vector<double> losses, weights;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
      const Training training = train(cut, seed, digits);
      losses.push_back(training.loss);
      weights.push_back(training.weights);
    }
    const examples::Spread loss = examples::spread_of(losses), weight = examples::spread_of(weights);
    fmt::print("{:<10}{:>8.3f} to {:.3f}{:>14.1f} to {:.1f}\n", name, loss.low, loss.high, weight.low, weight.high);
  }
}

/// The largest |J v - λ v| beside the largest |v|.
double residual(const Array<double>& J, const Array<double>& v, double lambda) {
  double largest = 0.0, error = 0.0;
  for (std::size_t i = 0; i < v.size(); ++i) {
    double product = 0.0;
    for (std::size_t j = 0; j < v.size(); ++j) product += J(i, j) * v(j);
    error = std::max(error, std::abs(product - lambda * v(i)));
    largest = std::max(largest, std::abs(v(i)));
  }
  return error / largest;
}

void print_eigenvalues() {
  constexpr double gamma = 1.5, eps = 0.25;
  fmt::print("\n3. The Jacobian of batch norm for one channel of 6, γ = 1.5, ε = 0.25: J v = λ v\n");
  fmt::print("{:<6}{:>8}{:>8}{:>12}{:>10}\n", "seed", "ones", "x̂", "4 others", "as said");
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Generator generator(seed);
    const Real x(generator.normal<double>({6}, 2.0, 1.0));
    const auto y = [](const Real& at) { return wengert::batch_norm(at, Real(gamma), Real(0.0), {0}, eps).y; };
    const Array<double> J = jacobian(y, x);  // (6, 6)
    const Moments<double> m = moments(x, {0});
    const double variance = m.variance.value()(0), scale = gamma / std::sqrt(variance + eps);
    const Array<double> ones = full<double>({6}, 1.0), centred = x.value() - m.mean.value()(0);
    Array<double> other = generator.normal<double>({6});  // without its parts along the ones and x̂
    for (const Array<double>& v : {ones, centred}) other = other - v * (dot(other, v) / dot(v, v));
    const double along = scale * eps / (variance + eps);
    const bool good =
        residual(J, ones, 0.0) < 1e-12 && residual(J, centred, along) < 1e-12 && residual(J, other, scale) < 1e-12;
    fmt::print("{:<6}{:>8.4f}{:>8.4f}{:>12.4f}{:>10}\n", seed, 0.0, along, scale, good ? "yes" : "no");
  }
}

}  // namespace

int main() {
  print_errors();
  print_trainings();
  print_eigenvalues();
}
