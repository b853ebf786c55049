#include <doctest/doctest.h>
#include <datasets/loader.hpp>
#include <optim/optim.hpp>

#include "../training/temporary_folder.hpp"
#include "child.hpp"
#include "networks.hpp"

using namespace wengert;
using namespace wengert::checkpoint_tests;
using training_tests::TemporaryFolder;
using training_tests::text_of;

namespace {

constexpr std::size_t epochs = 7;

template <class T>
datasets::Dataset<T> samples() {
  Generator generator(11);
  datasets::Dataset<T> dataset;
  dataset.inputs = generator.normal<T>({23, 4});
  for (std::size_t i = 0; i < 23; ++i) dataset.labels.push_back(generator.below(3));
  dataset.class_names = {"a", "b", "c"};
  return dataset;
}

/// All that a training consists of. The numbers that it starts from depend on the seed; a checkpoint replaces them.
template <class T, class Rule>
struct Training {
  nn::Sequential<T> net;
  optim::Optimizer<Rule, T> optimizer;
  datasets::DataLoader<T> loader;
  Generator noise;

  Training(std::uint64_t seed, Rule rule)
      : net(network<T>(seed)),
        optimizer(net.parameters(), rule),
        loader(samples<T>(), {.batch_size = 5, .seed = 2}),
        noise(seed) {}

  /// Goes on to the end of that many epochs; the learning rate falls on the way.
  void train_until(std::size_t end) {
    while (loader.epoch() < end) {
      for (const datasets::Batch<T>& batch : loader) step(batch);
      optimizer.set_learning_rate(optimizer.learning_rate() * 0.9);
    }
  }

  void step(const datasets::Batch<T>& batch) {
    const Array<T> x = batch.inputs + noise.normal<T>(batch.inputs.shape(), 0.0, 0.1);
    Tape<T> tape;
    optimizer.zero_grad();
    tape.backward(nn::cross_entropy(net(x), batch.labels));
    optimizer.step();
  }

  void save(const std::filesystem::path& file) {
    nn::save_checkpoint(file, net, optimizer, {.epoch = loader.epoch()}, {{"noise", &noise}});
  }
  void resume(const std::filesystem::path& file) {
    loader.set_epoch(nn::load_checkpoint(file, net, optimizer, {{"noise", &noise}}).epoch);
  }
};

/// Every number of the whole training at its end, parameters, buffers, optimizer, generators, is the same bit by bit
/// whether it stopped after any epoch, and another process went on, or not.
template <class T, class Rule>
void check_resumes(const Rule& rule) {
  const TemporaryFolder folder;
  Training<T, Rule> whole(1, rule);
  whole.train_until(epochs);
  whole.save(folder.path() / "whole");
  for (std::size_t stop = 0; stop < epochs; ++stop) {
    INFO("stopped after so many epochs: ", stop);
    Child first([&](const Child::Tell&) {
      Training<T, Rule> run(1, rule);
      run.train_until(stop);
      run.save(folder.path() / "stopped");
    });
    REQUIRE(first.ends_well());
    Training<T, Rule> second(100 + stop, rule);
    second.train_until(1);  // leaves its traces in all that the checkpoint has to replace
    second.resume(folder.path() / "stopped");
    second.train_until(epochs);
    second.save(folder.path() / "resumed");
    CHECK(same_bits(nn::state_dict(second.net), nn::state_dict(whole.net)));
    CHECK(text_of(folder.path() / "resumed") == text_of(folder.path() / "whole"));
  }
}

}  // namespace

TEST_CASE_TEMPLATE("a training that is resumed goes on bit by bit as if it had never stopped", T, float, double) {
  SUBCASE("Adam") { check_resumes<T>(optim::Adam{.learning_rate = 0.01, .beta1 = 0.8, .weight_decay = 0.01}); }
  SUBCASE("SGD with momentum") { check_resumes<T>(optim::SGD{.learning_rate = 0.05, .momentum = 0.9}); }
}
