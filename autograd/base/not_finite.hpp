#pragma once

#include <autograd/base/error.hpp>

namespace wengert {

/// What refuses to write numbers that are not finite into a state: a step of an optimizer, running statistics, a file.
/// Nothing has changed when it is thrown.
class NotFinite : public Error {
 public:
  explicit NotFinite(const std::string& text);
};

}  // namespace wengert
