#pragma once

#include <autograd/explain/replay/replay.hpp>

#include <iosfwd>
#include <set>

namespace wengert::explain {

/// A record, the step where one stands, and the places to stop at.
class Session {
 public:
  explicit Session(const Replay& replay) : replay_(replay) {}

  /// Obeys a command and writes what it shows; false if it ends the session.
  bool obey(const std::string& command, std::ostream& out);

 private:
  void go(std::size_t number, std::ostream& out);
  void search(const std::string& name, std::ostream& out);
  void run(std::ostream& out);
  void list(std::ostream& out) const;
  void account(const std::string& name, std::ostream& out) const;
  void break_at(const std::string& name, std::ostream& out);
  const Snapshot& array_of(std::size_t number) const;
  bool is_about(std::size_t number, const std::string& name) const;
  bool is_about_any(const std::string& name) const;
  bool stops_at(std::size_t number) const;

  const Replay& replay_;
  std::size_t number_ = 1;
  std::set<std::string> breaks_;
};

/// A step as text: what it writes, with which formula, and the numbers. `most` elements are shown along an axis.
std::string shown(const Replay& replay, std::size_t number, std::size_t most);

}  // namespace wengert::explain
