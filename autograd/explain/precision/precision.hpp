#pragma once

#include <autograd/explain/precision/evaluate_in.hpp>
#include <autograd/tape/tape.hpp>

namespace wengert {

/// What a tape has computed up to a scalar loss, and the backward pass to every parameter, computed once more in
/// float, double or long double by `explain::evaluate_in`: replay_in<long double>(tape, loss) has a value for each name
/// of `program(tape)` and of `adjoint_program(tape, loss)`. What is no formula, an input or a constant, is taken as it
/// was recorded; a float rounds it where the tape is one of doubles that no float can hold. Throws an Error if the loss
/// is no scalar or was not recorded here, if a value was changed after it was recorded, and for a formula that is
/// unknown or uses a function of your own.
template <class N, class T>
explain::ValuesIn<N> replay_in(const Tape<T>& tape, const Var<T>& loss);

/// How far an array in a narrower format is from the right numbers, in units of the last place of that format. From
/// 2^(digits - 1) of them on no digit is right. Infinite where one of the two has a number and the other has none.
struct FormatError {
  double worst;           ///< of all elements, each in units of the last place of the right number
  double beside_largest;  ///< the largest error, in units of the last place of the largest right number
};

struct PrecisionRow {
  std::string name;  ///< of a variable, or of an adjoint, which is whole
  Shape shape;
  FormatError in_float;
  FormatError in_double;
};

/// The errors of float and double beside long double, entry by entry.
struct Precision {
  std::vector<PrecisionRow> forward;   ///< in the order of the tape
  std::vector<PrecisionRow> backward;  ///< the adjoints, in the order in which they are first written

  /// The row of a variable or an adjoint. Throws an Error that lists the names if there is none.
  const PrecisionRow& row(std::string_view name) const&;
  PrecisionRow row(std::string_view name) && { return std::as_const(*this).row(name); }
  /// A line for each entry.
  std::string text() const;
};

/// Where a computation and its gradient lose digits, as `replay_in` computes them in the three formats. Throws as it
/// does.
template <class T>
Precision precision_of(const Tape<T>& tape, const Var<T>& loss);

}  // namespace wengert
