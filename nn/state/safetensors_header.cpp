#include <nn/state/safetensors_header.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace wengert::nn {
namespace {

constexpr std::size_t longest_excerpt = 60;
constexpr std::size_t most_axes = 32;
constexpr std::uint64_t largest_extent = std::uint64_t{1} << 62;  // strides are signed

struct DType {
  std::string_view name;
  std::uint64_t bytes;
};

constexpr std::array dtypes{DType{"F64", 8}, DType{"I64", 8}, DType{"U64", 8},     DType{"F32", 4},
                            DType{"I32", 4}, DType{"U32", 4}, DType{"F16", 2},     DType{"BF16", 2},
                            DType{"I16", 2}, DType{"U16", 2}, DType{"F8_E5M2", 1}, DType{"F8_E4M3", 1},
                            DType{"I8", 1},  DType{"U8", 1},  DType{"BOOL", 1}};

/// Whether a text can be a dtype, be it of a later version of the format: `F8_E8M0`.
bool is_dtype_name(std::string_view name) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  return !name.empty() && letters.find(name.front()) != std::string_view::npos &&
         name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos;
}

/// Walks through the characters of a text and notes the last one that was read.
struct Cursor {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at;
  const char** last;

  reference operator*() const { return *at; }
  Cursor& operator++() {
    *last = at++;
    return *this;
  }
  friend bool operator==(const Cursor& a, const Cursor& b) { return a.at == b.at; }
};

/// Takes in the header piece by piece, as the JSON parser comes by it, and refuses what does not belong there. The
/// parser's own tree of values would not do: it keeps one of two equal names and forgets the places.
class HeaderReader {
 public:
  HeaderReader(const std::string& text, const std::string& file) : text_(text), file_(file), last_(text.data()) {}

  SafeTensorsHeader read() {
    const char* end = text_.data() + text_.size();
    nlohmann::json::sax_parse(Cursor{text_.data(), &last_}, Cursor{end, &last_}, this);
    return std::move(header_);
  }

  // What the parser calls, by the names that it prescribes.
  bool start_object(std::size_t) {
    if (place_ == Place::outside) place_ = Place::tensors;
    else if (place_ == Place::tensors) start_entry();
    else refuse("an object");
    return true;
  }

  bool key(std::string& name) {
    if (place_ == Place::metadata) check(!header_.metadata.contains(name), "the metadata {} comes twice", name);
    if (place_ == Place::tensors) check(names_.insert(name).second, "the name {} comes twice", name);
    if (place_ == Place::tensor) {
      check(name == "dtype" || name == "shape" || name == "data_offsets", "a tensor has no field {}", name);
      check(fields_.insert(name).second, "the field {} comes twice", name);
    }
    key_ = name;
    return true;
  }

  bool string(std::string& text) {
    if (place_ == Place::metadata) add_metadata(text);
    else if (place_ == Place::tensor && key_ == "dtype" && !in_array_) set_dtype(text);
    else refuse("a text");
    return true;
  }

  bool start_array(std::size_t) {
    if (place_ != Place::tensor || key_ == "dtype" || in_array_) refuse("an array");
    in_array_ = true;
    numbers_.clear();
    return true;
  }

  bool number_unsigned(std::uint64_t number) {
    if (!in_array_) refuse("a number");
    check(numbers_.size() < most_axes, "{} has more than 32 numbers", key_);
    numbers_.push_back(number);
    return true;
  }

  bool end_array() {
    in_array_ = false;
    if (key_ == "shape") entry().shape.assign(numbers_.begin(), numbers_.end());
    else set_offsets();
    return true;
  }

  bool end_object() {
    if (place_ == Place::tensor) check_entry();
    place_ = place_ == Place::tensors ? Place::outside : Place::tensors;
    return true;
  }

  bool null() { return refuse("null"); }
  bool boolean(bool) { return refuse("true or false"); }
  bool number_integer(std::int64_t) { return refuse("a negative number"); }
  bool number_float(double, const std::string&) { return refuse("a number that is no integer of 64 bits"); }
  bool binary(nlohmann::json::binary_t&) { return refuse("binary data"); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& error) {
    const std::string text = error.what();
    const std::size_t reason = std::min(text.find(": "), text.size() - 2) + 2;
    fail_here(fmt::format("the header is not JSON: {}; expected one object, followed by nothing but spaces",
                          text.substr(reason, 2 * longest_excerpt)));
  }

 private:
  enum class Place { outside, tensors, metadata, tensor };

  TensorEntry& entry() { return header_.tensors.back(); }

  [[noreturn]] void fail_here(const std::string& text) const {
    fail_at_byte(file_, length_bytes + static_cast<std::uint64_t>(last_ - text_.data()), text);
  }

  void check(bool condition, const char* text, const std::string& name) const {
    if (!condition) fail_here(fmt::format(fmt::runtime(text), in_quotes(name)) + "; expected " + expected());
  }

  bool refuse(const char* what) const {
    fail_here(fmt::format("{} stands where it does not belong; expected {}", what, expected()));
  }

  /// What may come at this place.
  std::string expected() const {
    if (place_ == Place::outside) return "an object with the tensors by their names";
    if (place_ == Place::tensors) return "tensors by names of their own, objects of dtype, shape, data_offsets";
    if (place_ == Place::metadata) return "texts by names of their own in " + std::string(metadata_name);
    const std::string of = " of the tensor " + in_quotes(header_.tensors.back().name);
    if (key_ == "dtype") return "as dtype" + of + " one text such as 'F32'";
    if (key_ == "shape") return "as shape" + of + " an array of integers that are not negative, together below 2^62";
    if (key_ == "data_offsets") return "as data_offsets" + of + " two integers, begin and end";
    return "dtype, shape and data_offsets" + of + ", once each";
  }

