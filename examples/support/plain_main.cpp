// Linked to the numbered programs, whose main is as short as in a tutorial: --help says what such a program does, and
// what stops it is printed as one line, not as `terminate called`.
#include <autograd/base/process.hpp>
#include <autograd/base/terminal.hpp>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace {

[[noreturn]] void say_what_stopped() {
  try {
    if (const std::exception_ptr stopped = std::current_exception()) std::rethrow_exception(stopped);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  std::fflush(nullptr);
  std::_Exit(1);
}

/// Before main, which takes no arguments: this is where a program of that kind can look at them.
struct BeforeMain {
  BeforeMain() {
    std::set_terminate(say_what_stopped);
    const std::vector<std::string> words = wengert::base::command_line();
    if (words.size() < 2) return;
    const bool help = words[1] == "--help" || words[1] == "-h";
    if (help) std::printf("%s\nIt takes no options.\n", wengert::base::fitted(std::cout, EXAMPLE_DESCRIPTION).c_str());
    else std::fprintf(stderr, "got '%s'; this program takes no options; --help says what it does\n", words[1].c_str());
    std::fflush(nullptr);
    std::_Exit(help ? 0 : 2);
  }
};
const BeforeMain before_main;

}  // namespace
