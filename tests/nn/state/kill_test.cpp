#include <doctest/doctest.h>
#include <optim/optim.hpp>

#include <cstdlib>

#include "../training/temporary_folder.hpp"
#include "bytes.hpp"
#include "child.hpp"
#include "networks.hpp"

using namespace wengert;
using namespace wengert::checkpoint_tests;
using training_tests::TemporaryFolder;

namespace {

/// As many as the variable WENGERT_KILLS says, for longer runs by hand; 100 otherwise.
std::size_t kills() {
  const char* const wanted = std::getenv("WENGERT_KILLS");
  return wanted == nullptr ? 100 : std::stoul(wanted);
}

constexpr double longest_wait = 30000;  // microseconds; a save with its two calls of fsync takes about as long

/// A training whose numbers all tell the epoch.
struct ToldRun {
  nn::Sequential<float> net = make();
  optim::Optimizer<optim::Adam, float> optimizer{net.parameters(), {}};

  static nn::Sequential<float> make() {
    Generator generator(1);
    return nn::Sequential<float>{nn::Linear<float>(100, 300, generator), nn::BatchNorm1d<float>(300)};
  }

  void set(std::size_t epoch) {
    const auto value = static_cast<float>(epoch);
    for (const auto& parameter : net.parameters()) parameter.mutable_value().fill(value);
    for (const auto& [name, buffer] : net.named_buffers()) buffer->fill(value);
    for (const auto& state : optimizer.state()) state.array->fill(value);
  }
  void save(const std::filesystem::path& file, std::size_t epoch) {
    set(epoch);
    nn::save_checkpoint(file, net, optimizer, {.epoch = epoch});
  }
  /// The epoch that all numbers of the file tell.
  std::size_t load(const std::filesystem::path& file) {
    set(0);
    const std::size_t epoch = nn::load_checkpoint(file, net, optimizer).epoch;
    const auto tells = [&](const Array<float>& array) {
      const float* end = array.data() + array.size();
      return std::all_of(array.data(), end, [&](float x) { return x == static_cast<float>(epoch); });
    };
    for (const auto& [name, array] : nn::state_dict(net)) REQUIRE(tells(array));
    for (const auto& state : optimizer.state()) REQUIRE(tells(*state.array));
    return epoch;
  }
};

/// The last epoch that a process told to be saved; `before` if it told none.
std::size_t last_told(const std::string& told, std::size_t before) {
  const std::size_t whole = told.size() / 8 * 8;
  if (whole == 0) return before;
  std::uint64_t epoch = 0;
  std::memcpy(&epoch, told.data() + whole - 8, 8);
  return epoch;
}

}  // namespace

TEST_CASE("killed at any moment of saving, a training finds the previous or the new checkpoint, whole") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "run.safetensors";
  Generator moments(1);
  ToldRun run;
  run.save(file, 0);
  std::size_t epoch = 0, unfinished = 0;
  for (std::size_t k = 0; k < kills(); ++k) {
    Child child([&](const Child::Tell& tell) {
      tell("!");
      for (std::uint64_t next = epoch + 1;; ++next) {
        run.save(file, next);
        tell(bytes_of(next));
      }
    });
    REQUIRE(child.next(1) == "!");
    usleep(static_cast<useconds_t>(moments.uniform(0, longest_wait)));
    child.kill_now();

    const std::size_t saved = last_told(child.rest(), epoch), found = run.load(file);
    REQUIRE((found == saved || found == saved + 1));
    REQUIRE(folder.files() <= 2);
    unfinished += folder.files() - 1;
    epoch = found;
  }
  INFO("checkpoints: ", epoch, ", kills that left a .partial: ", unfinished);
  CHECK(unfinished > 0);
  run.save(file, epoch);
  CHECK(folder.files() == 1);
}
