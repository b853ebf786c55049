#include <autograd/explain/bodies.hpp>
#include <autograd/explain/exports/explicit_calls.hpp>
#include <autograd/explain/exports/listing.hpp>
#include <autograd/explain/exports/reserved.hpp>
#include <autograd/explain/exports/rounding.hpp>
#include <autograd/explain/gates.hpp>
#include <autograd/explain/notation/names.hpp>
#include <autograd/explain/notation/shared_terms.hpp>
#include <autograd/explain/replay/replay.hpp>
#include <autograd/kernel/finite.hpp>
#include <autograd/operations/movement.hpp>

#include <cmath>
#include <limits>
#include <set>

namespace wengert::explain {
namespace {

using Kind = Symbol::Kind;

constexpr std::size_t most_numbers = 200000;  // a compiler takes a second for them
const std::string term_mark = "'";            // no letter of a name in a program
constexpr double ulps = 8.0;                  // by which the terms of a line may be off
constexpr double unsure = 1e-13;              // of an array that moves so far, nothing is said to 1e-12

double largest_in(const Array<double>& array) {
  double largest = 0.0;
  for (const double x : array) largest = std::isfinite(x) ? std::max(largest, std::abs(x)) : largest;
  return largest;
}

/// A name for a comment, which a line break would end.
std::string in_one_line(std::string name) {
  std::replace_if(
      name.begin(), name.end(), [](unsigned char byte) { return byte < ' '; }, ' ');
  return name;
}

template <class Visit>
void for_each_name(const Symbol& formula, const Visit& visit) {
  formula.replaced([&](const Symbol& part) -> std::optional<Symbol> {
    if (part.kind() == Kind::name) visit(part);
    return std::nullopt;
  });
}

struct GivenConstant {
  ProgramName name;
  std::shared_ptr<const Array<double>> value;
};

class Lister {
 public:
  Lister(std::string_view operation, const Tape<double>& tape, const Var<double>& loss)
      : operation_(operation),
        end_(tape.slot_of(operation, loss)),
        forward_(program(tape)),
        backward_(adjoint_program(tape, loss)),
        values_(values_of(tape)) {
    for (const std::string& word : reserved_words()) unique_(word, 1);
    const Replay record = replay(tape, loss, {.largest_whole = std::numeric_limits<std::size_t>::max()});
    std::map<std::string, SharedSnapshot> adjoints;  // by the variables that they belong to
    for (const BackwardStep& step : record.backward) adjoints[record.forward[step.target].name.text] = step.after;
    for (const AdjointLine& line : backward_.lines()) {
      require(line.note.empty(), operation,
              "the formula of {} is unknown: {}; expected rules that are written with Vars", line.target, line.note);
      require_known(operation, line.formula);
      const SharedSnapshot& adjoint = adjoints[line.variable];
      adjoints_.insert(line.target);
      values_.insert_or_assign(line.target, adjoint ? adjoint->array(operation) : zeros<double>(line.shape));
    }
    exact_ = rough_ = values_;
  }

  Listing listing() {
    const std::vector<bool> needed = needed_lines();
    for (std::size_t slot = 0; slot <= end_; ++slot)
      if (needed[slot] && forward_.lines[slot].formula) require_known(operation_, *forward_.lines[slot].formula);
    for (std::size_t slot = 0; slot <= end_; ++slot) {
      const ForwardLine& line = forward_.lines[slot];
      if (!needed[slot]) continue;
      if (!line.formula) give(name_of(line.target), values_.at(line.target));
      else
        add(result_.forward, line.target, as_recorded(*line.formula, values_.at(line.target), values_), line.shape,
            false);
    }
    for (const AdjointLine& line : backward_.lines())
      add(result_.backward, line.target, as_recorded(line.formula, adjoints_, values_.at(line.target), values_),
          line.shape, line.accumulates);
    for (std::size_t slot = 0; slot <= end_; ++slot)
      if (needed[slot] && forward_.lines[slot].formula) expect(forward_.lines[slot].target);
    for (const AdjointLine& line : backward_.lines())
      if (!line.accumulates) expect(line.target);
    result_.loss = name_of(forward_.lines[end_].target);
    return std::move(result_);
  }

 private:
  /// The lines that the loss and the adjoints depend on.
  std::vector<bool> needed_lines() const {
    std::set<std::string> names{forward_.lines[end_].target};
    const auto add = [&](const Symbol& name) { names.insert(name.name()); };
    for (const AdjointLine& line : backward_.lines()) for_each_name(line.formula, add);
    std::vector<bool> needed(end_ + 1, false);
    for (std::size_t slot = end_ + 1; slot-- > 0;) {
      needed[slot] = names.contains(forward_.lines[slot].target);
      if (needed[slot] && forward_.lines[slot].formula) for_each_name(*forward_.lines[slot].formula, add);
    }
    return needed;
  }

  /// The name in the program of what has that name on the tape.
  ProgramName name_of(const std::string& shown) {
    const auto [place, is_new] = names_.emplace(shown, "");
    if (is_new) place->second = unique_(symbols::identifier(shown), names_.size());
    return {place->second, in_one_line(shown)};
  }

