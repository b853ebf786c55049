#include <doctest/doctest.h>
#include <nn/losses/categorical_cross_entropy.hpp>
#include <nn/training/classes.hpp>
#include <nn/training/fit.hpp>

#include <cmath>

#include "../../error_text.hpp"
#include "small_training.hpp"
#include "temporary_folder.hpp"

using namespace wengert;
using namespace wengert::training_tests;

namespace {

/// A network that a test of what can be learnt trains: in-16-out.
nn::Sequential<double> network(std::size_t in, std::size_t out) {
  Generator generator(5);
  return nn::Sequential<double>{nn::Linear<double>(in, 16, generator), nn::Tanh<double>(),
                                nn::Linear<double>(16, out, generator)};
}

nn::History train(nn::Module<double>& net, const datasets::Dataset<double>& data, nn::FitOptions<double> options) {
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{.learning_rate = 0.01});
  options.epochs = 150;
  options.batch_size = 16;
  options.verbose = nn::Verbose::silent;
  options.validation = &data;
  return nn::fit(net, optimizer, data, options);
}

using Columns = std::vector<std::string>;

/// Numbers below each other.
Array<double> column(const std::vector<double>& numbers) {
  Array<double> array = empty<double>({numbers.size(), std::size_t{1}});
  std::copy(numbers.begin(), numbers.end(), array.data());
  return array;
}

/// 64 points of the plane.
Array<double> plane() { return Generator(7).normal<double>({64, 2}); }

/// One step of `fit` at rate 1 on a Linear(1, 1) of zeros without bias: minus the gradient.
double step_of(const datasets::Dataset<double>& data, const nn::Loss<double>& loss) {
  Generator generator(1);
  nn::Linear<double> model(1, 1, generator, {.bias = false});
  model.weight().set_value(zeros<double>({1, 1}));
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{.learning_rate = 1.0});
  nn::FitOptions<double> options = silent(1);
  options.loss = loss;
  nn::fit(model, optimizer, data, options);
  return model.weight().item();
}

/// A network that gives what it is given.
struct Given final : nn::Module<double> {
  Var<double> forward(const Var<double>& x) override { return x; }
};

}  // namespace

TEST_CASE("a regression is fitted, its columns are the loss and the mean absolute error") {
  const Array<double> x = plane();
  Array<double> y = empty<double>({64, 1});
  for (std::size_t n = 0; n < 64; ++n) y(n, 0) = x(n, 0) - 0.5 * x(n, 1) + 1.0;
  nn::Sequential<double> net = network(2, 1);
  const datasets::Dataset<double> data{.inputs = x, .targets = y};
  nn::History history({"a"});
  SUBCASE("mse") { history = train(net, data, {.loss = nn::mse<double>}); }
  SUBCASE("mae") { history = train(net, data, {.loss = nn::mae<double>}); }
  SUBCASE("huber") { history = train(net, data, {.loss = nn::huber<double>}); }
  SUBCASE("huber of another delta") { history = train(net, data, {.loss = nn::huber_loss<double>(0.5)}); }
  CHECK(history.columns() == Columns{"loss", "mae", "val_loss", "val_mae"});
  CHECK(history["val_mae"].back() < 0.2 * history["mae"].front());
  double sum = 0.0;
  const Array<double> got = nn::predict(net, x);
  for (std::size_t n = 0; n < 64; ++n) sum += std::abs(got(n, 0) - y(n, 0));
  CHECK(history["val_mae"].back() == doctest::Approx(sum / 64.0).epsilon(1e-12));
}

TEST_CASE("yes or no from one logit or one probability, from labels and from targets") {
  const Array<double> x = plane();
  datasets::Dataset<double> labels{.inputs = x}, targets{.inputs = x, .targets = empty<double>({64, 1})};
  for (std::size_t n = 0; n < 64; ++n) {
    labels.labels.push_back(x(n, 0) + x(n, 1) > 0.3 ? 1 : 0);
    (*targets.targets)(n, 0) = static_cast<double>(labels.labels.back());
  }
  nn::Sequential<double> net = network(2, 1);
  nn::Loss<double> loss = nn::binary_cross_entropy<double>;
  SUBCASE("logits") {}
  SUBCASE("probabilities") {
    net.add(nn::Sigmoid<double>());
    loss = nn::binary_cross_entropy_from_probabilities<double>;
  }
  for (const datasets::Dataset<double>* data : {&labels, &targets}) {
    const nn::History history = train(net, *data, {.loss = loss});
    CHECK(history.columns() == Columns{"accuracy", "loss", "val_accuracy", "val_loss"});
    CHECK(history["val_accuracy"].back() > 0.95);
    const nn::Evaluation score = nn::evaluate(net, *data, {.loss = loss});
    CHECK(score.accuracy == history["val_accuracy"].back());
    CHECK(score["loss"] == score.loss);
  }
}

