#pragma once

#include <autograd/explain/replay/replay.hpp>

namespace wengert {

/// The record as JSON, in the format that docs/reference/replay.md describes. Numbers that are not finite are the texts
/// "nan", "inf" and "-inf".
std::string to_json(const Replay& replay);

}  // namespace wengert
