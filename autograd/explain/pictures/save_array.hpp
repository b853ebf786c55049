#pragma once

#include <autograd/arrays/array.hpp>

#include <filesystem>
#include <string>

namespace wengert {

/// An array as a heat map: orange above zero, blue below, stronger with the size; an array of rank three or more as a
/// row of maps, one for each index of the leading axes. A small array has its numbers in the cells.
template <class T>
std::string array_svg(const Array<T>& array, const std::string& title = {});

/// Writes the heat map as an SVG file. Throws an Error that names the file if it cannot be written.
template <class T>
void save_array(const Array<T>& array, const std::filesystem::path& file, const std::string& title = {});

}  // namespace wengert
