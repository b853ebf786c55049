#include <doctest/doctest.h>
#include <optim/optim.hpp>

#include "../../error_text.hpp"
#include "../training/temporary_folder.hpp"
#include "networks.hpp"

using namespace wengert;
using namespace wengert::checkpoint_tests;
using training_tests::TemporaryFolder;
using training_tests::text_of;

namespace {

/// A network with its optimizer and a generator beside it, some steps into its training.
template <class Rule>
struct Run {
  nn::Sequential<double> net;
  optim::Optimizer<Rule, double> optimizer;
  Generator noise;

  explicit Run(std::uint64_t seed, Rule rule = {}, std::size_t hidden = 5)
      : net(network<double>(seed, hidden)), optimizer(net.parameters(), rule), noise(seed) {
    for (std::size_t step = 0; step < seed; ++step) {
      Tape<double> tape;
      optimizer.zero_grad();
      tape.backward(mean(square(net(noise.normal<double>({6, 4})))));
      optimizer.step();
    }
  }

  void save(const std::filesystem::path& file, const nn::Progress& progress = {}) {
    nn::save_checkpoint(file, net, optimizer, progress, {{"noise", &noise}});
  }
  nn::Progress load(const std::filesystem::path& file) {
    return nn::load_checkpoint(file, net, optimizer, {{"noise", &noise}});
  }
  /// All that it is, as bytes.
  std::string bytes(const TemporaryFolder& folder) {
    save(folder.path() / "bytes");
    return text_of(folder.path() / "bytes");
  }
};

template <class Rule>
std::string refusal(const TemporaryFolder& folder, Run<Rule>& run) {
  const std::string before = run.bytes(folder);
  const std::string error = error_text([&] { run.load(folder.path() / "run"); });
  CHECK(run.bytes(folder) == before);
  return error;
}

}  // namespace

TEST_CASE("a checkpoint brings back network, optimizer, generators and progress") {
  const TemporaryFolder folder;
  Run<optim::Adam> saved(3), other(7);
  saved.optimizer.set_learning_rate(0.1 + 0.2);
  saved.save(folder.path() / "run", {.epoch = 42, .notes = {{"history", "epoch,loss\n1,0.5\n"}, {"", "µ"}}});
  const std::uint32_t version = other.net.parameters()[0].version();
  const nn::Progress progress = other.load(folder.path() / "run");
  CHECK(progress.epoch == 42);
  CHECK(progress.notes == std::map<std::string, std::string>{{"history", "epoch,loss\n1,0.5\n"}, {"", "µ"}});
  CHECK(other.optimizer.steps() == 3);
  CHECK(other.optimizer.learning_rate() == 0.1 + 0.2);
  CHECK(other.noise == saved.noise);
  CHECK(*other.net.named_generators()[0].value == *saved.net.named_generators()[0].value);
  CHECK(other.net.parameters()[0].version() > version);
  CHECK(other.bytes(folder) == saved.bytes(folder));
}

TEST_CASE("the optimizer's state stands under the names of its parameters, and weights can be read alone") {
  const TemporaryFolder folder;
  Run<optim::SGD> run(2);
  run.save(folder.path() / "run");
  std::vector<std::string> names;
  for (const nn::Tensor& tensor : nn::read_safetensors(folder.path() / "run").tensors) names.push_back(tensor.name);
  CHECK(names == std::vector<std::string>{"0.bias", "0.weight", "1.bias", "1.num_batches_tracked", "1.running_mean",
                                          "1.running_var", "1.weight", "4.bias", "4.weight", "optimizer.u.0.bias",
                                          "optimizer.u.0.weight", "optimizer.u.1.bias", "optimizer.u.1.weight",
                                          "optimizer.u.4.bias", "optimizer.u.4.weight"});
  nn::Sequential<double> net = network<double>(9);
  CHECK(nn::load_weights(folder.path() / "run", net).unexpected.empty());
  CHECK(same_bits(nn::state_dict(net), nn::state_dict(run.net)));
}

