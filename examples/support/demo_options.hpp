#pragma once

#include <autograd/error.hpp>

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <string_view>

// The options of the demo.

namespace demo {

struct Options {
  std::uint64_t seed = 1;
  std::size_t epochs = 15;
  std::filesystem::path out = "out";
  bool help = false;
};

inline constexpr std::string_view usage = R"(usage: demo [options]

Derives the gradient of batch normalisation, checks it, and trains a network with and without it.

  --seed N      of the split, the weights and the batches (default 1)
  --epochs N    to train each network, 1 or more (default 15)
  --out DIR     where the history and the figures go (default out)
  --help        print this
)";

/// The text of an option as a whole number from `least` on. Throws an Error otherwise.
template <class Number>
Number whole_number(std::string_view option, std::string_view text, Number least) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  wengert::require(error == std::errc{} && end == text.data() + text.size() && number >= least, "demo",
                   "{} got '{}'; expected a whole number from {} on", option, text, least);
  return number;
}

/// Reads the command line. Throws an Error for an option that does not exist, has no value, or a wrong one.
inline Options parse_options(int count, const char* const* arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    const std::string_view option = arguments[i];
    const auto value = [&]() -> std::string_view {
      wengert::require(i + 1 < count, "demo", "{} got no value; write it behind the option", option);
      return arguments[++i];
    };
    if (option == "--help" || option == "-h") {
      options.help = true;
    } else if (option == "--seed") {
      options.seed = whole_number<std::uint64_t>(option, value(), 0);
    } else if (option == "--epochs") {
      options.epochs = whole_number<std::size_t>(option, value(), 1);
    } else if (option == "--out") {
      options.out = value();
      wengert::require(!options.out.empty(), "demo", "--out got an empty name; expected a folder");
    } else {
      wengert::fail("demo", fmt::format("there is no option '{}'; demo --help lists those there are", option));
    }
  }
  return options;
}

}  // namespace demo
