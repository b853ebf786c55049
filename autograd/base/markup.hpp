#pragma once

#include <string>
#include <string_view>

namespace wengert::base {

/// A text as HTML, SVG or MathML shows it, between tags or in the quotes of an attribute.
std::string escaped(std::string_view text);

}  // namespace wengert::base
