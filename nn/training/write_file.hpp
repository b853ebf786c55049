#pragma once

#include <filesystem>
#include <string_view>

namespace wengert::nn {

/// Writes a whole text file and makes the folders above it. The file appears under its name when it is complete: it is
/// written as `<file>.partial` and then renamed. Throws an Error in the name of `operation` that names the file and the
/// reason; a file that was there before is then unchanged.
void write_file(std::string_view operation, const std::filesystem::path& file, std::string_view text);

}  // namespace wengert::nn
