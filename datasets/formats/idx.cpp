#include <autograd/arrays/shape.hpp>
#include <autograd/base/gzip.hpp>
#include <autograd/base/read_file.hpp>
#include <datasets/formats/idx.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace wengert::datasets {
namespace {

using namespace std::string_view_literals;

constexpr std::uint8_t unsigned_bytes = 0x08;
constexpr std::size_t largest_rank = 8;
constexpr std::uint64_t first_extent = 4;
constexpr std::size_t smallest_piece = std::size_t{1} << 20;

/// What a file is that begins as no IDX file does.
std::string_view guess(std::string_view beginning) {
  constexpr std::array<std::array<std::string_view, 2>, 7> formats = {
      {{"\x1F\x8B", " (gzip inside gzip: `gzip -d` it)"},
       {"PK", " (a zip archive: unpack it)"},
       {"<", " (a web page: the download failed)"},
       {"version https://git-lfs", " (a Git LFS pointer)"},
       {"\x93NUMPY", " (a NumPy file)"},
       {"\x01\x08\0\0"sv, " (little-endian)"},
       {"\x03\x08\0\0"sv, " (little-endian)"}}};
  for (const auto& [magic, what] : formats) {
    if (beginning.substr(0, magic.size()) == magic) return what;
  }
  return "";
}

std::string_view element_type(std::uint8_t code) {
  constexpr std::array<std::string_view, 6> names = {" (signed bytes)",    "",         " (16-bit integers)",
                                                     " (32-bit integers)", " (float)", " (double)"};
  constexpr std::uint8_t first = 0x09;
  return code >= first && code < first + names.size() ? names[code - first] : "";
}

/// The number of elements, or the largest number if there are more than that.
std::uint64_t saturated_count(const Shape& shape) {
  std::uint64_t count = 1;
  for (const std::uint64_t extent : shape) {
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    count = count > most / extent ? most : count * extent;
  }
  return count;
}

class IdxParser {
 public:
  IdxParser(std::string_view bytes, std::string name) : bytes_(bytes), most_bytes_(bytes.size()) {
    file_.name = std::move(name);
    if (!base::is_gzip(bytes)) return;
    gzip_.emplace("read_idx", file_.name, bytes);
    most_bytes_ = base::GzipReader::most_decompressed(bytes.size());
  }

  IdxFile parse() {
    parse_shape(parse_rank());
    const std::uint64_t count = saturated_count(file_.shape);
    check_count(count);
    parse_values(static_cast<std::size_t>(count));
    check_end();
    return std::move(file_);
  }

 private:
  std::size_t parse_rank() {
    std::array<std::uint8_t, 4> magic{};
    read_header(magic);
    if (magic[0] != 0 || magic[1] != 0) {
      const std::string beginning(magic.begin(), magic.end());
      fail_at(0, fmt::format("this is not an IDX file: got {:02X} {:02X} {:02X} {:02X}{}, expected 00 00 08 and the "
                             "rank; give an IDX file, plain or gzip",
                             magic[0], magic[1], magic[2], magic[3], guess(gzip_ ? beginning : bytes_)));
    }
    if (magic[2] != unsigned_bytes) {
      fail_at(2, fmt::format("the element type is not supported: got {:02X}{}, expected 08 (unsigned bytes); convert "
                             "the file",
                             magic[2], element_type(magic[2])));
    }
    const std::size_t rank = magic[3];
    if (rank < 1 || rank > largest_rank) {
      fail_at(3, fmt::format("the rank is out of range: got {}, expected 1 to {}; download or copy the file again",
                             rank, largest_rank));
    }
    return rank;
  }

  void parse_shape(std::size_t rank) {
    file_.shape = Shape(rank, 0);
    for (std::size_t& extent : file_.shape) {
      std::array<std::uint8_t, 4> big_endian{};
      read_header(big_endian);
      for (const std::size_t byte : big_endian) extent = extent << 8 | byte;
      if (extent == 0) {
        fail_at(position_ - 4,
                "an extent is zero; expected at least 1 along every axis; download or copy the file "
                "again");
      }
    }
  }

  /// Refuses a shape that the file cannot hold, and bytes after the data of a plain file.
  void check_count(std::uint64_t count) const {
    const std::uint64_t room = most_bytes_ - position_;
    if (gzip_ ? count <= room : count == room) return;
    const bool countless = count == std::numeric_limits<std::uint64_t>::max();
    fail_at(gzip_ ? first_extent : position_ + std::min(count, room),
            fmt::format("the header and the size of the file disagree: got {}{} bytes after the header, expected {}{} "
                        "for the shape {}; download or copy the file again",
                        gzip_ ? "at most " : "", room, countless ? "more than " : "", count, file_.shape));
  }

  /// Takes memory as the data come, so that a gzip file of a few bytes cannot claim gigabytes.
  void parse_values(std::size_t count) {
    std::vector<std::uint8_t>& values = file_.values;
    while (values.size() < count) {
      const std::size_t had = values.size(), wanted = std::min(count - had, std::max(had, smallest_piece));
      values.resize(had + wanted);
      const std::size_t got = read(std::span(values).subspan(had));
      if (got == wanted) continue;
      fail_at(position_, fmt::format("the data end: got {} bytes after the header, expected {} for the shape {}; "
                                     "download or copy the file again",
                                     had + got, count, file_.shape));
    }
  }

  /// Reads one byte more than there should be, which also verifies the checksum of a gzip stream.
  void check_end() {
    std::array<std::uint8_t, 1> more{};
    const std::uint64_t end = position_;
    if (read(more) == 0) return;
    fail_at(end, fmt::format("the data go on: expected their end after the {} bytes of the shape {}; download or copy "
                             "the file again",
                             file_.values.size(), file_.shape));
  }

  void read_header(std::span<std::uint8_t> to) {
    if (read(to) == to.size()) return;
    fail_at(position_, fmt::format("the {} ends inside its header: got {} bytes, expected 4, and 4 for each axis; "
                                   "download or copy the file again",
                                   gzip_ ? "data" : "file", position_));
  }

  std::size_t read(std::span<std::uint8_t> to) {
    std::size_t count = 0;
    if (gzip_) {
      count = gzip_->read(to);
    } else {
      const std::string_view from = bytes_.substr(static_cast<std::size_t>(position_), to.size());
      std::copy(from.begin(), from.end(), to.begin());
      count = from.size();
    }
    position_ += count;
    return count;
  }

  [[noreturn]] void fail_at(std::uint64_t offset, std::string_view text) const {
    fail("read_idx",
         fmt::format("{}, byte {}{}: {}", file_.name, offset, gzip_ ? " of the decompressed data" : "", text));
  }

  std::string_view bytes_;
  std::optional<base::GzipReader> gzip_;
  std::uint64_t most_bytes_;    // of the whole file, decompressed
  std::uint64_t position_ = 0;  // in the decompressed data
  IdxFile file_;
};

}  // namespace

IdxFile parse_idx(std::string_view bytes, std::string name) { return IdxParser(bytes, std::move(name)).parse(); }

IdxFile read_idx(const std::filesystem::path& path) {
  return parse_idx(base::read_file("read_idx", path, "an IDX file, plain or gzip"), path.string());
}

}  // namespace wengert::datasets
