#include <autograd/base/error.hpp>
#include <autograd/base/read_file.hpp>

#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace wengert::base {

std::string read_file(std::string_view operation, const std::filesystem::path& path, std::string_view kind) {
  std::error_code ignored;
  require(!std::filesystem::is_directory(path, ignored), operation,
          "cannot read '{}': it is a directory; expected {}; name the file in it", path.string(), kind);
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  require(file.is_open(), operation, "cannot open '{}': {}; expected {} that can be read; check the path",
          path.string(), std::generic_category().message(errno), kind);
  std::ostringstream text;
  if (file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  require(!file.bad() && !text.bad() && !text.fail(), operation,
          "cannot read '{}': {}; expected {} that can be read; check the disk", path.string(),
          std::generic_category().message(errno), kind);
  return std::move(text).str();
}

}  // namespace wengert::base
