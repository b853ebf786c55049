#include "writers.hpp"

#include <autograd/autograd.hpp>
#include <datasets/datasets.hpp>
#include <nn/nn.hpp>
#include <optim/optim.hpp>

#include <sstream>

namespace wengert::endurance {
namespace {

using File = std::filesystem::path;

struct Network {
  Generator generator{1};
  nn::Sequential<double> net{nn::Linear<double>(4, 8, generator), nn::BatchNorm1d<double>(8)};
  optim::Optimizer<optim::Adam, double> optimizer{net.parameters(), {}};
};

nn::History history() {
  nn::History history({"loss"});
  for (const double loss : {1.0, 0.5, 0.25}) history.add({loss});
  return history;
}

nn::Panel panel() { return {.title = "Loss", .y_label = "loss", .curves = {{.label = "a", .values = {1.0, 0.5}}}}; }

void log_an_epoch(const File& file) {
  Network network;
  const nn::History numbers = history();
  std::ostringstream messages;
  nn::Training<double> training{.model = network.net,
                                .optimizer = network.optimizer,
                                .history = numbers,
                                .messages = messages,
                                .epochs = 1,
                                .batches = 1};
  nn::CSVLogger<double> logger(file);
  logger.on_train_begin(training);
  logger.on_epoch_end(training);
}

/// Calls a function with a tape, a variable on it and a scalar that is computed from that.
void with_tape(const std::function<void(const Tape<double>&, const Var<double>&)>& f) {
  const Var<double> x = parameter(ones<double>({2, 2}), "x");
  Tape<double> tape;
  f(tape, sum(x * exp(x)).named("L"));
}

}  // namespace

std::vector<Writer> writers() {
  return {
      {"save_checkpoint", ".safetensors",
       [](const File& file) {
         Network network;
         nn::save_checkpoint(file, network.net, network.optimizer);
       }},
      {"save_weights", ".safetensors",
       [](const File& file) {
         Network network;
         nn::save_weights(file, network.net);
       }},
      {"write_safetensors", ".safetensors",
       [](const File& file) {
         nn::write_safetensors(file, {.tensors = {{"a", "F32", {2}, std::string(8, 'a')}}, .metadata = {}});
       }},
      {"write_npy", ".npy", [](const File& file) { datasets::write_npy(file, ones<float>({3})); }},
      {"write_npz", ".npz",
       [](const File& file) {
         datasets::write_npz<float>(file, {{"a", ones<float>({3})}});
       }},
      {"save_csv", ".csv", [](const File& file) { history().save_csv(file); }},
      {"save_json", ".json", [](const File& file) { history().save_json(file); }},
      {"CSVLogger", ".csv", [](const File& file) { log_an_epoch(file); }},
      {"save_report", ".html",
       [](const File& file) {
         nn::save_report({.title = "A report", .figures = {{"Loss", {panel()}}}}, file);
       }},
      {"save_figure", ".svg",
       [](const File& file) {
         std::ostringstream ignored;
         nn::save_figure(std::vector{panel()}, file, ignored);
       }},
      {"save_array", ".svg",
       [](const File& file) {
         save_array(ones<double>({2, 2}), file);
       }},
      {"save_graph", ".dot",
       [](const File& file) {
         with_tape([&](const auto& tape, const auto& loss) { save_graph(replay(tape, loss), file); });
       }},
      {"save_graph", ".svg",
       [](const File& file) {
         with_tape([&](const auto& tape, const auto& loss) { save_graph(replay(tape, loss), file); });
       }},
      {"save_stepper", ".html",
       [](const File& file) {
         with_tape([&](const auto& tape, const auto& loss) { save_stepper(replay(tape, loss), file); });
       }},
      {"save_cpp", ".cpp",
       [](const File& file) { with_tape([&](const auto& tape, const auto& loss) { save_cpp(tape, loss, file); }); }},
      {"save_numpy", ".py",
       [](const File& file) { with_tape([&](const auto& tape, const auto& loss) { save_numpy(tape, loss, file); }); }},
  };
}

}  // namespace wengert::endurance
