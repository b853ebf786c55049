#pragma once

#include <datasets/dataset.hpp>

namespace wengert::datasets {

/// Handwritten digits, embedded in the library: inputs (1797, 64), images of 8 x 8 pixels from 0 to 16 row by row, ten
/// classes (Alpaydin and Kaynak 1998, "Optical Recognition of Handwritten Digits", UCI, test part, CC BY 4.0).
template <class T = float>
Dataset<T> digits();

}  // namespace wengert::datasets