  /// The name of a constant; it is given where it occurs first. The two passes may tell constants apart by other names.
  std::string constant_name(const Symbol& symbol) {
    const std::string shown = own_name(symbol);
    for (const GivenConstant& known : constants_) {
      if (known.name.shown == in_one_line(shown) && known.value->shape() == symbol.constant()->shape() &&
          *known.value == *symbol.constant())
        return known.name.own;
    }
    const ProgramName name{unique_(symbols::identifier(shown), constants_.size() + 1), in_one_line(shown)};
    constants_.push_back({name, symbol.constant()});
    give(name, *symbol.constant());
    return name.own;
  }

  std::string own_name(const Symbol& symbol) const {
    for (const std::vector<NamedConstant>* constants : {&forward_.constants, &backward_.constants()})
      for (const NamedConstant& constant : *constants)
        if (same(constant.symbol, symbol) && !constant.name.empty()) return constant.name;
    return symbol.name();
  }

  void give(const ProgramName& name, const Array<double>& value) {
    count(value);
    result_.given.push_back({name, value});
  }

  void expect(const std::string& target) {
    const Array<double>& value = values_.at(target);
    const double terms = largest_in(rough_.at(target) - exact_.at(target)) / unsure;
    count(value);
    result_.expected.push_back({name_of(target), value, largest_in(value) > terms ? 0.0 : terms});
  }

  void count(const Array<double>& value) {
    numbers_ += value.size();
    require(numbers_ <= most_numbers, operation_,
            "the arrays of the tape have more than {} elements in all; expected fewer, as all are written into the "
            "program; take a smaller batch, the derivation is the same",
            most_numbers);
  }

  void add(std::vector<ProgramStep>& steps, const std::string& target, const Symbol& formula, const Shape& shape,
           bool accumulates) {
    SharedTerms shared = shared_terms(formula, next_term_);
    next_term_ += shared.terms.size();
    const auto marked = [&](const Symbol& whole) {  // a variable of the tape may be called t1 as well
      return whole.replaced([&](const Symbol& part) -> std::optional<Symbol> {
        const auto is_it = [&](const SharedTerm& term) { return same(term.name, part); };
        if (std::none_of(shared.terms.begin(), shared.terms.end(), is_it)) return std::nullopt;
        return Symbol(term_mark + part.name());
      });
    };
    for (const SharedTerm& term : shared.terms) {
      const std::string name = term_mark + term.name.name();
      const Symbol value_formula = marked(term.formula);
      const Array<double> value = evaluate(value_formula, values_);
      values_.insert_or_assign(name, value);
      run_roughly(name, value_formula, value.shape(), false);
      steps.push_back({name_of(name), written(value_formula), value.shape(), value.shape()});
    }
    shared.formula = marked(shared.formula);
    const Shape own = evaluate(shared.formula, values_).shape();
    steps.push_back({name_of(target), written(shared.formula), shape, own, accumulates});
    run_roughly(target, shared.formula, shape, accumulates);
  }

  /// What a line comes to if all that it reads is off by a few roundings, and it itself by those of its terms.
  void run_roughly(const std::string& target, const Symbol& formula, const Shape& shape, bool accumulates) {
    run(exact_, target, formula, shape, accumulates, 0.0);
    run(rough_, target, formula, shape, accumulates, ulps);
  }

  void run(Values& values, const std::string& target, const Symbol& formula, const Shape& shape, bool accumulates,
           double ulps_off) {
    const NoRecord pause;
    const Var<double> x(evaluate(formula, values));
    Array<double> result = (x.size() == element_count(shape) ? reshape(x, shape) : broadcast_to(x, shape)).value();
    if (ulps_off > 0.0) {
      const double off = ulps_off * std::numeric_limits<double>::epsilon() * size_of_terms(formula, values_);
      for (double& element : result) {
        const double part = std::fmod(0.6180339887498949 * static_cast<double>(++rough_elements_), 1.0);
        element += off * (part < 0.5 ? part - 1.0 : part);  // between a half and all of it, up or down
      }
    }
    if (accumulates) result += values.at(target);
    values.insert_or_assign(target, std::move(result));
  }

  /// The formula in names of the program.
  Symbol written(const Symbol& formula) {
    return with_explicit_calls(formula, values_).replaced([this](const Symbol& part) -> std::optional<Symbol> {
      if (part.kind() != Kind::name) return std::nullopt;
      return Symbol(part.constant() ? constant_name(part) : name_of(part.name()).own);
    });
  }

  std::string_view operation_;
  std::size_t end_;
  Program forward_;
  AdjointProgram backward_;
  Values values_;
  Values exact_;                    // what the lines come to, which are the same if they are right
  Values rough_;                    // and if all is off by a few roundings
  std::set<std::string> adjoints_;  // their names
  UniqueNames unique_;
  std::map<std::string, std::string> names_;
  std::vector<GivenConstant> constants_;
  std::size_t next_term_ = 1;
  std::size_t rough_elements_ = 0;
  std::size_t numbers_ = 0;
  Listing result_;
};

}  // namespace

Listing listing(std::string_view operation, const Tape<double>& tape, const Var<double>& loss) {
  require(loss.size() == 1, operation, "{} is no scalar; expected a loss, such as sum(y * w) with random weights w",
          described(loss));
  return Lister(operation, tape, loss).listing();
}

}  // namespace wengert::explain
