#include <autograd/base/error.hpp>
#include <autograd/base/write_file.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

namespace wengert::base {
namespace {

namespace fs = std::filesystem;

/// The result of a system call. Throws a std::system_error if it is negative, and calls again if a signal came.
template <class Call>
auto checked(const Call& call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  if (result < 0) throw std::system_error(errno, std::generic_category());
  return result;
}

/// An open file or folder. Closing it gives its lock back.
class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags)
      : number_(checked([&] { return open(path.c_str(), flags | O_CLOEXEC, 0666); })) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }

  int number() const { return number_; }

 private:
  int number_;
};

/// The permissions of a file; none if there is no file.
std::optional<mode_t> permissions(const fs::path& file) {
  struct stat status {};
  if (stat(file.c_str(), &status) != 0) return std::nullopt;
  return status.st_mode & 07777;
}

/// Whether a path still leads to the file that was opened under it.
bool leads_to(const fs::path& path, const Descriptor& opened) {
  struct stat by_path {
  }, by_number{};
  checked([&] { return fstat(opened.number(), &by_number); });
  return lstat(path.c_str(), &by_path) == 0 && by_path.st_dev == by_number.st_dev && by_path.st_ino == by_number.st_ino;
}

/// Opens a file for this writer alone. While it waited for another one, that one may have renamed the file.
Descriptor open_alone(const fs::path& path) {
  for (;;) {
    Descriptor opened(path, O_WRONLY | O_CREAT | O_NOFOLLOW);
    checked([&] { return flock(opened.number(), LOCK_EX); });
    if (leads_to(path, opened)) return opened;
  }
}

void write_all(const Descriptor& out, std::string_view bytes) {
  while (!bytes.empty()) {
    bytes.remove_prefix(
        static_cast<std::size_t>(checked([&] { return write(out.number(), bytes.data(), bytes.size()); })));
  }
}

void synchronise(const Descriptor& opened) {
  checked([&] { return fsync(opened.number()); });
}

/// A file that is read-only stays writable until it has its name, so that whoever comes after a crash can go on.
void replace(const fs::path& file, std::string_view bytes) {
  const std::optional<mode_t> mode = permissions(file);
  fs::path partial = file;
  partial += ".partial";
  const Descriptor out = open_alone(partial);
  try {
    checked([&] { return ftruncate(out.number(), 0); });
    if (mode) checked([&] { return fchmod(out.number(), *mode | S_IWUSR); });
    write_all(out, bytes);
    synchronise(out);
    fs::rename(partial, file);
  } catch (...) {
    unlink(partial.c_str());
    throw;
  }
  if (mode) checked([&] { return fchmod(out.number(), *mode); });
  synchronise(Descriptor(file.has_parent_path() ? file.parent_path() : ".", O_RDONLY | O_DIRECTORY));
}

}  // namespace

void write_file(std::string_view operation, const fs::path& file, std::string_view bytes) {
  try {
    const fs::path target = fs::is_symlink(file) ? fs::weakly_canonical(file) : file;
    const fs::file_status status = fs::status(target);
    require(!fs::exists(status) || fs::is_regular_file(status), operation,
            "'{}' cannot be written: it is a folder or a device; expected the name of a file; choose another name",
            file.string());
    if (target.has_parent_path()) fs::create_directories(target.parent_path());
    replace(target, bytes);
  } catch (const std::system_error& error) {
    fail(operation, fmt::format("'{}' cannot be written: {}; expected a file in a folder that can be written and has "
                                "room for {} bytes; choose another folder",
                                file.string(), error.code().message(), bytes.size()));
  }
}

TemporaryFile::~TemporaryFile() {
  std::error_code ignored;
  fs::remove(path_, ignored);
}

void require_writable(std::string_view operation, const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  require(!error && access(folder.c_str(), W_OK) == 0, operation,
          "nothing can be written to '{}'{}; choose another folder", folder.string(),
          error ? ": " + error.message() : "");
}

}  // namespace wengert::base
