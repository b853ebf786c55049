#include <doctest/doctest.h>
#include <nn/training/checkpoint.hpp>

#include "../../error_text.hpp"
#include "small_training.hpp"
#include "temporary_folder.hpp"

using namespace wengert;
using namespace wengert::training_tests;

namespace {

const double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// After which epoch early stopping ends a training with these numbers.
std::size_t stops(const nn::EarlyStoppingOptions& options, const std::vector<double>& numbers) {
  nn::EarlyStopping<double> stopping(options);
  return MadeUpTraining(options.monitor).run(stopping, numbers);
}

}  // namespace

TEST_CASE("callbacks are called in their order, and the history has the epoch when it ends") {
  std::string events;
  const auto recorder = [&](const char* name) {
    const auto event = [&events, name](const char* what) {
      return [&events, name, what](nn::Training<double>& training) {
        events += fmt::format("{}{}{}.{}/{} ", name, what, training.epoch, training.batch, training.history.epochs());
      };
    };
    return nn::LambdaCallback<double>({event("<"), event("("), event("|"), event(")"), event(">")});
  };
  nn::LambdaCallback<double> a = recorder("a"), b = recorder("b");
  nn::Linear<double> model = two_classes(0.0, 0.0);
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{});
  nn::FitOptions<double> options = silent(2, 2);
  options.callbacks = {&a, &b};
  nn::fit(model, optimizer, samples({1, 2, 3, 4}, {0, 1, 0, 1}), options);
  CHECK(events ==
        "a<0.0/0 b<0.0/0 a(1.0/0 b(1.0/0 a|1.1/0 b|1.1/0 a|1.2/0 b|1.2/0 a)1.2/1 b)1.2/1 "
        "a(2.0/1 b(2.0/1 a|2.1/1 b|2.1/1 a|2.2/1 b|2.2/1 a)2.2/2 b)2.2/2 a>2.2/2 b>2.2/2 ");
}

TEST_CASE("a callback that asks for it ends the training after the epoch") {
  nn::LambdaCallback<double> stop({.on_batch_end = [](nn::Training<double>& training) { training.stop = true; }});
  nn::Linear<double> model = two_classes(0.0, 0.0);
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{});
  nn::FitOptions<double> options = silent(9, 1);
  options.callbacks = {&stop};
  CHECK(nn::fit(model, optimizer, samples({1, 2}, {0, 1}), options).epochs() == 1);
  CHECK(optimizer.steps() == 2);
}

TEST_CASE("early stopping waits as Keras does") {
  const std::vector<double> numbers{0.5, 0.4, 0.4, 0.3, 0.6, 0.35, 0.31, 0.2};
  CHECK(stops({}, numbers) == 3);  // the defaults: val_loss, patience 0
  CHECK(stops({.patience = 1}, numbers) == 3);
  CHECK(stops({.patience = 2}, numbers) == 6);
  CHECK(stops({.patience = 3}, numbers) == 7);
  CHECK(stops({.patience = 4}, numbers) == 8);
  CHECK(stops({.min_delta = 0.15, .patience = 2}, numbers) == 3);
  CHECK(stops({.min_delta = -0.15, .patience = 2}, numbers) == 3);
  CHECK(stops({.patience = 2, .start_from_epoch = 4}, numbers) == 8);
  CHECK(stops({.monitor = "val_accuracy", .patience = 2}, numbers) == 3);
  CHECK(stops({.patience = 2, .mode = nn::Mode::max}, numbers) == 3);
  CHECK(stops({.patience = 3, .baseline = 0.35}, numbers) == 3);  // epoch 2 improves, but not on the baseline
  CHECK(stops({.patience = 2, .baseline = 0.45}, numbers) == 6);
  CHECK(stops({.patience = 1}, {0.5, 0.5, 0.4}) == 2);  // an equal number is not better
  CHECK(stops({.monitor = "val_accuracy", .patience = 1}, {0.5, 0.5, 0.6}) == 2);
  CHECK(stops({}, {not_a_number, 0.5, 0.6}) == 3);
  CHECK(stops({}, {not_a_number, not_a_number}) == 2);  // the first epoch never stops
}

TEST_CASE("numbers to compare with that are not finite are refused") {
  for (const double bad : {not_a_number, HUGE_VAL, -HUGE_VAL}) {
    const auto refused = [](const auto& make, const char* text) { CHECK(error_text(make).starts_with(text)); };
    refused([&] { nn::EarlyStopping<double>({.min_delta = bad}); }, "[EarlyStopping] min_delta is");
    refused([&] { nn::EarlyStopping<double>({.baseline = bad}); }, "[EarlyStopping] the baseline is");
    refused([&] { nn::ReduceLROnPlateau<double>({.min_delta = bad}); }, "[ReduceLROnPlateau] min_delta is");
  }
}

