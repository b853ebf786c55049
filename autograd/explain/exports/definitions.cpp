#include <autograd/base/error.hpp>
#include <autograd/explain/exports/definitions.hpp>
#include <autograd/explain/exports/pieces.hpp>

#include <fmt/format.h>

#include <array>
#include <functional>
#include <map>
#include <set>
#include <sstream>

namespace wengert::explain {
namespace {

/// An elementwise function of x, of x and y, or of x, y and z.
struct Function {
  const char* name;
  const char* cpp;
  const char* numpy;
  std::size_t operands = 1;
};

constexpr std::array functions{
    Function{"exp", "std::exp(x)", "np.exp(x)"},
    Function{"log", "std::log(x)", "np.log(x)"},
    Function{"log1p", "std::log1p(x)", "np.log1p(x)"},
    Function{"expm1", "std::expm1(x)", "np.expm1(x)"},
    Function{"sqrt", "std::sqrt(x)", "np.sqrt(x)"},
    Function{"rsqrt", "1.0 / std::sqrt(x)", "1.0 / np.sqrt(x)"},
    Function{"abs", "std::abs(x)", "np.abs(x)"},
    Function{"sign", "x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x", "np.sign(x)"},
    Function{"tanh", "std::tanh(x)", "np.tanh(x)"},
    Function{"sigmoid", "1.0 / (1.0 + std::exp(-x))", "1.0 / (1.0 + np.exp(-x))"},
    Function{"sigmoid_slope", "0.25 / (std::cosh(0.5 * x) * std::cosh(0.5 * x))", "0.25 / np.cosh(0.5 * x) ** 2"},
    Function{"softplus", "(x > 0.0 ? x : 0.0) + std::log1p(std::exp(-std::abs(x)))", "np.logaddexp(0.0, x)"},
    Function{"erf", "std::erf(x)", "np.vectorize(math.erf)(x)"},
    Function{"gaussian", "std::exp(-x * x)", "np.exp(-x * x)"},
    Function{"normal_density", "std::exp(-0.5 * x * x) / std::sqrt(8.0 * std::atan(1.0))",
             "np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi)"},
    Function{"normal_cdf", "0.5 * std::erfc(-x / std::sqrt(2.0))", "0.5 * np.vectorize(math.erfc)(-x / np.sqrt(2.0))"},
    Function{"silu", "x / (1.0 + std::exp(-x))", "x / (1.0 + np.exp(-x))"},
    Function{"silu_slope", "(1.0 + x / (1.0 + std::exp(x))) / (1.0 + std::exp(-x))",
             "(1.0 + x / (1.0 + np.exp(x))) / (1.0 + np.exp(-x))"},
    Function{"gelu", "0.5 * x * std::erfc(-x / std::sqrt(2.0))",
             "0.5 * x * np.vectorize(math.erfc)(-x / np.sqrt(2.0))"},
    Function{"gelu_slope",
             "0.5 * std::erfc(-x / std::sqrt(2.0)) + x * std::exp(-0.5 * x * x) / std::sqrt(8.0 * std::atan(1.0))",
             "0.5 * np.vectorize(math.erfc)(-x / np.sqrt(2.0)) + x * np.exp(-0.5 * x * x) / np.sqrt(2.0 * np.pi)"},
    Function{"sin", "std::sin(x)", "np.sin(x)"},
    Function{"cos", "std::cos(x)", "np.cos(x)"},
    Function{"square", "x * x", "x * x"},
    Function{"relu", "x <= 0.0 ? 0.0 : x", "np.where(x <= 0.0, 0.0, x)"},
    Function{"leaky_relu", "x > 0.0 ? x : 0.01 * x", "np.where(x > 0.0, x, 0.01 * x)"},
    Function{"elu", "x > 0.0 ? x : std::expm1(x)", "np.where(x > 0.0, x, np.expm1(x))"},
    Function{"clip", "x < 0.0 ? 0.0 : x > 1.0 ? 1.0 : x", "np.clip(x, 0.0, 1.0)"},
    Function{"logical_not", "x == 0.0 ? 1.0 : 0.0", "np.where(x, 0.0, 1.0)"},
    Function{"pow", "std::pow(x, y)", "np.power(x, y)", 2},
    Function{"maximum", "x > y || std::isnan(x) ? x : y", "np.maximum(x, y)", 2},
    Function{"minimum", "x < y || std::isnan(x) ? x : y", "np.minimum(x, y)", 2},
    Function{"less", "x < y ? 1.0 : 0.0", "np.where(x < y, 1.0, 0.0)", 2},
    Function{"less_equal", "x <= y ? 1.0 : 0.0", "np.where(x <= y, 1.0, 0.0)", 2},
    Function{"greater", "x > y ? 1.0 : 0.0", "np.where(x > y, 1.0, 0.0)", 2},
    Function{"greater_equal", "x >= y ? 1.0 : 0.0", "np.where(x >= y, 1.0, 0.0)", 2},
    Function{"equal", "x == y ? 1.0 : 0.0", "np.where(x == y, 1.0, 0.0)", 2},
    Function{"logical_and", "x != 0.0 && y != 0.0 ? 1.0 : 0.0", "np.where(np.logical_and(x, y), 1.0, 0.0)", 2},
    Function{"logical_or", "x != 0.0 || y != 0.0 ? 1.0 : 0.0", "np.where(np.logical_or(x, y), 1.0, 0.0)", 2},
    Function{"gate", "x == 0.0 ? 0.0 : x * y", "np.where(x == 0.0, 0.0, x * y)", 2},
    Function{"gate_both", "x == 0.0 || y == 0.0 ? 0.0 : x * y",
             "np.where(np.logical_or(x == 0.0, y == 0.0), 0.0, x * y)", 2},
    Function{"gated_quotient", "x == 0.0 ? 0.0 : x / y", "np.where(x == 0.0, 0.0, x / y)", 2},
    Function{"where", "x != 0.0 ? y : z", "np.where(x, y, z)", 3},
};

std::string definition_in_cpp(const Function& function) {
  static constexpr std::array parameters{"const Array& a", "const Array& a, const Array& b",
                                         "const Array& a, const Array& b, const Array& c"};
  static constexpr std::array operands{"a", "a, b", "a, b, c"};
  static constexpr std::array numbers{"double x", "double x, double y", "double x, double y, double z"};
  const std::size_t k = function.operands - 1;
  return fmt::format("Array {}({}) {{\n  return each([]({}) {{ return {}; }}, {});\n}}\n", function.name, parameters[k],
                     numbers[k], function.cpp, operands[k]);
}

std::string definition_in_numpy(const Function& function) {
  static constexpr std::array operands{"x", "x, y", "x, y, z"};
  return fmt::format("def {}({}):\n    return {}\n", function.name, operands[function.operands - 1], function.numpy);
}

struct Definition {
  std::vector<std::string> needs;
  std::string text;
};
using Definitions = std::map<std::string, Definition>;

/// The pieces of an embedded file by their names.
Definitions pieces_of(const std::string& file) {
  Definitions pieces;
  Definition* piece = nullptr;
  std::istringstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t mark = line.find("== ");
    if (line.starts_with("//== ") || line.starts_with("#== ")) {
      std::istringstream words(line.substr(mark + 3));
      std::string name, other;
      words >> name;
      piece = &pieces[name];
      while (words >> other) piece->needs.push_back(other);
    } else {
      piece->text += line + "\n";
    }
  }
  return pieces;
}

Definitions definitions_in(Language language) {
  const bool is_cpp = language == Language::cpp;
  Definitions all = pieces_of(is_cpp ? pieces::cpp() : pieces::numpy());
  for (auto& [name, piece] : all) piece.text.resize(piece.text.find_last_not_of('\n') + 1), piece.text += "\n";
  for (const Function& function : functions)
    all.emplace(function.name, Definition{{}, is_cpp ? definition_in_cpp(function) : definition_in_numpy(function)});
  return all;
}

const Definitions& all_definitions(Language language) {
  static const Definitions cpp = definitions_in(Language::cpp);
  static const Definitions numpy = definitions_in(Language::numpy);
  return language == Language::cpp ? cpp : numpy;
}

/// What every program has, and what only other definitions call.
bool is_internal(const std::string& name) {
  static const std::set<std::string> internal{"core",  "verdict",   "reduce",     "around",
                                              "below", "exp_below", "convolution"};
  return internal.contains(name);
}

}  // namespace

const char* name_of(Language language) { return language == Language::cpp ? "C++" : "NumPy"; }

bool is_exported(Language language, const std::string& name) {
  return !is_internal(name) && all_definitions(language).contains(name);
}

std::vector<std::string> exported_names(Language language) {
  std::vector<std::string> names;
  for (const auto& [name, definition] : all_definitions(language)) {
    if (!is_internal(name)) names.push_back(name);
  }
  return names;
}

std::string definitions(Language language, const std::vector<std::string>& names) {
  const std::string between = language == Language::cpp ? "\n" : "\n\n";
  std::set<std::string> done;
  std::string text;
  const std::function<void(const std::string&)> add = [&](const std::string& name) {
    if (!done.insert(name).second) return;
    const Definition& definition = all_definitions(language).at(name);
    for (const std::string& other : definition.needs) add(other);
    text += (text.empty() ? "" : between) + definition.text;
  };
  add("core");
  for (const std::string& name : names) add(name);
  add("verdict");
  return text;
}

}  // namespace wengert::explain
