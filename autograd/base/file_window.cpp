#include <autograd/base/error.hpp>
#include <autograd/base/file_window.hpp>
#include <autograd/base/text.hpp>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace wengert::base {
namespace {

constexpr std::size_t part = std::size_t{1} << 20;

}  // namespace

FileWindow::FileWindow(std::string_view operation, std::filesystem::path path, std::string_view kind)
    : operation_(operation), path_(std::move(path)), kind_(kind), file_(opened()) {
  read_on(0);
}

std::ifstream FileWindow::opened() const {
  errno = 0;
  std::ifstream file(path_, std::ios::binary);
  require(file.is_open(), operation_, "cannot open '{}': {}; expected {} that can be read; check the path",
          path_.string(), std::generic_category().message(errno), kind_);
  return file;
}

void FileWindow::check(const std::ifstream& file) const {
  require(!file.bad(), operation_, "cannot read '{}': {}; expected {} that can be read; check the disk", path_.string(),
          std::generic_category().message(errno), kind_);
}

bool FileWindow::read_on(std::size_t dropped) {
  if (!file_.good() || file_.peek() == std::ifstream::traits_type::eof()) {
    check(file_);
    return false;
  }
  bytes_.erase(0, dropped);
  const std::size_t kept = bytes_.size();
  bytes_.resize(kept + std::max(part, kept));
  file_.read(bytes_.data() + kept, static_cast<std::streamsize>(bytes_.size() - kept));
  bytes_.resize(kept + static_cast<std::size_t>(file_.gcount()));
  check(file_);
  return true;
}

std::size_t FileWindow::lines() const {
  std::ifstream file = opened();
  std::string block(part, '\0');
  std::size_t ends = 0;
  char last = '\n';
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0) {
    const std::string_view read(block.data(), static_cast<std::size_t>(file.gcount()));
    ends += occurrences(read, '\n');
    last = read.back();
  }
  check(file);
  return ends + (last == '\n' ? 0 : 1);
}

}  // namespace wengert::base
