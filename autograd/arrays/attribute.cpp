#include <autograd/arrays/attribute.hpp>

#include <fmt/format.h>

namespace wengert {
namespace {

constexpr std::size_t most_shown = 12;

struct Text {
  std::string operator()(const Axes& axes) const { return to_string(axes); }
  std::string operator()(const Shape& shape) const { return to_string(shape); }
  std::string operator()(const Indices& indices) const { return to_string(indices); }
  std::string operator()(bool choice) const { return choice ? "true" : "false"; }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(const auto& number) const { return fmt::format("{}", number); }
};

}  // namespace

std::string to_string(const Attribute& value) { return std::visit(Text{}, value); }

std::string to_string(const Indices& indices) {
  std::string text;
  for (std::size_t k = 0; k < indices.size(); ++k) {
    const bool is_left_out = indices.size() > most_shown && k >= most_shown / 2 && k + 1 < indices.size();
    if (is_left_out && k > most_shown / 2) continue;
    text += (text.empty() ? "" : ", ") + (is_left_out ? std::string("...") : std::to_string(indices[k]));
  }
  return "[" + text + "]";
}

}  // namespace wengert
