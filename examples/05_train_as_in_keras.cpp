// A network with batch norm for handwritten digits, trained, evaluated and saved in the manner of Keras.
#include <datasets/datasets.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

using namespace wengert;

int main() {
  datasets::Dataset<float> digits = datasets::digits<float>();  // inputs (1797, 64), pixels from 0 to 16
  digits.inputs /= 16.0F;
  const auto [train, test] = datasets::train_test_split(digits, {.test_size = 0.2, .seed = 1});

  Generator generator(1);
  nn::Sequential net{nn::Linear(64, 128, generator), nn::BatchNorm1d(128), nn::ReLU(), nn::Linear(128, 10, generator)};
  optim::Optimizer optimizer(net.parameters(), optim::Adam{.learning_rate = 1e-3});
  fmt::print("{}", nn::summary(net, {64}));

  nn::EarlyStopping stopping({.monitor = "val_loss", .patience = 5, .restore_best_weights = true});
  const nn::History history = nn::fit(net, optimizer, train,
                                      {.epochs = 30,
                                       .batch_size = 32,
                                       .seed = 1,
                                       .validation_split = 0.1,
                                       .callbacks = {&stopping},
                                       .verbose = nn::Verbose::silent});
  const nn::Evaluation score = nn::evaluate(net, test);
  fmt::print("The loss fell in training: {}. Test accuracy above 0.95: {}.\n",
             history["loss"].back() < 0.1 * history["loss"].front(), score.accuracy > 0.95);

  nn::save_weights("out/digits.safetensors", net);  // PyTorch loads it too
  nn::Sequential again{nn::Linear(64, 128, generator), nn::BatchNorm1d(128), nn::ReLU(),
                       nn::Linear(128, 10, generator)};
  nn::load_weights("out/digits.safetensors", again);
  fmt::print("Loaded, it predicts the same: {}.\n", nn::predict(again, test.inputs) == nn::predict(net, test.inputs));
}
