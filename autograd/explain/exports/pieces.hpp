#pragma once

#include <string>

// The files of this folder's pieces/, which the build embeds. A line `//== name others...` or `#== name others...`
// begins the definition of `name`, which needs the others.

namespace wengert::explain::pieces {

std::string cpp();
std::string numpy();

}  // namespace wengert::explain::pieces