TEST_CASE("an optimizer of some parameters keeps its state under their names, in whatever order") {
  const TemporaryFolder folder;
  nn::Sequential<double> net = network<double>(1);
  optim::Optimizer<optim::Adam, double> one({net.parameters()[4], net.parameters()[1]}, {});
  one.state()[2].array->fill(5.0);
  nn::save_checkpoint(folder.path() / "run", net, one);
  optim::Optimizer<optim::Adam, double> other({net.parameters()[1], net.parameters()[4]}, {});
  nn::load_checkpoint(folder.path() / "run", net, other);
  CHECK(*other.state()[0].array == full<double>({5}, 5.0));
  CHECK(*other.state()[2].array == zeros<double>({3, 5}));
}

TEST_CASE("a checkpoint counts the steps of each parameter") {
  const TemporaryFolder folder;
  Run<optim::Adam> saved(3), other(5);
  std::vector<std::size_t> steps = saved.optimizer.parameter_steps();
  steps[1] = 1;
  saved.optimizer.set_parameter_steps(steps);
  saved.save(folder.path() / "run");
  other.load(folder.path() / "run");
  CHECK(other.optimizer.parameter_steps() == steps);
}

TEST_CASE("a checkpoint of another architecture, rule or set of generators is refused with all that differs") {
  const TemporaryFolder folder;
  Run<optim::Adam> saved(3, {}, 6);
  nn::save_checkpoint(folder.path() / "run", saved.net, saved.optimizer, {}, {{"augment", &saved.noise}});
  Run<optim::RMSprop> other(2);
  const std::string error = refusal(folder, other);
  INFO(error);
  for (const char* part :
       {"[load_checkpoint] '", "/run' does not fit this training: ", "'0.weight' (6, 4) there and (5, 4) here",
        "'1.running_mean' (6,) there and (5,) here", "'optimizer.v.0.weight' (6, 4) there and (5, 4) here",
        "'optimizer.m.0.bias', 'optimizer.m.0.weight'", "unexpected here", "the rule Adam there and RMSprop here",
        "the generator 'noise' missing there", "the generator 'augment' unexpected here", "expected the same layers"}) {
    INFO(std::string(part));
    CHECK(contains(error, part));
  }
}

TEST_CASE("a checkpoint of another precision is refused, for it cannot go on bit by bit") {
  const TemporaryFolder folder;
  nn::Sequential<float> net = network<float>(1);
  optim::Optimizer<optim::Adam, float> optimizer(net.parameters(), {});
  nn::save_checkpoint(folder.path() / "run", net, optimizer);
  nn::Sequential<double> wide = network<double>(1);
  optim::Optimizer<optim::Adam, double> wide_optimizer(wide.parameters(), {});
  const std::string error = error_text([&] { nn::load_checkpoint(folder.path() / "run", wide, wide_optimizer); });
  CHECK(contains(error, "'0.bias' F32 there and F64 here; '0.weight' F32 there and F64 here; "));
}

TEST_CASE("whatever a checkpoint lacks or has wrong, it is refused by name and nothing has changed") {
  const TemporaryFolder folder;
  Run<optim::Adam> saved(3), other(7);
  saved.save(folder.path() / "good", {.epoch = 1});
  const nn::SafeTensors good = nn::read_safetensors(folder.path() / "good");
  const auto refused = [&](const nn::SafeTensors& content) {
    nn::write_safetensors(folder.path() / "run", content);
    const std::string error = refusal(folder, other);
    CHECK_MESSAGE(error.starts_with("[load_checkpoint] "), error);
    CHECK_MESSAGE(contains(error, (folder.path() / "run").string()), error);
    return error;
  };
  for (std::size_t k = 0; k < good.tensors.size(); ++k) {
    nn::SafeTensors content = good;
    content.tensors.erase(content.tensors.begin() + static_cast<std::ptrdiff_t>(k));
    CHECK(contains(refused(content), "'" + good.tensors[k].name + "' missing there"));
  }
  for (const auto& [key, text] : good.metadata) {
    if (key == "format") continue;
    nn::SafeTensors content = good;
    content.metadata.erase(key);
    refused(content);
    for (const char* wrong : {"", "-1", "1.5x", "nan", "1e999"}) {
      content.metadata[key] = wrong;
      refused(content);
    }
  }
  nn::write_safetensors(folder.path() / "run", good);
  CHECK(other.load(folder.path() / "run").epoch == 1);
}

