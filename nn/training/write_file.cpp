#include <autograd/error.hpp>
#include <nn/training/write_file.hpp>

#include <cerrno>
#include <fstream>

namespace wengert::nn {
namespace {

namespace fs = std::filesystem;

std::error_code last_error() { return {errno, std::generic_category()}; }

std::error_code write(const fs::path& file, std::string_view text) {
  errno = 0;
  std::ofstream out(file, std::ios::binary);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (out) return {};
  return errno != 0 ? last_error() : std::make_error_code(std::errc::io_error);
}

}  // namespace

void write_file(std::string_view operation, const fs::path& file, std::string_view text) {
  fs::path partial = file;
  partial += ".partial";
  std::error_code error;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  if (!error) error = write(partial, text);
  if (!error) fs::rename(partial, file, error);
  if (!error) return;
  std::error_code ignored;
  fs::remove(partial, ignored);
  fail(operation, fmt::format("'{}' cannot be written: {}; expected a file in a folder that can be written; choose "
                              "another folder",
                              file.string(), error.message()));
}

}  // namespace wengert::nn
