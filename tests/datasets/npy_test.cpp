#include <doctest/doctest.h>
#include <autograd/arrays/random.hpp>
#include <autograd/base/zip.hpp>
#include <datasets/formats/npy.hpp>

#include <zlib.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>

#include "../error_text.hpp"

using namespace wengert;
using namespace wengert::datasets;
using namespace std::string_literals;

namespace {

std::string header_of(const std::string& dictionary) {
  const std::string text = dictionary + "\n";
  std::string bytes = "\x93NUMPY\x01\0"s;
  bytes += static_cast<char>(text.size() & 0xFF);
  bytes += static_cast<char>(text.size() >> 8);
  return bytes + text;
}

std::string file_of(const std::string& dtype, const std::string& shape, const std::string& data,
                    const std::string& fortran = "False") {
  return header_of("{'descr': '" + dtype + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }") + data;
}

template <class Number>
std::string bytes_of(std::initializer_list<Number> numbers, bool swapped = false) {
  std::string bytes;
  for (const Number number : numbers) {
    std::string own(sizeof(Number), '\0');
    std::memcpy(own.data(), &number, sizeof(Number));
    if (swapped) std::reverse(own.begin(), own.end());
    bytes += own;
  }
  return bytes;
}

template <class T = double>
Array<T> parse(const std::string& bytes) {
  return parse_npy<T>(bytes, "x.npy");
}

std::string refusal(const std::string& bytes) {
  const std::string text = error_text([&] { parse(bytes); });
  CHECK_MESSAGE(contains(text, "x.npy"), text);
  return text;
}

std::filesystem::path temporary(const char* name) { return std::filesystem::temp_directory_path() / name; }

}  // namespace

TEST_CASE_TEMPLATE("arrays of every rank come back bit by bit", T, float, double) {
  Generator generator(1);
  for (const Shape& shape : {Shape{}, Shape{1}, Shape{7}, Shape{0}, Shape{3, 4}, Shape{2, 0, 5}, Shape{2, 3, 4, 5}}) {
    const Array<T> array = generator.normal<T>(shape);
    const Array<T> again = parse<T>(npy_bytes(array));
    CHECK(again.shape() == array.shape());
    CHECK(again == array);
  }
  const Array<T> special{std::numeric_limits<T>::infinity(), T(-0.0), std::numeric_limits<T>::denorm_min()};
  CHECK(parse<T>(npy_bytes(special)) == special);
}

TEST_CASE("the bytes are those of numpy.save") {
  const std::string bytes = npy_bytes(Array<float>{{1, 2, 3}});
  CHECK(bytes.size() == 128 + 12);
  CHECK(bytes.substr(0, 10) == "\x93NUMPY\x01\0v\0"s);
  CHECK(bytes.substr(10, 118) ==
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }" + std::string(58, ' ') + "\n");
  CHECK(contains(npy_bytes(Array<double>{1, 2}), "'descr': '<f8'"));
  CHECK(contains(npy_bytes(Array<double>{1, 2}), "'shape': (2,), }"));
  CHECK(contains(npy_bytes(scalar(1.0)), "'shape': (), }"));
}

TEST_CASE("numbers of every kind are read, in both orders of bytes") {
  const Array<double> expected{1, 2, 100};
  CHECK(parse(file_of("|u1", "(3,)", "\1\2d")) == expected);
  CHECK(parse(file_of("|i1", "(3,)", "\1\2d")) == expected);
  CHECK(parse(file_of("|i1", "(1,)", "\xFF")) == Array<double>{-1});
  CHECK(parse(file_of("|b1", "(2,)", "\0\1"s)) == Array<double>{0, 1});
  CHECK(contains(refusal(file_of("|b1", "(3,)", "\0\2\1"s)), "the byte of a bool is 2; expected 0 or 1"));
  CHECK(contains(refusal(file_of("|b1", "(1,)", "\xFF")), "the byte of a bool is 255"));
  for (const bool swapped : {false, true}) {
    const std::string order = swapped ? ">" : "<";
    CHECK(parse(file_of(order + "f4", "(3,)", bytes_of<float>({1, 2, 100}, swapped))) == expected);
    CHECK(parse(file_of(order + "f8", "(3,)", bytes_of<double>({1, 2, 100}, swapped))) == expected);
    CHECK(parse(file_of(order + "i2", "(3,)", bytes_of<std::int16_t>({1, 2, 100}, swapped))) == expected);
    CHECK(parse(file_of(order + "i4", "(3,)", bytes_of<std::int32_t>({1, 2, 100}, swapped))) == expected);
    CHECK(parse(file_of(order + "i8", "(3,)", bytes_of<std::int64_t>({1, 2, 100}, swapped))) == expected);
    CHECK(parse(file_of(order + "u2", "(3,)", bytes_of<std::uint16_t>({1, 2, 100}, swapped))) == expected);
    CHECK(parse(file_of(order + "u4", "(3,)", bytes_of<std::uint32_t>({1, 2, 100}, swapped))) == expected);
    CHECK(parse(file_of(order + "u8", "(3,)", bytes_of<std::uint64_t>({1, 2, 100}, swapped))) == expected);
  }
}

