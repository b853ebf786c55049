#pragma once

#include <autograd/base/interrupt.hpp>
#include <autograd/base/write_file.hpp>

#include <concepts>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// What the longer examples read from their command lines, and the status they end with.

namespace CLI {
class App;
}

namespace examples {

/// The options of a program. The variables have their default values, and outlive the command line.
class CommandLine {
 public:
  CommandLine(const std::string& description, const std::string& program);
  ~CommandLine();

  /// True where the option is given.
  void flag(const std::string& option, bool& value, const std::string& text);
  /// A whole number from `least` on, and nothing else.
  void number(const std::string& option, std::unsigned_integral auto& value, std::uint64_t least,
              const std::string& text) {
    using Number = std::remove_reference_t<decltype(value)>;
    add_number(
        option, value, [&value](std::uint64_t given) { value = static_cast<Number>(given); }, least, text);
  }
  /// One or more of those.
  void numbers(const std::string& option, std::vector<std::size_t>& values, std::uint64_t least,
               const std::string& text);
  void folder(const std::string& option, std::filesystem::path& value, const std::string& text);
  /// One of some names.
  void choice(const std::string& option, std::string& value, const std::vector<std::string>& names,
              const std::string& text);

  /// Reads the command line. Returns the exit status if the program ends here: 0 after --help, 2 after a wrong option,
  /// about which a message has been printed.
  std::optional<int> parse(int count, char** arguments);

 private:
  void add_number(const std::string& option, std::uint64_t value, const std::function<void(std::uint64_t)>& take,
                  std::uint64_t least, const std::string& text);

  std::unique_ptr<CLI::App> app_;
};

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
