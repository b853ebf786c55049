#include <autograd/base/write_file.hpp>
#include <autograd/explain/exports/definitions.hpp>
#include <autograd/explain/exports/exports.hpp>
#include <autograd/explain/exports/listing.hpp>
#include <autograd/explain/notation/form.hpp>

#include <cmath>
#include <set>

namespace wengert {
namespace {

using explain::Language;
using explain::Listing;
using explain::ProgramStep;
using symbols::Binding;
using Kind = Symbol::Kind;

constexpr std::size_t widest = 100;

/// What a language has of its own beside its definitions.
struct Syntax {
  const char* comment;
  const char* indent;
  const char* open;  ///< of a list
  const char* close;
  const char* yes;
  const char* no;
  const char* infinity;
  const char* nan;
  const char* declare;  ///< before a new variable
  const char* end;      ///< of a statement
  const char* begin_program;
  const char* end_program;
  const char* how_to_run;
};

const Syntax& syntax_of(Language language) {
  static const Syntax cpp{"//",
                          "  ",
                          "{",
                          "}",
                          "true",
                          "false",
                          "std::numeric_limits<double>::infinity()",
                          "std::numeric_limits<double>::quiet_NaN()",
                          "Array ",
                          ";",
                          "\nint main() {\n",
                          "  return verdict();\n}\n",
                          "c++ -std=c++17 -O1 FILE && ./a.out"};
  static const Syntax numpy{
      "#", "", "[", "]", "True", "False", "np.inf", "np.nan", "", "", "\n\n", "sys.exit(verdict())\n", "python3 FILE"};
  return language == Language::cpp ? cpp : numpy;
}

/// `{0, 2}` or `[0, 2]`.
template <class Values>
std::string list_of(const Values& values, const Syntax& syntax) {
  std::string text;
  for (const auto value : values) text += fmt::format("{}{}", text.empty() ? "" : ", ", value);
  return syntax.open + text + syntax.close;
}

class Writer {
 public:
  Writer(std::string_view operation, Language language, const Listing& listing)
      : operation_(operation), language_(language), syntax_(syntax_of(language)), listing_(listing) {}

  std::string program() {
    std::string body = heading("What it starts from");
    for (const auto& [name, value] : listing_.given) body += given(name, value);
    body += "\n" + heading("Forward");
    for (const ProgramStep& step : listing_.forward) body += statement(step);
    body += "\n" + heading(fmt::format("Backward: the adjoint of x is d{}/dx", listing_.loss.shown));
    for (const ProgramStep& step : listing_.backward) body += statement(step);
    body += "\n" + heading("What the tape has computed");
    for (const explain::ExpectedArray& array : listing_.expected) body += comparison(array);
    return introduction() + explain::definitions(language_, {used_.begin(), used_.end()}) + syntax_.begin_program +
           body + syntax_.end_program;
  }

 private:
  std::string introduction() const {
    std::string text = fmt::format(
        "{0} {1} and its gradients as they were derived from what a tape of wengert has recorded, with\n"
        "{0} the numbers of that tape. It says whether it gets the same ones: {2}\n\n",
        syntax_.comment, listing_.loss.shown, syntax_.how_to_run);
    return text;
  }

  std::string heading(const std::string& title) const {
    return fmt::format("{}{} {}\n", syntax_.indent, syntax_.comment, title);
  }

  std::string remark(const explain::ProgramName& name, const Shape& shape) const {
    const std::string shown = name.own == name.shown || name.shown.starts_with('\'') ? "" : name.shown + " ";
    return fmt::format("  {} {}{}\n", syntax_.comment, shown, shape);
  }

  std::string given(const explain::ProgramName& name, const Array<double>& value) const {
    const std::string start = fmt::format("{}{}{} = array(", syntax_.indent, syntax_.declare, name.own);
    return start + array_arguments(value, start.size()) + ")" + syntax_.end + remark(name, value.shape());
  }

  std::string comparison(const explain::ExpectedArray& array) const {
    const std::string start = fmt::format("{0}compare(\"{1}\", {1}, array(", syntax_.indent, array.name.own);
    const std::string terms = array.terms == 0.0 ? "" : ", " + number(array.terms);
    const std::string why =
        array.terms == 0.0 ? "" : fmt::format("  {} nothing but the rounding of its terms", syntax_.comment);
    return start + array_arguments(array.value, start.size()) + ")" + terms + ")" + syntax_.end + why + "\n";
  }

  std::string statement(const ProgramStep& step) {
    std::string value = expression(step.formula);
    if (step.formula_shape != step.shape || step.formula.kind() == Kind::number) {
      const bool same_count = element_count(step.formula_shape) == element_count(step.shape);
      const char* function = same_count ? "reshape" : "broadcast_to";
      used_.insert(function);
      value = fmt::format("{}({}, {})", function, value, list_of(step.shape, syntax_));
    }
    const std::string& name = step.target.own;
    const std::string start = step.accumulates ? name + " = " + name + " + " : syntax_.declare + name + " = ";
    const bool needs_brackets = step.accumulates && symbols::binding_of(step.formula) < Binding::negation;
    if (needs_brackets && step.formula_shape == step.shape) value = "(" + value + ")";
    return syntax_.indent + start + value + syntax_.end + remark(step.target, step.shape);
  }

