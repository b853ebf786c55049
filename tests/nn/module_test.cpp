#include <doctest/doctest.h>
#include <nn/nn.hpp>

#include "../error_text.hpp"

using namespace wengert;

namespace {

template <class List>
std::vector<std::string> names(const List& list) {
  std::vector<std::string> result;
  for (const auto& item : list) result.push_back(item.name);
  return result;
}

using Names = std::vector<std::string>;

/// A module as a user writes one: two layers that share their weight.
class Tied final : public nn::Module<double> {
 public:
  explicit Tied(const nn::Linear<double>& layer) : weight_(layer.weight()) {}
  Var<double> forward(const Var<double>& x) override { return x; }
  nn::Parts<double> parts() override { return {.parameters = {{"encoder", weight_}, {"decoder", weight_}}}; }

 private:
  Var<double> weight_;
};

/// A block as a user writes one, with layers of its own.
class Residual final : public nn::Module<double> {
 public:
  explicit Residual(Generator& generator) : first_(3, 3, generator), second_(3, 3, generator) {}
  Var<double> forward(const Var<double>& x) override {
    const Var<double> bent = tanh(first_(x));
    return bent + second_(x);
  }
  nn::Parts<double> parts() override { return {.children = {{"first", &first_}, {"second", &second_}}}; }

 private:
  nn::Linear<double> first_, second_;
};

/// Changes the shape and does not say so.
class FirstThree final : public nn::Module<double> {
 public:
  Var<double> forward(const Var<double>& x) override { return slice(x, 1, 0, 3); }
};

}  // namespace

TEST_CASE("a layer that does not fit is refused before a layer in front of it has changed") {
  Generator generator(1);
  const Var<double> x(generator.normal<double>({4, 2}));
  SUBCASE("as a layer of the network") {
    nn::Sequential net{nn::BatchNorm1d<double>(2), nn::ReLU<double>(), nn::Linear<double>(3, 1, generator)};
    CHECK(error_text([&] { net(x); }) ==
          "[Linear] got an input of shape (4, 2) for the weight 'W₂' (1, 3); expected (N, 3), one row of features for "
          "each sample; "
          "flatten images first");
    CHECK(net.named_buffers()[0].value->flat(0) == 0.0);
    CHECK_THROWS_AS(net.copy()->operator()(x), Error);
  }
  SUBCASE("as a network in the network") {
    nn::Sequential net{nn::BatchNorm1d<double>(2), nn::Sequential{nn::Linear<double>(3, 1, generator)}};
    CHECK_THROWS_AS(net(x), Error);
    CHECK(net.named_buffers()[0].value->flat(0) == 0.0);
    nn::Module<double>& first = net[0];
    first(x);
    CHECK(net.named_buffers()[0].value->flat(0) != 0.0);
  }
  SUBCASE("the first layer itself, which names what it was given") {
    nn::Sequential net{nn::Linear<double>(3, 1, generator)};
    CHECK(contains(error_text([&] { net(Var<double>(x).named("images")); }), "'images'"));
  }
}

TEST_CASE("a layer that says nothing of its shape is not taken to keep it") {
  Generator generator(1);
  nn::Sequential inner{FirstThree(), nn::Linear<double>(3, 2, generator)};
  nn::Sequential net{nn::Linear<double>(2, 5, generator), std::move(inner), nn::Linear<double>(2, 1, generator)};
  const Var<double> x(generator.normal<double>({4, 2}));
  CHECK(net(x).shape() == Shape{4, 1});
}

TEST_CASE("a layer that is added has the mode of the network, also within an EvaluationMode") {
  nn::Sequential<double> net;
  {
    const nn::EvaluationMode evaluation;
    net.add(nn::BatchNorm1d<double>(3));
  }
  CHECK(net[0].is_training());
  net.eval();
  net.add(nn::BatchNorm1d<double>(3));
  CHECK_FALSE(net[1].is_training());
}

