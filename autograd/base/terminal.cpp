#include <autograd/base/terminal.hpp>
#include <autograd/base/text.hpp>

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <iostream>
#include <string_view>

namespace wengert::base {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

bool is_terminal(const std::ostream& out) {
  const bool to_output = &out == &std::cout && isatty(STDOUT_FILENO) == 1;
  const bool to_error = (&out == &std::cerr || &out == &std::clog) && isatty(STDERR_FILENO) == 1;
  return (to_output || to_error) && variable("TERM") != "dumb";
}

bool wants_colour() { return variable("NO_COLOR").empty(); }

std::size_t terminal_columns() {
  const std::string_view text = variable("COLUMNS");
  std::size_t columns = 0;
  std::from_chars(text.data(), text.data() + text.size(), columns);
  winsize size = {};
  if (columns == 0 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
  return columns > 0 ? columns : 80;
}

std::string fitted(const std::ostream& out, const std::string& text) {
  return is_terminal(out) ? wrapped(text, terminal_columns()) : text;
}

}  // namespace wengert::base
