#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace wengert::base {

/// The bytes of a regular file, a part at a time, so that a large file need not be in memory as a whole.
class FileWindow {
 public:
  /// Opens the file and reads its first part. Throws an Error as `read_file` does.
  FileWindow(std::string_view operation, std::filesystem::path path, std::string_view kind);

  /// What has been read and not been dropped.
  std::string_view bytes() const { return bytes_; }
  /// Drops the first bytes and reads the next part, at least as much as is left. False at the end of the file, and then
  /// nothing is dropped.
  bool read_on(std::size_t dropped);

  /// How many lines the whole file has, also if the last one has no line end.
  std::size_t lines() const;

 private:
  std::string operation_;
  std::filesystem::path path_;
  std::string kind_;
  std::ifstream file_;
  std::string bytes_;
};

}  // namespace wengert::base
