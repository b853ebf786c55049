#include <autograd/base/error.hpp>
#include <autograd/base/process.hpp>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#if defined(__APPLE__)
#include <crt_externs.h>
#include <sys/sysctl.h>
#endif

namespace wengert::base {
namespace {

const auto start = std::chrono::steady_clock::now();

}  // namespace

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

std::vector<std::string> command_line() {
  std::vector<std::string> words;
#if defined(__APPLE__)
  words.assign(*_NSGetArgv(), *_NSGetArgv() + *_NSGetArgc());
#else
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  for (std::string word; std::getline(file, word, '\0');) words.push_back(word);
#endif
  return words;
}

std::string processor_name() {
#if defined(__APPLE__)
  std::array<char, 256> name{};
  std::size_t size = name.size() - 1;
  if (sysctlbyname("machdep.cpu.brand_string", name.data(), &size, nullptr, 0) == 0) return name.data();
#else
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
#endif
  return "";
}

double seconds_since_start() { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); }

}  // namespace wengert::base
