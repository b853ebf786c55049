#pragma once

#include <autograd/base/error.hpp>
#include <nn/state/safetensors.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace wengert::nn {

/// What the header of a safetensors file says of one tensor: its elements are the bytes begin .. end - 1 after the
/// header.
struct TensorEntry {
  std::string name;
  std::string dtype;
  Shape shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct SafeTensorsHeader {
  std::vector<TensorEntry> tensors;  ///< in the order of their bytes
  std::map<std::string, std::string> metadata;
  std::optional<std::size_t> checksum_at;  ///< where in the header the eight digits of our checksum are
};

inline constexpr std::uint64_t length_bytes = 8;  ///< before the header, for its length
inline constexpr const char* metadata_name = "__metadata__";
inline constexpr const char* format_key = "wengert.format";
inline constexpr const char* format_version = "1";
inline constexpr const char* checksum_key = "wengert.crc32";
inline constexpr std::size_t checksum_digits = 8;

/// Throws an Error about one byte of a file: `[read_safetensors] file, byte 17: text`.
[[noreturn]] void fail_at_byte(const std::string& file, std::uint64_t byte, std::string_view text);

/// The beginning of a text in quotes, safe to print.
std::string in_quotes(std::string_view text);

/// The number of bytes of an element; 0 if the dtype is unknown.
std::uint64_t bytes_per_element(std::string_view dtype);

/// The number of bytes of an array; none if it has more than 32 axes or 2^62 bytes.
std::optional<std::uint64_t> byte_count(std::string_view dtype, const Shape& shape);

/// Reads the header of a file with `data_bytes` bytes after it. Throws an Error, by `fail_at_byte`, if it breaks a
/// rule.
SafeTensorsHeader parse_header(const std::string& text, std::uint64_t data_bytes, const std::string& file);

}  // namespace wengert::nn
