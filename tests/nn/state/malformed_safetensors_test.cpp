#include <nn/state/safetensors.hpp>

#include <doctest/doctest.h>

#include "../../error_text.hpp"
#include "bytes.hpp"

using namespace wengert;
using namespace wengert::checkpoint_tests;
using namespace std::string_literals;

namespace {

struct Malformed {
  std::string bytes;
  std::size_t at;                  // the byte that the message names
  std::vector<std::string> parts;  // of the message
};

/// A header with one tensor `w` whose fields are given.
std::string with(const std::string& fields) { return "{\"w\":{" + fields + "}}"; }

/// The same of dtype, shape and data_offsets, as they stand in the file.
std::string tensor(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return "{\"dtype\":" + dtype + ",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
}

std::string w(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return "{\"w\":" + tensor(dtype, shape, offsets) + "}";
}

std::string floats(const std::string& shape, const std::string& offsets) { return tensor("\"F32\"", shape, offsets); }

/// The place of the last character of `part` in a file with that header.
std::size_t last_of(const std::string& header, const std::string& part) {
  return 8 + header.find(part) + part.size() - 1;
}

Malformed header_error(const std::string& header, const std::string& part, std::vector<std::string> parts,
                       std::size_t data = 0) {
  return {file_of(header, data), last_of(header, part), std::move(parts)};
}

const std::string two = "{\"a\":" + floats("[1]", "[0,4]") + ",\"b\":";
const std::string not_json = "the header is not JSON";
const std::string outside = "expected an object with the tensors by their names";
const std::string fields = "expected dtype, shape and data_offsets of the tensor 'w', once each";
const std::string shapes = "expected as shape of the tensor 'w' an array of integers that are not negative";
const std::string offsets = "expected as data_offsets of the tensor 'w' two integers, begin and end";
const std::string texts = "expected texts by names of their own in __metadata__";
const std::string tensors_by_name = "expected tensors by names of their own";

const std::vector<Malformed> lengths = {
    {"", 0, {"the file ends", "expected the length of a header in its first 8 bytes"}},
    {"\x02\0\0\0\0\0\0"s, 7, {"the file ends"}},
    {bytes_of<std::uint64_t>(2), 8, {"the file ends", "expected a header of 2 bytes", "copy it again"}},
    {bytes_of<std::uint64_t>(3) + "{}", 10, {"the file ends", "expected a header of 3 bytes"}},
    {bytes_of<std::uint64_t>(100'000'001) + "{}", 0, {"100000001 bytes is announced", "expected at most 100000000"}},
    {bytes_of(~std::uint64_t{0}) + "{}", 0, {"a header of 18446744073709551615 bytes"}},  // + 8 would wrap
    {"\x93NUMPY\x01\0v\0{'descr': '<f4'"s, 0, {"is announced", "is it a safetensors file?"}},
    {"PK\x03\x04\0\0\0\0\0\0archive/data.pkl"s, 26, {"expected a header of 67324752 bytes"}},
    {"\x1F\x8B\x08\0\0\0\0\0\0\x03"s, 10, {"the file ends", "expected a header of 559903 bytes"}},
};

/// So many ones as a shape.
std::string list_of_ones(std::size_t count) {
  std::string list = "[1";
  for (std::size_t k = 1; k < count; ++k) list += ",1";
  return list + "]";
}

const std::vector<Malformed> structures = {
    {file_of(""), 8, {"expected a header that begins with '{'"}},
    {file_of(" {}"), 8, {"expected a header that begins with '{'"}},
    {file_of("\xEF\xBB\xBF{}"), 8, {"expected a header that begins with '{'"}},  // a byte order mark
    {file_of("[]"), 8, {"expected a header that begins with '{'"}},
    header_error("{", "{", {not_json, "unexpected end of input"}),
    header_error("{\"w\"", "\"w\"", {not_json, "expected ':'"}),
    header_error("{}{}", "{}{", {not_json, "expected one object, followed by nothing but spaces"}),
    header_error("{}\0"s, "\0"s, {"a zero byte", "padded with spaces"}),
    header_error("{} x", "x", {not_json}),
    header_error("{/**/}", "/", {not_json}),
    header_error("{'w':1}", "'", {not_json}),
    header_error("{\"\xFF\":1}", "\xFF", {not_json, "ill-formed UTF-8"}),
    header_error("{\"\\uD800\":1}", "\\uD800\"", {not_json, "surrogate"}),
    header_error("{\"a\nb\":1}", "\n", {not_json, "control character"}),
    header_error("{\"w\":1}", "1}", {"a number stands where it does not belong", tensors_by_name}),
    header_error("{\"w\":[]}", "[", {"an array stands where it does not belong", tensors_by_name}),
    header_error("{\"w\":" + std::string(100000, '['), "[",
                 {"an array stands where it does not belong", tensors_by_name}),
    header_error("{\"w\":null}", "null", {"null stands where it does not belong", tensors_by_name}),
    header_error("{\"w\":true}", "true", {"true or false stands where it does not belong", tensors_by_name}),
    header_error("{\"w\":\"F32\"}", "\"F32\"", {"a text stands where it does not belong", tensors_by_name}),
    header_error(two + floats("[1]", "[4,8]") + ",\"a\":" + floats("[0]", "[8,8]") + "}", ",\"a\"",
                 {"the name 'a' comes twice", tensors_by_name}, 8),
    header_error(two + floats("[1]", "[4,8]") + ",\"\\u0061\":" + floats("[1]", "[0,4]") + "}", "\"\\u0061\"",
                 {"the name 'a' comes twice"}, 8),  // twice the same, once the escapes are resolved
    header_error("{\"__metadata__\":1}", "1}", {"a number", tensors_by_name}),
    header_error("{\"__metadata__\":{\"a\":1}}", "1}", {"a number stands where it does not belong", texts}),
    header_error("{\"__metadata__\":{\"a\":null}}", "null", {"null", texts}),
    header_error("{\"__metadata__\":{\"a\":{}}}", "\"a\":{", {"an object", texts}),
    header_error("{\"__metadata__\":{\"a\":[]}}", "[", {"an array", texts}),
    header_error("{\"__metadata__\":{\"a\":\"\",\"\\u0061\":\"\"}}", "\"\\u0061\"",
                 {"the metadata 'a' comes twice", texts}),
    header_error("{\"__metadata__\":{},\"__metadata__\":{}}", "{},\"__metadata__\"", {"'__metadata__' comes twice"}),
    header_error("{\"__metadata__\":{\"wengert.crc32\":\"123\"}}", "\"123\"",
                 {"the checksum '123' does not have eight digits"}),
    header_error("{\"__metadata__\":{\"wengert.crc32\":\"12345678\"}}", ":\"1", {"one of", "expected both"}),
    {file_of("{\"__metadata__\":{\"wengert.format\":\"1\"}}"), 8, {"one of", "expected both"}},
};

const std::vector<Malformed> entries = {
    header_error("{\"w\":{}}", "{}", {"the tensor 'w' lacks a field", fields}),
    header_error(with("\"dtype\":\"F32\",\"shape\":[]"), "[]}", {"the tensor 'w' lacks a field", fields}),
    header_error(with("\"size\":4"), "\"size\"", {"a tensor has no field 'size'", fields}),
    header_error(with("\"dtype\":\"F32\",\"dtype\":\"F32\""), ",\"dtype\"", {"the field 'dtype' comes twice"}),
    header_error(with("\"dtype\":{}"), "\"dtype\":{", {"an object stands where it does not belong"}),
    header_error(w("\"F-31\"", "[1]", "[0,4]"), "\"F-31\"", {"the dtype 'F-31' is unknown", "one text such as 'F32'"},
                 4),
    header_error(w("\"F31\"", "[1]", "[4,0]"), "]}", {"the tensor 'w' ends before it begins"}, 4),
    header_error(w("\"f32\"", "[1]", "[0,4]"), "\"f32\"", {"the dtype 'f32' is unknown"}, 4),
    header_error(w("\"\"", "[1]", "[0,4]"), ":\"\"", {"the dtype '' is unknown"}, 4),
    header_error(w("4", "[1]", "[0,4]"), "4,", {"a number stands where it does not belong"}, 4),
    header_error(w("[\"F32\"]", "[1]", "[0,4]"), "[", {"an array", "as dtype of the tensor 'w'"}, 4),
    header_error(w("\"F32\"", "1", "[0,4]"), ":1,", {"a number", shapes}, 4),
    header_error(w("\"F32\"", "[-1]", "[0,4]"), "-1]", {"a negative number stands where it does not belong", shapes},
                 4),
    header_error(w("\"F32\"", "[1.0]", "[0,4]"), "1.0]", {"a number that is no integer of 64 bits", shapes}, 4),
    header_error(w("\"F32\"", "[1e0]", "[0,4]"), "1e0]", {"a number that is no integer of 64 bits", shapes}, 4),
    header_error(w("\"F32\"", "[18446744073709551617]", "[0,4]"), "617]", {"no integer of 64 bits"}, 4),  // 2^64 + 1
    header_error(w("\"F32\"", "[\"1\"]", "[0,4]"), "\"1\"", {"a text", shapes}, 4),
    header_error(w("\"F32\"", "[[1]]", "[0,4]"), "[[", {"an array", shapes}, 4),
    header_error(w("\"F32\"", "[01]", "[0,4]"), "[01]", {not_json}, 4),
    header_error(w("\"F32\"", "[4294967296,4294967296]", "[0,0]"), "[0,0]}", {"more elements than can be", shapes}),
    header_error(w("\"F32\"", "[2147483648,2147483649]", "[0,8]"), "[0,8]}", {"more elements than can be"}, 8),
    header_error(w("\"F32\"", "[0,4294967296,4294967296]", "[0,0]"), "[0,0]}", {"more elements than can be"}),
    header_error(w("\"F32\"", list_of_ones(33), "[0,4]"), list_of_ones(33),
                 {"'shape' has more than 32 numbers", shapes}, 4),
    header_error(w("\"F32\"", "[1]", "4"), ":4}", {"a number", offsets}, 4),
    header_error(w("\"F32\"", "[1]", "[0]"), "[0]", {"'data_offsets' are not two numbers", offsets}, 4),
    header_error(w("\"F32\"", "[1]", "[0,4,4]"), "[0,4,4]", {"'data_offsets' are not two numbers"}, 4),
    header_error(w("\"F32\"", "[1]", "[-4,0]"), "-4,", {"a negative number", offsets}, 4),
    header_error(w("\"F32\"", "[1]", "[0,null]"), "null", {"null", offsets}, 4),
    header_error(w("\"F32\"", "[1]", "[4,0]"), "[4,0]}", {"has the bytes 4 to 0", "expected 4 bytes for F32 (1,)"}, 4),
    header_error(w("\"F32\"", "[2]", "[0,4]"), "[0,4]}", {"has the bytes 0 to 4", "expected 8 bytes for F32 (2,)"}, 4),
    header_error(w("\"F64\"", "[]", "[0,4]"), "[0,4]}", {"expected 8 bytes for F64 ()"}, 4),
    header_error(w("\"F32\"", "[0]", "[0,4]"), "[0,4]}", {"expected 0 bytes for F32 (0,)"}, 4),
    header_error(w("\"F32\"", "[1]", "[18446744073709551614,2]"), "2]}", {"has the bytes 18446744073709551614 to 2"},
                 4),
};

/// Headers with tensors that do not tile the data, and the byte of the data where they fail to.
struct Untiled {
  std::string header;
  std::size_t data_bytes;
  std::size_t at;
  std::vector<std::string> parts;
};

const std::vector<Untiled> untiled = {
    {"{}", 1, 0, {"the tensors take 0 bytes, but 1 follow the header"}},
    {w("\"F32\"", "[1]", "[0,4]"), 0, 0, {"the tensors take 4 bytes, but 0 follow", "cut off"}},
    {w("\"F32\"", "[1]", "[0,4]"), 3, 3, {"the tensors take 4 bytes, but 3 follow"}},
    {w("\"F32\"", "[1]", "[0,4]"), 5, 4, {"the tensors take 4 bytes, but 5 follow", "added to"}},
    {w("\"F32\"", "[1]", "[4,8]"), 8, 0, {"'w' begins at byte 4 of the data, where the one before it ends at 0"}},
    {two + floats("[1]", "[0,4]") + "}", 4, 0, {"'b' begins at byte 0 of the data, where the one before it ends at 4"}},
    {two + floats("[1]", "[2,6]") + "}", 6, 2, {"'b' begins at byte 2", "without overlaps and holes"}},
    {two + floats("[1]", "[5,9]") + "}", 9, 4, {"'b' begins at byte 5", "ends at 4"}},
    {two + floats("[0]", "[2,2]") + "}", 4, 2, {"ends at 4"}},
    {two + floats("[0]", "[9,9]") + "}", 4, 4, {"'b' begins at byte 9"}},
    {w("\"F32\"", "[1]", "[18446744073709551608,18446744073709551612]"), 4, 0, {"begins at byte 18446744073709551608"}},
    {w("\"F32\"", "[268435456]", "[0,1073741824]"), 4, 4, {"the tensors take 1073741824 bytes"}},  // never allocated
};

void check_message(const std::string& bytes, std::size_t at, const std::vector<std::string>& parts) {
  const std::string message = error_text([&] { nn::parse_safetensors(bytes, "test.safetensors"); });
  INFO("bytes: ", bytes.substr(0, 200));
  INFO("message: ", message);
  CHECK(message.starts_with("[read_safetensors] test.safetensors, byte " + std::to_string(at) + ": "));
  CHECK(contains(message, "expected"));
  CHECK(message.size() < 600);
  for (const std::string& part : parts) {
    INFO("part: ", part);
    CHECK(contains(message, part));
  }
}

bool is_refused(const std::string& bytes) {
  return error_text([&] { nn::parse_safetensors(bytes, "test"); }).starts_with("[read_safetensors] test, byte ");
}

}  // namespace