TEST_CASE("early stopping restores the best weights and says so") {
  nn::EarlyStopping<double> stopping({.patience = 2, .restore_best_weights = true, .verbose = true});
  MadeUpTraining training("val_loss");
  SUBCASE("when it stops") {
    CHECK(training.run(stopping, {0.5, 0.3, 0.4, 0.35, 0.1}) == 4);
    CHECK(training.text() == "Epoch 4: early stopping\nRestoring model weights from the end of the best epoch: 2.\n");
    CHECK(stopping.stopped_epoch() == 4);
  }
  SUBCASE("and when the training ends before") {
    CHECK(training.run(stopping, {0.5, 0.3, 0.4}) == 3);
    CHECK(training.text() == "Restoring model weights from the end of the best epoch: 2.\n");
    CHECK(stopping.stopped_epoch() == 0);
  }
  CHECK(stopping.best_epoch() == 2);
  CHECK(training.model.weight().value() == full<double>({2, 1}, 2.0));
}

TEST_CASE("without being asked early stopping keeps the last weights and is silent") {
  nn::EarlyStopping<double> stopping({.patience = 2});
  MadeUpTraining training("val_loss");
  CHECK(training.run(stopping, {0.5, 0.3, 0.4, 0.35, 0.1}) == 4);
  CHECK(training.text().empty());
  CHECK(training.model.weight().value() == full<double>({2, 1}, 4.0));
}

TEST_CASE("where no number is finite the first epoch counts as the best") {
  nn::EarlyStopping<double> stopping({.patience = 3, .restore_best_weights = true});
  MadeUpTraining training("val_loss");
  training.run(stopping, {not_a_number, not_a_number, not_a_number});
  CHECK(stopping.best_epoch() == 1);
  CHECK(training.model.weight().value() == full<double>({2, 1}, 1.0));
}

TEST_CASE("a callback that is used again knows nothing of the training before") {
  MadeUpTraining first("val_loss"), second("val_loss");
  SUBCASE("early stopping") {
    nn::EarlyStopping<double> stopping({.patience = 1, .restore_best_weights = true});
    first.run(stopping, {0.1, 0.2});
    CHECK(stopping.stopped_epoch() == 2);
    second.run(stopping, {0.5, 0.4});
    CHECK(stopping.stopped_epoch() == 0);
    CHECK(stopping.best_epoch() == 2);
    CHECK(second.model.weight().value() == full<double>({2, 1}, 2.0));
  }
  SUBCASE("the learning rate on a plateau") {
    nn::ReduceLROnPlateau<double> reduce({.factor = 0.5, .patience = 2});
    first.run(reduce, {0.1, 0.2});
    second.run(reduce, {0.5, 0.4, 0.3});
    CHECK(second.rates == std::vector<double>{1, 1, 1});
  }
  SUBCASE("the best checkpoint") {
    std::size_t saved = 0;
    const auto save = [&](const std::filesystem::path&, const nn::Training<double>&) { ++saved; };
    nn::ModelCheckpoint<double> checkpoint("best", save, {.save_best_only = true});
    first.run(checkpoint, {0.1});
    second.run(checkpoint, {0.5});
    CHECK(saved == 2);
  }
}

TEST_CASE("best weights include the running statistics") {
  nn::Sequential<double> net = small_network();
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{.learning_rate = 0.5});
  std::vector<std::vector<Array<double>>> states;
  nn::LambdaCallback<double> keep(
      {.on_epoch_end = [&](nn::Training<double>& training) { states.push_back(state_of(training.model)); }});
  nn::EarlyStopping<double> stopping({.monitor = "loss", .patience = 100, .restore_best_weights = true});
  nn::FitOptions<double> options = silent(6, 8);
  options.callbacks = {&keep, &stopping};
  nn::fit(net, optimizer, random_samples(40), options);
  CHECK(state_of(net) == states.at(stopping.best_epoch() - 1));
}

TEST_CASE("a monitor that is not reported is refused with what there is") {
  MadeUpTraining training("loss");
  nn::EarlyStopping<double> stopping;
  CHECK(error_text([&] { training.run(stopping, {0.5}); }) ==
        "[EarlyStopping] it monitors 'val_loss', which this training does not report: there is loss; give fit data to "
        "validate with, or monitor one of these");
  nn::ReduceLROnPlateau<double> reduce;
  CHECK(error_text([&] { training.run(reduce, {0.5}); }).starts_with("[ReduceLROnPlateau] it monitors 'val_loss'"));
}

