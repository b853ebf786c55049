#pragma once

#include <autograd/arrays/array.hpp>

#include <string>
#include <string_view>

namespace wengert::datasets {

/// What the header of an NPY file says.
struct NpyHeader {
  char byte_order = '<';  ///< '<' little-endian, '>' big-endian, '|' of one byte
  char kind = 'f';        ///< 'f' real, 'i' whole, 'u' whole and not negative, 'b' boolean
  std::size_t item_bytes = 0;
  bool fortran_order = false;  ///< the first axis varies fastest
  Shape shape;
  std::size_t data_begin = 0;  ///< the byte at which the numbers begin
};

/// Throws an Error `[read_npy] name, byte n: ...` if a rule is broken or the dtype is none of the above.
NpyHeader parse_npy_header(std::string_view bytes, std::string_view name);

[[noreturn]] void fail_in_npy(std::string_view name, std::size_t byte, const std::string& text);

}  // namespace wengert::datasets
