#pragma once

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#ifndef WENGERT_SOURCE_DIR
#error "tests/CMakeLists.txt defines WENGERT_SOURCE_DIR, the folder whose sources are searched"
#endif

// What the sources of the project say, for tests that ask whether something has been forgotten.

inline std::string text_in_sources(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(std::filesystem::path(WENGERT_SOURCE_DIR) / path).rdbuf();
  return text.str();
}

/// The first group of every match of a pattern in the files of a folder and its folders with one of the extensions, not
/// in comments.
inline std::set<std::string> found_in_sources(const std::string& folder, const std::set<std::string>& extensions,
                                              const char* pattern) {
  const std::regex expression(pattern);
  std::set<std::string> found;
  const std::filesystem::path root = std::filesystem::path(WENGERT_SOURCE_DIR) / folder;
  for (const auto& file : std::filesystem::recursive_directory_iterator(root)) {
    if (!file.is_regular_file() || !extensions.contains(file.path().extension().string())) continue;
    const std::string text = std::regex_replace(text_in_sources(file.path()), std::regex("//[^\n]*"), "");
    for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end; ++match) {
      found.insert((*match)[1]);
    }
  }
  return found;
}