TEST_CASE("an array in Fortran's order has its elements where they belong") {
  const std::string data = bytes_of<double>({1, 4, 2, 5, 3, 6});
  CHECK(parse(file_of("<f8", "(2, 3)", data, "True")) == Array<double>{{1, 2, 3}, {4, 5, 6}});
  CHECK(parse(file_of("<f8", "(6,)", data, "True")) == Array<double>{1, 4, 2, 5, 3, 6});
  CHECK(parse(file_of("<f8", "(1, 2, 3)", data, "True")) == Array<double>{{{1, 2, 3}, {4, 5, 6}}});
}

TEST_CASE("whole numbers are read where all of their digits fit, however large they are") {
  const auto read_as_float = [](std::int64_t number) {
    return parse<float>(file_of("<i8", "(1,)", bytes_of<std::int64_t>({number}))).data()[0];
  };
  CHECK(read_as_float(33554432) == 33554432.0F);
  CHECK(read_as_float(-33554436) == -33554436.0F);
  CHECK(read_as_float(std::numeric_limits<std::int64_t>::min()) == -0x1p63F);
  CHECK(contains(error_text([&] { read_as_float(33554433); }), "the number is 33554433, which float cannot hold"));
  CHECK(contains(error_text([&] { read_as_float(std::numeric_limits<std::int64_t>::max()); }), "cannot hold"));
  CHECK(parse(file_of("<u8", "(1,)", bytes_of<std::uint64_t>({std::uint64_t{1} << 63U})))(0) == 0x1p63);
  CHECK_THROWS_AS(parse(file_of("<u8", "(1,)", bytes_of<std::uint64_t>({~std::uint64_t{0}}))), Error);
}

TEST_CASE("the extents of a file of Python 2 are read") {
  CHECK(parse(file_of("<f8", "(2L, 1L)", bytes_of<double>({1, 2}))).shape() == Shape{2, 1});
  CHECK(parse(file_of("<f8", "(2L,)", bytes_of<double>({1, 2}))) == Array<double>{1, 2});
  CHECK(contains(refusal(file_of("<f8", "(L,)", bytes_of<double>({1}))), "an extent is no whole number"));
}

TEST_CASE("a number that cannot be held is refused with its place") {
  const std::int64_t large = (std::int64_t{1} << 53) + 1;
  CHECK(
      contains(refusal(file_of("<i8", "(2,)", bytes_of<std::int64_t>({1, large}))), "the number is 9007199254740993"));
  CHECK(contains(error_text([] { parse<float>(file_of("<f8", "(1,)", bytes_of<double>({1e39}))); }),
                 "read it as double"));
}

