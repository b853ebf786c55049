#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wengert::base {

/// A file within a zip archive.
struct ZipEntry {
  std::string name;
  std::string bytes;
};

/// The files of a zip archive, stored or deflated (PKWARE, APPNOTE 6.3), in the order of its directory. No more is
/// decompressed than the directory announces. Throws an Error `[operation] name, byte n: ...` if the archive is
/// damaged, cut off, encrypted, larger than 4 GiB, or a checksum is wrong.
std::vector<ZipEntry> parse_zip(std::string_view operation, std::string_view name, std::string_view bytes);

/// An archive of the files, stored without compression. Throws an Error in the name of `operation` if it would be
/// larger than 4 GiB or two files have one name.
std::string zip_bytes(std::string_view operation, const std::vector<ZipEntry>& entries);

}  // namespace wengert::base