TEST_CASE("several yes-or-no answers of one sample are fitted, and each counts for the accuracy") {
  const Array<double> x = plane();
  Array<double> y = empty<double>({64, 3});
  for (std::size_t n = 0; n < 64; ++n) {
    y(n, 0) = x(n, 0) > 0.0 ? 1.0 : 0.0;
    y(n, 1) = x(n, 1) > 0.0 ? 1.0 : 0.0;
    y(n, 2) = 1.0;
  }
  nn::Sequential<double> net = network(2, 3);
  const datasets::Dataset<double> data{.inputs = x, .targets = y};
  const nn::History history = train(net, data, {.loss = nn::binary_cross_entropy<double>});
  CHECK(history["val_accuracy"].back() > 0.95);
  const Array<double> z = nn::predict(net, x);
  std::size_t right = 0;
  for (std::size_t i = 0; i < z.size(); ++i) right += (z.data()[i] > 0.0) == (y.data()[i] > 0.5) ? 1U : 0U;
  CHECK(history["val_accuracy"].back() == doctest::Approx(static_cast<double>(right) / 192.0).epsilon(1e-14));
}

TEST_CASE("one-hot classes give bitwise the training of labels, from logits and from probabilities") {
  const Array<double> x = plane();
  datasets::Dataset<double> labels{.inputs = x}, targets{.inputs = x};
  for (std::size_t n = 0; n < 64; ++n) labels.labels.push_back(x(n, 0) > 0.5 ? 0 : x(n, 1) > 0.0 ? 1 : 2);
  targets.targets = one_hot<double>(labels.labels, 3);
  nn::Sequential<double> one = network(2, 3), other = network(2, 3);
  nn::Loss<double> of_labels = nn::cross_entropy<double>, of_targets = nn::categorical_cross_entropy<double>;
  SUBCASE("logits") {}
  SUBCASE("probabilities") {
    one.add(nn::Softmax<double>());
    other.add(nn::Softmax<double>());
    of_labels = nn::cross_entropy_from_probabilities<double>;
    of_targets = nn::categorical_cross_entropy_from_probabilities<double>;
  }
  const nn::History a = train(one, labels, {.loss = of_labels}), b = train(other, targets, {.loss = of_targets});
  CHECK(a.columns() == b.columns());
  CHECK(a["val_accuracy"].back() > 0.95);
  for (std::size_t epoch = 0; epoch < a.epochs(); ++epoch) {
    CHECK(a["loss"][epoch] == doctest::Approx(b["loss"][epoch]).epsilon(1e-9));  // sums in another order
    CHECK(a["accuracy"][epoch] == b["accuracy"][epoch]);
  }
}

TEST_CASE("sequences have a label for every place") {
  // The class of place l is whether x[n, l] is larger than the number before it; the first place is of class 0.
  Generator generator(3);
  const Array<double> x = generator.normal<double>({64, 5, 2});
  datasets::Dataset<double> data{.inputs = x, .labels_per_sample = 5};
  for (std::size_t n = 0; n < 64; ++n) {
    for (std::size_t l = 0; l < 5; ++l) data.labels.push_back(x(n, l, 0) > x(n, l, 1) ? 1 : 2);
  }
  nn::Sequential<double> net = network(2, 3);  // of every place alone: (N, 5, 2) -> (N, 5, 3)
  const nn::History history = train(net, data, {});
  CHECK(history["val_accuracy"].back() > 0.97);
  const auto classes = nn::argmax(nn::predict(net, x));
  REQUIRE(classes.size() == 320);
  std::size_t right = 0;
  for (std::size_t i = 0; i < 320; ++i) right += classes[i] == data.labels[i] ? 1U : 0U;
  CHECK(history["val_accuracy"].back() == doctest::Approx(static_cast<double>(right) / 320.0).epsilon(1e-14));
}

