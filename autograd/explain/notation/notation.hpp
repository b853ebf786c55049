#pragma once

#include <autograd/numbers/symbol.hpp>

#include <iosfwd>

// How formulas are written.

namespace wengert {

/// The formula as text: `γ · (x - μ) · rsqrt(σ² + ε) + β`. What occurs several times in a long formula is named first:
/// `let t1 = ..., t2 = ...: t1 · t2`.
std::string text(const Symbol& formula);
/// The formula for LaTeX's mathematics mode.
std::string latex(const Symbol& formula);
/// The formula as a MathML element `<math>...</math>`.
std::string mathml(const Symbol& formula);

inline std::string to_string(const Symbol& formula) { return text(formula); }
std::ostream& operator<<(std::ostream& out, const Symbol& formula);

}  // namespace wengert

template <>
struct fmt::formatter<wengert::Symbol> : wengert::TextFormatter {};
