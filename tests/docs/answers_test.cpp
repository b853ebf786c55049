// What the pages say that a reader of their exercises will see: done here, and compared with the page.
#include <doctest/doctest.h>
#include <autograd/autograd.hpp>
#include <autograd/check/compare.hpp>
#include <autograd/check/gradcheck.hpp>
#include <autograd/explain/print_tape.hpp>
#include <autograd/explain/program.hpp>
#include <datasets/datasets.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include <fstream>
#include <regex>
#include <sstream>

#include "../error_text.hpp"

using namespace wengert;

namespace {

/// A page with its line ends as single blanks, so that a sentence can be found whatever its lines.
std::string page(const std::string& name) {
  std::ifstream file(WENGERT_SOURCE_DIR "/docs/" + name);
  REQUIRE(file.is_open());
  std::ostringstream text;
  text << file.rdbuf();
  return std::regex_replace(text.str(), std::regex("\\s+"), " ");
}

bool says(const std::string& name, const std::string& text) {
  return contains(page(name), std::regex_replace(text, std::regex("\\s+"), " "));
}

constexpr Constant epsilon{"ε", 0.01};

/// Numbers below each other, (N, 1).
Array<double> column(const std::vector<double>& numbers) {
  Array<double> array = empty<double>({numbers.size(), 1});
  std::copy(numbers.begin(), numbers.end(), array.data());
  return array;
}

/// Tutorial 3's data.
struct Rows {
  Generator generator{1};
  Var<double> x = parameter(generator.normal<double>({8, 3}, 2.0, 3.0), "x");
  Var<double> gamma = parameter(Array<double>{1.0, 0.5, 2.0}, "γ");
  Var<double> beta = parameter(Array<double>{0.0, 1.0, -1.0}, "β");
};

// The normalisation of tutorial 3's answer.
const auto distance = [](auto x, auto mu) { return abs(x - mu); };
const auto formula = [](auto x, auto mu, auto d, auto gamma, auto beta) {
  return gamma * ((x - mu) / (d + epsilon)) + beta;
};

Var<double> by_distance(const Var<double>& x, const Var<double>& gamma, const Var<double>& beta) {
  const Var<double> mu = mean(x, {0}, keep_dims).named("μ");
  const Var<double> d = mean({0}, keep_dims, distance, x, mu).named("d");
  return map(formula, x, mu, d, gamma, beta).named("y");
}

/// The program of tutorial 2, but for its last lines; `squared` makes the square of w.
std::string backward_of_tutorial_2(Var<double> (*squared)(const Var<double>& w), const char* name_of_v7) {
  const Var<double> w = parameter(scalar(0.5), "w"), b = parameter(scalar(0.25), "b");
  const Var<double> x = Var<double>(2.0).named("x"), target = Var<double>(1.0).named("t");
  const Constant decay{"λ", 0.1};
  Tape<double> tape;
  const Var<double> z = (w * x + b).named("z"), a = tanh(z).named("a"), error = square(a - target).named("error");
  Var<double> w_squared = squared(w);
  if (name_of_v7 != nullptr) w_squared = w_squared.named(name_of_v7);
  const Var<double> loss = (error + (decay * w_squared).named("penalty")).named("loss");
  return adjoint_program(tape, loss).text();
}

}  // namespace

TEST_CASE("tutorial 1: a step downhill, and a parameter that is changed too early") {
  const auto loss_of = [](const Var<double>& w, const Var<double>& b) {
    const Var<double> x(Array<double>{0.0, 1.0, 2.0, 3.0}), target(Array<double>{1.0, 0.0, 2.0, 4.0});
    return mean(square(w * x + b - target));
  };
  Var<double> w = parameter(scalar(2.0), "w"), b = parameter(scalar(-1.0), "b");
  {
    Tape<double> tape;
    tape.backward(loss_of(w, b));
  }
  w.set_value(w.value() - 0.1 * w.grad());
  b.set_value(b.value() - 0.1 * b.grad());
  CHECK(w.item() == doctest::Approx(1.7));
  CHECK(b.item() == doctest::Approx(-1.05));
  CHECK(loss_of(w, b).item() == doctest::Approx(1.1875));
  CHECK(says("tutorials/01_first_gradient.md", "the loss falls to 1.1875"));

  Var<double> fresh = parameter(scalar(2.0), "w");
  const std::string no_gradient = error_text([&] { fresh.set_value(fresh.value() - 0.1 * fresh.grad()); });
  CHECK(says("tutorials/01_first_gradient.md", "```text\n" + no_gradient + "\n```"));
  Tape<double> tape;
  const Var<double> loss = loss_of(fresh, b);
  fresh.set_value(scalar(1.7));
  CHECK(says("tutorials/01_first_gradient.md", "```text\n" + error_text([&] { tape.backward(loss); }) + "\n```"));
}

