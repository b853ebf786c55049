#include <autograd/base/markup.hpp>

namespace wengert::base {
namespace {

/// Control characters have no place in XML, in whatever way they are written.
bool is_forbidden(char c) { return static_cast<unsigned char>(c) < 0x20U && c != '\n' && c != '\t' && c != '\r'; }

}  // namespace

std::string escaped(std::string_view text) {
  std::string markup;
  for (const char c : text) {
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
        markup += is_forbidden(c) ? "\uFFFD" : std::string(1, c);
    }
  }
  return markup;
}

}  // namespace wengert::base
