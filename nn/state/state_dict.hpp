#pragma once

#include <nn/module.hpp>

namespace wengert::nn {

/// The parameters and then the buffers of a network, under PyTorch's names.
template <class T>
using StateDict = std::vector<Named<Array<T>>>;

/// A copy of what the network holds; a parameter that several modules share comes once, under its first name.
template <class T>
StateDict<T> state_dict(Module<T>& model);

struct LoadOptions {
  bool strict = true;  ///< whether missing and unexpected names are an error
};

/// Names in which a state and a network differ: `missing` in the state, and `unexpected` by the network.
struct LoadedNames {
  std::vector<std::string> missing;
  std::vector<std::string> unexpected;
};

/// Gives the network the values of a state; what is missing stays as it is. What several modules share may come under
/// any of its names. Throws an Error that lists all missing and unexpected names, if `strict`, and all wrong shapes;
/// then nothing has changed.
template <class T>
LoadedNames load_state_dict(Module<T>& model, StateDict<T> state, const LoadOptions& options = {});

}  // namespace wengert::nn