TEST_CASE("what a layer records has its place in the network as scope, and what a network does itself has none") {
  Generator generator(1);
  nn::Sequential<double> net;
  net.add(nn::Linear<double>(2, 3, generator)).add(nn::BatchNorm1d<double>(3)).add(Residual(generator));
  const Var<double> x(generator.normal<double>({4, 2}));
  Tape<double> tape;
  const Var<double> loss = sum(square(net(x)));
  Names scopes;
  for (std::size_t slot = 0; slot < tape.size(); ++slot) {
    if (!tape.entry(slot).is_leaf() && (scopes.empty() || scopes.back() != tape.scope_of(slot)))
      scopes.push_back(tape.scope_of(slot));
  }
  CHECK(scopes == Names{"0.Linear", "1.BatchNorm1d", "2.Residual/first.Linear", "2.Residual",
                        "2.Residual/second.Linear", "2.Residual", ""});
  CHECK(tape.scope_of(tape.slot_of("test", net.parameters()[0])) == "0.Linear");
}

TEST_CASE("a network's state has PyTorch's names in PyTorch's order") {
  Generator generator(1);
  nn::Sequential net{nn::Linear(4, 3, generator), nn::BatchNorm1d(3), nn::ReLU(), nn::Linear(3, 2, generator)};
  CHECK(names(net.named_parameters()) == Names{"0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias"});
  CHECK(names(net.named_buffers()) == Names{"1.running_mean", "1.running_var", "1.num_batches_tracked"});
  CHECK(net.parameters().size() == 6);
  CHECK(net.parameters()[0].shape() == Shape{3, 4});
  CHECK(net.size() == 4);
}

TEST_CASE("nested networks put their names behind each other, in the state and in prints") {
  Generator generator(1);
  nn::Sequential<double> block{nn::Linear<double>(4, 4, generator), nn::BatchNorm1d<double>(4)};
  CHECK(block.parameters()[2].name() == "γ₁");
  nn::Sequential<double> net;
  for (std::size_t k = 0; k < 10; ++k) net.add(nn::ReLU<double>());
  net.add(std::move(block)).add(nn::Linear<double>(4, 1, generator, {.bias = false}));
  CHECK(names(net.named_parameters()) == Names{"10.0.weight", "10.0.bias", "10.1.weight", "10.1.bias", "11.weight"});
  CHECK(names(net.named_buffers()).front() == "10.1.running_mean");
  Names printed;
  for (const Var<double>& parameter : net.parameters()) printed.push_back(parameter.name());
  CHECK(printed == Names{"W₁₀.₀", "b₁₀.₀", "γ₁₀.₁", "β₁₀.₁", "W₁₁"});
}

TEST_CASE("a parameter that two modules share is listed once") {
  Generator generator(1);
  Tied tied(nn::Linear<double>(3, 3, generator));
  CHECK(names(tied.named_parameters()) == Names{"encoder"});
}

TEST_CASE("train and eval reach every module, also those that are added later") {
  Generator generator(1);
  nn::Sequential<float> inner{nn::Linear(2, 2, generator), nn::BatchNorm1d(2)};
  nn::Sequential<float> net;
  net.add(std::move(inner));
  CHECK(net.is_training());
  net.eval();
  auto& block = dynamic_cast<nn::Sequential<float>&>(net[0]);
  CHECK_FALSE(net.is_training());
  CHECK_FALSE(block[1].is_training());
  net.add(nn::BatchNorm1d(2));
  CHECK_FALSE(net[1].is_training());
  net.train();
  CHECK(block[1].is_training());
  CHECK(net[1].is_training());
}

TEST_CASE("zero_grad forgets the gradient of every parameter") {
  Generator generator(1);
  nn::Sequential<double> net{nn::Linear<double>(2, 2, generator), nn::ReLU<double>(),
                             nn::Linear<double>(2, 1, generator)};
  for (const Var<double>& parameter : net.parameters()) parameter.set_grad(ones<double>(parameter.shape()));
  net.zero_grad();
  for (const Var<double>& parameter : net.parameters()) CHECK_FALSE(parameter.has_grad());
}

