#pragma once

#include <autograd/explain/replay/replay.hpp>

#include <filesystem>

namespace wengert {

struct GraphOptions {
  bool values = false;    ///< also the numbers of small arrays
  bool adjoints = false;  ///< also the adjoints, and dashed edges on the way back
  bool scopes = true;     ///< a frame around what was recorded in a Scope, such as a layer of a network
};

/// A record as a graph in Graphviz's language: a box for each entry, with name, operation and shape.
std::string graph_dot(const Replay& replay, GraphOptions options = {});

/// Writes the graph as `.dot`, or as `.svg`, which needs the program dot. Throws an Error if the file has another
/// ending, cannot be written, or if dot is missing.
void save_graph(const Replay& replay, const std::filesystem::path& file, GraphOptions options = {});

}  // namespace wengert
