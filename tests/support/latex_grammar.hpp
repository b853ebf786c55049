#pragma once

#include <cctype>
#include <map>
#include <string>
#include <string_view>

namespace wengert {

/// Reads LaTeX's mathematics mode as TeX with amsmath would, for as much of it as formulas use: groups, commands with
/// their arguments, one subscript and one superscript to a nucleus, pairs of \left and \right, cells and rows inside of
/// environments alone, ASCII alone, and no character that TeX keeps for itself.
class LatexGrammar {
 public:
  explicit LatexGrammar(std::string_view latex) : rest_(latex) {}

  /// What is wrong, with what follows; empty if nothing is.
  std::string error() {
    list("");
    if (error_.empty() && !rest_.empty()) refuse("something is closed that was not opened");
    return error_;
  }

 private:
  void refuse(const std::string& reason) {
    if (error_.empty()) error_ = reason + " before '" + std::string(rest_.substr(0, 40)) + "'";
    rest_ = {};
  }

  bool take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  void expect(std::string_view token) {
    if (!take(token)) refuse("expected " + std::string(token));
  }

  /// The name of the command that comes next: letters, or one character.
  std::string_view command() const {
    std::size_t end = 1;
    while (end < rest_.size() && std::isalpha(static_cast<unsigned char>(rest_[end]))) ++end;
    return rest_.substr(1, std::max<std::size_t>(end, 2) - 1);
  }

  /// Nuclei with their scripts, until something is closed.
  void list(std::string_view environment) {
    while (!rest_.empty()) {
      if (rest_[0] == '}' || rest_.starts_with("\\right") || rest_.starts_with("\\end{")) return;
      if (rest_[0] == ' ' || rest_[0] == '\n') {
        rest_.remove_prefix(1);
      } else if (rest_[0] == '&' || rest_.starts_with("\\\\")) {
        if (environment.empty()) return refuse("a cell or row outside of an environment");
        rest_.remove_prefix(rest_[0] == '&' ? 1 : 2);
      } else {
        nucleus();
        scripts();
      }
    }
  }

  void scripts() {
    std::map<char, int> count;
    while (!rest_.empty() && (rest_[0] == '_' || rest_[0] == '^')) {
      if (++count[rest_[0]] > 1) return refuse("a second script of one kind");
      rest_.remove_prefix(1);
      if (rest_.starts_with("\\") && command() != "top") return refuse("a command as a script needs braces");
      nucleus();
    }
  }

  void group() {
    expect("{");
    list("");
    expect("}");
  }

  /// Letters of a word; nothing in it has a meaning but escaped characters.
  void words() {
    expect("{");
    while (!rest_.empty() && rest_[0] != '}') {
      if (std::string_view("_^#%&$~{").find(rest_[0]) != std::string_view::npos) return refuse("not a word");
      if (rest_[0] == '\\') nucleus();
      else character();
    }
    expect("}");
  }

  void character() {
    if (static_cast<unsigned char>(rest_[0]) >= 0x80U) return refuse("not ASCII");
    rest_.remove_prefix(1);
  }

  void nucleus() {
    if (rest_.empty()) return refuse("nothing");
    if (rest_[0] == '{') return group();
    if (std::string_view("_^#%&$~}").find(rest_[0]) != std::string_view::npos)
      return refuse("a character of TeX's own");
    if (rest_[0] != '\\') return character();
    const std::string name(command());
    const auto kind = commands().find(name);
    if (kind == commands().end()) return refuse("an unknown command");
    rest_.remove_prefix(1 + name.size());
    switch (kind->second) {
      case Kind::symbol:
        return;
      case Kind::one_argument:
        return group();
      case Kind::two_arguments:
        group();
        return group();
      case Kind::word:
        return words();
      case Kind::left:
        return pair();
      case Kind::environment:
        return environment();
    }
  }

  void pair() {
    if (!take("(") && !take("|")) return refuse("no delimiter");
    list("");
    expect("\\right");
    if (!take(")") && !take("|")) return refuse("no delimiter");
  }

  void environment() {
    const std::string name(rest_.substr(0, rest_.find('}') + 1));
    if (name != "{cases}" && name != "{aligned}") return refuse("an unknown environment");
    expect(name);
    list(name);
    expect("\\end" + name);
  }

  enum class Kind { symbol, one_argument, two_arguments, word, left, environment };

  static const std::map<std::string, Kind>& commands() {
    static const std::map<std::string, Kind> all = [] {
      std::map<std::string, Kind> commands{{"frac", Kind::two_arguments},
                                           {"tfrac", Kind::two_arguments},
                                           {"sqrt", Kind::one_argument},
                                           {"hat", Kind::one_argument},
                                           {"mathrel", Kind::one_argument},
                                           {"operatorname", Kind::word},
                                           {"mathrm", Kind::word},
                                           {"text", Kind::word},
                                           {"left", Kind::left},
                                           {"begin", Kind::environment}};
      for (const char* symbol :
           {"alpha", "beta",  "gamma",   "delta", "epsilon", "zeta",  "eta",  "theta",   "iota",      "kappa", "lambda",
            "mu",    "nu",    "xi",      "pi",    "rho",     "sigma", "tau",  "upsilon", "phi",       "chi",   "psi",
            "omega", "Gamma", "Delta",   "Theta", "Lambda",  "Xi",    "Pi",   "Sigma",   "Phi",       "Psi",   "Omega",
            "ell",   "nabla", "partial", "cdot",  "exp",     "log",   "sin",  "cos",     "tanh",      "max",   "min",
            "sum",   "top",   "le",      "ge",    "infty",   "quad",  "dots", "sim",     "backslash", ",",     " ",
            "_",     "#",     "%",       "&",     "$",       "{",     "}"})
        commands.emplace(symbol, Kind::symbol);
      return commands;
    }();
    return all;
  }

  std::string_view rest_;
  std::string error_;
};

/// What is wrong with LaTeX for mathematics mode; empty if nothing is.
inline std::string latex_error(std::string_view latex) { return LatexGrammar(latex).error(); }

}  // namespace wengert
