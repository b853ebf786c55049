#pragma once

#include <autograd/tape/tape.hpp>

#include <map>
#include <unordered_map>
#include <unordered_set>

namespace wengert::explain {

/// Names that are told apart: the first variable called y keeps its name, one in slot 7 that is also called y is y_7.
class UniqueNames {
 public:
  /// `name`, or `name` with the number as a suffix if it is taken.
  std::string operator()(std::string name, std::size_t number);

 private:
  std::unordered_set<std::string> taken_;
};

/// The name of a variable that is in a slot: its own, or v3 for slot 3 (Wengert's v_3).
std::string slot_name(const std::string& own, std::size_t slot);

/// A constant that formulas mention.
struct NamedConstant {
  Symbol symbol;     ///< with its unique name and its value
  std::string name;  ///< its own; empty if it has none
};

/// The symbols of everything on a tape. Every variable, adjoint and constant has a name of its own, so that the text of
/// a formula can be read back. Unnamed constants are c1, c2, ...; an unnamed scalar is its number.
template <class T>
class Names {
 public:
  explicit Names(const Tape<T>& tape);

  /// What is in a slot, and its adjoint dx.
  Symbol variable(std::size_t slot) const;
  Symbol adjoint(std::size_t slot);
  /// What a pass starts from where it is not 1: cotangent, unless something on the tape is called so.
  Symbol seed() const { return Symbol(seed_); }
  Symbol operand(const Operand<T>& operand);
  Symbol constant(const Var<T>& x);
  /// The formula of an entry in terms of its operands.
  Symbol formula(const Entry<T>& entry);
  /// A formula whose constants, such as ε in the formula of batch norm, have unique names.
  Symbol with_unique_constants(const Symbol& formula);

  const std::vector<NamedConstant>& constants() const { return constants_; }

 private:
  /// Symbols of two programs are never the same.
  std::uint64_t identity(std::uint64_t thing) const { return (program_ << 36U) + thing; }
  Symbol constant_symbol(const std::string& name, const void* address, std::shared_ptr<const Array<double>> value);

  std::uint64_t program_;
  UniqueNames unique_;
  std::vector<std::string> variables_;
  std::string seed_;
  std::map<std::size_t, std::string> adjoints_;
  std::vector<NamedConstant> constants_;
  std::unordered_map<const void*, std::size_t> places_;
  std::vector<Var<T>> alive_;  // so that no address is used twice
};

/// The unique name of every slot of a tape, v3 where slot 3 has none.
template <class T>
std::vector<std::string> slot_names(const Tape<T>& tape);

extern template class Names<float>;
extern template class Names<double>;

}  // namespace wengert::explain
