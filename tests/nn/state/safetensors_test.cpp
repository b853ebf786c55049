#include <nn/state/safetensors.hpp>

#include <doctest/doctest.h>

#include <autograd/arrays/random.hpp>

#include "../../error_text.hpp"
#include "../training/temporary_folder.hpp"
#include "bytes.hpp"

using namespace wengert;
using namespace wengert::checkpoint_tests;
using nn::SafeTensors;
using nn::Tensor;
using training_tests::TemporaryFolder;

namespace {

using Names = std::vector<std::string>;

Names names(const SafeTensors& content) {
  Names result;
  for (const Tensor& tensor : content.tensors) result.push_back(tensor.name);
  return result;
}

const Tensor& find(const SafeTensors& content, const std::string& name) {
  for (const Tensor& tensor : content.tensors) {
    if (tensor.name == name) return tensor;
  }
  throw Error("no tensor " + name);
}

bool equal(const Tensor& a, const Tensor& b) {
  return a.name == b.name && a.dtype == b.dtype && a.shape == b.shape && a.bytes == b.bytes;
}

/// Any number of any tensors, with any bits in them, and some texts.
SafeTensors random_content(Generator& generator) {
  const std::vector<std::pair<std::string, std::size_t>> dtypes{{"F64", 8}, {"F32", 4}, {"BF16", 2}, {"BOOL", 1}};
  SafeTensors content;
  const std::size_t tensors = generator.below(6);
  for (std::size_t k = 0; k < tensors; ++k) {
    const auto& [dtype, width] = dtypes[generator.below(dtypes.size())];
    Shape shape;
    std::size_t bytes = width;
    for (std::size_t rank = generator.below(4); rank > 0; --rank) shape.push_back(generator.below(4));
    for (std::size_t extent : shape) bytes *= extent;
    std::string data(bytes, '\0');
    for (char& byte : data) byte = static_cast<char>(generator.below(256));
    const Names unusual{"", "\"", "\\u0041", "ключ", std::string("\0\n", 2), "layer.0", "a b", "'"};
    content.tensors.push_back({unusual[generator.below(unusual.size())] + std::string(k, '.'), dtype, shape, data});
  }
  for (std::size_t k = generator.below(3); k > 0; --k) content.metadata["key" + std::to_string(k)] = "\t\"µ{";
  return content;
}

}  // namespace

TEST_CASE("the bytes of a file are the length of the header, the header and the elements") {
  const std::string bytes = nn::safetensors_bytes(
      {.tensors = {{"w", "F32", {1, 2}, bytes_of(1.0F) + bytes_of(2.0F)}}, .metadata = {{"format", "pt"}}});
  const std::string before = R"({"__metadata__":{"wengert.crc32":")";
  const std::string after =
      R"(","wengert.format":"1","format":"pt"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}})";
  const std::size_t length = 136;  // that of the texts and eight digits, with spaces up to a multiple of 8
  CHECK(bytes.substr(0, 8) == bytes_of<std::uint64_t>(length));
  CHECK(bytes.substr(8, before.size()) == before);
  CHECK(bytes.substr(8 + before.size() + 8, after.size()) == after);
  const std::size_t end = before.size() + 8 + after.size();
  CHECK(end <= length);
  CHECK(bytes.substr(8 + end, length - end) == std::string(length - end, ' '));
  CHECK(bytes.substr(8 + length) == bytes_of(1.0F) + bytes_of(2.0F));
}

TEST_CASE("the checksum is the CRC-32 of header and data, with zeros for its own digits") {
  std::string bytes = nn::safetensors_bytes(small_content());
  const std::size_t at = bytes.find("crc32\":\"") + 8;
  const std::string digits = bytes.substr(at, 8);
  bytes.replace(at, 8, "00000000");
  std::uint32_t sum = ~0U;  // ISO 3309, bit by bit
  for (char byte : bytes.substr(8)) {
    sum ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0xEDB88320U : 0U);
  }
  CHECK(fmt::format("{:08x}", ~sum) == digits);
}

