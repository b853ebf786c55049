#include <autograd/arrays/array_text.hpp>
#include <autograd/base/unsigned_nan.hpp>

#include <charconv>
#include <cmath>
#include <ostream>

namespace wengert {
namespace {

constexpr std::size_t largest_whole = 1000;  // elements; of more only the edges are printed
constexpr std::size_t edge = 3;
constexpr std::size_t line_width = 75;
constexpr std::size_t most_digits = 8;

/// Where the digits behind the point end and an exponent begins, if there is one.
std::size_t end_of_digits(const std::string& text) { return std::min(text.find('e'), text.size()); }

/// The fewest digits that tell x from its neighbours, at most eight of them behind the point: `1.`, `0.1`, `1.5e+20`.
template <class T>
std::string digits_of(T x, std::chars_format format) {
  std::array<char, 512> buffer;
  const auto written = [&](auto... precision) {
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x, format, precision...).ptr;
    return std::string(buffer.data(), end);
  };
  std::string text = written();
  if (text.find('.') == std::string::npos) return text.insert(end_of_digits(text), ".");
  if (end_of_digits(text) - text.find('.') - 1 <= most_digits) return text;
  text = written(static_cast<int>(most_digits));
  while (text[end_of_digits(text) - 1] == '0') text.erase(end_of_digits(text) - 1, 1);
  return text;
}

/// How the elements that are printed are written: alike, in columns.
template <class T>
class Style {
 public:
  void add(T x) {
    if (!std::isfinite(x)) {
      special_ = std::max(special_, special(x).size());
    } else if (finite_.push_back(x); x != 0) {
      smallest_ = std::min(smallest_, std::abs(x));
      largest_ = std::max(largest_, std::abs(x));
    }
  }

  /// To be called when all elements are there.
  void settle() {
    const bool is_wide = largest_ >= T(1e8) || smallest_ < T(1e-4) || largest_ / smallest_ > T(1000);
    if (largest_ > 0 && is_wide) format_ = std::chars_format::scientific;
    for (T x : finite_) {
      const std::string text = digits_of(x, format_);
      left_ = std::max(left_, text.find('.'));
      right_ = std::max(right_, end_of_digits(text) - text.find('.') - 1);
      exponent_ = std::max(exponent_, text.size() - end_of_digits(text));
    }
    const std::size_t behind = right_ + exponent_ + 1;
    if (special_ > behind) left_ = std::max(left_, special_ - behind);
  }

  std::string operator()(T x) const {
    const std::size_t width = left_ + 1 + right_ + exponent_;
    if (!std::isfinite(x)) return std::string(width - std::min(width, special(x).size()), ' ') + special(x);
    const std::string text = format_ == std::chars_format::scientific ? with_exponent(x) : with_blanks(x);
    return std::string(left_ - text.find('.'), ' ') + text;
  }

 private:
  /// With as many digits as the longest, all of them those of x, and an exponent as long as the longest.
  std::string with_exponent(T x) const {
    std::string text = fmt::format("{:#.{}e}", x, right_);
    const std::size_t end = end_of_digits(text), behind_sign = end + 2;
    return text.insert(behind_sign, exponent_ - (text.size() - end), '0');
  }
  std::string with_blanks(T x) const {
    const std::string text = digits_of(x, format_);
    return text + std::string(right_ - (text.size() - text.find('.') - 1), ' ');
  }

  static std::string special(T x) { return std::isnan(x) ? "nan" : x > 0 ? "inf" : "-inf"; }

  std::vector<T> finite_;
  T smallest_ = std::numeric_limits<T>::max();
  T largest_ = 0;
  std::chars_format format_ = std::chars_format::fixed;
  std::size_t left_ = 0, right_ = 0, exponent_ = 0, special_ = 0;
};

/// Lays the elements out in brackets.
template <class T>
class Layout {
 public:
  explicit Layout(const Array<T>& array) : array_(array), is_whole_(array.size() <= largest_whole) {
    visit(0, 0, [this](std::size_t place) { style_.add(array_.data()[place]); });
    style_.settle();
  }

  /// The elements from `offset` on that have the first `axis` indices in common, indented by one blank an axis.
  std::string text(std::size_t axis, std::size_t offset) const {
    if (axis == rank()) return style_(array_.data()[offset]);
    return "[" + (axis + 1 == rank() ? row(axis, offset) : block(axis, offset)) + "]";
  }

 private:
  std::size_t rank() const { return array_.dimension(); }
  std::size_t stride(std::size_t axis) const {
    return element_count(Shape(array_.shape().begin() + static_cast<std::ptrdiff_t>(axis) + 1, array_.shape().end()));
  }

  /// The indices along an axis that are printed, and where "..." stands: in front of the index `gap`.
  bool is_cut(std::size_t axis) const { return !is_whole_ && array_.shape()[axis] > 2 * edge; }
  std::vector<std::size_t> indices(std::size_t axis) const {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < array_.shape()[axis]; ++i) {
      if (!is_cut(axis) || i < edge || i + edge >= array_.shape()[axis]) result.push_back(i);
    }
    return result;
  }
  bool follows_gap(std::size_t axis, std::size_t i) const { return is_cut(axis) && i + edge == array_.shape()[axis]; }

  void visit(std::size_t axis, std::size_t offset, const auto& element) const {
    if (axis == rank()) return element(offset);
    for (std::size_t i : indices(axis)) visit(axis + 1, offset + i * stride(axis), element);
  }

  std::string row(std::size_t axis, std::size_t offset) const {
    const std::string indent(axis + 1, ' ');
    const std::size_t width = line_width - axis - 1;
    std::string done;
    std::string line;
    const auto add = [&](const std::string& word) {
      if (!line.empty() && indent.size() + line.size() + 1 + word.size() > width) {
        done += line.substr(0, line.find_last_not_of(' ') + 1) + "\n" + indent;
        line.clear();
      }
      line += (line.empty() ? "" : " ") + word;
    };
    for (std::size_t i : indices(axis)) {
      if (follows_gap(axis, i)) add("...");
      add(style_(array_.data()[offset + i]));
    }
    return done + line;
  }

  std::string block(std::size_t axis, std::size_t offset) const {
    const std::string separator = std::string(rank() - axis - 1, '\n') + std::string(axis + 1, ' ');
    std::string result;
    for (std::size_t i : indices(axis)) {
      if (follows_gap(axis, i)) result += separator + "...";
      result += (result.empty() ? "" : separator) + text(axis + 1, offset + i * stride(axis));
    }
    return result;
  }

  const Array<T>& array_;
  bool is_whole_;
  Style<T> style_;
};

}  // namespace

template <class T>
std::string to_string(const Array<T>& array) {
  if (array.size() == 0) return "[]";
  if (array.dimension() > 0) return Layout<T>(array).text(0, 0);
  const std::string text = fmt::format("{}", base::unsigned_nan(*array.data()));
  return text.find_first_not_of("-0123456789") == std::string::npos ? text + ".0" : text;
}

template <class T>
std::ostream& operator<<(std::ostream& out, const Array<T>& array) {
  return out << to_string(array);
}

template std::string to_string(const Array<float>&);
template std::string to_string(const Array<double>&);
template std::ostream& operator<<(std::ostream&, const Array<float>&);
template std::ostream& operator<<(std::ostream&, const Array<double>&);

}  // namespace wengert
