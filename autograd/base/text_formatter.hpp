#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <string>

namespace wengert {

/// Lets fmt print what has a `to_string`.
struct TextFormatter {
  constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
  template <class Value, class Context>
  auto format(const Value& value, Context& context) const {
    const std::string text = to_string(value);
    return std::copy(text.begin(), text.end(), context.out());
  }
};

}  // namespace wengert