TEST_CASE("a safetensors file that breaks a rule of the format is refused with the byte and what was expected") {
  for (const auto* table : {&lengths, &structures, &entries}) {
    for (const Malformed& malformed : *table) check_message(malformed.bytes, malformed.at, malformed.parts);
  }
}

TEST_CASE("a safetensors file whose tensors overlap, leave holes or do not fill it is refused with the byte") {
  for (const Untiled& file : untiled) {
    check_message(file_of(file.header, file.data_bytes), 8 + file.header.size() + file.at, file.parts);
  }
}

TEST_CASE("an array of 32 axes is read") {
  CHECK(nn::parse_safetensors(file_of(w("\"F32\"", list_of_ones(32), "[0,4]"), 4), "test").tensors[0].shape.size() ==
        32);
}

TEST_CASE("every beginning of a file is refused, and so is a file with something behind it") {
  const std::string bytes = nn::safetensors_bytes(small_content());
  CHECK_NOTHROW(nn::parse_safetensors(bytes, "test"));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    INFO("the first bytes: ", size);
    REQUIRE(is_refused(bytes.substr(0, size)));
  }
  CHECK(is_refused(bytes + '\0'));
}

TEST_CASE("whichever bit of a file flips, it is refused") {
  const std::string bytes = nn::safetensors_bytes(small_content());
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    INFO("the bit: ", bit);
    REQUIRE(is_refused(flipped));
  }
}

TEST_CASE("the message about a wrong checksum names both") {
  std::string bytes = nn::safetensors_bytes(small_content());
  const std::size_t at = bytes.find("crc32\":\"") + 8;
  const std::string digits = bytes.substr(at, 8);
  bytes.back() ^= 1;
  check_message(bytes, at, {"the checksum is '" + digits + "', but that of the content is ", "damaged"});
}

TEST_CASE("a file of a newer format says so") {
  std::string header = R"({"__metadata__":{"wengert.crc32":"00000000","wengert.format":"2"}})";
  const std::string message = error_text([&] { nn::parse_safetensors(file_of(header), "test"); });
  header.replace(header.find("0000"), 8, message.substr(message.find("content is ") + 11, 8));
  check_message(file_of(header), 8 + 34, {"the format is '2'", "expected '1'", "newer version"});
}
