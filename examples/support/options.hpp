#pragma once

#include <fmt/core.h>
#include <CLI/CLI.hpp>
#include <autograd/base/interrupt.hpp>
#include <autograd/base/write_file.hpp>

#include <charconv>
#include <filesystem>
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

/// The status of a program that trains and writes to a folder: 130 after Ctrl-C, which ends the training under way and
/// lets what is complete be written; otherwise as `run`. A folder that cannot be written is said before it begins.
template <class Program>
int run_training(const std::filesystem::path& folder, const Program& program) {
  return run([&] {
    wengert::base::require_writable("--out", folder);
    const wengert::base::InterruptGuard guard;  // around all trainings, so that Ctrl-C between two loses nothing either
    const int status = program();
    return guard.interrupted() ? 130 : status;
  });
}

}  // namespace examples
