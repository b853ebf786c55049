#pragma once

#include "arrays.hpp"

#include <cstdint>
#include <functional>

namespace exercises {

/// What stands in a blank, until the array that belongs there is written.
Array<double> not_written_yet();
bool is_not_written_yet(const Array<double>& answer);

struct Exercise;  // see program.hpp
struct Trial;     // see judge.hpp

}  // namespace exercises
