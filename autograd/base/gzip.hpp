#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace wengert::base {

/// Whether the bytes begin as a gzip file does, with 1F 8B.
bool is_gzip(std::string_view bytes);

/// Decompresses the one member of a gzip file (RFC 1952), piece by piece, never more than is asked for. Its Errors say
/// `[operation] name, byte n of the gzip stream: ...`, where n counts compressed bytes.
class GzipReader {
 public:
  /// Both texts must outlive the reader.
  GzipReader(std::string_view operation, std::string_view name, std::string_view compressed);
  ~GzipReader();
  GzipReader(GzipReader&&) noexcept;
  GzipReader& operator=(GzipReader&&) noexcept;

  /// Fills `to` as far as the data go and returns how many bytes that were; fewer than asked for mean that the data
  /// end there and their checksum is right. Throws an Error if the stream is damaged or cut off, if its checksum is
  /// wrong, or if anything follows its end, be it another member.
  std::size_t read(std::span<std::uint8_t> to);

  /// No more than this many bytes come out of `compressed_bytes`: DEFLATE spends a bit or more on 129 bytes.
  static std::uint64_t most_decompressed(std::uint64_t compressed_bytes) { return 1032 * compressed_bytes; }

 private:
  struct Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace wengert::base
