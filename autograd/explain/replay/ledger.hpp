#pragma once

#include <autograd/explain/replay/replay.hpp>

namespace wengert {

/// What one consumer has added to an adjoint.
struct LedgerRow {
  std::size_t step;      ///< its number, as the steppers count
  std::string consumer;  ///< the variable that it comes through; empty for the first step of all
  std::string rule;      ///< the contribution as a formula
  double norm;           ///< of the contribution; NaN if that is not finite
  double norm_after;     ///< of the adjoint with it
  double left;           ///< what is left of the contributions so far: norm of their sum / sum of their norms
  std::string remark;    ///< why it vanishes, or how much cancels; empty if there is nothing to say
};

/// The account of one adjoint: who has added what.
struct Ledger {
  std::string variable;
  std::string adjoint;
  std::vector<LedgerRow> rows;

  /// A line for each contribution.
  std::string text() const;
};

/// Who has added what to the adjoint of a variable, given its name or the adjoint's. Throws an Error that lists the
/// names if there is no such variable.
Ledger ledger(const Replay& replay, std::string_view name);

}  // namespace wengert