TEST_CASE("tutorial 2: w times w has the backward pass of the square, and a name changes lines alone") {
  const auto by_square = [](const Var<double>& w) { return square(w); };
  const auto by_product = [](const Var<double>& w) { return w * w; };
  const std::string with_square = backward_of_tutorial_2(by_square, nullptr);
  CHECK(backward_of_tutorial_2(by_product, nullptr) == with_square);
  const std::string named = backward_of_tutorial_2(by_square, "ww");
  CHECK(named != with_square);
  CHECK(contains(named, "dww"));
  CHECK(std::count(named.begin(), named.end(), '\n') == std::count(with_square.begin(), with_square.end(), '\n'));
}

TEST_CASE("tutorial 3: dividing by the mean absolute deviation") {
  const Rows rows;
  Tape<double> tape;
  const std::string program = adjoint_program(tape, by_distance(rows.x, rows.gamma, rows.beta)).text();
  CHECK(
      std::regex_search(program, std::regex("dd +\\+?= -sum\\{0, keep\\}\\(γ · \\(x - μ\\) · dy / \\(d \\+ ε\\)²\\)")));
  CHECK(says("tutorials/03_batch_norm_from_its_formula.md", "dd = -sum{0, keep}(γ · (x - μ) · dy / (d + ε)²)"));
  CHECK_MESSAGE(contains(program, "dd · sign(x - μ) / 8"), program);
  CHECK(says("tutorials/03_batch_norm_from_its_formula.md", "dd · sign(x - μ) / 8"));
  CHECK(gradcheck(by_distance, {rows.x, rows.gamma, rows.beta}, {.order = 2}).verdict == Verdict::pass);
}

TEST_CASE("tutorial 4: a bias before batch norm has no gradient, and a constant neuron needs ε inside the root") {
  const Var<double> z(column({1.0, -2.0, 0.5, 3.0, -1.0})), t(column({1.0, 0.0, 1.0, 1.0, 0.0}));
  const auto with_bias = [&](const Var<double>& b, const Var<double>& gamma) {
    const Var<double> normalised = batch_norm(z + b, gamma, Var<double>(zeros<double>({1, 1})), {0}, 1e-3).y;
    return mean(square(sigmoid(normalised) - t));
  };
  const Var<double> b = parameter(scalar(0.3), "b"), gamma = parameter(full<double>({1, 1}, 1.5), "γ");
  const GradcheckReport report = gradcheck(with_bias, {b, gamma});
  CHECK(report.verdict == Verdict::vacuous);
  CHECK(contains(report.text(), "'b'"));
  CHECK(says("tutorials/04_a_neuron_by_hand.md", "says *vacuous* and names `b`"));
  CHECK(gradcheck([&](const Var<double>& g) { return with_bias(Var<double>(b.value()), g); }, {gamma}).verdict ==
        Verdict::pass);

  const Var<double> constant = parameter(full<double>({5, 1}, 2.0), "z");
  const Var<double> beta(zeros<double>({1, 1}));
  const Array<double> cotangent = column({1.0, 2.0, -1.0, 0.5, 0.25});
  const auto dz = [&](const auto& f) {
    Tape<double> tape;
    const Var<double> y = f(constant, gamma, beta);
    return tape.pullback(y, cotangent, {constant})[0];
  };
  const Array<double> inside = dz([](auto x, auto g, auto s) { return batch_norm(x, g, s, {0}, 1e-3).y; });
  const Array<double> outside = dz([](auto x, auto g, auto s) {
    const Var<double> mu = mean(x, {0}, keep_dims), variance = mean(square(x - mu), {0}, keep_dims);
    return g * ((x - mu) / (sqrt(variance) + 1e-3)) + s;
  });
  const Array<double> in_a_formula = dz([](auto x, auto g, auto s) {
    const Var<double> mu = mean(x, {0}, keep_dims), variance = mean(square(x - mu), {0}, keep_dims);
    const auto slip = [](auto a, auto m, auto v, auto c, auto d) { return c * ((a - m) / (sqrt(v) + 1e-3)) + d; };
    return map(slip, x, mu, variance, g, s);
  });
  const double mean_of_cotangent = 2.75 / 5.0;
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(inside(i, 0) == doctest::Approx(1.5 * (cotangent(i, 0) - mean_of_cotangent) / std::sqrt(1e-3)));
    CHECK(outside(i, 0) == doctest::Approx(1.5 * (cotangent(i, 0) - mean_of_cotangent) / 1e-3));
    CHECK(std::isnan(in_a_formula(i, 0)));
  }
}

