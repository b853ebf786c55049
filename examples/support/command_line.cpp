#include "command_line.hpp"

#include <autograd/base/terminal.hpp>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <charconv>
#include <iostream>

namespace examples {
namespace {

CLI::Validator whole_number(std::uint64_t least) {
  const auto complaint = [least](const std::string& text) -> std::string {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{} && end == text.data() + text.size() && number >= least) return {};
    return fmt::format("got '{}'; expected a whole number from {} on", text, least);
  };
  return CLI::Validator(complaint, fmt::format("{} or more", least));
}

}  // namespace

CommandLine::CommandLine(const std::string& description, const std::string& program)
    : app_(std::make_unique<CLI::App>(description, program)) {
  app_->option_defaults()->always_capture_default();
}

CommandLine::~CommandLine() = default;

void CommandLine::flag(const std::string& option, bool& value, const std::string& text) {
  app_->add_flag(option, value, text);
}

void CommandLine::add_number(const std::string& option, std::uint64_t value,
                             const std::function<void(std::uint64_t)>& take, std::uint64_t least,
                             const std::string& text) {
  app_->add_option_function<std::uint64_t>(option, take, text)
      ->check(whole_number(least))
      ->default_str(std::to_string(value));
}

void CommandLine::numbers(const std::string& option, std::vector<std::size_t>& values, std::uint64_t least,
                          const std::string& text) {
  app_->add_option(option, values, text)->check(whole_number(least));
}

void CommandLine::folder(const std::string& option, std::filesystem::path& value, const std::string& text) {
  app_->add_option(option, value, text);
}

void CommandLine::choice(const std::string& option, std::string& value, const std::vector<std::string>& names,
                         const std::string& text) {
  app_->add_option(option, value, text)->check(CLI::IsMember(names))->type_name("NAME");
}

std::optional<int> CommandLine::parse(int count, char** arguments) {
  try {
    app_->parse(count, arguments);
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    fmt::print("{}", wengert::base::fitted(std::cout, app_->help()));
    return 0;
  } catch (const CLI::ParseError& error) {
    return app_->exit(error) == 0 ? 0 : 2;
  }
}

}  // namespace examples