TEST_CASE("an autoencoder learns its inputs, as targets or from the batch") {
  const Array<double> x = plane();
  const auto of_batch = [](const Var<double>& y, const datasets::Batch<double>& batch) {
    return nn::mse(y, batch.inputs);
  };
  nn::Sequential<double> one = network(2, 2), other = network(2, 2);
  const datasets::Dataset<double> data{.inputs = x, .targets = x};
  const nn::History a = train(one, data, {.loss = nn::mse<double>}), b = train(other, data, {.loss = of_batch});
  CHECK(a["val_loss"].back() < 0.05 * a["loss"].front());
  CHECK(b.columns() == Columns{"loss", "val_loss"});
  CHECK(a["loss"] == b["loss"]);
  CHECK(state_of(one) == state_of(other));
}

TEST_CASE("inputs alone are learnt by a loss of the batch, and refused by one of labels or of targets") {
  const Array<double> x = plane();
  const auto of_batch = [](const Var<double>& y, const datasets::Batch<double>& batch) {
    return nn::mse(y, batch.inputs);
  };
  nn::Sequential<double> one = network(2, 2), other = network(2, 2);
  const nn::History alone = train(one, {.inputs = x}, {.loss = of_batch});
  CHECK(alone["loss"] == train(other, {.inputs = x, .targets = x}, {.loss = of_batch})["loss"]);
  CHECK(alone.columns() == Columns{"loss", "val_loss"});
  CHECK(error_text([&] { train(one, {.inputs = x}, {}); }).starts_with("[loss] it takes labels, but the batch has"));
  CHECK(error_text([&] {
          train(one, {.inputs = x}, {.loss = nn::mse<double>});
        }).starts_with("[loss] it compares outputs of shape (16, 2) with targets, but the batch has 0 labels"));
}

TEST_CASE("labels that a loss ignores do not count for the accuracy, whatever the loss is written as") {
  // Logits (x, 0): the winner is class 0 where x > 0. Of the labels 0, 1, 255, 1 two of three are right.
  nn::Linear<double> model = two_classes(1.0, 0.0);
  const datasets::Dataset<double> data = samples({1, -1, 5, 2}, {0, 1, 255, 1});
  nn::Loss<double> loss = nn::cross_entropy_loss<double>({.ignore_index = 255});
  SUBCASE("named") {}
  SUBCASE("written out") {
    loss = [](const Var<double>& y, const Indices& labels) {
      return nn::cross_entropy(y, labels, {.ignore_index = 255});
    };
  }
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{.learning_rate = 0.0});
  nn::FitOptions<double> options = silent(1, 2);
  options.loss = loss;
  options.shuffle = false;
  options.validation = &data;
  const nn::History history = nn::fit(model, optimizer, data, options);
  CHECK(history["accuracy"][0] == doctest::Approx(2.0 / 3.0).epsilon(1e-15));
  CHECK(history["val_accuracy"][0] == doctest::Approx(2.0 / 3.0).epsilon(1e-15));
  CHECK(nn::evaluate(model, data, {.batch_size = 3, .loss = loss}).accuracy ==
        doctest::Approx(2.0 / 3.0).epsilon(1e-15));
}

TEST_CASE("an ignored label that is a class does not count either if the loss says so") {
  nn::Linear<double> model = two_classes(1.0, 0.0);
  const datasets::Dataset<double> data = samples({1, -1, -5, 2}, {0, 1, 0, 1});
  CHECK(nn::evaluate(model, data, {.loss = nn::cross_entropy_loss<double>({.ignore_index = 0})}).accuracy == 0.5);
}