TEST_CASE("a file that breaks a rule is refused with the byte and what was expected") {
  const std::string good = file_of("<f8", "(2,)", bytes_of<double>({1, 2}));
  CHECK(contains(refusal(""), "byte 0: this is no NPY file"));
  CHECK(contains(refusal("PK\3\4"), "read_npz reads it"));
  CHECK(contains(refusal("\x93NUMPY\x07\0v\0"s), "byte 6: the version is 7"));
  CHECK(contains(refusal(good.substr(0, 9)), "ends inside its header"));
  CHECK(contains(refusal(good.substr(0, 40)), "the file ends; expected a header of"));
  CHECK(contains(refusal(good + "x"), "17 bytes follow the header; expected 2 numbers of 8 bytes for the shape (2,)"));
  CHECK(contains(refusal(good.substr(0, good.size() - 1)), "15 bytes follow the header"));
  CHECK(contains(refusal(file_of("<f2", "(1,)", "ab")), "the dtype is '<f2'; expected"));
  CHECK(contains(refusal(file_of("<c8", "(1,)", "abcdefgh")), "the dtype is '<c8'"));
  CHECK(contains(refusal(file_of("|O", "(1,)", "a")), "the dtype is '|O'"));
  CHECK(contains(refusal(header_of("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,), }")), "records"));
  CHECK(contains(refusal(file_of("<f8", "(-1,)", "")), "an extent is no whole number"));
  CHECK(contains(refusal(file_of("<f8", "(99999999999999999999,)", "")), "an extent is no whole number, or too large"));
  CHECK(contains(refusal(file_of("<f8", "(2", "")), "an extent is no whole number"));
  CHECK(contains(refusal(file_of("<f8", "(2 3)", "")), "expected a comma or the end of the shape"));
  CHECK(contains(refusal(file_of("<f8", "(2,)", "", "Maybe")), "neither True nor False"));
  CHECK(contains(refusal(header_of("{'descr': '<f8', 'shape': (1,), }")), "a field is missing"));
  CHECK(contains(refusal(header_of("{'descr': '<f8', 'descr': '<f8', }")), "'descr' comes twice"));
  CHECK(contains(refusal(header_of("{'order': 1, }")), "got the field 'order'"));
  CHECK(contains(refusal(header_of("['descr']")), "expected '{'"));
  CHECK(contains(refusal(header_of("{'descr': '<f8', 'fortran_order': False, 'shape': (), } x")),
                 "follows the dictionary"));
}

TEST_CASE("a shape whose product wraps around is refused") {
  const std::string text = error_text([] { parse(file_of("<f8", "(4294967296, 4294967296)", "")); });
  CHECK(contains(text, "multiply to more than 2^60"));
  CHECK(contains(refusal(file_of("<f8", "(4294967296, 4294967296)", "")), "[read_npy] x.npy, byte "));
  CHECK(
      contains(error_text([] { parse(file_of("|u1", "(2, 13, 419, 691, 823, 2977518503)", "0123456789")); }), "2^60"));
}

TEST_CASE("every beginning of a file is refused, and no changed byte crashes the reader") {
  const std::string good = npy_bytes(Array<float>{{1, 2}, {3, 4}});
  for (std::size_t size = 0; size < good.size(); ++size) CHECK_FALSE(refusal(good.substr(0, size)).empty());
  Generator generator(3);
  std::size_t read = 0;
  for (int trial = 0; trial < 20000; ++trial) {
    std::string bytes = good;
    for (std::size_t k = 1 + generator.below(3); k > 0; --k) {
      bytes[generator.below(bytes.size())] = static_cast<char>(generator.below(256));
    }
    read += error_text([&] { parse<float>(bytes); }) == "(no Error)" ? 1 : 0;
  }
  CHECK(read > 500);  // a number or a blank that changed is no error
  CHECK(read < 19000);
}

TEST_CASE("arrays go to an NPZ file and come back by name") {
  const std::filesystem::path file = temporary("wengert_npz_test.npz");
  const std::map<std::string, Array<double>> arrays{
      {"x", {{1, 2}, {3, 4}}}, {"γ", {5}}, {"none", empty<double>({0, 3})}};
  write_npz(file, arrays);
  const auto again = read_npz<double>(file);
  CHECK(again.size() == 3);
  for (const auto& [name, array] : arrays) {
    REQUIRE(again.contains(name));
    CHECK(again.at(name).shape() == array.shape());
    CHECK(again.at(name) == array);
  }
  std::filesystem::remove(file);
}

TEST_CASE("files go by way of the disk") {
  const std::filesystem::path file = temporary("wengert_npy_test.npy");
  write_npy(file, Array<float>{1, 2, 3});
  CHECK(read_npy<double>(file) == Array<double>{1, 2, 3});
  std::filesystem::remove(file);
  CHECK(contains(error_text([&] { read_npy<float>(file); }), "[read_npy] cannot open '" + file.string()));
}

namespace {

/// An archive with one deflated file, as numpy.savez_compressed makes it; size and checksum are of what it claims to
/// hold.
std::string deflated_archive(const std::string& name, const std::string& content, const std::string& claimed) {
  std::string packed(compressBound(content.size()), '\0');
  z_stream state{};
  deflateInit2(&state, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  state.avail_in = static_cast<uInt>(content.size());
  state.next_out = reinterpret_cast<Bytef*>(packed.data());
  state.avail_out = static_cast<uInt>(packed.size());
  deflate(&state, Z_FINISH);
  packed.resize(state.total_out);
  deflateEnd(&state);
  const auto crc = static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(claimed.data()), static_cast<uInt>(claimed.size())));
  const auto number = [](std::uint64_t value, std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
    return bytes;
  };
  const std::string common = number(20, 2) + number(0, 2) + number(8, 2) + number(0, 4) + number(crc, 4) +
                             number(packed.size(), 4) + number(claimed.size(), 4) + number(name.size(), 2) +
                             number(0, 2);
  const std::string local = "PK\3\4"s + common + name + packed;
  const std::string central = "PK\1\2"s + number(20, 2) + common + std::string(10, '\0') + number(0, 4) + name;
  return local + central + "PK\5\6"s + number(0, 4) + number(1, 2) + number(1, 2) + number(central.size(), 4) +
         number(local.size(), 4) + number(0, 2);
}