TEST_CASE("what is written comes back, wide elements first and then by name, so that all are aligned") {
  const SafeTensors written = small_content(), read = nn::parse_safetensors(nn::safetensors_bytes(written), "test");
  CHECK(names(read) == Names{"count", "none", "a", "b"});
  CHECK(read.metadata == written.metadata);
  for (const Tensor& tensor : written.tensors) CHECK(equal(find(read, tensor.name), tensor));
}

TEST_CASE("a file holds these bytes") {
  const TemporaryFolder folder;
  nn::write_safetensors(folder.path() / "small", small_content());
  CHECK(training_tests::text_of(folder.path() / "small") == nn::safetensors_bytes(small_content()));
  CHECK(names(nn::read_safetensors(folder.path() / "small")) == Names{"count", "none", "a", "b"});
}

TEST_CASE("any tensors and texts come back bit by bit") {
  Generator generator(1);
  for (int k = 0; k < 1000; ++k) {
    const SafeTensors written = random_content(generator);
    const SafeTensors read = nn::parse_safetensors(nn::safetensors_bytes(written), "test");
    REQUIRE(read.tensors.size() == written.tensors.size());
    for (const Tensor& tensor : written.tensors) REQUIRE(equal(find(read, tensor.name), tensor));
    REQUIRE(read.metadata == written.metadata);
  }
}

TEST_CASE("files of other writers are read: without metadata, in another order, with spaces and escapes") {
  const SafeTensors empty = nn::parse_safetensors(file_of("{}"), "test");
  CHECK(empty.tensors.empty());
  CHECK(empty.metadata.empty());
  const std::string header =
      "{ \"later\" : {\"data_offsets\":[4,6], \"shape\":[1], \"dtype\":\"F16\"},\n"
      "\"\\u0061\\n\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
      "\"none\":{\"dtype\":\"I8\",\"shape\":[3,0],\"data_offsets\":[4,4]}}   ";
  const SafeTensors read = nn::parse_safetensors(file_of(header, 6), "test");
  CHECK(names(read) == Names{"a\n", "none", "later"});
  CHECK(read.tensors[0].bytes == "dddd");
  CHECK(read.tensors[1].shape == Shape{3, 0});
  CHECK(read.tensors[2].dtype == "F16");
}

TEST_CASE("what cannot be in a file is refused before it is written") {
  const auto refusal = [](SafeTensors content) { return error_text([&] { nn::safetensors_bytes(content); }); };
  const Tensor good{"a", "F32", {1}, "1234"};
  CHECK(contains(refusal({.tensors = {good, good}}), "[safetensors_bytes] two tensors are called 'a'"));
  CHECK(contains(refusal({.tensors = {{"__metadata__", "F32", {1}, "1234"}}}), "'__metadata__', which is reserved"));
  CHECK(contains(refusal({.tensors = {{"a", "F33", {1}, "1234"}}}), "the tensor 'a' has the dtype 'F33'"));
  CHECK(contains(refusal({.tensors = {{"a", "F32", {2}, "1234"}}}), "'a' (2,) has 4 bytes; expected 8 for F32"));
  const std::size_t huge = std::size_t{1} << 40;
  CHECK(contains(refusal({.tensors = {{"a", "F32", {huge, huge}, ""}}}), "expected fewer elements"));
  CHECK(contains(refusal({.tensors = {{"a", "F32", Shape(33, 1), "1234"}}}), "expected fewer elements or axes"));
  CHECK(contains(refusal({.tensors = {{"\xFF", "F32", {1}, "1234"}}}), "not UTF-8"));
  CHECK(contains(refusal({.metadata = {{"note", "\xC3"}}}), "not UTF-8"));
  CHECK(contains(refusal({.metadata = {{"wengert.crc32", "0"}}}), "'wengert.crc32'; names with 'wengert.' are"));
  CHECK(contains(refusal({.metadata = {{"note", std::string(100'000'000, 'x')}}}), "expected at most 100000000"));
}

TEST_CASE("a file that is not there, a folder and a device are refused by name") {
  const TemporaryFolder folder;
  for (const std::filesystem::path& path :
       {folder.path() / "absent", folder.path(), std::filesystem::path("/dev/zero")}) {
    const std::string error = error_text([&] { nn::read_safetensors(path); });
    CHECK_MESSAGE(error.starts_with("[read_safetensors] '" + path.string() + "' is not there or is no file; "), error);
  }
}
