#include "../error_text.hpp"
#include "../nn/training/temporary_folder.hpp"
#include "idx_bytes.hpp"

#include <doctest/doctest.h>
#include <autograd/arrays/random.hpp>
#include <autograd/arrays/shape.hpp>
#include <datasets/formats/idx.hpp>

#include <fstream>

using namespace wengert;
using namespace wengert::datasets;
using training_tests::TemporaryFolder;

namespace {

using Values = std::vector<std::uint8_t>;

/// 2 x 3 x 5 bytes, some of them repeated, so that DEFLATE uses both literals and copies.
const std::string small = idx_bytes({2, 3, 5}, "abcabcabcabc\xFF\xFE\x01xyzxyzxyzxyzxyz");

std::string refusal(const std::string& bytes) {
  return error_text([&] { parse_idx(bytes, "test.idx"); });
}

}  // namespace

TEST_CASE("IDX data are read with their shape, plain and compressed") {
  for (const std::string& bytes : {small, gzip_bytes(small)}) {
    const IdxFile file = parse_idx(bytes, "test.idx");
    CHECK(file.name == "test.idx");
    CHECK(file.shape == Shape{2, 3, 5});
    CHECK(file.values == Values(small.begin() + 16, small.end()));
  }
}

TEST_CASE("extents are big-endian and use all four bytes") {
  const std::string values(0x010203, 'v');
  for (const std::string& bytes : {idx_bytes({0x010203}, values), gzip_bytes(idx_bytes({0x010203}, values))}) {
    const IdxFile file = parse_idx(bytes, "test.idx");
    CHECK(file.shape == Shape{0x010203});
    CHECK(file.values == Values(values.begin(), values.end()));
  }
}

TEST_CASE("an array of the highest rank is read") {
  const std::string bytes = idx_bytes({1, 2, 1, 1, 3, 1, 2, 1}, "abcdefghijkl");
  CHECK(parse_idx(bytes, "test.idx").shape == Shape{1, 2, 1, 1, 3, 1, 2, 1});
  CHECK(parse_idx(gzip_bytes(bytes), "test.idx").values.size() == 12);
}

TEST_CASE("data that are larger than the pieces in which memory is taken come whole") {
  Generator generator(3);
  std::string values;
  for (std::size_t i = 0; i < (std::size_t{5} << 19) + 7; ++i) values += static_cast<char>(generator.below(256));
  const auto count = static_cast<std::uint32_t>(values.size());
  CHECK(parse_idx(gzip_bytes(idx_bytes({count}, values)), "test.idx").values == Values(values.begin(), values.end()));
}

TEST_CASE("a file reads as its bytes do, whatever its name says about compression") {
  const TemporaryFolder folder;
  for (const auto& [name, bytes] : {std::pair{"plain.gz", small}, std::pair{"compressed", gzip_bytes(small)}}) {
    const std::filesystem::path path = folder.path() / name;
    std::ofstream(path, std::ios::binary) << bytes;
    CHECK(read_idx(path).values == Values(small.begin() + 16, small.end()));
    CHECK(read_idx(path).name == path.string());
  }
}

TEST_CASE("a file that cannot be read is refused with its path and the reason") {
  const TemporaryFolder folder;
  const std::string missing = error_text([&] { read_idx(folder.path() / "none.gz"); });
  CHECK(contains(missing, "[read_idx] cannot open '" + (folder.path() / "none.gz").string() + "': No such file"));
  CHECK(contains(error_text([&] { read_idx(folder.path()); }), "it is a directory"));
}

TEST_CASE("every file that is cut off is refused, plain and compressed") {
  for (const std::string& bytes : {small, gzip_bytes(small)}) {
    for (std::size_t length = 0; length < bytes.size(); ++length) {
      INFO("length: ", length);
      CHECK(contains(refusal(bytes.substr(0, length)), "[read_idx] test.idx, byte "));
    }
  }
}

TEST_CASE("a flipped bit in a plain file is refused or changes one value") {
  for (std::size_t bit = 0; bit < 8 * small.size(); ++bit) {
    std::string bytes = small;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    INFO("bit: ", bit);
    if (bit < 8 * 16) {
      CHECK(contains(refusal(bytes), "[read_idx] test.idx, byte "));
    } else {
      CHECK(parse_idx(bytes, "test.idx").shape == Shape{2, 3, 5});
    }
  }
}

TEST_CASE("a flipped bit in a compressed file is refused, or the content is the same") {
  const std::string compressed = gzip_bytes(small);
  std::size_t accepted = 0;
  for (std::size_t bit = 0; bit < 8 * compressed.size(); ++bit) {
    std::string bytes = compressed;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    INFO("bit: ", bit);
    const std::string message = refusal(bytes);
    if (contains(message, "[read_idx] test.idx, byte ")) continue;
    ++accepted;
    CHECK(parse_idx(bytes, "test.idx").values == Values(small.begin() + 16, small.end()));
  }
  // What nobody reads: time (32 bits), compression level (8), system (8), the flag for text, and up to 7 after the
  // data.
  CHECK(accepted <= 56);
}

TEST_CASE("random damage to a compressed file never gives other content") {
  const std::string compressed = gzip_bytes(small);
  Generator generator(11);
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = compressed;
    for (std::size_t change = 1 + generator.below(4); change > 0; --change) {
      bytes[generator.below(bytes.size())] = static_cast<char>(generator.below(256));
    }
    Values values;
    const std::string message = error_text([&] { values = parse_idx(bytes, "test.idx").values; });
    const bool same = values == Values(small.begin() + 16, small.end());
    CHECK((same || contains(message, "[read_idx] test.idx, byte ")));
  }
}
