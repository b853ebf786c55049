#include <doctest/doctest.h>

#include <limits>

#include "../../error_text.hpp"
#include "../training/temporary_folder.hpp"
#include "bytes.hpp"
#include "networks.hpp"

using namespace wengert;
using namespace wengert::checkpoint_tests;
using training_tests::TemporaryFolder;

namespace {

/// A network with one parameter `w` and a counter.
template <class T>
class Single final : public nn::Module<T> {
 public:
  explicit Single(T value = 0) : w_(parameter(full<T>({2}, value), "w")) {}
  Var<T> forward(const Var<T>& x) override { return x * w_; }
  nn::Parts<T> parts() override { return {.parameters = {{"w", w_}}, .buffers = {{"num_batches_tracked", &counter_}}}; }
  const Array<T>& w() const { return w_.value(); }
  T& counter() { return *counter_.data(); }

 private:
  Var<T> w_;
  Array<T> counter_ = scalar(T(0));
};

template <class Number>
nn::SafeTensors single(const std::string& dtype, Number first, Number second, std::int64_t counter = 3) {
  return {.tensors = {{"w", dtype, {2}, bytes_of(first) + bytes_of(second)},
                      {"num_batches_tracked", "I64", {}, bytes_of(counter)}}};
}

template <class T>
std::string load_error(const std::filesystem::path& file, const nn::SafeTensors& content) {
  nn::write_safetensors(file, content);
  Single<T> net(T(7));
  const std::string error = error_text([&] { nn::load_weights(file, net); });
  CHECK(net.w() == full<T>({2}, T(7)));
  CHECK(net.counter() == T(0));
  return error;
}

}  // namespace

TEST_CASE_TEMPLATE("weights come back bit by bit, with the running statistics", T, float, double) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "net.safetensors";
  nn::Sequential<T> one = network<T>(1), other = network<T>(2);
  for (int k = 0; k < 3; ++k) one(Generator(3).uniform<T>({8, 4}));
  one.parameters()[1].set_value(Array<T>{T(-0.0), std::numeric_limits<T>::denorm_min(), std::numeric_limits<T>::max(),
                                         std::numeric_limits<T>::lowest(), std::numeric_limits<T>::min()});
  nn::save_weights(file, one);
  nn::load_weights(file, other);
  CHECK(same_bits(nn::state_dict(one), nn::state_dict(other)));
  CHECK(*other.named_buffers()[2].value->data() == T(3));
  CHECK(folder.files() == 1);
}

TEST_CASE("weights have PyTorch's names and dtypes") {
  const TemporaryFolder folder;
  nn::Sequential<double> net = network<double>(1);
  nn::save_weights(folder.path() / "net", net);
  const nn::SafeTensors content = nn::read_safetensors(folder.path() / "net");
  CHECK(content.metadata.at("format") == "pt");
  CHECK(content.tensors.size() == 9);
  for (const nn::Tensor& tensor : content.tensors) {
    const bool counter = tensor.name == "1.num_batches_tracked";
    CHECK(tensor.dtype == (counter ? "I64" : "F64"));
    if (counter) CHECK(tensor.shape.empty());
  }
}

TEST_CASE("F32, F64 and I64 are read as float and as double where they can hold the numbers") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "net";
  Single<float> net;
  Single<double> wide;
  nn::write_safetensors(file, single("F64", 0.1, -std::numeric_limits<double>::infinity(), std::int64_t{1} << 24));
  nn::load_weights(file, net);
  CHECK(net.w() == Array<float>{0.1F, -std::numeric_limits<float>::infinity()});
  CHECK(net.counter() == 16777216.0F);
  nn::load_weights(file, wide);
  CHECK(wide.w().data()[0] == 0.1);
  nn::write_safetensors(file, single("F32", 0.1F, 2.0F, std::int64_t{1} << 53));
  nn::load_weights(file, wide);
  CHECK(wide.w() == Array<double>{0.1F, 2.0});
  CHECK(wide.counter() == 9007199254740992.0);
  nn::write_safetensors(file, single<std::int64_t>("I64", -5, 33554432));
  nn::load_weights(file, net);
  CHECK(net.w() == Array<float>{-5, 33554432});
}

TEST_CASE("a number that the network cannot hold and another dtype are refused by file and name") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "net";
  const std::string quoted = "'" + file.string() + "'";
  CHECK(load_error<float>(file, single("F64", 0.0, 1e39)) ==
        "[load_weights] 'w' of " + quoted +
            " has the number 1e+39, which F32 cannot hold; expected smaller numbers; read it as double");
  const auto beyond_float = single("F32", 0.0F, 1.0F, (std::int64_t{1} << 24) + 1);
  CHECK(contains(load_error<float>(file, beyond_float),
                 "'num_batches_tracked' of " + quoted + " has the number 16777217"));
  const auto beyond_double = single("F64", 0.0, 1.0, -(std::int64_t{1} << 53) - 1);
  CHECK(contains(load_error<double>(file, beyond_double), "the number -9007199254740993, which F64 cannot hold"));
  const auto half = single<std::uint16_t>("BF16", 0, 1);
  CHECK(contains(load_error<double>(file, half), "'w' of " + quoted + " has the dtype BF16; expected F32, F64 or I64"));
}

