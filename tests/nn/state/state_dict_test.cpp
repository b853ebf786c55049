#include <doctest/doctest.h>

#include "../../error_text.hpp"
#include "networks.hpp"

using namespace wengert;
using namespace wengert::checkpoint_tests;

namespace {

using Names = std::vector<std::string>;

template <class T>
Names names(const nn::StateDict<T>& state) {
  Names result;
  for (const auto& [name, array] : state) result.push_back(name);
  return result;
}

/// Two layers that share their weight.
class Tied final : public nn::Module<double> {
 public:
  explicit Tied(double value) : weight_(parameter(full<double>({2}, value), "W")) {}
  Var<double> forward(const Var<double>& x) override { return x * weight_; }
  nn::Parts<double> parts() override { return {.parameters = {{"encoder", weight_}, {"decoder", weight_}}}; }

 private:
  Var<double> weight_;
};

/// Two arrays under one name.
class Twice final : public nn::Module<double> {
 public:
  Var<double> forward(const Var<double>& x) override { return x; }
  nn::Parts<double> parts() override { return {.parameters = {{"w", weight_}}, .buffers = {{"w", &buffer_}}}; }

 private:
  Var<double> weight_ = parameter(ones<double>({2}), "w");
  Array<double> buffer_ = ones<double>({2});
};

}  // namespace

TEST_CASE_TEMPLATE("a state dict has the parameters and then the buffers, and is a copy of them", T, float, double) {
  nn::Sequential<T> net = network<T>(1);
  const nn::StateDict<T> state = nn::state_dict(net);
  CHECK(names(state) == Names{"0.weight", "0.bias", "1.weight", "1.bias", "4.weight", "4.bias", "1.running_mean",
                              "1.running_var", "1.num_batches_tracked"});
  CHECK(same_bits(state[0].value, net.parameters()[0].value()));
  net.parameters()[0].mutable_value().fill(T(7));
  CHECK(state[0].value.data()[0] != T(7));
}

TEST_CASE_TEMPLATE("a network that loads the state of another is the same from there on", T, float, double) {
  nn::Sequential<T> one = network<T>(1), other = network<T>(2);
  one(Generator(3).uniform<T>({8, 4}));  // changes the running statistics
  const std::uint32_t version = other.parameters()[0].version();
  CHECK_FALSE(same_bits(nn::state_dict(one), nn::state_dict(other)));
  const nn::LoadedNames loaded = nn::load_state_dict(other, nn::state_dict(one));
  CHECK(loaded.missing.empty());
  CHECK(loaded.unexpected.empty());
  CHECK(same_bits(nn::state_dict(one), nn::state_dict(other)));
  CHECK(other.parameters()[0].version() > version);
  one.eval();
  other.eval();
  const Array<T> x = Generator(4).uniform<T>({3, 4});
  CHECK(same_bits(one(x).value(), other(x).value()));
}

TEST_CASE("a tape that recorded the old values refuses to go back after loading") {
  nn::Sequential<double> net = network<double>(1);
  Tape<double> tape;
  const Var<double> loss = sum(net(ones<double>({2, 4})));
  nn::load_state_dict(net, nn::state_dict(net));
  CHECK_THROWS_AS(tape.backward(loss), Error);
}

TEST_CASE("what is missing, unexpected and of the wrong shape is listed in one error, and nothing has changed") {
  nn::Sequential<double> net = network<double>(1);
  const nn::StateDict<double> before = nn::state_dict(net);
  nn::StateDict<double> state = nn::state_dict(net);
  for (auto& [name, array] : state) array.fill(9.0);
  state[0].name = "0.weigth";
  state[4].value = ones<double>({5, 3});
  state[6].name = "1.mean";
  const std::string error = error_text([&] { nn::load_state_dict(net, state); });
  CHECK(error ==
        "[load_state_dict] the state does not fit this network: '4.weight' (5, 3) there and (3, 5) here; "
        "'0.weight', '1.running_mean' missing there; '0.weigth', '1.mean' unexpected here; "
        "expected the state of a network with the same layers; or leave names out with strict = false");
  CHECK(same_bits(nn::state_dict(net), before));
}

TEST_CASE("every single name that is missing, added, renamed or of another shape is noticed") {
  nn::Sequential<float> net = network<float>(1), other = network<float>(2);
  const nn::StateDict<float> before = nn::state_dict(net), good = nn::state_dict(other);
  for (std::size_t k = 0; k < good.size(); ++k) {
    nn::StateDict<float> lacking = good, added = good, renamed = good, misshapen = good;
    lacking.erase(lacking.begin() + static_cast<std::ptrdiff_t>(k));
    added.push_back({good[k].name + ".more", good[k].value});
    renamed[k].name += "s";
    misshapen[k].value = ones<float>({1, 1, 1});
    for (const nn::StateDict<float>& state : {lacking, added, renamed, misshapen}) {
      INFO(good[k].name);
      CHECK(contains(error_text([&] { nn::load_state_dict(net, state); }), "'" + good[k].name));
      CHECK(same_bits(nn::state_dict(net), before));
    }
  }
}

TEST_CASE("without strict what fits is loaded and the names of the rest are returned, but a wrong shape is an error") {
  nn::Sequential<double> net = network<double>(1);
  const nn::StateDict<double> before = nn::state_dict(net);
  nn::StateDict<double> state{{"4.bias", ones<double>({3})}, {"5.bias", ones<double>({3})}};
  state.push_back({"4.bias", full<double>({3}, 2.0)});  // the second of one name counts as unexpected
  const nn::LoadedNames loaded = nn::load_state_dict(net, state, {.strict = false});
  CHECK(loaded.missing == Names{"0.weight", "0.bias", "1.weight", "1.bias", "4.weight", "1.running_mean",
                                "1.running_var", "1.num_batches_tracked"});
  CHECK(loaded.unexpected == Names{"5.bias", "4.bias"});
  CHECK(net.parameters()[5].value() == ones<double>({3}));
  CHECK(same_bits(net.parameters()[4].value(), before[4].value));
  const auto misshapen = [&] { nn::load_state_dict(net, {{"0.bias", ones<double>({2})}}, {.strict = false}); };
  CHECK(contains(error_text(misshapen), "'0.bias' (2,) there and (5,) here; expected"));
}

TEST_CASE("a parameter that two modules share is in the state once, under its first name, and stays shared") {
  Tied one(1.0), other(2.0);
  CHECK(names(nn::state_dict(one)) == Names{"encoder"});
  nn::load_state_dict(other, nn::state_dict(one));
  CHECK(other.parts().parameters[1].value.value() == full<double>({2}, 1.0));
}

TEST_CASE("two arrays of a network under one name are refused") {
  Twice module;
  CHECK(
      contains(error_text([&] { nn::state_dict(module); }), "two parameters or buffers of the network are called 'w'"));
}
