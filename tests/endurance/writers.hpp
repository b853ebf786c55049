#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace wengert::endurance {

/// A function of the library that writes a file.
struct Writer {
  std::string name;
  std::string ending;  ///< of its file's name
  std::function<void(const std::filesystem::path& file)> write;
};

/// All of them, each with something to write.
std::vector<Writer> writers();

}  // namespace wengert::endurance
