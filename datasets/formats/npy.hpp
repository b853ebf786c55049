#pragma once

#include <autograd/arrays/array.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace wengert::datasets {

/// Reads an array of NumPy's NPY format (versions 1 to 3): numbers of 1 to 8 bytes, real, whole or boolean, in either
/// order of bytes and of axes. Throws an Error that names file and byte (from 0): for a wrong or incomplete header,
/// another dtype, fewer or more bytes than the shape needs, a number that T cannot hold.
template <class T>
Array<T> parse_npy(std::string_view bytes, std::string_view name);

/// `parse_npy` of a file. Throws an Error also if the file cannot be read.
template <class T>
Array<T> read_npy(const std::filesystem::path& path);

/// The array as NumPy's `save` writes it.
template <class T>
std::string npy_bytes(const Array<T>& array);

/// Writes `npy_bytes` to a file, whole or not at all.
template <class T>
void write_npy(const std::filesystem::path& path, const Array<T>& array);

/// The arrays of an NPZ file, by their names, as NumPy's `savez` and `savez_compressed` write it. Throws an Error that
/// names file, array and byte.
template <class T>
std::map<std::string, Array<T>> read_npz(const std::filesystem::path& path);

/// Writes arrays as NumPy's `savez` does, whole or not at all.
template <class T>
void write_npz(const std::filesystem::path& path, const std::map<std::string, Array<T>>& arrays);

}  // namespace wengert::datasets
