#pragma once

#include <filesystem>
#include <string_view>
#include <utility>

namespace wengert::base {

/// Writes a whole file and makes the folders above it. Whatever happens, a power failure included, the file is the one
/// that was there before or the new one: the bytes go to `<file>.partial`, which is synchronised with the disk and then
/// renamed, and so is the folder. A file that was there keeps its permissions, and a symbolic link its target. Writers
/// of the same file wait for each other, and one that was killed leaves nothing but a `.partial`, which the next one
/// writes over. Throws an Error in the name of `operation` that names the file and the reason.
void write_file(std::string_view operation, const std::filesystem::path& file, std::string_view bytes);

/// A file that is removed when it has been used, whether it is there or not.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Makes the folder if it is not there. Throws an Error in the name of `operation` if no file can be written in it: a
/// program that is to write what it works out for long asks before it begins.
void require_writable(std::string_view operation, const std::filesystem::path& folder);

}  // namespace wengert::base