TEST_CASE("the learning rate is reduced where a number stays on a plateau") {
  const auto rates = [](nn::ReduceLROnPlateauOptions options, const std::vector<double>& numbers) {
    nn::ReduceLROnPlateau<double> reduce(std::move(options));
    MadeUpTraining training("val_loss");
    training.run(reduce, numbers);
    return training.rates;
  };
  const std::vector<double> flat{0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.4, 0.4};
  CHECK(rates({.factor = 0.5, .patience = 2}, flat) == std::vector<double>{1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25});
  CHECK(rates({.factor = 0.5, .patience = 2, .cooldown = 1}, flat) ==
        std::vector<double>{1, 1, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25});
  CHECK(rates({.factor = 0.5, .patience = 1, .cooldown = 2}, flat) ==
        std::vector<double>{1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.0625});
  CHECK(rates({.factor = 0.5, .patience = 1, .min_rate = 0.3}, flat).back() == 0.3);
  CHECK(rates({.factor = 0.5, .patience = 1}, {0.5, 0.49995, 0.4}) == std::vector<double>{1, 0.5, 0.5});
  CHECK(rates({.patience = 1}, {0.5, 0.49995}) == std::vector<double>{1, 0.1});
  CHECK(error_text([] {
          nn::ReduceLROnPlateau<double>({.factor = 1.0});
        }).starts_with("[ReduceLROnPlateau] factor is 1"));
}

TEST_CASE("a reduction is announced, and an accuracy is to rise") {
  nn::ReduceLROnPlateau<double> reduce({.monitor = "accuracy", .factor = 0.5, .patience = 1, .verbose = true});
  MadeUpTraining training("accuracy");
  training.run(reduce, {0.5, 0.6, 0.6});
  CHECK(training.text() == "Epoch 3: ReduceLROnPlateau reducing learning rate to 0.5.\n");
}

TEST_CASE("a schedule sees the epoch from 0 and the present rate") {
  nn::LearningRateScheduler<double> halve([](std::size_t epoch, double rate) { return epoch < 2 ? rate : rate / 2.0; },
                                          true);
  MadeUpTraining training("loss");
  training.run(halve, {3, 2, 1, 0});
  CHECK(training.rates == std::vector<double>{1, 1, 0.5, 0.25});
  CHECK(training.text().starts_with("Epoch 1: LearningRateScheduler setting learning rate to 1.\n"));
  nn::LearningRateScheduler<double> wrong([](std::size_t, double) { return -1.0; });
  CHECK_THROWS_AS(training.run(wrong, {1}), Error);
  CHECK_THROWS_AS(nn::LearningRateScheduler<double>(nn::LearningRateScheduler<double>::Schedule{}), Error);
}

TEST_CASE("a training that is resumed inside an epoch keeps the rate of that epoch") {
  for (const auto& [progress, expected] :
       {std::pair{nn::Progress{.epoch = 0, .batch = 1}, 0.5}, std::pair{nn::Progress{.epoch = 1, .batch = 0}, 0.5},
        std::pair{nn::Progress{.epoch = 0, .batch = 0}, 0.25}}) {
    nn::LearningRateScheduler<double> halve([](std::size_t, double rate) { return rate / 2.0; });
    nn::Linear<double> model = two_classes(0.0, 0.0);
    optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{.learning_rate = 1.0});
    nn::FitOptions<double> options = silent(2, 1);
    options.resume = progress;
    options.callbacks = {&halve};
    nn::fit(model, optimizer, samples({1, 2}, {0, 1}), options);
    CHECK(optimizer.learning_rate() == expected);
  }
}

TEST_CASE("the schedules of optim set the rate too") {
  nn::LearningRateScheduler<double> scheduler(optim::StepSchedule{.rate = 0.5, .period = 2, .factor = 0.5});
  MadeUpTraining training("loss");
  training.run(scheduler, {4, 3, 2, 1, 0});
  CHECK(training.rates == std::vector<double>{0.5, 0.5, 0.25, 0.25, 0.125});
}