TEST_CASE("a float's count beyond 2^24 is saved and comes back, as one of PyTorch's does") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "net";
  nn::write_safetensors(file, single("F32", 0.0F, 1.0F, 20'000'000));
  Single<float> net, other;
  nn::load_weights(file, net);
  CHECK(net.counter() == 2e7F);
  net.counter() += 2.0F;
  nn::save_weights(file, net);
  nn::load_weights(file, other);
  CHECK(other.counter() == 20000002.0F);
}

TEST_CASE("a counter that is no integer is not saved") {
  const TemporaryFolder folder;
  for (const double counter : {0.5, 1e300, std::numeric_limits<double>::quiet_NaN()}) {
    Single<double> net;
    net.counter() = counter;
    const std::string error = error_text([&] { nn::save_weights(folder.path() / "net", net); });
    CHECK(contains(error, "[save_weights] 'num_batches_tracked' counts, but is "));
  }
  CHECK(folder.files() == 0);
}

TEST_CASE("a variance below 0 is refused by name") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "net";
  nn::Sequential<float> net{nn::BatchNorm1d<float>(2)};
  nn::save_weights(file, net);
  nn::SafeTensors content = nn::read_safetensors(file);
  for (nn::Tensor& tensor : content.tensors)
    if (tensor.name == "0.running_var") tensor.bytes.back() = static_cast<char>(tensor.bytes.back() | '\x80');
  nn::write_safetensors(file, content);
  CHECK(contains(error_text([&] { nn::load_weights(file, net); }),
                 "[load_weights] '0.running_var' of '" + file.string() + "' is a variance, but is below 0"));
}

TEST_CASE("weights of another architecture are refused with all that differs, and nothing has changed") {
  const TemporaryFolder folder;
  nn::Sequential<float> saved = network<float>(1, 6), net = network<float>(2);
  net.add(nn::BatchNorm1d<float>(3));
  nn::save_weights(folder.path() / "net", saved);
  const nn::StateDict<float> before = nn::state_dict(net);
  const std::string error = error_text([&] { nn::load_weights(folder.path() / "net", net); });
  for (const char* part :
       {"[load_weights] '", "/net' does not fit this network: ", "'0.weight' (6, 4) there and (5, 4) here",
        "'4.weight' (3, 6) there and (3, 5) here", "'5.weight', '5.bias', '5.running_mean'"}) {
    INFO(std::string(part));
    CHECK(contains(error, part));
  }
  CHECK(same_bits(nn::state_dict(net), before));
}

TEST_CASE("without strict, unexpected tensors may be of any dtype") {
  const TemporaryFolder folder;
  nn::SafeTensors content = single("F32", 1.0F, 2.0F);
  content.tensors.push_back({"half", "F16", {1}, "ab"});
  nn::write_safetensors(folder.path() / "net", content);
  Single<double> net;
  CHECK(nn::load_weights(folder.path() / "net", net, {.strict = false}).unexpected == std::vector<std::string>{"half"});
  CHECK(net.w() == Array<double>{1, 2});
}

TEST_CASE("a tensor of a dtype that is not known here harms nobody who does not ask for it") {
  const TemporaryFolder folder;
  const auto write = [&](const std::string& name, const std::string& dtype) {
    const std::string header = "{\"" + name + "\":{\"dtype\":\"" + dtype +
                               "\",\"shape\":[7],\"data_offsets\":[0,7]},"
                               "\"num_batches_tracked\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[7,11]},"
                               "\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[11,19]}}";
    const std::uint64_t length = header.size();
    std::string bytes(reinterpret_cast<const char*>(&length), sizeof length);
    training_tests::write_text(folder.path() / "net", bytes + header + "scaling" + std::string(12, '\0'));
  };
  for (const char* dtype : {"F8_E8M0", "F4", "C64", "F6_E2M3", "NEW"}) {
    write("scale", dtype);
    const nn::SafeTensors content = nn::read_safetensors(folder.path() / "net");
    REQUIRE(content.tensors.size() == 3);
    CHECK(content.tensors[0].bytes == "scaling");
    Single<double> net;
    CHECK(nn::load_weights(folder.path() / "net", net, {.strict = false}).unexpected ==
          std::vector<std::string>{"scale"});
    CHECK(net.w() == Array<double>{0, 0});
  }
}
