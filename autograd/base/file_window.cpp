#include <autograd/base/file_window.hpp>
#include <autograd/base/read_file.hpp>
#include <autograd/base/text.hpp>

#include <algorithm>

namespace wengert::base {
namespace {

constexpr std::size_t part = std::size_t{1} << 20;

}  // namespace

FileWindow::FileWindow(std::string_view operation, std::filesystem::path path, std::string_view kind)
    : operation_(operation), path_(std::move(path)), kind_(kind), file_(open_file(operation_, path_, kind_)) {
  read_on(0);
}

bool FileWindow::read_on(std::size_t dropped) {
  if (!file_.good() || file_.peek() == std::ifstream::traits_type::eof()) {
    check_read(file_, operation_, path_, kind_);
    return false;
  }
  bytes_.erase(0, dropped);
  const std::size_t kept = bytes_.size();
  bytes_.resize(kept + std::max(part, kept));
  file_.read(bytes_.data() + kept, static_cast<std::streamsize>(bytes_.size() - kept));
  bytes_.resize(kept + static_cast<std::size_t>(file_.gcount()));
  check_read(file_, operation_, path_, kind_);
  return true;
}

std::size_t FileWindow::lines() const {
  std::ifstream file = open_file(operation_, path_, kind_);
  std::string block(part, '\0');
  std::size_t ends = 0;
  char last = '\n';
  while (file.read(block.data(), static_cast<std::streamsize>(block.size())) || file.gcount() > 0) {
    const std::string_view read(block.data(), static_cast<std::size_t>(file.gcount()));
    ends += occurrences(read, '\n');
    last = read.back();
  }
  check_read(file, operation_, path_, kind_);
  return ends + (last == '\n' ? 0 : 1);
}

}  // namespace wengert::base