TEST_CASE("the CSV logger writes every epoch at once, a new table or on to one that is there") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "new" / "log.csv";
  std::string after_first;
  const auto fit = [&](std::size_t begin, std::size_t end, bool append) {
    nn::CSVLogger<double> logger(file, {.append = append});
    nn::LambdaCallback<double> look({.on_epoch_end = [&](nn::Training<double>& training) {
      if (training.epoch == 1) after_first = text_of(file);
    }});
    nn::Linear<double> model = two_classes(0.0, 0.0);  // inputs of 0: the loss is log 2, class 0 wins
    optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{});
    nn::FitOptions<double> options = silent(end);
    options.initial_epoch = begin;
    options.callbacks = {&logger, &look};
    nn::fit(model, optimizer, samples({0, 0}, {0, 1}), options);
  };
  const std::string row = ",0.5,0.6931471805599453\n", header = "epoch,accuracy,loss\n";
  fit(0, 2, false);
  CHECK(after_first == header + "1" + row);
  CHECK(text_of(file) == header + "1" + row + "2" + row);
  fit(2, 3, true);
  CHECK(text_of(file) == header + "1" + row + "2" + row + "3" + row);
  fit(1, 3, true);  // resumed from an older checkpoint
  CHECK(text_of(file) == header + "1" + row + "2" + row + "3" + row);
  fit(0, 1, true);  // another training
  CHECK(text_of(file) == header + "1" + row + "2" + row + "3" + row + "1" + row);
  fit(1, 2, true);
  CHECK(text_of(file) == header + "1" + row + "2" + row + "3" + row + "1" + row + "2" + row);
  fit(0, 1, false);
  CHECK(text_of(file) == header + "1" + row);
  std::filesystem::remove(file);
  fit(0, 1, true);
  CHECK(text_of(file) == header + "1" + row);
}

TEST_CASE("the CSV logger ends a last line without an end before it appends to it") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "log.csv";
  for (const char* before : {"epoch,loss\n7,2", "epoch,loss", "epoch,loss\n7,2\n", "", "\n"}) {
    MadeUpTraining training("loss");
    write_text(file, before);
    nn::CSVLogger<double> logger(file, {.append = true});
    training.run(logger, {0.5});
    CHECK(text_of(file) == (std::string(before).size() > 12 ? "epoch,loss\n7,2\n1,0.5\n" : "epoch,loss\n1,0.5\n"));
  }
}

TEST_CASE("the CSV logger keeps what it cannot append to, and shows in which way it differs") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "log.csv";
  for (const std::string before : {"\nepoch,loss\n7,2\n", "epoch,loss\r\n7,2\r\n", " \n"}) {
    MadeUpTraining training("loss");
    write_text(file, before);
    nn::CSVLogger<double> logger(file, {.append = true});
    const std::string text = error_text([&] { training.run(logger, {0.5}); });
    const std::string columns = before.starts_with("epoch") ? "epoch,loss\\x0d" : before.substr(0, before.find('\n'));
    CHECK_MESSAGE(text.find("has the columns " + columns + "; expected epoch,loss") != std::string::npos, text);
    CHECK(text_of(file) == before);
  }
  MadeUpTraining training("two\nlines");
  nn::CSVLogger<double> of_folder(folder.path(), {.append = true});
  CHECK(error_text([&] { training.run(of_folder, {1}); }).starts_with("[CSVLogger] cannot read '"));
  write_text(file, "epoch,\"two\nlines\"\n7,2\n");
  nn::CSVLogger<double> of_two_lines(file, {.append = true});
  training.run(of_two_lines, {1});
  CHECK(text_of(file) == "epoch,\"two\nlines\"\n7,2\n1,1\n");
}

TEST_CASE("the CSV logger refuses a file of other columns and a place where no file can be") {
  const TemporaryFolder folder;
  MadeUpTraining training("loss");
  write_text(folder.path() / "other.csv", "epoch,val_loss\n1,2\n");
  nn::CSVLogger<double> other(folder.path() / "other.csv", {.append = true});
  CHECK(error_text([&] { training.run(other, {1}); })
            .ends_with("has the columns epoch,val_loss; expected epoch,loss to append to; name another file or remove "
                       "this one"));
  CHECK(text_of(folder.path() / "other.csv") == "epoch,val_loss\n1,2\n");
  nn::CSVLogger<double> nowhere(folder.path() / "other.csv" / "log.csv");
  CHECK(error_text([&] { training.run(nowhere, {1}); }).starts_with("[CSVLogger] nothing can be written to '"));
}

