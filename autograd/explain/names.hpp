#pragma once

#include <autograd/tape/tape.hpp>

#include <unordered_set>

namespace wengert::explain {

/// Names that are told apart: the first variable called y keeps its name, one in slot 7 that is also called y is y_7.
class UniqueNames {
 public:
  /// `name`, or `name` with the slot as a suffix if it is taken.
  std::string operator()(std::string name, std::size_t slot);

 private:
  std::unordered_set<std::string> taken_;
};

/// The unique name of every slot of a tape, v3 where slot 3 has none.
template <class T>
std::vector<std::string> slot_names(const Tape<T>& tape);

/// The names of an entry's operands as formulas, with the slots' unique names.
template <class T>
std::vector<Symbol> operand_symbols(const Entry<T>& entry, const std::vector<std::string>& slot_names);

}  // namespace wengert::explain
