#pragma once

#include <fmt/core.h>

#include <string>
#include <string_view>

namespace wengert {

/// Lets fmt print what has a `to_string`.
struct TextFormatter : fmt::formatter<std::string_view> {
  template <class Value, class Context>
  auto format(const Value& value, Context& context) const {
    return fmt::formatter<std::string_view>::format(to_string(value), context);
  }
};

}  // namespace wengert
