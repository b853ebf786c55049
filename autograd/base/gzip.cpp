#define ZLIB_CONST  // zlib then reads its input through a pointer to const
#include <autograd/base/error.hpp>
#include <autograd/base/gzip.hpp>

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

namespace wengert::base {
namespace {

constexpr int largest_window = 15;
constexpr int gzip_only = 16;  // added to the window, refuses streams of zlib's own format

/// zlib counts in 32 bits.
uInt at_most_32_bits(std::size_t count) {
  return static_cast<uInt>(std::min<std::size_t>(count, std::numeric_limits<uInt>::max()));
}

}  // namespace

struct GzipReader::Stream {
  Stream(std::string_view operation_, std::string_view name_, std::string_view compressed_)
      : operation(operation_), name(name_), compressed(compressed_) {
    if (inflateInit2(&state, largest_window + gzip_only) != Z_OK) throw std::bad_alloc();
  }
  ~Stream() { inflateEnd(&state); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// Decompresses into `to` until it is full or zlib stops; returns the number of bytes.
  std::size_t inflate_some(std::span<std::uint8_t> to);
  [[noreturn]] void fail_here(std::string_view text) const;

  std::string_view operation, name, compressed;
  std::size_t position = 0;  // in the compressed bytes
  bool ended = false;
  z_stream state{};
};

std::size_t GzipReader::Stream::inflate_some(std::span<std::uint8_t> to) {
  const uInt input = at_most_32_bits(compressed.size() - position), output = at_most_32_bits(to.size());
  state.next_in = reinterpret_cast<const Bytef*>(compressed.data() + position);
  state.avail_in = input;
  state.next_out = to.data();
  state.avail_out = output;
  const int status = ::inflate(&state, Z_NO_FLUSH);
  position += input - state.avail_in;
  if (status == Z_MEM_ERROR) throw std::bad_alloc();
  if (status == Z_BUF_ERROR) {
    fail_here("the stream is cut off; expected more data and a checksum; download or copy the file again");
  }
  if (status != Z_OK && status != Z_STREAM_END) {
    fail_here(
        fmt::format("the stream is damaged: got '{}' from zlib, expected a valid stream; download or copy the "
                    "file again",
                    state.msg == nullptr ? "no reason" : state.msg));
  }
  ended = status == Z_STREAM_END;
  if (ended && position < compressed.size()) {
    fail_here(
        fmt::format("the stream ends, but {} bytes follow; expected the end of the file; if they are another "
                    "gzip member, decompress the file with `gzip -d`",
                    compressed.size() - position));
  }
  return output - state.avail_out;
}

void GzipReader::Stream::fail_here(std::string_view text) const {
  fail(operation, fmt::format("{}, byte {} of the gzip stream: {}", name, position, text));
}

bool is_gzip(std::string_view bytes) { return bytes.substr(0, 2) == "\x1F\x8B"; }

GzipReader::GzipReader(std::string_view operation, std::string_view name, std::string_view compressed)
    : stream_(std::make_unique<Stream>(operation, name, compressed)) {}
GzipReader::~GzipReader() = default;
GzipReader::GzipReader(GzipReader&&) noexcept = default;
GzipReader& GzipReader::operator=(GzipReader&&) noexcept = default;

std::size_t GzipReader::read(std::span<std::uint8_t> to) {
  std::size_t filled = 0;
  while (filled < to.size() && !stream_->ended) filled += stream_->inflate_some(to.subspan(filled));
  return filled;
}

}  // namespace wengert::base
