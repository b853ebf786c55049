#include <doctest/doctest.h>
#include <optim/optim.hpp>

#include <limits>

#include "../../error_text.hpp"
#include "../../infinity.hpp"
#include "../training/small_training.hpp"
#include "../training/temporary_folder.hpp"
#include "networks.hpp"

using namespace wengert;
using namespace wengert::checkpoint_tests;
using training_tests::random_samples;
using training_tests::silent;
using training_tests::TemporaryFolder;
using training_tests::text_of;
using training_tests::write_text;

namespace {

/// What loading says of a checkpoint that was saved with one rule and batch norm, and is loaded into another.
template <class Rule>
std::string refusal(const Rule& saved, const Rule& loaded, const nn::BatchNormOptions& of_saved = {},
                    const nn::BatchNormOptions& of_loaded = {}) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "run";
  nn::Sequential<double> one{nn::BatchNorm1d<double>(3, of_saved)}, other{nn::BatchNorm1d<double>(3, of_loaded)};
  one.parameters()[0].set_value(full<double>({3}, 7.0));
  optim::Optimizer<Rule, double> a(one.parameters(), saved), b(other.parameters(), loaded);
  nn::save_checkpoint(file, one, a);
  const std::string text = error_text([&] { nn::load_checkpoint(file, other, b); });
  CHECK(other.parameters()[0].value() == (text == "(no Error)" ? full<double>({3}, 7.0) : ones<double>({3})));
  return text;
}

/// A branch that is two children.
class Twins final : public nn::Module<double> {
 public:
  explicit Twins(std::uint64_t seed, std::array<std::string, 2> names = {"left", "right"})
      : generator_(seed), names_(std::move(names)) {}
  Var<double> forward(const Var<double>& x) override { return branch_(x) + branch_(x); }
  nn::Parts<double> parts() override { return {.children = {{names_[0], &branch_}, {names_[1], &branch_}}}; }

  nn::Sequential<double>& branch() { return branch_; }

 private:
  Generator generator_;
  std::array<std::string, 2> names_;
  nn::Sequential<double> branch_{nn::Linear<double>(2, 3, generator_), nn::BatchNorm1d<double>(3)};
};

/// One generator that two children draw from, as `names` say.
class SharedDice final : public nn::Module<double> {
 public:
  SharedDice(std::uint64_t seed, std::array<std::string, 2> names)
      : dice_(seed), names_(std::move(names)), weight_(parameter(ones<double>({1}), "w")) {}
  Var<double> forward(const Var<double>& x) override { return dice_(x * weight_); }
  nn::Parts<double> parts() override {
    return {.parameters = {{"weight", weight_}}, .children = {{names_[0], &dice_}, {names_[1], &dice_}}};
  }

 private:
  RandomHalf<double> dice_;
  std::array<std::string, 2> names_;
  Var<double> weight_;
};

/// The same children, each with numbers of its own.
class Siblings final : public nn::Module<double> {
 public:
  explicit Siblings(std::uint64_t seed) : generator_(seed) {}
  Var<double> forward(const Var<double>& x) override { return left_(x) + right_(x); }
  nn::Parts<double> parts() override { return {.children = {{"left", &left_}, {"right", &right_}}}; }

 private:
  Generator generator_;
  nn::Sequential<double> left_{nn::Linear<double>(2, 3, generator_), nn::BatchNorm1d<double>(3)};
  nn::Sequential<double> right_{nn::Linear<double>(2, 3, generator_), nn::BatchNorm1d<double>(3)};
};

}  // namespace

TEST_CASE("a checkpoint with two numbers for one array is refused") {
  const TemporaryFolder folder;
  Siblings apart(1);
  Twins together(2);
  const std::vector<Var<double>> all = apart.parameters();
  const std::vector<Var<double>> left(all.begin(), all.begin() + 4);
  optim::Optimizer<optim::SGD, double> a(left, {}), b(together.parameters(), {});
  nn::save_checkpoint(folder.path() / "run", apart, a);
  const Array<double> before = together.parameters()[0].value();
  const std::string text = error_text([&] { nn::load_checkpoint(folder.path() / "run", together, b); });
  CAPTURE(text);
  CHECK(contains(text, "are one array of this network, but have different numbers there"));
  CHECK(together.parameters()[0].value() == before);
}

