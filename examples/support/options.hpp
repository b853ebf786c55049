#pragma once

#include <fmt/core.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <optional>

// The command lines of the longer examples.

namespace examples {

/// Accepts a whole number from `least` on, and nothing else.
inline CLI::Validator whole_number(std::uint64_t least) {
  const auto complaint = [least](const std::string& text) -> std::string {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size() && number >= least) return {};
    return fmt::format("got '{}'; expected a whole number from {} on", text, least);
  };
  return CLI::Validator(complaint, fmt::format("{} or more", least));
}

/// Reads the command line. Returns the exit status if the program ends here: 0 after --help, 2 after a wrong option,
/// about which a message has been printed.
inline std::optional<int> parse(CLI::App& app, int count, char** arguments) {
  try {
    app.parse(count, arguments);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
}

/// The status of a program that reports what stops it.
template <class Program>
int run(const Program& program) {
  try {
    return program();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

}  // namespace examples
