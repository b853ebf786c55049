// The training that kills.py kills, again and again:
//   train_and_save train FILE THREADS    goes on from FILE if it is there, for ever, and saves after every batch
//   train_and_save load FILE             says at which step the training in FILE is, and with which numbers
//   train_and_save straight STEPS THREADS    the same for a training that nothing has stopped and that saved nothing
// Every line is a word, the number of steps and a sum over all that the training consists of.
#include <autograd/autograd.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include <iostream>
#include <limits>
#include <string_view>

using namespace wengert;

namespace {

constexpr std::size_t samples = 1024, batch_size = 256, features = 16, hidden = 256, classes = 4;

datasets::Dataset<float> data() {
  Generator generator(1);
  datasets::Dataset<float> data{.inputs = generator.normal<float>({samples, features})};
  for (std::size_t n = 0; n < samples; ++n) data.labels.push_back(generator.below(classes));
  return data;
}

/// Everything that has a state: parameters, running statistics, masks, what the optimizer remembers. The hidden layer
/// is so large that two threads share it.
struct Run {
  Generator generator{2};
  nn::Sequential<float> net{nn::Linear<float>(features, hidden, generator), nn::BatchNorm1d<float>(hidden),
                            nn::ReLU<float>(), nn::Dropout<float>(0.25, generator),
                            nn::Linear<float>(hidden, classes, generator)};
  optim::Optimizer<optim::Adam, float> optimizer{net.parameters(), {}};
  datasets::DataLoader<float> loader{data(), {.batch_size = batch_size, .seed = 3}};

  /// Throws an Error if the progress in the file is not that of the optimizer's steps.
  nn::Progress load(const std::string& file) {
    nn::Progress progress = nn::load_checkpoint(file, net, optimizer);
    const std::size_t steps = progress.epoch * loader.batches() + progress.batch;
    require(steps == optimizer.steps(), "train_and_save", "got the progress of {} steps; expected that of {}", steps,
            optimizer.steps());
    return progress;
  }
  std::size_t digest() {
    std::string bytes;
    const auto add = [&bytes](const Array<float>& array) {
      bytes.append(reinterpret_cast<const char*>(array.data()), array.size() * sizeof(float));
    };
    for (const auto& [name, array] : nn::state_dict(net)) add(array);
    for (const auto& state : optimizer.state()) add(*state.array);
    for (const auto& [name, source] : net.named_generators()) bytes += source->state();
    return std::hash<std::string_view>{}(bytes);
  }
  void tell(std::string_view word) { std::cout << word << ' ' << optimizer.steps() << ' ' << digest() << std::endl; }
};

/// Tells a step where ModelCheckpoint saves it; of the last batch of an epoch that is at the end of the epoch.
class Teller final : public nn::Callback<float> {
 public:
  Teller(Run& run, std::string_view word) : run_(run), word_(word) {}

  void on_batch_end(nn::Training<float>& training) override {
    if (training.batch != training.batches) run_.tell(word_);
  }
  void on_epoch_end(nn::Training<float>&) override { run_.tell(word_); }

 private:
  Run& run_;
  std::string_view word_;
};

/// Ends a training, also inside an epoch.
class StopAtStep final : public nn::Callback<float> {
 public:
  struct Stopped {};

  explicit StopAtStep(std::size_t steps) : steps_(steps) {}

  void on_batch_end(nn::Training<float>& training) override {
    if (training.optimizer.steps() == steps_) throw Stopped();
  }

 private:
  std::size_t steps_;
};

void fit(Run& run, std::optional<nn::Progress> resume, std::vector<nn::Callback<float>*> callbacks) {
  nn::fit(run.net, run.optimizer, run.loader,
          {.epochs = std::numeric_limits<std::size_t>::max(),
           .resume = std::move(resume),
           .callbacks = std::move(callbacks),
           .verbose = nn::Verbose::silent});
}

void train(const std::string& file) {
  Run run;
  std::optional<nn::Progress> progress;
  if (std::filesystem::exists(file)) progress = run.load(file);
  Teller before(run, "saving"), after(run, "saved");
  nn::ModelCheckpoint<float> checkpoint(file, {.every_batches = 1});
  std::cout << "ready" << std::endl;
  fit(run, progress, {&before, &checkpoint, &after});
}

void load(const std::string& file) {
  Run run;
  run.load(file);
  run.tell("loaded");
}

void straight(std::size_t steps) {
  Run run;
  StopAtStep stop(steps);
  try {
    if (steps > 0) fit(run, std::nullopt, {&stop});
  } catch (const StopAtStep::Stopped&) {
  }
  run.tell("straight");
}

}  // namespace

int main(int count, char** words) try {
  const std::vector<std::string> arguments(words + 1, words + count);
  require(arguments.size() >= 2, "train_and_save",
          "got {} words; expected what to do, a file or the steps, the threads", arguments.size());
  if (arguments.size() > 2) set_threads(std::stoul(arguments[2]));
  if (arguments[0] == "train") train(arguments[1]);
  else if (arguments[0] == "load") load(arguments[1]);
  else straight(std::stoul(arguments[1]));
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