TEST_CASE("a checkpoint of other hyper-parameters is refused, naming both values, and changes nothing") {
  using optim::Adam;
  CHECK(contains(refusal(Adam{.beta1 = 0.8}, Adam{}), "beta1 0.8 there and 0.9 here"));
  CHECK(contains(refusal(Adam{.beta2 = 0.99}, Adam{}), "beta2 0.99 there and 0.999 here"));
  CHECK(contains(refusal(Adam{.epsilon = 1e-6}, Adam{}), "epsilon 1e-06 there and 1e-08 here"));
  CHECK(contains(refusal(Adam{.weight_decay = 0.5}, Adam{}), "weight_decay 0.5 there and 0 here"));
  CHECK(contains(refusal(Adam{}, Adam{.form = optim::Form::keras}), "form torch there and keras here"));
  CHECK(contains(refusal(optim::SGD{.momentum = 0.9}, optim::SGD{}), "momentum 0.9 there and 0 here"));
  CHECK(contains(refusal(optim::SGD{.momentum = 0.9, .nesterov = true}, optim::SGD{.momentum = 0.9}),
                 "nesterov true there and false here"));
  CHECK(contains(refusal(optim::RMSprop{.alpha = 0.5}, optim::RMSprop{}), "alpha 0.5 there and 0.99 here"));
  CHECK(contains(refusal(optim::Adagrad{}, optim::Adagrad{.initial_accumulator = 0.1}),
                 "initial_accumulator 0 there and 0.1 here"));
  CHECK(contains(refusal(optim::AdamW{}, optim::AdamW{.weight_decay = 0.0}), "weight_decay 0.01 there and 0 here"));
  CHECK_FALSE(contains(refusal(Adam{}, Adam{.learning_rate = 0.5}), "load_checkpoint"));  // it comes from the file
}

TEST_CASE("a checkpoint of other settings of a layer is refused, naming both values") {
  const optim::SGD rule;
  CHECK(contains(refusal(rule, rule, {.epsilon = 1e-3}, {}), "0.epsilon 0.001 there and 1e-05 here"));
  CHECK(contains(refusal(rule, rule, {}, {.momentum = 0.01}), "0.momentum 0.1 there and 0.01 here"));
  CHECK(contains(refusal(rule, rule, {}, nn::BatchNormOptions::paper()), "0.momentum 0.1 there and average here"));
  CHECK(contains(refusal(rule, rule, {.running_variance = nn::RunningVariance::biased}, {}),
                 "0.running_variance biased there and unbiased here"));
}

TEST_CASE("what the weights of a layer do not show is in the checkpoint, whichever of the two has it") {
  Generator generator(1);
  const auto refused = [](nn::Module<double>& saved, nn::Module<double>& loaded) {
    const TemporaryFolder folder;
    optim::Optimizer<optim::SGD, double> a(saved.parameters(), {}), b(loaded.parameters(), {});
    nn::save_checkpoint(folder.path() / "run", saved, a);
    return error_text([&] { nn::load_checkpoint(folder.path() / "run", loaded, b); });
  };
  nn::GroupNorm<double> two(2, 8), four(4, 8);
  CHECK(contains(refused(two, four), "groups 2 there and 4 here"));
  nn::Conv2d<double> plain(2, 3, 3, generator), strided(2, 3, 3, generator, {.stride = {2, 1}});
  nn::Conv2d<double> same(2, 3, 3, generator, {.padding = Padding::same});
  CHECK(contains(refused(plain, strided), "stride missing there"));
  CHECK(contains(refused(strided, plain), "stride (2, 1) there and none here"));
  CHECK(contains(refused(same, plain), "padding same there and none here"));
  CHECK(refused(same, same) == "(no Error)");
  nn::Sequential<double> little{nn::Conv2d<double>(1, 1, 1, generator), nn::Dropout2d<double>(0.1, generator)};
  nn::Sequential<double> much{nn::Conv2d<double>(1, 1, 1, generator), nn::Dropout2d<double>(0.5, generator)};
  CHECK(contains(refused(little, much), "1.p 0.1 there and 0.5 here"));
  nn::Sequential<double> few{nn::Linear<double>(1, 1, generator), nn::Dropout<double>(0.1, generator)};
  nn::Sequential<double> many{nn::Linear<double>(1, 1, generator), nn::Dropout<double>(0.5, generator)};
  CHECK(contains(refused(few, many), "1.p 0.1 there and 0.5 here"));
  nn::LayerNorm<double> small(2), large(2, {.epsilon = 0.5});
  CHECK(contains(refused(small, large), "epsilon 1e-05 there and 0.5 here"));
  nn::GroupNorm<double> small_groups(2, 4), large_groups(2, 4, {.epsilon = 0.5});
  CHECK(contains(refused(small_groups, large_groups), "epsilon 1e-05 there and 0.5 here"));
}

