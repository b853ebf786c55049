#pragma once

#include <autograd/arrays/shape.hpp>

#include <iosfwd>

namespace wengert {

/// The elements as NumPy prints them, up to eight digits behind the point, a row a line:
///   [[ 1.   2.5]
///    [-3.   0. ]]
/// Of more than a thousand elements only the first three and the last three along each axis.
template <class T>
std::string to_string(const Array<T>& array);

template <class T>
std::ostream& operator<<(std::ostream& out, const Array<T>& array);

}  // namespace wengert

template <>
struct fmt::formatter<wengert::Array<float>> : wengert::TextFormatter {};
template <>
struct fmt::formatter<wengert::Array<double>> : wengert::TextFormatter {};
