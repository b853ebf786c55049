#pragma once

#include <string>
#include <utility>
#include <vector>

namespace wengert::nn {

/// When, how and with what this program runs, as names and values for a report: date, duration until now, command line,
/// version of the project, processor, compiler, versions of the libraries.
std::vector<std::pair<std::string, std::string>> origin();

}  // namespace wengert::nn
