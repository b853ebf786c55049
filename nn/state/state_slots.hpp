#pragma once

#include <nn/state/state_dict.hpp>

#include <functional>

namespace wengert::nn {

/// A place where an array of a network or of its training is kept.
template <class T>
struct StateSlot {
  std::string name;
  const Array<T>* array;
  std::function<void(Array<T>)> set;       ///< takes an array of the same shape
  std::vector<std::string> other_names{};  ///< by which a file may call it too, where modules share it
};

/// The places of the parameters and then of the buffers. Throws an Error if two of them have one name.
template <class T>
std::vector<StateSlot<T>> state_slots(Module<T>& model);

/// How arrays that are offered under names differ from the slots.
struct StateDifferences {
  LoadedNames names;
  std::vector<std::string> shapes;  ///< a sentence about each wrong one

  /// All that stands in the way of loading, as sentences.
  std::vector<std::string> problems(const LoadOptions& options) const;
};

/// Names and shapes against those of the slots; what several modules share may come under each of its names.
template <class T>
StateDifferences compare(const std::vector<StateSlot<T>>& slots, const std::vector<Named<Shape>>& offered);

/// Throws an Error in the name of `operation` if a slot comes under two names with different numbers.
template <class T>
void check_tied(std::string_view operation, const std::vector<StateSlot<T>>& slots, const StateDict<T>& state);

/// Puts the arrays, whose shapes have been compared, into the slots of their names. One without a slot is left out.
template <class T>
void assign(const std::vector<StateSlot<T>>& slots, StateDict<T> state);

}  // namespace wengert::nn
