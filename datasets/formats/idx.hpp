#pragma once

#include <autograd/arrays/array.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace wengert::datasets {

/// The content of an IDX file, the format of MNIST: unsigned bytes in row-major order.
struct IdxFile {
  std::string name;  // what error messages call the file
  Shape shape;
  std::vector<std::uint8_t> values;
};

/// Reads IDX data, plain or as a gzip file of one member: two zero bytes, the element type (08, unsigned bytes), the
/// rank (1 to 8), each extent as four bytes (big-endian), then exactly the elements (LeCun, Cortes and Burges, "The
/// MNIST database", yann.lecun.com/exdb/mnist). Sizes are compared before memory is taken, and no more is decompressed
/// than the header announces. Throws an Error that names file and byte (from 0): for a wrong or incomplete header, an
/// extent of zero, fewer or more bytes than the shape needs, a gzip stream that is damaged, cut off or followed by
/// more.
IdxFile parse_idx(std::string_view bytes, std::string name);

/// `parse_idx` of a file. Throws an Error also if the file cannot be read.
IdxFile read_idx(const std::filesystem::path& path);

}  // namespace wengert::datasets
