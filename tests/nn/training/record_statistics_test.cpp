#include <doctest/doctest.h>

#include <numeric>

#include "../../error_text.hpp"
#include "small_training.hpp"

using namespace wengert;
using namespace wengert::training_tests;

namespace {

/// Trains in the given order, with a callback.
void train(nn::Module<double>& model, std::size_t epochs, double learning_rate, nn::Callback<double>& callback) {
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{.learning_rate = learning_rate});
  nn::FitOptions<double> options = silent(epochs, 6);
  options.shuffle = false;
  options.callbacks = {&callback};
  std::ostringstream advice;
  options.messages = &advice;
  nn::fit(model, optimizer, random_samples(12), options);
}

/// The first batch of these trainings.
Var<double> first_batch() { return slice(Var<double>(random_samples(12).inputs), 0, 0, 6); }

double mean_of(const Array<double>& x) {
  return std::accumulate(x.begin(), x.end(), 0.0) / static_cast<double>(x.size());
}

double norm_of(const Array<double>& x) { return std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 0.0)); }

}  // namespace

TEST_CASE("what the layers give for the first batch of an epoch is recorded") {
  nn::Sequential<double> net = small_network();
  const auto as_initialised = net.copy();
  nn::RecordStatistics<double> statistics;
  train(net, 3, 0.1, statistics);
  REQUIRE(statistics.epochs().size() == 3);
  std::string names;
  for (const nn::LayerStatistics& layer : statistics.epochs()[2].layers) {
    names += layer.name + "." + layer.type + " ";
    CHECK(std::accumulate(layer.histogram.begin(), layer.histogram.end(), 0.0) == doctest::Approx(1.0));
  }
  CHECK(names == "0.Linear 1.BatchNorm1d 2.ReLU 3.Linear ");
  CHECK(statistics.epochs()[2].epoch == 3);

  const Array<double> outputs = (*as_initialised)(first_batch()).value();
  const Snapshot& first = *statistics.epochs()[0].layers[3].output;
  CHECK(first.shape == Shape{6, 3});
  CHECK(first.mean == doctest::Approx(mean_of(outputs)).epsilon(1e-12));
  CHECK(first.largest == *std::max_element(outputs.begin(), outputs.end()));
  CHECK(statistics.epochs()[0].layers[2].output->smallest == 0.0);
  CHECK(statistics.epochs()[2].layers[3].output->mean != first.mean);
}

TEST_CASE("histograms count what is outside of their range at its ends") {
  nn::Linear<double> model = two_classes(1.0, -1.0);
  nn::RecordStatistics<double> statistics({.bins = 4, .range = {-2.0, 2.0}});
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{});
  nn::FitOptions<double> options = silent(1, 5);
  options.callbacks = {&statistics};
  nn::fit(model, optimizer, samples({0.0, 0.5, 1.5, 2.0, 9.0}, {0, 1, 0, 1, 0}), options);
  const std::vector<double> shares = statistics.epochs().at(0).layers.at(0).histogram;  // of ±0, ±0.5, ±1.5, ±2, ±9
  CHECK(shares[0] == doctest::Approx(0.3));
  CHECK(shares[1] == doctest::Approx(0.1));
  CHECK(shares[2] == doctest::Approx(0.3));
  CHECK(shares[3] == doctest::Approx(0.3));
}

TEST_CASE("the norms of gradients are those of the step") {
  nn::Sequential<double> net = small_network();
  nn::RecordStatistics<double> statistics;
  train(net, 1, 0.0, statistics);
  const auto again = small_network().copy();
  const datasets::Dataset<double> data = random_samples(12);
  Tape<double> tape;
  tape.backward(nn::cross_entropy((*again)(first_batch()), {data.labels.begin(), data.labels.begin() + 6}));
  const auto parameters = again->named_parameters();
  const std::vector<nn::GradientNorm>& norms = statistics.epochs().at(0).gradients;
  REQUIRE(norms.size() == parameters.size());
  for (std::size_t k = 0; k < norms.size(); ++k) {
    CHECK(norms[k].name == parameters[k].name);
    CHECK(norms[k].norm == doctest::Approx(norm_of(parameters[k].value.grad())).epsilon(1e-12));
  }
}

TEST_CASE("the gradients of parameters that the optimizer leaves alone do not pile up") {
  nn::Sequential<double> net = small_network(), all = small_network();
  nn::RecordStatistics<double> statistics, of_all;
  optim::Optimizer<optim::SGD, double> optimizer({net.parameters().back()}, optim::SGD{.learning_rate = 0.0});
  nn::FitOptions<double> options = silent(2, 6);
  std::ostringstream advice;
  options.shuffle = false;
  options.callbacks = {&statistics};
  options.messages = &advice;
  nn::fit(net, optimizer, random_samples(12), options);
  train(all, 2, 0.0, of_all);
  for (const std::size_t epoch : {0U, 1U}) {
    const auto &norms = statistics.epochs().at(epoch).gradients, &expected = of_all.epochs().at(epoch).gradients;
    REQUIRE(norms.size() == expected.size());
    for (std::size_t k = 0; k < norms.size(); ++k) CHECK(norms[k].norm == expected[k].norm);
  }
}

