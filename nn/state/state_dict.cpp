#include <autograd/base/error.hpp>
#include <nn/state/state_dict.hpp>
#include <nn/state/state_slots.hpp>

#include <fmt/format.h>

namespace wengert::nn {

template <class T>
StateDict<T> state_dict(Module<T>& model) {
  StateDict<T> state;
  for (const StateSlot<T>& slot : state_slots(model)) state.push_back({slot.name, *slot.array});
  return state;
}

template <class T>
LoadedNames load_state_dict(Module<T>& model, StateDict<T> state, const LoadOptions& options) {
  const std::vector<StateSlot<T>> slots = state_slots(model);
  std::vector<Named<Shape>> offered;
  for (const auto& [name, array] : state) offered.push_back({name, Shape(array.shape())});
  StateDifferences differences = compare(slots, offered);
  const std::vector<std::string> problems = differences.problems(options);
  require(
      problems.empty(), "load_state_dict",
      "the state does not fit this network: {}; expected the state of a network with the same layers; or leave names "
      "out with strict = false",
      fmt::join(problems, "; "));
  check_tied("load_state_dict", slots, state);
  assign(slots, std::move(state));
  return std::move(differences.names);
}

template StateDict<float> state_dict(Module<float>&);
template StateDict<double> state_dict(Module<double>&);
template LoadedNames load_state_dict(Module<float>&, StateDict<float>, const LoadOptions&);
template LoadedNames load_state_dict(Module<double>&, StateDict<double>, const LoadOptions&);

}  // namespace wengert::nn