TEST_CASE("a checkpoint with numbers that no training has is refused by name and nothing has changed") {
  const TemporaryFolder folder;
  Run<optim::Adam> saved(3), other(7);
  saved.save(folder.path() / "good",
             {.epoch = 1, .batch = 2, .tallies = {{"loss", {1.5, 16.0}}}, .loading = datasets::LoaderOptions{}});
  const nn::SafeTensors good = nn::read_safetensors(folder.path() / "good");
  const auto refused = [&](const nn::SafeTensors& content, const std::string& text) {
    nn::write_safetensors(folder.path() / "run", content);
    const std::string error = refusal(folder, other);
    CHECK_MESSAGE(contains(error, text), error);
  };
  for (const auto& [key, text] : good.metadata) {
    nn::SafeTensors content = good;
    const bool counts = key == "checkpoint.epoch" || key == "checkpoint.batch" || key.starts_with("checkpoint.steps");
    content.metadata[key] = "18446744073709551615";  // + 1 is 0
    if (counts) refused(content, key + "; expected a count of at most 9007199254740992");
    content.metadata[key] = "1.5 nan";
    if (key == "tally.loss") refused(content, "has '1.5 nan' for tally.loss; expected a sum and a count");
  }
  nn::SafeTensors without_seed = good;
  without_seed.metadata.erase("loader.seed");
  refused(without_seed, "lacks 'loader.seed'");
  for (std::size_t k = 0; k < good.tensors.size(); ++k) {
    nn::SafeTensors content = good;
    nn::Tensor& tensor = content.tensors[k];
    tensor.bytes.replace(0, tensor.bytes.size(), tensor.bytes.size(), '\xff');  // NaN, and -1 of a counter
    refused(content, "'" + tensor.name + "' of '" + (folder.path() / "run").string() +
                         (tensor.dtype == "I64" ? "' counts, but is below 0" : "' is not finite: element 0 is "));
  }
}

TEST_CASE("weights alone are no checkpoint") {
  const TemporaryFolder folder;
  Run<optim::Adam> run(1);
  nn::save_weights(folder.path() / "run", run.net);
  CHECK(contains(refusal(folder, run), "holds no training; expected a file of save_checkpoint; load a network alone"));
}

TEST_CASE("a training that cannot be told apart by names is not saved") {
  const TemporaryFolder folder;
  Run<optim::Adam> run(1);
  const auto error_of = [&](optim::AnyOptimizer<double>& optimizer, const nn::Generators& generators) {
    return error_text([&] { nn::save_checkpoint(folder.path() / "run", run.net, optimizer, {}, generators); });
  };
  const nn::Generators twice{{"a", &run.noise}, {"a", &run.noise}}, absent{{"a", nullptr}};
  const nn::Generators taken{{"3.generator", &run.noise}};
  CHECK(contains(error_of(run.optimizer, twice), "[save_checkpoint] two generators are called 'a'"));
  CHECK(contains(error_of(run.optimizer, taken), "two generators are called '3.generator'"));
  CHECK(contains(error_of(run.optimizer, absent), "the generator 'a' is a null pointer"));
  optim::Optimizer<optim::SGD, double> stranger({parameter(ones<double>({2}), "W")}, {});
  CHECK(contains(error_of(stranger, {}), "'W' (2,) of the optimizer is not a parameter of the network"));
  CHECK(folder.files() == 0);
}
