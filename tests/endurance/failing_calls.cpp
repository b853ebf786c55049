#include "failing_calls.hpp"

#include <dlfcn.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>

namespace wengert::endurance {
namespace {

FailingCalls* present = nullptr;
bool is_full = false;  // after a write that has failed the disk stays full

}  // namespace

FailingCalls::FailingCalls(std::size_t failing) : failing_(failing) {
  is_full = false;
  present = this;
}

FailingCalls::~FailingCalls() { present = nullptr; }

bool FailingCalls::fails(const char* name) {
  calls_.emplace_back(name);
  return calls_.size() == failing_;
}

namespace {

/// What the call of this name would do if this program had none of its own.
template <class Function>
Function* usual(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

bool fails(const char* name) { return present != nullptr && present->fails(name); }

int full() {
  errno = ENOSPC;
  return -1;
}

}  // namespace
}  // namespace wengert::endurance

// The program's own calls come before those of the C library.
extern "C" {

ssize_t write(int file, const void* bytes, size_t size) {
  using namespace wengert::endurance;
  const auto usually = usual<ssize_t(int, const void*, size_t)>("write");
  if (present == nullptr) return usually(file, bytes, size);
  if (is_full) return full();
  if (!fails("write")) return usually(file, bytes, size);
  is_full = true;
  return size < 2 ? full() : usually(file, bytes, size / 2);
}

int fsync(int file) {
  using namespace wengert::endurance;
  return fails("fsync") ? full() : usual<int(int)>("fsync")(file);
}

int ftruncate(int file, off_t size) noexcept {
  using namespace wengert::endurance;
  return fails("ftruncate") ? full() : usual<int(int, off_t)>("ftruncate")(file, size);
}

int fchmod(int file, mode_t mode) noexcept {
  using namespace wengert::endurance;
  return fails("fchmod") ? full() : usual<int(int, mode_t)>("fchmod")(file, mode);
}

int rename(const char* from, const char* to) noexcept {
  using namespace wengert::endurance;
  return fails("rename") ? full() : usual<int(const char*, const char*)>("rename")(from, to);
}
}
