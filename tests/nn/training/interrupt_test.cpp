#include <doctest/doctest.h>
#include <autograd/base/interrupt.hpp>
#include <nn/training/fit.hpp>

#include <csignal>

#include "small_training.hpp"
#include "temporary_folder.hpp"

using namespace wengert;
using namespace wengert::training_tests;

namespace {

using Handler = void (*)(int);

int signals = 0;
void count_signal(int) { ++signals; }

Handler handler() {
  struct sigaction action = {};
  sigaction(SIGINT, nullptr, &action);
  return action.sa_handler;
}

/// Sets what SIGINT does, and brings back what it did.
class WithHandler {
 public:
  explicit WithHandler(Handler wanted) : before_(std::signal(SIGINT, wanted)) {}
  ~WithHandler() { std::signal(SIGINT, before_); }
  WithHandler(const WithHandler&) = delete;
  WithHandler& operator=(const WithHandler&) = delete;

 private:
  Handler before_;
};

}  // namespace

TEST_CASE("Ctrl-C finishes the step, keeps the complete epochs, calls the callbacks, and says so") {
  const WithHandler usual(&count_signal);
  const TemporaryFolder folder;
  nn::Sequential<double> net = small_network();
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{});
  bool ended = false;
  nn::LambdaCallback<double> interrupt(
      {.on_batch_end =
           [](nn::Training<double>& training) {
             if (training.epoch == 2 && training.batch == 3) std::raise(SIGINT);
           },
       .on_train_end = [&](nn::Training<double>& training) { ended = training.interrupted; }});
  nn::CSVLogger<double> logger(folder.path() / "history.csv");
  nn::FitOptions<double> options = silent(5, 8);
  std::ostringstream messages;
  options.messages = &messages;
  options.callbacks = {&interrupt, &logger};
  const nn::History history = nn::fit(net, optimizer, random_samples(40), options);

  CHECK(history.epochs() == 1);
  CHECK(optimizer.steps() == 8);
  CHECK(ended);
  CHECK(messages.str() ==
        "Interrupted in epoch 2/5 after batch 3/5: the history has 1 complete epoch(s), the network every step.\n");
  CHECK(text_of(folder.path() / "history.csv") == history.csv());
  CHECK(signals == 0);
  std::raise(SIGINT);  // what it did before is back
  CHECK(signals == 1);
}

TEST_CASE("where weights are restored after Ctrl-C, a message takes back that the network has every step") {
  const WithHandler usual(&count_signal);
  nn::Sequential<double> net = small_network();
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{});
  nn::LambdaCallback<double> interrupt({.on_batch_end = [](nn::Training<double>& training) {
    if (training.epoch == 2 && training.batch == 3) std::raise(SIGINT);
  }});
  nn::EarlyStopping<double> stopping({.monitor = "loss", .patience = 5, .restore_best_weights = true});
  nn::FitOptions<double> options = silent(5, 8);
  std::ostringstream messages;
  options.messages = &messages;
  options.callbacks = {&interrupt, &stopping};
  nn::fit(net, optimizer, random_samples(40), options);
  CHECK(messages.str().ends_with(
      "the network every step.\nRestoring model weights from the end of the best epoch: 1.\n"));
}

TEST_CASE("Ctrl-C while an epoch is validated leaves that epoch complete, and ends the training all the same") {
  const WithHandler usual(&count_signal);
  nn::Sequential<double> net = small_network();
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{});
  const datasets::Dataset<double> validation = random_samples(8);
  bool ended = false;
  nn::LambdaCallback<double> look(
      {.on_train_end = [&](nn::Training<double>& training) { ended = training.interrupted; }});
  nn::FitOptions<double> options = silent(5, 8);
  std::ostringstream messages;
  options.messages = &messages;
  options.callbacks = {&look};
  options.validation = &validation;
  options.loss = [&](const Var<double>& outputs, const Indices& labels) {
    if (!net.is_training()) std::raise(SIGINT);
    return nn::cross_entropy(outputs, labels);
  };
  CHECK(nn::fit(net, optimizer, random_samples(40), options).epochs() == 1);
  CHECK(optimizer.steps() == 5);
  CHECK(ended);
  CHECK(messages.str() ==
        "Interrupted in epoch 1/5 after batch 5/5: the history has 1 complete epoch(s), the network every step.\n");
}

TEST_CASE("Ctrl-C in the last step of an epoch leaves that epoch complete, so that it is not lost when one goes on") {
  const WithHandler usual(&count_signal);
  nn::Sequential<double> net = small_network();
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{});
  const datasets::Dataset<double> validation = random_samples(8);
  nn::Progress progress;
  nn::LambdaCallback<double> interrupt(
      {.on_batch_end =
           [](nn::Training<double>& training) {
             if (training.epoch == 2 && training.batch == training.batches) std::raise(SIGINT);
           },
       .on_train_end = [&](nn::Training<double>& training) { progress = training.progress; }});
  nn::FitOptions<double> options = silent(3, 8);
  std::ostringstream messages;
  options.messages = &messages;
  options.callbacks = {&interrupt};
  options.validation = &validation;
  const nn::History begun = nn::fit(net, optimizer, random_samples(40), options);
  CHECK(begun["val_loss"].size() == 2);
  CHECK(messages.str() ==
        "Interrupted in epoch 2/3 after batch 5/5: the history has 2 complete epoch(s), the network every step.\n");
  options.resume = progress;
  const nn::History rest = nn::fit(net, optimizer, random_samples(40), options);
  CHECK(rest.first_epoch() == 3);
  CHECK(rest.epochs() == 1);
}

TEST_CASE("a guard around trainings remembers a Ctrl-C in one of them, and that of the last epoch too") {
  const WithHandler usual(&count_signal);
  nn::Sequential<double> net = small_network();
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{});
  nn::LambdaCallback<double> interrupt({.on_epoch_end = [](nn::Training<double>&) { std::raise(SIGINT); }});
  nn::FitOptions<double> options = silent(1);
  std::ostringstream messages;
  options.messages = &messages;
  options.callbacks = {&interrupt};
  const nn::InterruptGuard guard;
  CHECK(nn::fit(net, optimizer, random_samples(8), options).epochs() == 1);
  CHECK(guard.interrupted());
}

TEST_CASE("only the first Ctrl-C is caught: the second one does what ends a program") {
  const WithHandler usual(&count_signal);
  {
    const nn::InterruptGuard guard;
    CHECK_FALSE(guard.interrupted());
    CHECK((handler() != SIG_DFL));
    std::raise(SIGINT);
    CHECK(guard.interrupted());
    CHECK((handler() == SIG_DFL));
  }
  CHECK((handler() == &count_signal));
  CHECK_FALSE(nn::InterruptGuard().interrupted());
}

TEST_CASE("guards within a guard share what it remembers, and the last one brings back what was before") {
  const WithHandler usual(&count_signal);
  auto outer = std::make_unique<nn::InterruptGuard>();
  auto inner = std::make_unique<nn::InterruptGuard>();
  inner.reset();
  CHECK((handler() != &count_signal));
  std::raise(SIGINT);
  CHECK(outer->interrupted());
  inner = std::make_unique<nn::InterruptGuard>();
  CHECK(inner->interrupted());
  outer.reset();
  CHECK((handler() == SIG_DFL));  // the second Ctrl-C still ends the program
  inner.reset();
  CHECK((handler() == &count_signal));
}

TEST_CASE("a program that ignores Ctrl-C goes on ignoring it") {
  const WithHandler ignored(SIG_IGN);
  const nn::InterruptGuard guard;
  std::raise(SIGINT);
  CHECK_FALSE(guard.interrupted());
}
