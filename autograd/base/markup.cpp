#include <autograd/base/markup.hpp>
#include <autograd/base/text.hpp>

#include <algorithm>

namespace wengert::base {
namespace {

/// Control characters have no place in XML, in whatever way they are written.
bool is_forbidden(char c) { return static_cast<unsigned char>(c) < 0x20U && c != '\n' && c != '\t' && c != '\r'; }

}  // namespace

std::string escaped(std::string_view text) {
  std::string markup;
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t size = character_size(text);
    switch (c) {
      case '&':
        markup += "&amp;";
        break;
      case '<':
        markup += "&lt;";
        break;
      case '>':
        markup += "&gt;";
        break;
      case '"':
        markup += "&quot;";
        break;
      case '\'':
        markup += "&#39;";
        break;
      default:
        markup += size == 0 || is_forbidden(c) ? "\uFFFD" : text.substr(0, size);
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return markup;
}

}  // namespace wengert::base