TEST_CASE("a loader of other batches is refused, naming both values, and stays where it was") {
  const TemporaryFolder folder;
  nn::Sequential<double> net = network<double>(1);
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), {});
  datasets::DataLoader<double> saved(random_samples(20), {.batch_size = 4, .seed = 3});
  saved.set_epoch(2);
  nn::save_checkpoint(folder.path() / "run", net, optimizer, nn::progress_of(saved));
  const nn::Progress progress = nn::load_checkpoint(folder.path() / "run", net, optimizer);
  datasets::DataLoader<double> other(random_samples(20), {.batch_size = 5, .shuffle = false, .seed = 4});
  const std::string text = error_text([&] { nn::resume(other, progress); });
  CHECK(contains(text, "seed 3 there and 4 here"));
  CHECK(contains(text, "batch_size 4 there and 5 here"));
  CHECK(contains(text, "shuffle true there and false here"));
  CHECK(other.epoch() == 0);
  datasets::DataLoader<double> same(random_samples(20), {.batch_size = 4, .seed = 3});
  nn::resume(same, progress);
  CHECK(same.epoch() == 2);
  nn::FitOptions<double> options = silent(5, 8);
  options.resume = progress;
  CHECK(contains(error_text([&] { nn::fit(net, optimizer, random_samples(20), options); }),
                 "batch_size 4 there and 8 here"));
}

TEST_CASE("inside an epoch a loader of another number of samples is refused, between epochs it is not") {
  const TemporaryFolder folder;
  nn::Sequential<double> net = network<double>(1);
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), {});
  const datasets::LoaderOptions loading{.batch_size = 4, .seed = 3};
  datasets::DataLoader<double> saved(random_samples(20), loading);
  saved.set_epoch(2);
  const auto reloaded = [&](std::size_t batch) {
    nn::save_checkpoint(folder.path() / "run", net, optimizer, nn::progress_of(saved, batch));
    return nn::load_checkpoint(folder.path() / "run", net, optimizer);
  };
  for (const std::size_t samples : {8U, 24U}) {  // of 8 there are no more than the two batches that were done
    CAPTURE(samples);
    const std::string expected = fmt::format("samples 20 there and {} here", samples);
    datasets::DataLoader<double> other(random_samples(samples), loading);
    CHECK(contains(error_text([&] { nn::resume(other, reloaded(2)); }), expected));
    CHECK(other.epoch() == 0);
    nn::FitOptions<double> options = silent(5, 4);
    options.seed = 3;
    options.resume = reloaded(2);
    CHECK(contains(error_text([&] { nn::fit(net, optimizer, random_samples(samples), options); }), expected));
    nn::resume(other, reloaded(0));
    CHECK(other.epoch() == 2);
  }
}

TEST_CASE("more batches of an epoch than the loader has are refused; a training that has its epochs serves none") {
  nn::Sequential<double> net = network<double>(1);
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), {});
  datasets::DataLoader<double> loader(random_samples(20), {.batch_size = 4, .seed = 3});
  CHECK(contains(error_text([&] { nn::resume(loader, {.epoch = 1, .batch = 6}); }),
                 "[resume] 6 batches of an epoch are done, but the loader has 5; expected as many at most"));
  CHECK(loader.epoch() == 0);
  nn::resume(loader, {.epoch = 1, .batch = 5});
  CHECK(loader.epoch() == 2);
  nn::FitOptions<double> options = silent(3, 4);
  options.resume = nn::Progress{.epoch = std::size_t{1} << 50U};  // whose orders nobody could wait for
  CHECK(nn::fit(net, optimizer, random_samples(20), options).epochs() == 0);
}

