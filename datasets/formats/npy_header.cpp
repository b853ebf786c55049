#include <autograd/arrays/shape.hpp>
#include <datasets/formats/npy_header.hpp>

#include <charconv>
#include <set>

namespace wengert::datasets {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t most_axes = 32;

std::size_t little_endian(std::string_view bytes) {
  std::size_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) number = number << 8U | static_cast<unsigned char>(bytes[i]);
  return number;
}

/// Reads the header's text, a dictionary as Python writes it: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3),
/// }
class HeaderParser {
 public:
  HeaderParser(std::string_view bytes, std::size_t begin, std::size_t end, std::string_view name)
      : bytes_(bytes.substr(0, end)), name_(name), position_(begin) {
    header_.data_begin = end;
  }

  NpyHeader parse() {
    expect("{");
    while (!skip("}")) {
      parse_field(text());
      if (!skip(",") && !next_is("}")) fail_here("expected a comma or the end of the dictionary");
    }
    skip_blanks();
    if (position_ != bytes_.size()) fail_here("something follows the dictionary; expected blanks alone");
    if (fields_.size() != 3) fail_here("a field is missing; expected 'descr', 'fortran_order' and 'shape'");
    return header_;
  }

 private:
  void parse_field(const std::string& field) {
    if (!fields_.insert(field).second) fail_here("the field '" + field + "' comes twice; expected it once");
    expect(":");
    if (field == "descr") parse_dtype();
    else if (field == "fortran_order") header_.fortran_order = parse_flag();
    else if (field == "shape") parse_shape();
    else fail_here("got the field '" + field + "'; expected 'descr', 'fortran_order' and 'shape'");
  }

  void parse_dtype() {
    skip_blanks();
    const std::string_view begin = bytes_.substr(position_);
    if (begin.starts_with('[')) fail_here("the numbers are records; expected one number each; save the fields alone");
    const std::string dtype = text();
    constexpr std::array known{"<f4"sv, "<f8"sv, ">f4"sv, ">f8"sv, "|i1"sv, "|u1"sv, "|b1"sv, "<i2"sv, "<i4"sv, "<i8"sv,
                               ">i2"sv, ">i4"sv, ">i8"sv, "<u2"sv, "<u4"sv, "<u8"sv, ">u2"sv, ">u4"sv, ">u8"sv};
    if (std::find(known.begin(), known.end(), dtype) == known.end()) {
      fail_here("the dtype is '" + dtype +
                "'; expected real numbers of 4 or 8 bytes, whole ones of 1 to 8, or booleans; convert it with astype");
    }
    header_.byte_order = dtype[0];
    header_.kind = dtype[1];
    header_.item_bytes = static_cast<std::size_t>(dtype[2] - '0');
  }

  bool parse_flag() {
    skip_blanks();
    if (skip("True")) return true;
    if (!skip("False")) fail_here("'fortran_order' is neither True nor False");
    return false;
  }

  void parse_shape() {
    expect("(");
    while (!skip(")")) {
      skip_blanks();
      std::size_t extent = 0;
      const auto [end, error] = std::from_chars(bytes_.data() + position_, bytes_.data() + bytes_.size(), extent);
      if (error != std::errc()) fail_here("an extent is no whole number, or too large");
      if (header_.shape.size() == most_axes) fail_here("the shape has more than 32 axes");
      header_.shape.push_back(extent);
      position_ = static_cast<std::size_t>(end - bytes_.data());
      skip("L");  // as Python 2 wrote them
      if (!skip(",") && !next_is(")")) fail_here("expected a comma or the end of the shape");
    }
    try {
      element_count(header_.shape);
    } catch (const Error& error) {  // which does not know the file
      fail_here(error.what());
    }
  }

  /// A text in single or double quotes, which holds neither.
  std::string text() {
    skip_blanks();
    const char quote = position_ < bytes_.size() ? bytes_[position_] : ' ';
    const std::size_t end = bytes_.find(quote, position_ + 1);
    if ((quote != '\'' && quote != '"') || end == std::string_view::npos) fail_here("expected a text in quotes");
    const std::string result(bytes_.substr(position_ + 1, end - position_ - 1));
    position_ = end + 1;
    return result;
  }

  void skip_blanks() {
    while (position_ < bytes_.size() && " \n\t"sv.find(bytes_[position_]) != std::string_view::npos) ++position_;
  }

  bool next_is(std::string_view token) {
    skip_blanks();
    return bytes_.substr(position_, token.size()) == token;
  }

  bool skip(std::string_view token) {
    if (!next_is(token)) return false;
    position_ += token.size();
    return true;
  }

  void expect(std::string_view token) {
    if (!skip(token)) fail_here(fmt::format("expected '{}'", token));
  }

  [[noreturn]] void fail_here(const std::string& text) const {
    fail_in_npy(name_, position_, text + "; save the array again");
  }

  std::string_view bytes_, name_;
  std::size_t position_;
  NpyHeader header_;
  std::set<std::string> fields_;
};

}  // namespace

void fail_in_npy(std::string_view name, std::size_t byte, const std::string& text) {
  fail("read_npy", fmt::format("{}, byte {}: {}", name, byte, text));
}

NpyHeader parse_npy_header(std::string_view bytes, std::string_view name) {
  if (!bytes.starts_with(magic)) {
    fail_in_npy(name, 0,
                fmt::format("this is no NPY file; expected 93 4E 55 4D 50 59{}",
                            bytes.starts_with("PK") ? "; it is a zip archive: read_npz reads it" : ""));
  }
  const std::size_t version = bytes.size() > magic.size() ? static_cast<unsigned char>(bytes[magic.size()]) : 0;
  if (version < 1 || version > 3) {
    fail_in_npy(name, magic.size(), fmt::format("the version is {}; expected 1, 2 or 3", version));
  }
  const std::size_t length_at = magic.size() + 2, length_bytes = version == 1 ? 2 : 4;
  const std::size_t begin = length_at + length_bytes;
  if (bytes.size() < begin) fail_in_npy(name, bytes.size(), "the file ends inside its header; copy it again");
  const std::size_t length = little_endian(bytes.substr(length_at, length_bytes));
  if (length > bytes.size() - begin) {
    fail_in_npy(name, bytes.size(), fmt::format("the file ends; expected a header of {} bytes; copy it again", length));
  }
  return HeaderParser(bytes, begin, begin + length, name).parse();
}

}  // namespace wengert::datasets
