// A network that learns numbers instead of classes: how far a car comes, from its speed, its load and the wind.
#include <datasets/datasets.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include <fmt/format.h>

using namespace wengert;

/// Cars that are made up: the distance in kilometres that a charge lasts, with a deviation of 5 from what the formula
/// says.
datasets::Dataset<float> drives(std::size_t count, Generator& generator) {
  datasets::Dataset<float> data{.inputs = empty<float>({count, std::size_t{3}}),
                                .feature_names = {"speed", "load", "wind"},
                                .targets = empty<float>({count, std::size_t{1}})};
  for (std::size_t n = 0; n < count; ++n) {
    const double speed = 40.0 + 90.0 * generator.uniform();  // km/h
    const double load = 500.0 * generator.uniform();         // kg
    const double wind = 60.0 * generator.uniform() - 30.0;   // km/h from ahead
    const double air = (speed + wind) / 100.0;
    const double distance = 500.0 / (0.6 + air * air + load / 2000.0);
    data.inputs(n, 0) = static_cast<float>(speed);
    data.inputs(n, 1) = static_cast<float>(load);
    data.inputs(n, 2) = static_cast<float>(wind);
    (*data.targets)(n, 0) = static_cast<float>(distance + 5.0 * generator.normal());
  }
  return data;
}

int main() {
  Generator generator(1);
  datasets::Dataset<float> train = drives(800, generator), test = drives(200, generator);
  datasets::StandardScaler inputs, targets;
  train.inputs = inputs.fit_transform(train.inputs);
  test.inputs = inputs.transform(test.inputs);
  train.targets = targets.fit_transform(*train.targets);  // distances of 200 to 700 as numbers about one

  nn::Sequential net{nn::Linear(3, 32, generator), nn::Tanh(), nn::Linear(32, 1, generator)};
  optim::Optimizer optimizer(net.parameters(), optim::Adam{.learning_rate = 1e-2});
  const nn::History history = nn::fit(
      net, optimizer, train,
      {.epochs = 60, .seed = 1, .validation_split = 0.2, .loss = nn::mse<float>, .verbose = nn::Verbose::silent});
  fmt::print("What a training of numbers reports: {}.\n", fmt::join(history.columns(), ", "));

  const Array<float> predicted = targets.inverse_transform(nn::predict(net, test.inputs));  // km
  const double error = nn::mae(Var<float>(predicted), Var<float>(*test.targets)).item();
  const double of_the_mean = nn::mae(Var<float>(full<float>(predicted.shape(), static_cast<float>(targets.mean()[0]))),
                                     Var<float>(*test.targets))
                                 .item();
  fmt::print("Saying the mean for every car is wrong by more than 50 km: {}.\n", of_the_mean > 50.0);
  fmt::print("The network is wrong by less than 6 km, where 4 is noise: {}.\n", error < 6.0);
}