TEST_CASE("a training that was saved inside an epoch goes on there, to the last bit") {
  const TemporaryFolder folder;
  const datasets::Dataset<double> data = random_samples(40);
  nn::Sequential<double> whole = network<double>(1), first = network<double>(1), second = network<double>(9);
  const auto fit = [&](nn::Sequential<double>& net, std::vector<nn::Callback<double>*> callbacks, bool resume) {
    optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), optim::Adam{.learning_rate = 0.01});
    nn::FitOptions<double> options = silent(4, 8);
    options.validation = &data;
    options.callbacks = std::move(callbacks);
    if (resume) options.resume = nn::load_checkpoint(folder.path() / "run", net, optimizer);
    return nn::fit(net, optimizer, data, options).csv();
  };
  const std::string expected = fit(whole, {}, false);
  for (const std::size_t stop : {1U, 3U, 5U}) {  // after the last of five the epoch is complete but for its row
    CAPTURE(stop);
    nn::LambdaCallback<double> save({.on_batch_end = [&](nn::Training<double>& t) {
      if (t.epoch == 3 && t.batch == stop) nn::save_checkpoint(folder.path() / "run", t.model, t.optimizer, t.progress);
    }});
    fit(first = network<double>(1), {&save}, false);
    const std::string rest = fit(second, {}, true);
    const std::size_t row = expected.find(stop == 5 ? "\n4," : "\n3,");
    CHECK(rest == expected.substr(0, expected.find('\n')) + expected.substr(row));
    CHECK(same_bits(nn::state_dict(second), nn::state_dict(whole)));
  }
}

TEST_CASE("ModelCheckpoint saves after so many batches if that is asked for") {
  const TemporaryFolder folder;
  nn::Sequential<double> net = network<double>(1);
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), {});
  std::vector<std::pair<std::size_t, std::size_t>> saved;
  nn::ModelCheckpoint<double> checkpoint(
      "run",
      [&](const auto&, const nn::Training<double>& t) { saved.emplace_back(t.progress.epoch, t.progress.batch); },
      {.every_batches = 2});
  nn::FitOptions<double> options = silent(2, 8);
  options.callbacks = {&checkpoint};
  nn::fit(net, optimizer, random_samples(32), options);
  CHECK(saved == std::vector<std::pair<std::size_t, std::size_t>>{{0, 2}, {1, 0}, {1, 2}, {2, 0}});
}

TEST_CASE("what is not finite does not replace a good file, and is named") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "run";
  write_text(file, "good");
  nn::Sequential<double> net = network<double>(1);
  optim::Optimizer<optim::Adam, double> optimizer(net.parameters(), {});
  std::string name;
  SUBCASE("a weight") {
    net.parameters()[1].mutable_value()(2) = infinity;
    name = "'0.bias' (5,) is not finite: element 2 is inf";
  }
  SUBCASE("a buffer") {
    (*net.named_buffers()[1].value)(0) = -infinity;
    name = "'1.running_var' (5,) is not finite: element 0 is -inf";
  }
  SUBCASE("what the optimizer remembers") {
    optimizer.state()[0].array->data()[3] = std::numeric_limits<double>::quiet_NaN();
    name = "'optimizer.m.0.weight' (5, 4) is not finite: element 3 is nan";
  }
  CHECK_THROWS_AS(nn::save_checkpoint(file, net, optimizer), NotFinite);
  CHECK(contains(error_text([&] { nn::save_checkpoint(file, net, optimizer); }), name));
  if (!contains(name, "optimizer")) {
    CHECK(contains(error_text([&] { nn::save_weights(file, net); }), "[save_weights] " + name));
  }
  CHECK(text_of(file) == "good");
  CHECK(folder.files() == 1);
}

TEST_CASE("a learning rate that makes no sense is refused before the network changes") {
  const TemporaryFolder folder;
  nn::Sequential<double> saved = network<double>(1), net = network<double>(2);
  optim::Optimizer<optim::Adam, double> of_saved(saved.parameters(), {}), optimizer(net.parameters(), {});
  nn::save_checkpoint(folder.path() / "run", saved, of_saved);
  nn::SafeTensors content = nn::read_safetensors(folder.path() / "run");
  for (const char* rate : {"inf", "nan", "-1", "1e999", ""}) {
    CAPTURE(std::string(rate));
    content.metadata["checkpoint.learning_rate"] = rate;
    content.metadata.erase("wengert.crc32");
    nn::write_safetensors(folder.path() / "run", content);
    const nn::StateDict<double> before = nn::state_dict(net);
    CHECK_THROWS_AS(nn::load_checkpoint(folder.path() / "run", net, optimizer), Error);
    CHECK(same_bits(nn::state_dict(net), before));
    CHECK(optimizer.learning_rate() == optim::Adam{}.learning_rate);
  }
}