  void start_entry() {
    place_ = key_ == metadata_name ? Place::metadata : Place::tensor;
    if (place_ == Place::metadata) return;
    header_.tensors.push_back({});
    entry().name = key_;
    fields_.clear();
    key_.clear();
  }

  void add_metadata(const std::string& text) {
    header_.metadata[key_] = text;
    if (key_ != checksum_key) return;
    check(text.size() == checksum_digits, "the checksum {} does not have eight digits", text);
    header_.checksum_at = static_cast<std::size_t>(last_ - text_.data()) - checksum_digits;
  }

  void set_dtype(const std::string& name) {
    check(is_dtype_name(name), "the dtype {} is unknown", name);
    entry().dtype = name;
  }

  void set_offsets() {
    check(numbers_.size() == 2, "{} are not two numbers", key_);
    entry().begin = numbers_[0];
    entry().end = numbers_[1];
  }

  void check_entry() {
    key_.clear();
    check(fields_.size() == 3, "the tensor {} lacks a field", entry().name);
    if (bytes_per_element(entry().dtype) == 0) return check_unknown();
    const std::optional<std::uint64_t> bytes = byte_count(entry().dtype, entry().shape);
    key_ = "shape";
    check(bytes.has_value(), "the tensor {} has more elements than can be", entry().name);
    if (entry().begin <= entry().end && entry().end - entry().begin == *bytes) return;
    fail_here(fmt::format("the tensor {} has the bytes {} to {}; expected {} bytes for {} {}", in_quotes(entry().name),
                          entry().begin, entry().end, *bytes, entry().dtype, entry().shape));
  }

  /// Of a dtype that is not known here: nobody may ask for that tensor, so its size is left to the others' places.
  void check_unknown() {
    key_ = "data_offsets";
    check(entry().begin <= entry().end, "the tensor {} ends before it begins", entry().name);
  }

  const std::string& text_;
  const std::string& file_;
  const char* last_;
  SafeTensorsHeader header_;
  Place place_ = Place::outside;
  std::string key_;
  std::set<std::string> names_, fields_;
  std::vector<std::uint64_t> numbers_;
  bool in_array_ = false;
};

/// Throws an Error unless the tensors follow each other from the first byte to the last.
void check_contiguous(const std::vector<TensorEntry>& tensors, std::uint64_t header_end, std::uint64_t data_bytes,
                      const std::string& file) {
  std::uint64_t end = 0;
  for (const TensorEntry& tensor : tensors) {
    if (tensor.begin != end) {
      fail_at_byte(file, header_end + std::min(tensor.begin, end),
                   fmt::format("the tensor {} begins at byte {} of the data, where the one before it ends at {}; "
                               "expected tensors without overlaps and holes",
                               in_quotes(tensor.name), tensor.begin, end));
    }
    end = tensor.end;
  }
  if (end == data_bytes) return;
  fail_at_byte(
      file, header_end + std::min(end, data_bytes),
      fmt::format("the tensors take {} bytes, but {} follow the header; expected as many; the file was cut off "
                  "or added to: copy it again",
                  end, data_bytes));
}

}  // namespace

void fail_at_byte(const std::string& file, std::uint64_t byte, std::string_view text) {
  fail("read_safetensors", fmt::format("{}, byte {}: {}", file, byte, text));
}

std::string in_quotes(std::string_view text) {
  const bool is_long = text.size() > longest_excerpt;
  const nlohmann::json json = std::string(text.substr(0, longest_excerpt));
  std::string result = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  result.front() = result.back() = '\'';
  return is_long ? result + "..." : result;
}

std::uint64_t bytes_per_element(std::string_view dtype) {
  const auto found = std::find_if(dtypes.begin(), dtypes.end(), [&](const DType& d) { return d.name == dtype; });
  return found == dtypes.end() ? 0 : found->bytes;
}

std::optional<std::uint64_t> byte_count(std::string_view dtype, const Shape& shape) {
  std::uint64_t bytes = bytes_per_element(dtype);
  bool none = false;
  if (shape.size() > most_axes) return std::nullopt;
  for (const std::uint64_t extent : shape) {
    none = none || extent == 0;
    if (extent > largest_extent / std::max<std::uint64_t>(bytes, 1)) return std::nullopt;
    bytes *= std::max<std::uint64_t>(extent, 1);
  }
  return none ? 0 : bytes;
}

SafeTensorsHeader parse_header(const std::string& text, std::uint64_t data_bytes, const std::string& file) {
  if (!text.starts_with('{')) fail_at_byte(file, length_bytes, "expected a header that begins with '{'");
  const std::size_t zero = text.find('\0');  // the JSON parser would take it for the end
  if (zero != std::string::npos) {
    fail_at_byte(file, length_bytes + zero, "a zero byte stands in the header; expected JSON text, padded with spaces");
  }
  SafeTensorsHeader header = HeaderReader(text, file).read();
  std::sort(header.tensors.begin(), header.tensors.end(), [](const TensorEntry& a, const TensorEntry& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  check_contiguous(header.tensors, length_bytes + text.size(), data_bytes, file);
  return header;
}

}  // namespace wengert::nn