TEST_CASE("an accuracy that is told nothing follows the loss: what the outputs are, and which label is ignored") {
  const auto accuracy = [](nn::Module<double>& model, const datasets::Dataset<double>& data,
                           const nn::Loss<double>& loss) {
    const std::vector<nn::MetricFunction<double>> metrics{nn::accuracy_metric<double>()};
    return nn::evaluate(model, data, {.loss = loss, .metrics = metrics}).accuracy;
  };
  nn::Linear<double> classes = two_classes(1.0, 0.0);  // the winner is class 0 where x > 0
  const datasets::Dataset<double> labelled = samples({1, -1, -5, 2}, {0, 1, 0, 1});
  CHECK(accuracy(classes, labelled, nn::cross_entropy_loss<double>({.ignore_index = 0})) == 0.5);
  CHECK(accuracy(classes, labelled, nn::cross_entropy<double>) == 0.5);

  Given given;
  const datasets::Dataset<double> shares{.inputs = column({0.2, 0.4, 0.6, 0.9}), .targets = column({0, 1, 0, 1})};
  CHECK(accuracy(given, shares, nn::binary_cross_entropy_from_probabilities<double>) == 0.5);
  CHECK(accuracy(given, shares, nn::mse<double>) == 0.5);
  const datasets::Dataset<double> logits{.inputs = column({-2, -1, 3, 1}), .targets = column({0, 1, 0, 1})};
  CHECK(accuracy(given, logits, nn::binary_cross_entropy<double>) == 0.5);
  const datasets::Dataset<double> flat{.inputs = Array<double>{-2, -1, 3, 1}, .targets = Array<double>{0, 0, 1, 0}};
  CHECK(accuracy(given, flat, nn::binary_cross_entropy<double>) == 0.75);
  CHECK(accuracy(given, flat, [](const Var<double>& y, const Var<double>& t) { return nn::mse(y, t); }) == 0.75);
}

TEST_CASE("the loss of a dataset with ignored labels does not depend on the batches, with weights or without") {
  // Logits (x, 0): label 0 costs log(1 + e^-x), label 1 log(1 + e^x). Three of six count.
  nn::Linear<double> model = two_classes(1.0, 0.0);
  datasets::Dataset<double> data = samples({1, 4, -2, 5, 6, 3}, {0, 255, 1, 255, 255, 1});
  const nn::Loss<double> loss = nn::cross_entropy_loss<double>({.ignore_index = 255});
  const double first = std::log1p(std::exp(-1.0)), second = std::log1p(std::exp(-2.0)),
               third = std::log1p(std::exp(3.0));
  const nn::EvaluateOptions<double> options{.loss = loss, .metrics = {{"same", loss}}};
  const auto check = [&](double expected) {
    for (const std::size_t batch_size : {1U, 2U, 3U, 4U, 6U}) {
      nn::EvaluateOptions<double> in_batches = options;
      in_batches.batch_size = batch_size;
      CHECK(nn::evaluate(model, data, in_batches).loss == doctest::Approx(expected).epsilon(1e-14));
      CHECK(nn::evaluate(model, data, in_batches)["same"] ==
            doctest::Approx((first + second + third) / 3.0).epsilon(1e-14));
    }
  };
  check((first + second + third) / 3.0);
  data.weights = Array<double>{2, 7, 3, 2, 7, 0};
  check((2.0 * first + 3.0 * second) / 3.0);
  data.weights = Array<double>{0, 7, 0, 2, 7, 0};
  check(0.0);
}

TEST_CASE("sample weights go with all outputs of a sample, be they (B, L, K) or one row for each label") {
  const Indices labels{0, 1, 1, 0, 1, 0};
  const Array<double> logits = Generator(1).normal<double>({3, 2, 2});
  const datasets::Batch<double> batch{
      .inputs = zeros<double>({3, 1}), .labels = labels, .weights = Array<double>{2.0, 0.0, 0.5}};
  const nn::Loss<double> loss(nn::default_loss<double>);
  const double expected = loss(logits, batch).item();
  CHECK(loss(reshape(Var<double>(logits), {6, 2}), batch).item() == doctest::Approx(expected).epsilon(1e-14));
  const auto of_superfluous_rows = [&] { loss(reshape(Var<double>(logits), {4, 3}), batch); };
  CHECK(error_text(of_superfluous_rows) ==
        "[loss] got outputs of shape (4, 3) for 3 samples with weights; expected as many rows for each sample");
}

