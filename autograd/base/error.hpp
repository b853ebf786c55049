#pragma once

#include <autograd/base/requirements.hpp>

#include <fmt/core.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace wengert {

/// What every function of the project throws when it is used wrongly. The text reads
/// `[operation] what happened: got these shapes (with names), expected that; what to do`.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws an Error whose text starts with the operation in brackets.
[[noreturn]] void fail(std::string_view operation, std::string_view text);

/// Throws an Error with the formatted text unless `condition` holds; the text is made only then.
template <class... Arguments>
void require(bool condition, std::string_view operation, fmt::format_string<Arguments...> text,
             const Arguments&... arguments) {
  if (!condition) fail(operation, fmt::format(fmt::runtime(text), arguments...));
}

}  // namespace wengert