TEST_CASE("buffers can be written through their list, and move with their module") {
  nn::Sequential<double> net{nn::BatchNorm1d<double>(2)};
  net.named_buffers()[0].value->data()[1] = 3.0;
  nn::Sequential<double> moved = std::move(net);
  CHECK(dynamic_cast<nn::BatchNorm1d<double>&>(moved[0]).running().mean() == Array<double>{0.0, 3.0});
}

TEST_CASE("layers move by their class, and not as modules, which would leave the layer where it is") {
  static_assert(std::is_move_assignable_v<nn::Linear<float>> && std::is_move_assignable_v<nn::Sequential<float>>);
  static_assert(!std::is_move_assignable_v<nn::Module<float>> && !std::is_swappable_v<nn::Module<float>>);
  Generator generator(1);
  nn::Sequential<float> a{nn::Linear<float>(2, 3, generator)}, b{nn::Linear<float>(2, 1, generator)};
  std::swap(a, b);
  CHECK(a.output_shape({4, 2}) == Shape{4, 1});
  CHECK(b.output_shape({4, 2}) == Shape{4, 3});
}

TEST_CASE("a sequence applies its layers in order") {
  Generator generator(1);
  nn::Sequential<double> net{nn::Flatten<double>(), nn::ReLU<double>()};
  const Var<double> y = net(Array<double>{{{1, -2}, {-3, 4}}, {{-5, 6}, {7, -8}}});
  CHECK(y.value() == Array<double>{{1, 0, 0, 4}, {0, 6, 7, 0}});
  CHECK(nn::Sequential<double>()(y).value() == y.value());
  CHECK(contains(error_text([&] { net[2]; }), "[Sequential] layer 2"));
  CHECK(contains(error_text([&] { net.add(std::unique_ptr<nn::Module<double>>()); }), "null"));
  CHECK(contains(error_text([&] { net(Var<double>(1.0)); }), "[Flatten] got a scalar"));
}

TEST_CASE("a network knows the shape of its output without running") {
  Generator generator(1);
  nn::Sequential net{nn::Flatten(), nn::Linear(12, 5, generator), nn::BatchNorm1d(5), nn::ReLU()};
  CHECK(net.output_shape({7, 3, 4}) == Shape{7, 5});
  CHECK(net.output_shape({0, 12}) == Shape{0, 5});
  CHECK(contains(error_text([&] { net.output_shape({7, 3, 5}); }), "[Linear] got an input of shape (7, 15)"));
  CHECK(*net.named_buffers()[2].value->data() == 0.0F);  // batch norm has seen no batch
}

TEST_CASE("a module is called by the name of its class") {
  CHECK(nn::ReLU<double>().type() == "ReLU");
  CHECK(nn::Sequential<float>().type() == "Sequential");
  Generator generator(1);
  CHECK(Tied(nn::Linear<double>(2, 2, generator)).type() == "Tied");
}

TEST_CASE("what modules take and give is seen by all who watch, who may end in any order") {
  nn::Sequential<double> net{nn::ReLU<double>(), nn::Flatten<double>()};
  std::string seen;
  const auto note = [&seen](const char* who) {
    return [&seen, who](const nn::Module<double>& module, const Var<double>& x, const Var<double>& y) {
      seen += fmt::format("{} {} {} {}; ", who, module.type(), x.shape(), y.shape());
    };
  };
  auto first = std::make_unique<nn::WatchOutputs<double>>(note("a"));
  auto second = std::make_unique<nn::WatchOutputs<double>>(note("b"));
  net(zeros<double>({2, 1, 3}));
  CHECK(seen ==
        "b ReLU (2, 1, 3) (2, 1, 3); a ReLU (2, 1, 3) (2, 1, 3); b Flatten (2, 1, 3) (2, 3); "
        "a Flatten (2, 1, 3) (2, 3); b Sequential (2, 1, 3) (2, 3); a Sequential (2, 1, 3) (2, 3); ");
  first.reset();
  seen.clear();
  net[0](zeros<double>({1}));
  CHECK(seen == "b ReLU (1,) (1,); ");
  second.reset();
  net(zeros<double>({2, 3}));
  CHECK(seen == "b ReLU (1,) (1,); ");
}