TEST_CASE("fit skips batches whose labels are all ignored; where that is all of them, it is an Error") {
  nn::Linear<double> model = two_classes(1.0, 0.0);
  const datasets::Dataset<double> data = samples({4, 1, 5, 3}, {255, 0, 255, 1}), none = samples({1, 2}, {255, 255});
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{.learning_rate = 0.0});
  nn::FitOptions<double> options = silent(1, 1);
  options.loss = nn::cross_entropy_loss<double>({.ignore_index = 255});
  options.validation = &data;
  std::ostringstream output;
  options.verbose = nn::Verbose::bar;
  options.output = &output;
  const nn::History history = nn::fit(model, optimizer, data, options);
  CHECK(optimizer.steps() == 2);
  CHECK(output.str().find("nan") == std::string::npos);  // of the first batch there is no mean
  const double expected = (std::log1p(std::exp(-1.0)) + std::log1p(std::exp(3.0))) / 2.0;
  CHECK(history["loss"][0] == doctest::Approx(expected).epsilon(1e-14));
  CHECK(history["val_loss"][0] == doctest::Approx(expected).epsilon(1e-14));
  const std::string text =
      "the loss ignores every label of the dataset; expected one that counts; check the labels and ignore_index";
  CHECK(error_text([&] { nn::fit(model, optimizer, none, options); }) == "[fit] " + text);
  CHECK(error_text([&] { nn::evaluate(model, none, {.loss = options.loss}); }) == "[evaluate] " + text);
}

TEST_CASE("sample weights multiply what each sample adds to the loss") {
  // For y = w x at w = 0 and mse the gradient is mean(-2 x t), so with weights the step is Σ weight 2 x t / N.
  const Array<double> x = column({1.0, 2.0, 3.0}), t = column({1.0, -1.0, 2.0});
  datasets::Dataset<double> data{.inputs = x, .targets = t, .weights = Array<double>{1.0, 2.0, 1.0}};
  CHECK(step_of(data, nn::mse<double>) == doctest::Approx((2.0 - 2.0 * 4.0 + 12.0) / 3.0).epsilon(1e-14));
  data.weights = Array<double>{1.0, 1.0, 1.0};
  const datasets::Dataset<double> plain{.inputs = x, .targets = t};
  CHECK(step_of(data, nn::mse<double>) == doctest::Approx(step_of(plain, nn::mse<double>)).epsilon(1e-14));
  data.weights = Array<double>{0.0, 3.0, 0.0};  // a third of the batch, three times
  CHECK(step_of(data, nn::mse<double>) == doctest::Approx(-4.0).epsilon(1e-14));
  data.weights = Array<double>{0.0, 0.0, 0.0};
  CHECK(step_of(data, nn::mse<double>) == 0.0);
  const double of_twos = step_of({.inputs = x, .labels = {1, 0, 1}, .weights = Array<double>{2.0, 2.0, 2.0}},
                                 nn::binary_cross_entropy<double>);
  CHECK(of_twos ==
        doctest::Approx(2.0 * step_of({.inputs = x, .labels = {1, 0, 1}}, nn::binary_cross_entropy<double>)));
}

TEST_CASE("metrics of one's own have columns, in training and in evaluation, and parts add up over batches") {
  nn::Linear<double> model = two_classes(1.0, 0.0);
  const datasets::Dataset<double> data = samples({1, 2, 3, 4, 5}, {0, 0, 0, 0, 0});
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{.learning_rate = 0.0});
  nn::FitOptions<double> options = silent(1, 2);
  options.validation = &data;
  options.metrics = {{"zero", [](const Var<double>&, const datasets::Batch<double>&) { return 0.0; }},
                     {"first", [](const Var<double>& y, const Indices&) { return mean(y).item(); }},
                     {"largest", [](const Var<double>& y, const datasets::Batch<double>& batch) {
                        return nn::Tally{max(y).item(), static_cast<double>(batch.size()) / 2.0};
                      }}};
  const nn::History history = nn::fit(model, optimizer, data, options);
  CHECK(history.columns() ==
        Columns{"first", "largest", "loss", "zero", "val_first", "val_largest", "val_loss", "val_zero"});
  CHECK(history["val_first"][0] == doctest::Approx(1.5).epsilon(1e-15));  // outputs (x, 0)
  CHECK(history["val_largest"][0] == doctest::Approx((2.0 + 4.0 + 5.0) / 2.5).epsilon(1e-15));
  const auto error = [&](const nn::Metrics<double>& metrics) {
    return error_text([&] { nn::evaluate(model, data, {.metrics = metrics}); });
  };
  const auto none = [](const Var<double>&, const Indices&) { return 0.0; };
  CHECK(error({{"a", none}, {"a", none}}).starts_with("[evaluate] a metric is called 'a'; expected a name of its own"));
  CHECK(error({{"loss", none}}).starts_with("[evaluate] a metric is called 'loss'"));
  CHECK(error({{"val_a", none}}).starts_with("[evaluate] a metric is called 'val_a'"));
  CHECK(nn::evaluate(model, data, {.metrics = std::vector<nn::MetricFunction<double>>{}}).numbers.size() == 1);
  const auto of_nothing = [](const Var<double>&, const datasets::Batch<double>&) { return nn::Tally{}; };
  CHECK(fmt::format("{}", nn::evaluate(model, data, {.metrics = {{"a", of_nothing}}})["a"]) == "nan");
}

