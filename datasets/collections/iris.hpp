#pragma once

#include <datasets/dataset.hpp>

namespace wengert::datasets {

/// Fisher's iris flowers, embedded in the library: inputs (150, 4) in centimetres, three species of 50 flowers each
/// (Fisher 1936, "The use of multiple measurements in taxonomic problems").
template <class T = float>
Dataset<T> iris();

}  // namespace wengert::datasets
