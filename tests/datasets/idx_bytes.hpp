#pragma once

#include <zlib.h>

#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>

/// A number as the extents of an IDX file are written: four bytes, big-endian.
inline std::string big_endian(std::uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xFFU);
  return bytes;
}

/// An IDX file of unsigned bytes.
inline std::string idx_bytes(std::initializer_list<std::uint32_t> shape, const std::string& values) {
  std::string bytes{'\0', '\0', '\x08', static_cast<char>(shape.size())};
  for (const std::uint32_t extent : shape) bytes += big_endian(extent);
  return bytes + values;
}

/// The bytes as a gzip file of one member.
inline std::string gzip_bytes(std::string bytes) {
  constexpr int gzip_window = 15 + 16;
  z_stream stream{};
  std::string compressed(compressBound(bytes.size()) + 18, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  if (deflateInit2(&stream, 9, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
      deflate(&stream, Z_FINISH) != Z_STREAM_END) {
    throw std::runtime_error("zlib does not compress");
  }
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  return compressed;
}
