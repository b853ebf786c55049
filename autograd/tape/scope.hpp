#pragma once

#include <cstdint>
#include <string>

namespace wengert {

/// A part of a program with a name: what this thread records while it is in scope belongs to it, so that prints and
/// pictures can show it together. One inside another has both names:
///   Scope encoder("encoder");
///   Scope first("first");  // encoder/first
/// A network opens one for each of its layers, `1.BatchNorm1d`.
class Scope {
 public:
  explicit Scope(std::string name);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  /// Its name behind those of the scopes that it is in.
  const std::string& path() const& { return path_; }
  std::string path() && { return path_; }
  /// No two scopes of a thread have the same number, nor has any 0.
  std::uint64_t number() const { return number_; }

  /// The innermost on this thread; null if there is none.
  static const Scope* innermost();

 private:
  mutable const Scope* outer_;  ///< another one if that one ends before
  std::string path_;
  std::uint64_t number_;
};

}  // namespace wengert
