// The dataset and the callback that CONTRIBUTING.md shows.
#include <doctest/doctest.h>
#include <datasets/datasets.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include <sstream>

namespace wengert::datasets {

/// Four flowers of two kinds, by the length and the width of their petals in centimetres: inputs (4, 2).
template <class T = float>
Dataset<T> flowers() {
  const char* csv =
      "petal length,petal width,species\n"
      "1.4,0.2,setosa\n"
      "1.3,0.2,setosa\n"
      "4.7,1.4,versicolor\n"
      "4.5,1.5,versicolor\n";
  return to_dataset<T>(parse_csv(csv, "flowers"), {.label_column = "species"});
}

}  // namespace wengert::datasets

namespace wengert::nn {

/// Ends a training once its loss is low enough.
template <class T = float>
class StopAtLoss final : public Callback<T> {
 public:
  explicit StopAtLoss(double enough) : enough_(enough) {}

  void on_epoch_end(Training<T>& training) override {
    if (training.loss > enough_) return;
    training.messages << fmt::format("StopAtLoss: epoch {} is enough\n", training.epoch);
    training.stop = true;
  }

 private:
  double enough_;
};

}  // namespace wengert::nn

using namespace wengert;

TEST_CASE("a dataset of one's own is trained with, and a callback of one's own ends the training") {
  const datasets::Dataset<float> flowers = datasets::flowers();
  CHECK(flowers.inputs.shape() == Shape{4, 2});
  CHECK(flowers.labels == std::vector<std::size_t>{0, 0, 1, 1});
  CHECK(flowers.class_names == std::vector<std::string>{"setosa", "versicolor"});

  Generator generator(1);
  nn::Sequential net{nn::Linear(2, 2, generator)};
  optim::Optimizer optimizer(net.parameters(), optim::Adam{.learning_rate = 0.1});
  nn::StopAtLoss<float> stop(0.2);
  std::ostringstream messages;
  nn::FitOptions<float> options{.epochs = 500, .batch_size = 4, .callbacks = {&stop}, .verbose = nn::Verbose::silent};
  options.messages = &messages;
  const nn::History history = nn::fit(net, optimizer, flowers, options);
  CHECK(history.epochs() < 500);
  CHECK(messages.str() == fmt::format("StopAtLoss: epoch {} is enough\n", history.epochs()));
}
