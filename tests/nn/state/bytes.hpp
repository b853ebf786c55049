#pragma once

#include <nn/state/safetensors.hpp>

#include <cstdint>
#include <cstring>

namespace wengert::checkpoint_tests {

/// A number as it lies in a file, little-endian.
template <class Number>
std::string bytes_of(Number number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

/// A file of the given header and so many bytes of data.
inline std::string file_of(const std::string& header, std::size_t data_bytes = 0) {
  return bytes_of<std::uint64_t>(header.size()) + header + std::string(data_bytes, 'd');
}

/// A small file with everything in it: three dtypes, a scalar, an empty tensor, metadata.
inline nn::SafeTensors small_content() {
  const std::string floats = bytes_of(1.5F) + bytes_of(-0.0F);
  return {.tensors = {{"b", "F32", {2, 1}, floats},
                      {"a", "F32", {}, bytes_of(-2.0F)},
                      {"count", "I64", {}, bytes_of<std::int64_t>(-3)},
                      {"none", "F64", {0, 7}, ""}},
          .metadata = {{"format", "pt"}, {"µ", "\"quoted\"\n"}}};
}

}  // namespace wengert::checkpoint_tests
