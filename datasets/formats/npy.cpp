#include <autograd/arrays/shape.hpp>
#include <autograd/base/holds_exactly.hpp>
#include <autograd/base/read_file.hpp>
#include <autograd/base/write_file.hpp>
#include <autograd/base/zip.hpp>
#include <datasets/formats/npy.hpp>
#include <datasets/formats/npy_header.hpp>

#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace wengert::datasets {
namespace {

constexpr std::string_view ending = ".npy";

/// One number of a file, of type From.
template <class From>
From item(const char* bytes, bool swapped) {
  std::array<char, sizeof(From)> own;
  std::memcpy(own.data(), bytes, sizeof(From));  // it may lie anywhere
  if (swapped) std::reverse(own.begin(), own.end());
  From number;
  std::memcpy(&number, own.data(), sizeof(From));
  return number;
}

/// Whether T holds the number: real ones to rounding, but for overflow; whole ones exactly.
template <class T, class From>
bool holds(From number) {
  if constexpr (std::is_integral_v<From>) return base::holds_exactly<T>(number);
  else return std::isfinite(static_cast<T>(number)) || !std::isfinite(number);
}

template <class T, class From>
void convert(std::string_view bytes, std::string_view name, const NpyHeader& header, Array<T>& array) {
  const bool little = std::endian::native == std::endian::little;
  const bool swapped = header.byte_order != '|' && (header.byte_order == '<') != little;
  for (std::size_t i = 0; i < array.size(); ++i) {
    const std::size_t at = header.data_begin + i * sizeof(From);
    const From number = item<From>(bytes.data() + at, swapped);
    if (header.kind == 'b' && number > From(1)) {
      fail_in_npy(name, at, fmt::format("the byte of a bool is {}; expected 0 or 1; the file was damaged", number));
    }
    if (!holds<T>(number)) {
      fail_in_npy(name, at,
                  fmt::format("the number is {}, which {} cannot hold; expected smaller ones{}", number,
                              sizeof(T) == 4 ? "float" : "double", sizeof(T) == 4 ? "; read it as double" : ""));
    }
    array.data()[i] = static_cast<T>(number);
  }
}

template <class T>
void convert(std::string_view bytes, std::string_view name, const NpyHeader& header, Array<T>& array) {
  const auto is = [&](char kind, std::size_t size) { return header.kind == kind && header.item_bytes == size; };
  if (is('f', 4)) return convert<T, float>(bytes, name, header, array);
  if (is('f', 8)) return convert<T, double>(bytes, name, header, array);
  if (is('i', 1)) return convert<T, std::int8_t>(bytes, name, header, array);
  if (is('i', 2)) return convert<T, std::int16_t>(bytes, name, header, array);
  if (is('i', 4)) return convert<T, std::int32_t>(bytes, name, header, array);
  if (is('i', 8)) return convert<T, std::int64_t>(bytes, name, header, array);
  if (is('u', 2)) return convert<T, std::uint16_t>(bytes, name, header, array);
  if (is('u', 4)) return convert<T, std::uint32_t>(bytes, name, header, array);
  if (is('u', 8)) return convert<T, std::uint64_t>(bytes, name, header, array);
  return convert<T, std::uint8_t>(bytes, name, header, array);  // 'u' and 'b' of one byte
}

/// Elements in the order of the first axis first, as Fortran has them, in ours.
template <class T>
Array<T> in_row_major_order(const Array<T>& columns, const Shape& shape) {
  Array<T> array = empty<T>(shape);
  Shape index(shape.size(), 0);
  for (std::size_t to = 0; to < array.size(); ++to) {
    std::size_t from = 0;
    for (std::size_t axis = shape.size(); axis-- > 0;) from = from * shape[axis] + index[axis];
    array.data()[to] = columns.data()[from];
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return array;
}

}  // namespace

template <class T>
Array<T> parse_npy(std::string_view bytes, std::string_view name) {
  const NpyHeader header = parse_npy_header(bytes, name);
  const std::size_t count = element_count(header.shape), room = bytes.size() - header.data_begin;
  if (room / header.item_bytes != count || room % header.item_bytes != 0) {
    fail_in_npy(
        name, header.data_begin,
        fmt::format("{} bytes follow the header; expected {} numbers of {} bytes for the shape {}; copy the file "
                    "again",
                    room, count, header.item_bytes, header.shape));
  }
  Array<T> array = empty<T>(header.shape);
  convert<T>(bytes, name, header, array);
  return header.fortran_order && header.shape.size() > 1 ? in_row_major_order(array, header.shape) : array;
}

template <class T>
Array<T> read_npy(const std::filesystem::path& path) {
  return parse_npy<T>(base::read_file("read_npy", path, "an NPY file"), path.string());
}

template <class T>
std::string npy_bytes(const Array<T>& array) {
  std::string shape;
  for (const std::size_t extent : array.shape()) shape += (shape.empty() ? "" : ", ") + std::to_string(extent);
  if (array.dimension() == 1) shape += ",";
  std::string text = fmt::format("{{'descr': '{}f{}', 'fortran_order': False, 'shape': ({}), }}",
                                 std::endian::native == std::endian::little ? '<' : '>', sizeof(T), shape);
  constexpr std::size_t before = 10, alignment = 64;
  text.append(alignment - 1 - (before + text.size()) % alignment, ' ');
  text += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(text.size() & 0xFFU);
  bytes += static_cast<char>(text.size() >> 8U);
  bytes += text;
  const std::size_t begin = bytes.size();
  bytes.resize(begin + array.size() * sizeof(T));
  if (array.size() > 0) std::memcpy(bytes.data() + begin, array.data(), array.size() * sizeof(T));
  return bytes;
}

template <class T>
void write_npy(const std::filesystem::path& path, const Array<T>& array) {
  base::write_file("write_npy", path, npy_bytes(array));
}

template <class T>
std::map<std::string, Array<T>> read_npz(const std::filesystem::path& path) {
  const std::string bytes = base::read_file("read_npz", path, "an NPZ file");
  std::map<std::string, Array<T>> arrays;
  for (const auto& [file, content] : base::parse_zip("read_npz", path.string(), bytes)) {
    const std::string name = file.ends_with(ending) ? file.substr(0, file.size() - ending.size()) : file;
    const bool fresh = arrays.emplace(name, parse_npy<T>(content, path.string() + ", " + file)).second;
    require(fresh, "read_npz", "{} has two arrays called '{}'; expected a name of its own for each", path.string(),
            name);
  }
  return arrays;
}

template <class T>
void write_npz(const std::filesystem::path& path, const std::map<std::string, Array<T>>& arrays) {
  std::vector<base::ZipEntry> entries;
  for (const auto& [name, array] : arrays) entries.push_back({name + std::string(ending), npy_bytes(array)});
  base::write_file("write_npz", path, base::zip_bytes("write_npz", entries));
}

template Array<float> parse_npy(std::string_view, std::string_view);
template Array<double> parse_npy(std::string_view, std::string_view);
template Array<float> read_npy(const std::filesystem::path&);
template Array<double> read_npy(const std::filesystem::path&);
template std::string npy_bytes(const Array<float>&);
template std::string npy_bytes(const Array<double>&);
template void write_npy(const std::filesystem::path&, const Array<float>&);
template void write_npy(const std::filesystem::path&, const Array<double>&);
template std::map<std::string, Array<float>> read_npz(const std::filesystem::path&);
template std::map<std::string, Array<double>> read_npz(const std::filesystem::path&);
template void write_npz(const std::filesystem::path&, const std::map<std::string, Array<float>>&);
template void write_npz(const std::filesystem::path&, const std::map<std::string, Array<double>>&);

}  // namespace wengert::datasets