TEST_CASE("a loss and data that do not fit each other are refused with what would") {
  nn::Sequential<double> net = network(1, 1);
  const Array<double> x = column({1.0, 2.0, 3.0}), y = column({0.5, 1.5, 99.0});
  const auto error = [&](const datasets::Dataset<double>& data, const nn::Loss<double>& loss) {
    return error_text([&] { train(net, data, {.loss = loss}); });
  };
  CHECK(error({.inputs = x, .targets = y}, nn::cross_entropy<double>)
            .starts_with("[loss] it takes labels, but the batch has targets (3, 1) and no labels; for numbers use "));
  CHECK(
      error({.inputs = x, .labels = {0, 23, 99}}, nn::mse<double>)
          .starts_with("[loss] it compares outputs of shape (3, 1) with targets, but the batch has 3 labels up to 99"));
  const std::string many_classes = error({.inputs = x, .labels = {23, 7, 99}}, nn::cross_entropy<double>);
  CHECK(many_classes.find("is out of range") != std::string::npos);
  CHECK(many_classes.ends_with("one output is for yes or no (binary_cross_entropy) or a number (mse), with targets"));
  CHECK(error({.inputs = x, .targets = column({1.0, 2.0})}, nn::mse<double>).find("inputs and targets disagree") !=
        std::string::npos);
}

TEST_CASE("classes have names, and a matrix of what was taken for what") {
  const Array<double> outputs{{0.1, 0.9, 0.0}, {2.0, 2.0, 1.0}, {-3.0, -2.0, -1.0}, {0.0, 1.0, 0.0}};
  const std::vector<std::size_t> predicted = nn::argmax(outputs);
  CHECK(predicted == std::vector<std::size_t>{1, 0, 2, 1});
  CHECK(nn::names_of(predicted, {"a", "b", "c"}) == std::vector<std::string>{"b", "a", "c", "b"});
  CHECK(error_text([&] { nn::names_of({1}, {"a"}); }) == "[names_of] class 1 has no name: there are 1 names");
  CHECK(error_text([] {
          nn::argmax(Array<double>{{1.0, std::nan("")}});
        }) == "[argmax] row 0 has a NaN, so it has no largest element");
  const nn::ConfusionMatrix matrix({1, 0, 0, 1}, predicted, 3);
  CHECK(matrix(1, 1) == 2);
  CHECK(matrix(0, 2) == 1);
  CHECK(matrix.accuracy() == 0.75);
  CHECK(matrix.recall(0) == 0.5);
  CHECK(matrix.precision(0) == 1.0);
  CHECK(std::isnan(matrix.recall(2)));
  CHECK(matrix.text({"cat", "dog", "emu"}) ==
        "label \\ predicted  cat  dog  emu\n"
        "cat                  1    0    1\n"
        "dog                  0    2    0\n"
        "emu                  0    0    0\n");
  CHECK(nn::ConfusionMatrix({0}, {0}, 1).text({"a\nb"}) == "label \\ predicted  a\\x0ab\na\\x0ab                  1\n");
  CHECK_THROWS_AS(nn::ConfusionMatrix({3}, {0}, 3), Error);
  CHECK(error_text([] { nn::ConfusionMatrix({5}, {5}, std::size_t{1} << 32U); }) ==
        "[ConfusionMatrix] got 4294967296 classes; expected at most 1048576");
  const nn::ConfusionMatrix none({}, {}, 1);
  CHECK(fmt::format("{} {} {}", none.accuracy(), none.recall(0), none.precision(0)) == "nan nan nan");
}
