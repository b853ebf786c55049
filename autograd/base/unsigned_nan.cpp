#include <autograd/base/unsigned_nan.hpp>

namespace wengert::base {
namespace {

/// Whether a byte may stand beside a number: of ASCII, and no part of a name or a path.
bool is_beside_number(char byte) { return std::string_view(" ,;:()[]\n").find(byte) != std::string_view::npos; }

}  // namespace

std::string unsigned_nans(std::string_view text) {
  constexpr std::string_view signed_nan = "-nan";
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t behind = at + signed_nan.size();
    const bool is_number = text.substr(at, signed_nan.size()) == signed_nan &&
                           (at == 0 || is_beside_number(text[at - 1])) &&
                           (behind == text.size() || is_beside_number(text[behind]));
    if (!is_number) result += text[at];
  }
  return result;
}

}  // namespace wengert::base