TEST_CASE("a branch that is two children counts once everywhere") {
  Twins twins(1);
  optim::Optimizer<optim::Adam, double> optimizer(twins.parameters(), {});
  CHECK(twins.parameters().size() == 4);
  CHECK(twins.named_buffers().size() == 3);
  CHECK(nn::state_dict(twins).size() == 7);
  CHECK(optimizer.state().size() == 8);
  const std::string text = nn::summary(twins, {2}, {.width = 80});
  CHECK(contains(text, " Total params: 21 ("));
  CHECK(contains(text, " Trainable params: 15 ("));
  CHECK(contains(text, " Non-trainable params: 6 ("));
  CHECK(contains(text, "twins.left (Sequential)"));
  CHECK(contains(text, "twins.right.1"));
}

TEST_CASE("what two modules share loads under either name, and not with two values") {
  const TemporaryFolder folder;
  Twins saved(1);
  nn::save_weights(folder.path() / "run", saved);
  nn::SafeTensors content = nn::read_safetensors(folder.path() / "run");
  CHECK(content.tensors.size() == 7);
  const auto write = [&] {
    content.metadata.erase("wengert.crc32");
    nn::write_safetensors(folder.path() / "run", content);
  };
  const auto rename = [](std::string name) { return name.replace(0, 4, "right"); };
  std::string expected = "(no Error)";
  SUBCASE("the first") {}
  SUBCASE("the other") {
    for (nn::Tensor& tensor : content.tensors) tensor.name = rename(tensor.name);
  }
  SUBCASE("both") {
    const std::vector<nn::Tensor> left = content.tensors;
    for (nn::Tensor tensor : left) {
      tensor.name = rename(tensor.name);
      content.tensors.push_back(tensor);
    }
  }
  SUBCASE("both, of which one differs") {
    nn::Tensor tensor = content.tensors.front();
    tensor.name = rename(tensor.name);
    tensor.bytes[0] = static_cast<char>(tensor.bytes[0] + 1);
    content.tensors.push_back(tensor);
    expected = "are one array of this network, but have different numbers there";
  }
  write();
  Twins loaded(2);
  const nn::StateDict<double> before = nn::state_dict(loaded);
  const std::string text = error_text([&] { nn::load_weights(folder.path() / "run", loaded); });
  CHECK_MESSAGE(contains(text, expected), text);
  CHECK(same_bits(nn::state_dict(loaded), expected == "(no Error)" ? nn::state_dict(saved) : before));
}

TEST_CASE("a training of what two modules share goes on whichever of them comes first") {
  const TemporaryFolder folder;
  Twins saved(1), loaded(2, {"right", "left"});
  optim::Optimizer<optim::Adam, double> of_saved(saved.parameters(), {}), of_loaded(loaded.parameters(), {});
  const auto step = [](Twins& twins, auto& optimizer) {
    for (const Var<double>& parameter : twins.parameters()) parameter.set_grad(full<double>(parameter.shape(), 0.5));
    optimizer.step();
  };
  step(saved, of_saved);
  nn::save_checkpoint(folder.path() / "run", saved, of_saved);
  nn::load_checkpoint(folder.path() / "run", loaded, of_loaded);
  step(saved, of_saved);
  step(loaded, of_loaded);
  CHECK(of_loaded.parameter_steps() == of_saved.parameter_steps());
  for (std::size_t k = 0; k < saved.parameters().size(); ++k)
    CHECK(same_bits(saved.parameters()[k].value(), loaded.parameters()[k].value()));
}

TEST_CASE("a generator that two modules share goes on whichever of them comes first, and by one name alone") {
  const TemporaryFolder folder;
  const auto file = folder.path() / "run";
  SharedDice saved(1, {"a", "b"}), loaded(2, {"b", "a"});
  optim::Optimizer<optim::SGD, double> of_saved(saved.parameters(), {}), of_loaded(loaded.parameters(), {});
  nn::save_checkpoint(file, saved, of_saved);
  nn::load_checkpoint(file, loaded, of_loaded);
  const Var<double> x(ones<double>({64}));
  CHECK(same_bits(saved(x).value(), loaded(x).value()));
  SharedDice other(3, {"a", "c"}), stranger(4, {"c", "d"});
  optim::Optimizer<optim::SGD, double> of_other(other.parameters(), {}), of_stranger(stranger.parameters(), {});
  nn::save_checkpoint(file, saved, of_saved);
  nn::load_checkpoint(file, other, of_other);  // the file has it as `a`
  CHECK(same_bits(saved(x).value(), other(x).value()));
  CHECK(contains(error_text([&] { nn::load_checkpoint(file, stranger, of_stranger); }),
                 "the generator 'c.generator' missing there; the generator 'a.generator' unexpected here"));
}
