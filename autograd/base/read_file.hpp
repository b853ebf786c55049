#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace wengert::base {

/// All bytes of a file. Throws an Error in the name of `operation` that names the path and the system's reason if it
/// cannot be read; `kind` is what the file should be, for example "a CSV file".
std::string read_file(std::string_view operation, const std::filesystem::path& path, std::string_view kind);

}  // namespace wengert::base
