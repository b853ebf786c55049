#include <autograd/arrays/attribute.hpp>
#include <autograd/base/unsigned_nan.hpp>

#include <fmt/format.h>

namespace wengert {
namespace {

constexpr std::size_t most_shown = 12;

/// `[0, 2, 1]`; of a long list the first and the last.
std::string list_text(const auto& numbers) {
  std::string text;
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    const bool is_left_out = numbers.size() > most_shown && k >= most_shown / 2 && k + 1 < numbers.size();
    if (is_left_out && k > most_shown / 2) continue;
    text += (text.empty() ? "" : ", ") + (is_left_out ? std::string("...") : std::to_string(numbers[k]));
  }
  return "[" + text + "]";
}

struct Text {
  std::string operator()(const Axes& axes) const { return to_string(axes); }
  std::string operator()(const Shape& shape) const { return to_string(shape); }
  std::string operator()(const Indices& indices) const { return list_text(indices); }
  std::string operator()(const SharedPlaces& places) const { return list_text(*places); }
  std::string operator()(bool choice) const { return choice ? "true" : "false"; }
  std::string operator()(const std::string& text) const { return text; }
  std::string operator()(std::size_t number) const { return std::to_string(number); }
  std::string operator()(double number) const { return fmt::format("{}", base::unsigned_nan(number)); }
};

}  // namespace

std::string to_string(const Attribute& value) { return std::visit(Text{}, value); }

}  // namespace wengert
