#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

/// The readers of foreign files, for bytes that anybody may have written. A reader takes them or throws an Error.
namespace fuzz {

struct Reader {
  std::string_view name;
  /// Reads. What it has taken must be the same another way: zip, npy and safetensors written and read once more, csv
  /// by way of a table, idx and gzip in size. Throws an Error if it refuses.
  void (*read)(std::string_view bytes);
};

std::span<const Reader> readers();

/// Whether the reader takes the bytes. Throws what is no Error of ours, and std::logic_error if it reads what it has
/// written in another way.
bool takes(const Reader& reader, std::string_view bytes);

}  // namespace fuzz