  std::string expression(const Symbol& symbol) {
    const std::vector<Symbol>& x = symbol.operands();
    switch (symbol.kind()) {
      case Kind::number:
        return number(symbol.value());
      case Kind::name:
        return symbol.name();
      case Kind::negate:
        return "-" + operand(x[0], Binding::product);
      case Kind::add:
        return infix(symbol, " + ");
      case Kind::subtract:
        return infix(symbol, " - ");
      case Kind::multiply:
        return infix(symbol, " * ");
      case Kind::divide:
        return infix(symbol, " / ");
      default:
        return call(symbol);
    }
  }

  std::string infix(const Symbol& symbol, const char* sign) {
    return operand(symbol.operands()[0], symbols::least_on_the_left(symbol)) + sign +
           operand(symbol.operands()[1], symbols::least_on_the_right(symbol));
  }

  std::string operand(const Symbol& symbol, Binding least) {
    const bool is_call = symbol.kind() == Kind::call;
    const std::string text = expression(symbol);
    return !is_call && symbols::binding_of(symbol) < least ? "(" + text + ")" : text;
  }

  std::string call(const Symbol& symbol) {
    if (!explain::is_exported(language_, symbol.name())) refuse(symbol.name());
    used_.insert(symbol.name());
    const bool takes_a_list = symbol.name() == "concat" || symbol.name() == "stack";
    std::string arguments;
    for (const Symbol& operand : symbol.operands()) arguments += (arguments.empty() ? "" : ", ") + expression(operand);
    if (takes_a_list) arguments = syntax_.open + arguments + syntax_.close;
    for (const NamedAttribute& attribute : symbol.attributes()) arguments += ", " + written(attribute.value);
    return symbol.name() + "(" + arguments + ")";
  }

  [[noreturn]] void refuse(const std::string& name) const {
    std::string names;
    for (const std::string& known : explain::exported_names(language_)) names += (names.empty() ? "" : ", ") + known;
    fail(operation_,
         fmt::format("'{}' is not written in {}; expected one of {}; adjoint_program(tape, loss).run executes "
                     "every operation of the library",
                     name, explain::name_of(language_), names));
  }

  std::string written(const Attribute& attribute) const {
    return std::visit(
        [this]<class Value>(const Value& value) -> std::string {
          if constexpr (std::is_same_v<Value, bool>) return value ? syntax_.yes : syntax_.no;
          else if constexpr (std::is_same_v<Value, double>) return number(value);
          else if constexpr (std::is_same_v<Value, std::size_t>) return std::to_string(value);
          else if constexpr (std::is_same_v<Value, std::string>) return '"' + value + '"';
          else if constexpr (std::is_same_v<Value, SharedPlaces>) return list_of(*value, syntax_);
          else return list_of(value, syntax_);
        },
        attribute);
  }

  std::string number(double value) const {
    if (std::isnan(value)) return syntax_.nan;
    if (std::isinf(value)) return std::string(value < 0 ? "-" : "") + syntax_.infinity;
    const std::string text = fmt::format("{}", value);
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
  }

  /// `{2, 3}, {1.0, ...}`, in as many lines as it takes behind the first `column` characters.
  std::string array_arguments(const Array<double>& array, std::size_t column) const {
    std::string text = list_of(array.shape(), syntax_) + ", " + syntax_.open;
    column += text.size();
    bool is_first = true;
    for (const double value : array) {
      const std::string next = number(value);
      if (!is_first) text += ",";
      if (column + next.size() + 2 > widest) {
        text += std::string("\n") + syntax_.indent + "    " + next;
        column = 6 + next.size();
      } else {
        text += (is_first ? "" : " ") + next;
        column += next.size() + 2;
      }
      is_first = false;
    }
    return text + syntax_.close;
  }

  std::string_view operation_;
  Language language_;
  const Syntax& syntax_;
  const Listing& listing_;
  std::set<std::string> used_;
};

std::string program(std::string_view operation, Language language, const Tape<double>& tape, const Var<double>& loss) {
  return Writer(operation, language, explain::listing(operation, tape, loss)).program();
}

void save(std::string_view operation, Language language, const char* ending, const Tape<double>& tape,
          const Var<double>& loss, const std::filesystem::path& file) {
  require(file.extension() == ending, operation, "got '{}'; expected a file that ends in {}", file.string(), ending);
  base::write_file(operation, file, program(operation, language, tape, loss));
}

}  // namespace

std::string cpp_program(const Tape<double>& tape, const Var<double>& loss) {
  return program("cpp_program", Language::cpp, tape, loss);
}
std::string numpy_program(const Tape<double>& tape, const Var<double>& loss) {
  return program("numpy_program", Language::numpy, tape, loss);
}

void save_cpp(const Tape<double>& tape, const Var<double>& loss, const std::filesystem::path& file) {
  save("save_cpp", Language::cpp, ".cpp", tape, loss, file);
}
void save_numpy(const Tape<double>& tape, const Var<double>& loss, const std::filesystem::path& file) {
  save("save_numpy", Language::numpy, ".py", tape, loss, file);
}

}  // namespace wengert