TEST_CASE("a batch whose labels are all ignored is no batch that was trained on") {
  nn::Linear<double> model = two_classes(1.0, 0.0);
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{});
  nn::RecordStatistics<double> statistics;
  std::vector<double> losses;
  nn::LambdaCallback<double> note(
      {.on_batch_end = [&](nn::Training<double>& training) { losses.push_back(training.loss); }});
  nn::FitOptions<double> options = silent(1, 1);
  options.shuffle = false;
  options.loss = nn::cross_entropy_loss<double>({.ignore_index = 255});
  options.callbacks = {&statistics, &note};
  nn::fit(model, optimizer, samples({4, 1, 5}, {255, 0, 255}), options);
  REQUIRE(losses.size() == 1);
  CHECK(losses[0] == doctest::Approx(std::log1p(std::exp(-1.0))).epsilon(1e-14));
  REQUIRE(statistics.epochs().size() == 1);
  REQUIRE(statistics.epochs()[0].layers.size() == 1);
  CHECK(statistics.epochs()[0].layers[0].output->largest == 1.0);
  CHECK(statistics.epochs()[0].gradients.size() == 1);
}

TEST_CASE("batch norm's statistics of the batch stand beside what it remembers") {
  nn::Sequential<double> net = small_network();
  const Array<double> x = net[0](first_batch()).value();  // (6, 5)
  nn::RecordStatistics<double> statistics;
  train(net, 1, 0.1, statistics);
  const nn::EpochStatistics& epoch = statistics.epochs().at(0);
  CHECK_FALSE(epoch.layers[0].channels);
  const nn::ChannelStatistics& channels = epoch.layers[1].channels.value();
  REQUIRE(channels.batch_mean.size() == 5);
  for (std::size_t c = 0; c < 5; ++c) {
    double mean = 0.0, variance = 0.0;
    for (std::size_t n = 0; n < 6; ++n) mean += x(n, c) / 6.0;
    for (std::size_t n = 0; n < 6; ++n) variance += (x(n, c) - mean) * (x(n, c) - mean) / 6.0;
    CHECK(channels.batch_mean[c] == doctest::Approx(mean).epsilon(1e-12));
    CHECK(channels.batch_variance[c] == doctest::Approx(variance).epsilon(1e-12));
    CHECK(channels.running_mean[c] == doctest::Approx(0.1 * mean).epsilon(1e-12));
    CHECK(channels.running_variance[c] == doctest::Approx(0.9 + 0.1 * variance * 6.0 / 5.0).epsilon(1e-12));
  }
}

TEST_CASE("recording changes no number of a training") {
  nn::Sequential<double> plain = small_network(), watched = small_network();
  nn::LambdaCallback<double> nothing({});
  nn::RecordStatistics<double> statistics;
  train(plain, 3, 0.1, nothing);
  train(watched, 3, 0.1, statistics);
  CHECK(state_of(plain) == state_of(watched));
}

TEST_CASE("what other callbacks predict is not recorded as the first batch") {
  nn::Sequential<double> plain = small_network(), watched = small_network();
  nn::RecordStatistics<double> alone, among_others;
  train(plain, 2, 0.1, alone);
  optim::Optimizer<optim::SGD, double> optimizer(watched.parameters(), optim::SGD{.learning_rate = 0.1});
  nn::LambdaCallback<double> look(
      {.on_epoch_begin = [](nn::Training<double>& training) { nn::evaluate(training.model, random_samples(7, 5)); }});
  nn::FitOptions<double> options = silent(2, 6);
  std::ostringstream advice;
  options.shuffle = false;
  options.callbacks = {&among_others, &look};
  options.messages = &advice;
  nn::fit(watched, optimizer, random_samples(12), options);
  for (const std::size_t epoch : {0U, 1U}) {
    const auto &expected = alone.epochs().at(epoch).layers, &layers = among_others.epochs().at(epoch).layers;
    REQUIRE(layers.size() == expected.size());
    for (std::size_t k = 0; k < layers.size(); ++k) CHECK(layers[k].output->mean == expected[k].output->mean);
  }
}

TEST_CASE("a training that fails leaves nothing behind in what is recorded next") {
  nn::Sequential<double> net = small_network();
  nn::RecordStatistics<double> statistics;
  CHECK_THROWS(train(net, 2, 1e308, statistics));
  const std::size_t before = statistics.epochs().size();
  nn::Sequential<double> other = small_network(2);
  train(other, 1, 0.1, statistics);
  REQUIRE(statistics.epochs().size() == before + 1);
  CHECK(statistics.epochs().back().layers.size() == 4);
}

TEST_CASE("histograms need a bin and a range") {
  CHECK(error_text([] { nn::RecordStatistics<double>({.bins = 0}); }) ==
        "[RecordStatistics] got 0 bins; expected one or more");
  CHECK(error_text([] {
          nn::RecordStatistics<double>({.range = {1.0, 1.0}});
        }) == "[RecordStatistics] the range of the histograms is from 1 to 1; expected a smaller and a larger number");
}