TEST_CASE("checkpoints are saved after every epoch or after the best, under names with epoch and numbers") {
  std::vector<std::string> saved;
  const auto save = [&](const std::filesystem::path& file, const nn::Training<double>& training) {
    saved.push_back(fmt::format("{}@{}", file.string(), training.epoch));
  };
  MadeUpTraining training("val_loss");
  const std::vector<double> numbers{0.5, 0.25, not_a_number, 0.375, 0.125};
  SUBCASE("every epoch") {
    nn::ModelCheckpoint<double> checkpoint("{epoch:02d}-{val_loss:.2f}", save, {.verbose = true});
    training.run(checkpoint, {0.5, 0.75});
    CHECK(saved == std::vector<std::string>{"01-0.50@1", "02-0.75@2"});
    CHECK(training.text() == "Epoch 1: saving model to 01-0.50\nEpoch 2: saving model to 02-0.75\n");
  }
  SUBCASE("the best") {
    nn::ModelCheckpoint<double> checkpoint("best", save, {.save_best_only = true, .verbose = true});
    training.run(checkpoint, numbers);
    CHECK(saved == std::vector<std::string>{"best@1", "best@2", "best@5"});
    CHECK(training.text() ==
          "Epoch 1: val_loss improved from None to 0.50000, saving model to best\n"
          "Epoch 2: val_loss improved from 0.50000 to 0.25000, saving model to best\n"
          "Epoch 3: val_loss did not improve from 0.25000\n"
          "Epoch 4: val_loss did not improve from 0.25000\n"
          "Epoch 5: val_loss improved from 0.25000 to 0.12500, saving model to best\n");
  }
  SUBCASE("the best and every few batches in one file") {
    const auto text = [](const nn::ModelCheckpointOptions& options) {
      return error_text([&] { nn::ModelCheckpoint<double>("best", options); });
    };
    CHECK(text({.save_best_only = true, .every_batches = 5})
              .starts_with("[ModelCheckpoint] got save_best_only and every_batches = 5, which would replace the best"));
    CHECK(text({.save_best_only = true}) == "(no Error)");
    CHECK(text({.every_batches = 5}) == "(no Error)");
  }
  SUBCASE("a folder in which nothing can be written, before the first epoch") {
    nn::ModelCheckpoint<double> checkpoint("/dev/null/best");
    CHECK(error_text([&] {
            training.run(checkpoint, {1});
          }).starts_with("[ModelCheckpoint] nothing can be written to '/dev/null'"));
    CHECK(training.rates.empty());
  }
  SUBCASE("a column with blanks in its name") {
    MadeUpTraining with_blanks("largest error: all");
    nn::ModelCheckpoint<double> checkpoint("{{{epoch}}}-{largest error: all:.1f}-{largest error: all}", save);
    with_blanks.run(checkpoint, {0.25});
    CHECK(saved == std::vector<std::string>{"{1}-0.2-0.25@1"});
  }
  SUBCASE("a name that cannot be filled in") {
    nn::ModelCheckpoint<double> checkpoint("{epoch}-{accuracy}", save);
    CHECK(error_text([&] {
            training.run(checkpoint, {1});
          }).starts_with("[ModelCheckpoint] the path '{epoch}-{accuracy}' cannot be filled in ("));
    CHECK(saved.empty());
  }
  SUBCASE("a name that is formatted wrongly") {
    nn::ModelCheckpoint<double> checkpoint("{val_loss:d}", save);
    CHECK_THROWS_AS(training.run(checkpoint, {1}), Error);
  }
}

TEST_CASE("a training goes on from a checkpoint as if it had never stopped") {
  const TemporaryFolder folder;
  const datasets::Dataset<double> train = random_samples(40);
  nn::Sequential<double> whole = small_network(), first = small_network(), second = small_network(99);
  const auto fit = [&](nn::Sequential<double>& net, std::size_t epochs, nn::Callback<double>* callback, bool resume) {
    optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{});
    nn::FitOptions<double> options = silent(epochs, 8);
    if (callback != nullptr) options.callbacks = {callback};
    if (resume) options.initial_epoch = nn::load_checkpoint(folder.path() / "02.safetensors", net, optimizer).epoch;
    return nn::fit(net, optimizer, train, options);
  };
  const nn::History expected = fit(whole, 5, nullptr, false);
  nn::ModelCheckpoint<double> checkpoint((folder.path() / "{epoch:02d}.safetensors").string());
  fit(first, 3, &checkpoint, false);
  CHECK(folder.files() == 3);
  const nn::History got = fit(second, 5, nullptr, true);
  CHECK(got.first_epoch() == 3);
  CHECK(got.csv_row(2) == expected.csv_row(4));
  CHECK(state_of(second) == state_of(whole));
}