TEST_CASE("tutorial 5: batches of one are refused") {
  const auto train = datasets::train_test_split(datasets::digits<float>(), {.test_size = 0.9}).train;
  Generator generator(1);
  nn::Sequential net{nn::Linear(64, 128, generator), nn::BatchNorm1d(128), nn::ReLU(), nn::Linear(128, 10, generator)};
  optim::Optimizer optimizer(net.parameters(), optim::Adam{});
  const std::string refusal =
      error_text([&] { nn::fit(net, optimizer, train, {.batch_size = 1, .verbose = nn::Verbose::silent}); });
  CHECK_MESSAGE(says("tutorials/05_train_as_in_keras.md", refusal), refusal);
}

TEST_CASE("tutorial 8: the closed form of RMS norm is that of batch norm without the mean of dy") {
  Generator generator(8);
  const Var<double> x = parameter(generator.normal<double>({8, 3}, 1.0, 2.0), "x");
  const Var<double> gamma(generator.normal<double>({3}));
  const Var<double> dy(generator.normal<double>({8, 3}));
  Tape<double> tape;
  const auto rms_norm = [](auto a, auto s, auto g) { return g * a * rsqrt(s + epsilon); };
  const Var<double> variance = mean(square(x), {0}, keep_dims);
  const Array<double> dx = tape.pullback(map(rms_norm, x, variance, gamma), dy, {x}).front();
  const NoRecord pause;
  const Var<double> r = rsqrt(variance + epsilon), x_hat = x * r;
  const Var<double> closed = gamma * r * (dy - mean(dy * x_hat, {0}, keep_dims) * x_hat);
  CHECK(compare("dx", closed.value(), dx, {.relative = 1e-12, .absolute = 1e-12}).approximate);
  CHECK(says("tutorials/08_closed_form.md", "`γ · rsqrt(σ² + ε) · (dy - mean(dy · x̂) · x̂)`"));
}

TEST_CASE("the program of the page on training runs") {
  Generator generator(42);
  nn::Sequential net{nn::Linear(64, 128, generator), nn::BatchNorm1d(128), nn::ReLU(), nn::Linear(128, 10, generator)};
  optim::Optimizer optimizer(net.parameters(), optim::Adam{.learning_rate = 1e-3});
  const auto [train, test] = datasets::train_test_split(datasets::digits<float>());
  CHECK(contains(nn::summary(net, {64}, {.optimizer = &optimizer}), "Optimizer params"));
  nn::EarlyStopping stopping({.patience = 3, .restore_best_weights = true});
  const nn::History history =
      nn::fit(net, optimizer, train,
              {.epochs = 3, .validation_split = 0.1, .callbacks = {&stopping}, .verbose = nn::Verbose::silent});
  CHECK(history["loss"].back() < history["loss"].front());
  CHECK(nn::evaluate(net, test).accuracy > 0.8);
  CHECK(nn::predict(net, test.inputs).shape() == Shape{test.size(), 10});
}
