#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace wengert::base {

/// All bytes of a file. Throws an Error in the name of `operation` that names the path and the system's reason if it
/// cannot be read; `kind` is what the file should be, for example "a CSV file".
std::string read_file(std::string_view operation, const std::filesystem::path& path, std::string_view kind);

/// Opens a file whose bytes are to be read. Throws an Error likewise.
std::ifstream open_file(std::string_view operation, const std::filesystem::path& path, std::string_view kind);

/// Throws an Error likewise if reading has failed, which is not the same as to be at the end.
void check_read(const std::ifstream& file, std::string_view operation, const std::filesystem::path& path,
                std::string_view kind);

}  // namespace wengert::base
