#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "temporary_folder.hpp"

namespace wengert::training_tests {

/// Sets an environment variable as long as it lives.
class Environment {
 public:
  Environment(const char* name, const std::string& value) : name_(name), before_(std::getenv(name)) {
    setenv(name, value.c_str(), 1);
  }
  ~Environment() { setenv(name_, before_.c_str(), 1); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::string before_;
};

/// A program called gnuplot, the only one on the path, which does what the script says.
inline void install_gnuplot(const std::filesystem::path& folder, const std::string& script) {
  write_text(folder / "gnuplot", "#!/bin/sh\n" + script + "\n");
  std::filesystem::permissions(folder / "gnuplot", std::filesystem::perms::owner_all);
}

inline bool gnuplot_is_installed() { return std::system("command -v gnuplot >/dev/null 2>&1") == 0; }

}  // namespace wengert::training_tests
