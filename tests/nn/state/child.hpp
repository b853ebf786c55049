#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <stdexcept>
#include <string>

namespace wengert::checkpoint_tests {

/// A process of its own that does some work and can tell what it has done.
class Child {
 public:
  using Tell = std::function<void(const std::string&)>;

  explicit Child(const std::function<void(const Tell&)>& work) {
    int ends[2];
    if (pipe(ends) != 0 || (process_ = fork()) < 0) throw std::runtime_error("no process can be started");
    if (process_ == 0) {
      work([&](const std::string& text) {
        if (write(ends[1], text.data(), text.size()) < 0) _exit(1);
      });
      _exit(0);
    }
    close(ends[1]);
    from_child_ = ends[0];
  }
  ~Child() {
    if (process_ > 0) kill(process_, SIGKILL), waitpid(process_, nullptr, 0);
    close(from_child_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  /// The next bytes that it tells, fewer if it has ended.
  std::string next(std::size_t count) const {
    std::string text(count, '\0');
    std::size_t size = 0;
    for (ssize_t more = 1; more > 0 && size < count; size += static_cast<std::size_t>(more)) {
      more = std::max<ssize_t>(read(from_child_, text.data() + size, count - size), 0);
    }
    return text.substr(0, size);
  }
  /// All that it still tells.
  std::string rest() const {
    std::string text, more;
    while (!(more = next(4096)).empty()) text += more;
    return text;
  }

  /// Ends it at once, as SIGKILL does.
  void kill_now() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  bool ends_well() {
    int status = 0;
    const bool ended = waitpid(process_, &status, 0) == process_;
    process_ = 0;
    return ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  pid_t process_ = 0;
  int from_child_ = -1;
};

}  // namespace wengert::checkpoint_tests
