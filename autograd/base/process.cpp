#include <autograd/base/error.hpp>
#include <autograd/base/process.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace wengert::base {

bool has_program(const std::string& name) {
  return std::system(("command -v " + shell_word(name) + " >/dev/null 2>&1").c_str()) == 0;
}

std::string shell_word(std::string_view text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string output_of(std::string_view operation, const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  require(pipe != nullptr, operation, "`{}` cannot be started", command);
  std::string output;
  std::array<char, 4096> buffer;
  for (std::size_t count; (count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    output.append(buffer.data(), count);
  }
  require(pclose(pipe) == 0, operation, "`{}` failed; what it wrote to the standard error says why", command);
  return output;
}

}  // namespace wengert::base
