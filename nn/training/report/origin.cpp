#include <autograd/arrays/array.hpp>
#include <autograd/base/process.hpp>
#include <nn/training/report/origin.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <zlib.h>
#include <nlohmann/json.hpp>
#include <xsimd/config/xsimd_config.hpp>

#include <ctime>

namespace wengert::nn {
namespace {

/// A word as one would type it: in quotes if the shell would read more into it.
std::string typed(const std::string& word) {
  const bool plain = word.find_first_of(" \t'\"\\$&|;<>()*?#~`") == std::string::npos && !word.empty();
  return plain ? word : base::shell_word(word);
}

std::string command() {
  std::string text;
  for (const std::string& word : base::command_line()) text += (text.empty() ? "" : " ") + typed(word);
  return text;
}

std::string compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

std::string libraries() {
  return fmt::format("xtensor {}.{}.{}, xsimd {}.{}.{}, fmt {}.{}.{}, nlohmann-json {}.{}.{}, zlib {}",
                     XTENSOR_VERSION_MAJOR, XTENSOR_VERSION_MINOR, XTENSOR_VERSION_PATCH, XSIMD_VERSION_MAJOR,
                     XSIMD_VERSION_MINOR, XSIMD_VERSION_PATCH, FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                     FMT_VERSION % 100, NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                     NLOHMANN_JSON_VERSION_PATCH, zlibVersion());
}

}  // namespace

std::vector<std::pair<std::string, std::string>> origin() {
  return {{"date", fmt::format("{:%Y-%m-%d %H:%M:%S %Z}", fmt::localtime(std::time(nullptr)))},
          {"duration", fmt::format("{:.1f} s", base::seconds_since_start())},
          {"command", command()},
          {"wengert", WENGERT_VERSION},
          {"processor", base::processor_name()},
          {"compiler", compiler()},
          {"libraries", libraries()}};
}

}  // namespace wengert::nn
