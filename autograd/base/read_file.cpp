#include <autograd/base/error.hpp>
#include <autograd/base/read_file.hpp>

#include <array>
#include <cerrno>
#include <system_error>

namespace wengert::base {

std::ifstream open_file(std::string_view operation, const std::filesystem::path& path, std::string_view kind) {
  std::error_code ignored;
  require(!std::filesystem::is_directory(path, ignored), operation,
          "cannot read '{}': it is a directory; expected {}; name the file in it", path.string(), kind);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  require(file.is_open(), operation, "cannot open '{}': {}; expected {} that can be read; check the path",
          path.string(), std::generic_category().message(errno), kind);
  return file;
}

void check_read(const std::ifstream& file, std::string_view operation, const std::filesystem::path& path,
                std::string_view kind) {
  require(!file.bad(), operation, "cannot read '{}': {}; expected {} that can be read; check the disk", path.string(),
          std::generic_category().message(errno), kind);
}

std::string read_file(std::string_view operation, const std::filesystem::path& path, std::string_view kind) {
  std::ifstream file = open_file(operation, path, kind);
  std::error_code ignored;
  const std::uintmax_t announced = std::filesystem::file_size(path, ignored);
  std::string bytes(ignored ? 0 : static_cast<std::size_t>(announced), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  std::array<char, 4096> more;  // of what does not announce its size, as a pipe
  while (file.good() && file.peek() != std::ifstream::traits_type::eof()) {
    file.read(more.data(), more.size());
    bytes.append(more.data(), static_cast<std::size_t>(file.gcount()));
  }
  check_read(file, operation, path, kind);
  return bytes;
}

}  // namespace wengert::base
