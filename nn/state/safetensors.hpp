#pragma once

#include <autograd/arrays/shape.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace wengert::nn {

/// A named array as a safetensors file holds it.
struct Tensor {
  std::string name;
  std::string dtype;  ///< `F32`, `F64`, `I64`, ...
  Shape shape;
  std::string bytes;  ///< the elements in row-major order, little-endian
};

/// The content of a safetensors file (https://huggingface.co/docs/safetensors), PyTorch's format for weights: arrays
/// and texts, both under names of which none comes twice.
struct SafeTensors {
  std::vector<Tensor> tensors{};
  std::map<std::string, std::string> metadata{};
};

/// Reads a safetensors file, the tensors in the order of their bytes. Every rule of the format is checked, and the
/// checksum if the file was written here. Throws an Error that names the file and the byte at fault.
SafeTensors read_safetensors(const std::filesystem::path& file);

/// The same for the bytes of a file that errors call `name`.
SafeTensors parse_safetensors(const std::string& bytes, const std::string& name);

/// The bytes of a safetensors file, the tensors with the widest elements first, so that all are aligned, and then by
/// name. The metadata gets a checksum of everything (CRC-32), as `wengert.crc32`. Throws an Error if a name comes twice
/// or is not UTF-8, is reserved (`__metadata__`, and `wengert.` in the metadata), a dtype is unknown, or the number of
/// bytes does not fit the shape.
std::string safetensors_bytes(const SafeTensors& content);

/// Writes these bytes as `write_file` does: whole or not at all.
void write_safetensors(const std::filesystem::path& file, const SafeTensors& content);

}  // namespace wengert::nn
