#include "../error_text.hpp"
#include "../nn/training/temporary_folder.hpp"
#include "idx_bytes.hpp"

#include <doctest/doctest.h>
#include <datasets/formats/idx.hpp>

#include <fstream>
#include <vector>

using namespace wengert;
using namespace wengert::datasets;
using training_tests::TemporaryFolder;
using namespace std::string_literals;

namespace {

struct Malformed {
  std::string bytes;
  std::vector<std::string> parts;  // of the message: place, what was found, what was expected
};

const std::string small = idx_bytes({2, 3}, "abcdef");
const std::string compressed = gzip_bytes(small);

std::string end_of(const std::string& bytes) { return "byte " + std::to_string(bytes.size()); }

/// The bytes with those from `position` on replaced.
std::string with(std::string bytes, std::size_t position, const std::string& replacement) {
  return bytes.replace(position, replacement.size(), replacement);
}

std::string without_end(const std::string& bytes, std::size_t count) { return bytes.substr(0, bytes.size() - count); }

const std::vector<Malformed> headers = {
    {"", {"byte 0: the file ends inside its header", "got 0 bytes, expected 4"}},
    {"\0"s, {"byte 1: the file ends inside its header", "got 1 bytes"}},
    {"\0\0\x08"s, {"byte 3: the file ends inside its header", "got 3 bytes"}},
    {"\0\0\x08\x01"s, {"byte 4: the file ends inside its header", "got 4 bytes", "4 for each axis"}},
    {"\0\0\x08\x03\0\0\0\2\0\0\0\3\0\0"s, {"byte 14: the file ends inside its header", "got 14 bytes"}},
    {"\x01\0\x08\x01\0\0\0\1a"s, {"byte 0: this is not an IDX file", "01 00 08 01", "expected 00 00 08"}},
    {"\0\x01\x08\x01\0\0\0\1a"s, {"byte 0: this is not an IDX file", "00 01 08 01"}},
    {"\x03\x08\0\0\2\0\0\0\3\0\0\0\1\0\0\0abcdef"s, {"byte 0:", "03 08 00 00 (little-endian)"}},
    {"\x01\x08\0\0\1\0\0\0a"s, {"byte 0:", "01 08 00 00 (little-endian)"}},
    {"<!DOCTYPE html><title>404</title>", {"byte 0:", "3C 21 44 4F (a web page: the download failed)"}},
    {"PK\x03\x04zip", {"byte 0:", "50 4B 03 04 (a zip archive: unpack it)"}},
    {"version https://git-lfs.github.com/spec/v1\n", {"byte 0:", "(a Git LFS pointer)"}},
    {"\x93NUMPY\x01\0v\0"s, {"byte 0:", "93 4E 55 4D (a NumPy file)"}},
    {"5,0,4,1,9\n", {"byte 0: this is not an IDX file", "35 2C 30 2C, expected"}},
    {with(small, 2, "\0"s), {"byte 2: the element type is not supported", "got 00, expected 08"}},
    {with(small, 2, "\x07"), {"byte 2:", "got 07, expected 08"}},
    {with(small, 2, "\x09"), {"byte 2:", "got 09 (signed bytes), expected 08 (unsigned bytes)"}},
    {with(small, 2, "\x0A"), {"byte 2:", "got 0A, expected"}},
    {with(small, 2, "\x0B"), {"byte 2:", "got 0B (16-bit integers)"}},
    {with(small, 2, "\x0C"), {"byte 2:", "got 0C (32-bit integers)"}},
    {with(small, 2, "\x0D"), {"byte 2:", "got 0D (float)"}},
    {with(small, 2, "\x0E"), {"byte 2:", "got 0E (double)"}},
    {with(small, 2, "\x0F"), {"byte 2:", "got 0F, expected"}},
    {with(small, 2, "\xFF"), {"byte 2:", "got FF, expected"}},
    {with(small, 3, "\0"s), {"byte 3: the rank is out of range", "got 0, expected 1 to 8"}},
    {with(small, 3, "\x09"), {"byte 3: the rank is out of range", "got 9"}},
    {with(small, 3, "\xC8") + std::string(800, '\1'), {"byte 3: the rank is out of range", "got 200"}},
};

const std::vector<Malformed> sizes = {
    {idx_bytes({0}, ""), {"byte 4: an extent is zero", "expected at least 1"}},
    {idx_bytes({2, 0}, ""), {"byte 8: an extent is zero"}},
    {idx_bytes({0xFFFFFFFF, 0xFFFFFFFF, 0}, ""), {"byte 12: an extent is zero"}},
    {idx_bytes({1}, ""), {"byte 8:", "got 0 bytes after the header, expected 1 for the shape (1,)"}},
    {without_end(small, 1), {"byte 17:", "got 5 bytes after the header, expected 6 for the shape (2, 3)"}},
    {small + "g", {"byte 18:", "got 7 bytes after the header, expected 6 for the shape (2, 3)"}},
    {small + small, {"byte 18:", "got 24 bytes after the header, expected 6"}},
    {with(small, 3, "\x01"), {"byte 10:", "got 10 bytes after the header, expected 2 for the shape (2,)"}},
    {with(small, 3, "\x03"), {"byte 18:", "got 2 bytes after the header", "(2, 3, 1633837924)"}},
    {with(small, 4, "\x02\0\0\0"s), {"byte 18:", "got 6 bytes", "expected 100663296 for the shape (33554432, 3)"}},
    {idx_bytes({65536, 65536}, "a"), {"byte 13:", "got 1 bytes", "expected 4294967296 for the shape (65536, 65536)"}},
    {idx_bytes({65536, 65536, 65536, 65536}, ""), {"byte 20:", "expected more than 18446744073709551615"}},
    {idx_bytes({0x80000000, 0x80000000, 8}, "abcd"),
     {"byte 20:", "got 4 bytes", "expected more than 1844674407370955"}},
    {idx_bytes({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, ""), {"byte 16:", "expected more than 18446744073709551615"}},
    {idx_bytes({0xFFFFFFFF}, "a"), {"byte 9:", "got 1 bytes", "expected 4294967295 for the shape (4294967295,)"}},
};

const std::vector<Malformed> streams = {
    {"\x1F\x8B", {"byte 2 of the gzip stream: the stream is cut off"}},
    {compressed.substr(0, 10), {"byte 10 of the gzip stream: the stream is cut off"}},
    {compressed.substr(0, 15), {"byte 15 of the gzip stream: the stream is cut off", "copy the file again"}},
    {without_end(compressed, 8), {"of the gzip stream: the stream is cut off", "expected more data and a checksum"}},
    {without_end(compressed, 1), {end_of(without_end(compressed, 1)) + " of the gzip stream: the stream is cut off"}},
    {with(compressed, 2, "\x07"), {"of the gzip stream: the stream is damaged", "'unknown compression method'"}},
    {with(compressed, 3, "\xE0"), {"of the gzip stream:", "'unknown header flags set'"}},
    {with(compressed, 3, "\x02"), {"of the gzip stream:", "'header crc mismatch'"}},
    {with(compressed, 10, "\x06"), {"of the gzip stream:", "'invalid block type'"}},
    {compressed.substr(0, 10) + "\x01\x06\0\0\0abcdef"s, {"of the gzip stream:", "'invalid stored block lengths'"}},
    {compressed.substr(0, 10) + "\x03\0\0\0\0\0\0\0\0\0"s, {"byte 0 of the decompressed data: the data ends inside"}},
    {with(compressed, compressed.size() - 8, "\0\0"s), {"of the gzip stream:", "got 'incorrect data check' from zlib"}},
    {with(compressed, compressed.size() - 4, "\x07"), {"of the gzip stream:", "'incorrect length check'"}},
    {compressed + "\n", {end_of(compressed) + " of the gzip stream: the stream ends, but 1 bytes follow"}},
    {compressed + compressed, {end_of(compressed) + " of the gzip stream:", "another gzip member", "`gzip -d`"}},
    {compressed + std::string(512, '\0'), {end_of(compressed) + " of the gzip stream:", "512 bytes follow"}},
    {gzip_bytes(compressed), {"byte 0 of the decompressed data:", "1F 8B 08 00 (gzip inside gzip: `gzip -d` it)"}},
    {gzip_bytes(""), {"byte 0 of the decompressed data: the data ends inside its header", "got 0 bytes"}},
    {gzip_bytes("<html>"), {"byte 0 of the decompressed data:", "(a web page: the download failed)"}},
    {gzip_bytes(small.substr(0, 9)), {"byte 9 of the decompressed data: the data ends inside its header"}},
    {gzip_bytes(with(small, 2, "\x0D")), {"byte 2 of the decompressed data:", "got 0D (float)"}},
    {gzip_bytes(with(small, 3, "\xFF")), {"byte 3 of the decompressed data: the rank is out of range", "got 255"}},
    {gzip_bytes(idx_bytes({2, 0}, "")), {"byte 8 of the decompressed data: an extent is zero"}},
    {gzip_bytes(without_end(small, 1)), {"byte 17 of the decompressed data: the data end: got 5 bytes", "expected 6"}},
    {gzip_bytes(small + "g"), {"byte 18 of the decompressed data: the data go on", "after the 6 bytes"}},
    {gzip_bytes(idx_bytes({4}, std::string(5000000, '\0'))), {"byte 12 of the decompressed data: the data go on"}},
    {gzip_bytes(idx_bytes({20000}, "a")), {"byte 9 of the decompressed data:", "got 1 bytes", "expected 20000"}},
    {gzip_bytes(idx_bytes({0xFFFFFFFF}, "a")), {"byte 4 of the decompressed data:", "got at most ", "4294967295"}},
    {gzip_bytes(idx_bytes({0xFFFFFFFF, 0xFFFFFFFF, 9}, "a")), {"byte 4 of the decompressed data:", "more than 1844"}},
};

void check_refused(const std::vector<Malformed>& table) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "malformed-idx";
  for (const Malformed& malformed : table) {
    std::ofstream(path, std::ios::binary) << malformed.bytes;
    const std::string message = error_text([&] { read_idx(path); });
    INFO("message: ", message);
    CHECK(contains(message, "[read_idx] " + path.string() + ", byte "));
    CHECK(contains(message, "; "));
    for (const std::string& part : malformed.parts) {
      INFO("part: ", part);
      CHECK(contains(message, part));
    }
  }
}

}  // namespace

TEST_CASE("a header that is not one of IDX is refused with its place and what it may be") { check_refused(headers); }

TEST_CASE("a shape that does not fit the file is refused before memory is taken for it") { check_refused(sizes); }

TEST_CASE("a gzip stream that is not whole is refused with the place where it stops") { check_refused(streams); }
