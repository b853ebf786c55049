#pragma once

#include <string>

// Names as mathematics: σ² is \sigma^2 and <msup>, x̂ has a hat, h1 an index, μ(h1) an argument, and ∂ℓ/∂x is a
// fraction.

namespace wengert::symbols {

std::string name_latex(const std::string& name);
std::string name_mathml(const std::string& name);

/// A name in the letters of programming languages: sigma2 for σ², x_hat for x̂, dgamma for dγ.
std::string identifier(const std::string& name);

/// `^2`, or `^{10}`: a script of more than one character is grouped.
std::string latex_script(char sign, const std::string& script);

/// Text for LaTeX's mathematics mode, with what is special there escaped.
std::string latex_escaped(const std::string& text);
/// Numbers as they are, words upright.
std::string words_latex(const std::string& text);

}  // namespace wengert::symbols