std::string deflated_archive(const std::string& name, const std::string& content) {
  return deflated_archive(name, content, content);
}

}  // namespace

TEST_CASE("a compressed archive is read, and one that is damaged refused") {
  const std::string content = npy_bytes(full<float>({50, 50}, 1.5F));
  const std::string archive = deflated_archive("w.npy", content);
  CHECK(archive.size() < 1000);
  const auto entries = base::parse_zip("read_npz", "a.npz", archive);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].name == "w.npy");
  CHECK(entries[0].bytes == content);
  std::size_t refused = 0, same = 0;
  for (std::size_t at = 0; at < archive.size(); ++at) {
    for (const char flip : {'\x01', '\x80'}) {
      std::string bytes = archive;
      bytes[at] = static_cast<char>(bytes[at] ^ flip);
      try {
        const auto read = base::parse_zip("read_npz", "a.npz", bytes);
        same += read.size() == 1 && read[0].bytes == content ? 1 : 0;  // names, dates and attributes have no checksum
        CHECK((read.empty() || read[0].bytes == content));
      } catch (const Error&) {
        ++refused;
      }
    }
  }
  CHECK(refused > archive.size());
  CHECK(same > 0);
  for (std::size_t size = 0; size < archive.size(); ++size) {
    CHECK_THROWS_AS(base::parse_zip("read_npz", "a.npz", archive.substr(0, size)), Error);
  }
}

TEST_CASE("an archive cannot claim more than its bytes can hold, nor hold two files of one name") {
  CHECK(contains(error_text([] {
                   base::zip_bytes("write_npz", {{std::string(65536, 'a'), ""}});
                 }),
                 "a file has a name of 65536 bytes, 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...'"));
  const std::string longest(65535, 'a');
  CHECK(base::parse_zip("read_npz", "a.npz", base::zip_bytes("write_npz", {{longest, "1"}})).front().name == longest);
  CHECK(contains(error_text([] { base::zip_bytes("write_npz", {{"a", ""}, {"a", ""}}); }), "two files are called 'a'"));
  std::string archive = deflated_archive("w.npy", "abc");
  const std::size_t central = archive.find("PK\1\2");
  archive.replace(central + 24, 4, "\xF0\xFF\xFF\xFF");
  CHECK(contains(error_text([&] { base::parse_zip("read_npz", "a.npz", archive); }), "sizes that fit"));
  for (const std::string& claimed : {"abc\0"s, "ab"s}) {  // what inflate would leave in the memory for it
    archive = deflated_archive("w.npy", "abc", claimed);
    CHECK(contains(error_text([&] { base::parse_zip("read_npz", "a.npz", archive); }),
                   fmt::format("has not {} bytes", claimed.size())));
  }
  CHECK(contains(error_text([] { base::parse_zip("read_npz", "a.npz", "nothing"); }),
                 "there is no directory at the end"));
}

TEST_CASE("extra fields and comments in an archive, as NumPy and zip write them, are passed over") {
  std::string archive = base::zip_bytes("write_npz", {{"a", "1"}, {"b", "22"}});
  const auto add = [&archive](std::size_t at, int number) { archive[at] = static_cast<char>(archive[at] + number); };
  archive.insert(31, "extra");  // behind the head and the name of the first file
  add(28, 5);
  const std::size_t first = archive.find("PK\1\2");
  archive.insert(first + 47, "morea comment");
  add(first + 30, 4);
  add(first + 32, 9);
  add(archive.find("PK\1\2", first + 1) + 42, 5);  // where the second file begins
  const std::size_t end = archive.find("PK\5\6");
  add(end + 12, 13);
  add(end + 16, 5);
  const auto entries = base::parse_zip("read_npz", "a.npz", archive);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].bytes == "1");
  CHECK(entries[1].name == "b");
  CHECK(entries[1].bytes == "22");
}
