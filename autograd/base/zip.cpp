#define ZLIB_CONST  // zlib then reads its input through a pointer to const
#include <autograd/base/error.hpp>
#include <autograd/base/zip.hpp>

#include <zlib.h>

#include <cstdint>
#include <limits>
#include <new>
#include <set>

namespace wengert::base {
namespace {

constexpr std::uint32_t local_mark = 0x04034B50, central_mark = 0x02014B50, end_mark = 0x06054B50;
constexpr std::size_t local_size = 30, central_size = 46, end_size = 22;
constexpr std::uint64_t most = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint16_t stored = 0, deflated = 8;
constexpr std::uint64_t largest_ratio = 1032;  // DEFLATE spends a bit or more on 129 bytes

std::uint32_t crc_of(std::string_view bytes) {
  return static_cast<std::uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

class ZipParser {
 public:
  ZipParser(std::string_view operation, std::string_view name, std::string_view bytes)
      : operation_(operation), name_(name), bytes_(bytes) {}

  std::vector<ZipEntry> parse() const {
    const std::size_t end = find_end();
    const std::size_t count = number(end + 10, 2);
    std::size_t at = number(end + 16, 4);
    std::vector<ZipEntry> entries;
    for (std::size_t i = 0; i < count; ++i) {
      check_mark(at, central_mark, central_size, "the directory");
      entries.push_back(entry(at));
      at += central_size + number(at + 28, 2) + number(at + 30, 2) + number(at + 32, 2);
    }
    return entries;
  }

 private:
  /// The record behind the directory: from the end backwards, because a comment may follow it.
  std::size_t find_end() const {
    const std::string_view mark("PK\x05\x06", 4);
    const std::size_t at = bytes_.rfind(mark);
    if (at == std::string_view::npos || bytes_.size() - at < end_size) {
      fail_at(bytes_.size(),
              "there is no directory at the end; expected a zip archive; it may be cut off or no archive");
    }
    return at;
  }

  ZipEntry entry(std::size_t at) const {
    const std::size_t flags = number(at + 8, 2), method = number(at + 10, 2), name_size = number(at + 28, 2);
    const std::uint64_t packed = number(at + 20, 4), size = number(at + 24, 4), local = number(at + 42, 4);
    if (packed == most || size == most || local == most)
      fail_at(at, "a file is larger than 4 GiB; expected smaller ones");
    if ((flags & 1U) != 0) fail_at(at + 8, "a file is encrypted; expected plain files; decrypt the archive");
    ZipEntry result{std::string(piece(at + central_size, name_size)), {}};
    check_mark(local, local_mark, local_size, "the file '" + result.name + "'");
    const std::size_t data = local + local_size + number(local + 26, 2) + number(local + 28, 2);
    result.bytes = unpacked(data, piece(data, packed), size, method, result.name);
    if (crc_of(result.bytes) != number(at + 16, 4)) {
      fail_at(data, "the checksum of '" + result.name + "' is wrong; the archive is damaged; copy it again");
    }
    return result;
  }

  std::string unpacked(std::size_t at, std::string_view packed, std::uint64_t size, std::size_t method,
                       const std::string& file) const {
    if (method == stored && packed.size() == size) return std::string(packed);
    if (method != deflated || size > largest_ratio * packed.size()) {
      fail_at(at, fmt::format("'{}' has {} bytes packed by method {} for {} bytes; expected method 0 (stored) or 8 "
                              "(deflated) and sizes that fit",
                              file, packed.size(), method, size));
    }
    std::string bytes(size, '\0');
    if (!inflate_into(packed, bytes)) {
      fail_at(at, fmt::format("the stream of '{}' is damaged or has not {} bytes; copy the archive again", file, size));
    }
    return bytes;
  }

  /// Whether the stream holds exactly as many bytes as there is room for.
  static bool inflate_into(std::string_view packed, std::string& bytes) {
    z_stream state{};
    if (inflateInit2(&state, -MAX_WBITS) != Z_OK) throw std::bad_alloc();  // negative: without a head of zlib's own
    state.next_in = reinterpret_cast<const Bytef*>(packed.data());
    state.avail_in = static_cast<uInt>(packed.size());
    state.next_out = reinterpret_cast<Bytef*>(bytes.data());
    state.avail_out = static_cast<uInt>(bytes.size());
    const int status = ::inflate(&state, Z_FINISH);
    inflateEnd(&state);
    return status == Z_STREAM_END && state.avail_out == 0;
  }

  void check_mark(std::size_t at, std::uint32_t mark, std::size_t size, const std::string& what) const {
    if (at <= bytes_.size() && bytes_.size() - at >= size && number(at, 4) == mark) return;
    fail_at(std::min(at, bytes_.size()), what + " is not where the archive says; it is damaged; copy it again");
  }

  /// A little-endian number of so many bytes.
  std::size_t number(std::size_t at, std::size_t size) const {
    const std::string_view bytes = piece(at, size);
    std::size_t result = 0;
    for (std::size_t i = size; i-- > 0;) result = result << 8U | static_cast<unsigned char>(bytes[i]);
    return result;
  }

  std::string_view piece(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || bytes_.size() - at < size) {
      fail_at(bytes_.size(), "the archive ends too early; it was cut off; copy it again");
    }
    return bytes_.substr(at, size);
  }

  [[noreturn]] void fail_at(std::size_t at, const std::string& text) const {
    fail(operation_, fmt::format("{}, byte {}: {}", name_, at, text));
  }

  std::string_view operation_, name_, bytes_;
};

void put(std::string& bytes, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
}

/// What local and central headers have in common, from the version on; no date, so that equal content gives equal
/// bytes.
std::string common_header(const ZipEntry& entry) {
  std::string bytes;
  put(bytes, 20, 2);         // the version of the format that a reader needs
  put(bytes, 1U << 11U, 2);  // names are UTF-8
  put(bytes, stored, 2);
  put(bytes, 0x0021'0000, 4);  // 1980-01-01
  put(bytes, crc_of(entry.bytes), 4);
  put(bytes, entry.bytes.size(), 4);
  put(bytes, entry.bytes.size(), 4);
  put(bytes, entry.name.size(), 2);
  put(bytes, 0, 2);
  return bytes;
}

}  // namespace

std::vector<ZipEntry> parse_zip(std::string_view operation, std::string_view name, std::string_view bytes) {
  return ZipParser(operation, name, bytes).parse();
}

std::string zip_bytes(std::string_view operation, const std::vector<ZipEntry>& entries) {
  std::string bytes, directory;
  std::set<std::string_view> names;
  require(entries.size() <= std::numeric_limits<std::uint16_t>::max(), operation,
          "got {} files; expected at most 65535; write several archives", entries.size());
  for (const ZipEntry& entry : entries) {
    require(names.insert(entry.name).second, operation, "two files are called '{}'; give each a name of its own",
            entry.name);
    require(entry.name.size() <= std::numeric_limits<std::uint16_t>::max(), operation,
            "a file has a name of {} bytes, '{}...'; expected at most 65535; give it a shorter one", entry.name.size(),
            entry.name.substr(0, 40));
    require(bytes.size() + directory.size() + entry.bytes.size() + 3 * entry.name.size() < most / 2, operation,
            "the archive would be too large with '{}'; expected less than 2 GiB; write several", entry.name);
    const std::string header = common_header(entry);
    put(directory, central_mark, 4);
    put(directory, 20, 2);
    directory += header;
    directory.append(10, '\0');  // no comment, one volume, no attributes
    put(directory, bytes.size(), 4);
    directory += entry.name;
    put(bytes, local_mark, 4);
    bytes += header + entry.name + entry.bytes;
  }
  std::string end;
  put(end, end_mark, 4);
  put(end, 0, 4);
  put(end, entries.size(), 2);
  put(end, entries.size(), 2);
  put(end, directory.size(), 4);
  put(end, bytes.size(), 4);
  put(end, 0, 2);
  return bytes + directory + end;
}

}  // namespace wengert::base
