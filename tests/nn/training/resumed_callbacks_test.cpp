#include <doctest/doctest.h>
#include <nn/training/checkpoint.hpp>

#include <sstream>
#include <tuple>

#include "../../error_text.hpp"
#include "small_training.hpp"
#include "temporary_folder.hpp"

using namespace wengert;
using namespace wengert::training_tests;

TEST_CASE("what callbacks remember from epoch to epoch goes on when a training is resumed") {
  const TemporaryFolder folder;
  const std::string last = (folder.path() / "last").string(), best = (folder.path() / "best").string();
  const auto train = [&](std::size_t epochs, bool resume, std::size_t& stopped, std::string& messages) {
    nn::Sequential<double> net = small_network();
    optim::Optimizer<optim::SGD, double> optimizer(net.parameters(), optim::SGD{.learning_rate = 1e-3});
    // Nothing improves by as much, and the loss falls, so that the first epoch has the largest.
    nn::ReduceLROnPlateau<double> reduce({.monitor = "loss", .patience = 3, .min_delta = 100});
    nn::EarlyStopping<double> stopping(
        {.monitor = "loss", .min_delta = 100, .patience = 5, .restore_best_weights = true});
    nn::ModelCheckpoint<double> of_best(best, {.monitor = "loss", .save_best_only = true, .mode = nn::Mode::max});
    nn::ModelCheckpoint<double> of_last(last);
    nn::FitOptions<double> options = silent(epochs, 8);
    std::ostringstream said;
    options.messages = &said;
    options.callbacks = {&reduce, &stopping, &of_best, &of_last};
    if (resume) options.resume = nn::load_checkpoint(last, net, optimizer);
    nn::fit(net, optimizer, random_samples(40), options);
    stopped = stopping.stopped_epoch();
    messages = said.str();
    return std::pair(optimizer.learning_rate(), text_of(last));
  };
  std::size_t stopped = 0;
  std::string messages;
  const auto whole = train(9, false, stopped, messages);
  CHECK(stopped == 6);
  CHECK(whole.first == doctest::Approx(1e-4));  // reduced after the fourth epoch
  const std::string of_first_epoch = text_of(best);
  for (const std::size_t epochs : {1U, 2U, 3U, 4U, 5U}) {
    CAPTURE(epochs);
    train(epochs, false, stopped, messages);
    CHECK(stopped == 0);
    CHECK(train(9, true, stopped, messages) == whole);
    CHECK(stopped == 6);
    CHECK(messages.find("The best epoch, 1, was before this training was resumed") != std::string::npos);
    CHECK(text_of(best) == of_first_epoch);
  }
}

TEST_CASE("a note that is not what a callback remembers is refused") {
  for (const char* note : {"", "1", "1 2", "1 2 3 4", "1 2 x", "1,2,3", "1 -1 0", "1 nan 0", "1 2 1e30"}) {
    CAPTURE(std::string(note));
    nn::Linear<double> model = two_classes(0.0, 0.0);
    optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{});
    nn::ReduceLROnPlateau<double> reduce({.monitor = "loss"});
    nn::FitOptions<double> options = silent(2, 2);
    options.callbacks = {&reduce};
    options.resume = nn::Progress{.epoch = 1, .notes = {{"ReduceLROnPlateau(loss)", note}}};
    const std::string text = error_text([&] { nn::fit(model, optimizer, samples({1, 2}, {0, 1}), options); });
    CHECK_MESSAGE(text.ends_with("expected 3 numbers"), text);
  }
}

TEST_CASE("callbacks of one kind that watch one column keep what they remember apart") {
  const TemporaryFolder folder;
  const std::string last = (folder.path() / "last").string();
  const std::string largest = (folder.path() / "largest").string(), smallest = (folder.path() / "smallest").string();
  const auto train = [&](std::size_t epochs, bool resume) {
    nn::Sequential<double> net = small_network();
    optim::Optimizer<optim::SGD, double> optimizer(net.parameters(), optim::SGD{.learning_rate = 1e-3});
    // By 100 nothing improves, so that the first one stops; the loss falls, so that the second one never waits.
    nn::EarlyStopping<double> first({.monitor = "loss", .min_delta = 100, .patience = 5});
    nn::EarlyStopping<double> second({.monitor = "loss", .patience = 5});
    nn::ModelCheckpoint<double> of_largest(largest, {.monitor = "loss", .save_best_only = true, .mode = nn::Mode::max});
    nn::ModelCheckpoint<double> of_smallest(smallest, {.monitor = "loss", .save_best_only = true});
    nn::ModelCheckpoint<double> of_last(last);
    nn::FitOptions<double> options = silent(epochs, 8);
    options.callbacks = {&first, &second, &of_largest, &of_smallest, &of_last};
    if (resume) options.resume = nn::load_checkpoint(last, net, optimizer);
    nn::fit(net, optimizer, random_samples(40), options);
    CHECK(second.stopped_epoch() == 0);
    return std::tuple(first.stopped_epoch(), text_of(last), text_of(largest), text_of(smallest));
  };
  const auto whole = train(9, false);
  CHECK(std::get<0>(whole) == 6);
  for (const std::size_t epochs : {1U, 3U, 5U}) {
    CAPTURE(epochs);
    train(epochs, false);
    CHECK(train(9, true) == whole);
  }
}

TEST_CASE("an epoch that is resumed shows all of its steps when it is complete") {
  nn::Linear<double> model = two_classes(0.0, 0.0);
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{});
  std::ostringstream out;
  nn::FitOptions<double> options{.epochs = 2, .batch_size = 2, .verbose = nn::Verbose::lines, .output = &out};
  options.resume = nn::Progress{.epoch = 1, .batch = 2};
  nn::fit(model, optimizer, samples({1, 2, 3, 4, 5, 6}, {0, 1, 0, 1, 0, 1}), options);
  CHECK_MESSAGE(out.str().starts_with("Epoch 2/2\n3/3 - "), out.str());
}
