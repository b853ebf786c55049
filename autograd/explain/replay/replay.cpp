#include <autograd/explain/notation/notation.hpp>
#include <autograd/explain/replay/replay.hpp>
#include <autograd/explain/trace.hpp>
#include <autograd/tape/accumulate.hpp>
#include <autograd/tape/backward_pass.hpp>

#include <map>

namespace wengert {
namespace {

Notation notation(const Symbol& formula) { return {text(formula), latex(formula), mathml(formula)}; }

std::optional<ReplayLine> shown_line(SourceLine line) {
  if (line.file == nullptr || is_of_library(line)) return std::nullopt;
  const std::string_view file = line.file;
  return ReplayLine{std::string(file.substr(file.find_last_of("/\\") + 1)), line.number, text_of(line)};
}

template <class T>
std::vector<std::size_t> parameters_of(const Tape<T>& tape, std::size_t end) {
  std::vector<std::size_t> parameters;
  for (std::size_t slot = 0; slot <= end; ++slot) {
    if (tape.entry(slot).is_leaf() && tape.entry(slot).output.is_parameter()) parameters.push_back(slot);
  }
  return parameters;
}

/// The value of a small positive constant, which keeps what it is added to off 0.
std::optional<double> epsilon_of(const Symbol& constant) {
  constexpr double largest = 0.1;
  const bool has_value =
      constant.kind() == Symbol::Kind::name && constant.constant() != nullptr && constant.constant()->size() == 1;
  if (!has_value && constant.kind() != Symbol::Kind::number) return std::nullopt;
  const double value = has_value ? *constant.constant()->data() : constant.value();
  return value > 0 && value <= largest ? std::make_optional(value) : std::nullopt;
}

/// What the rule of an entry gives for each operand whose adjoint the pass wants, apart from what was there before.
template <class T>
std::vector<std::optional<Var<T>>> contributions_of(const Entry<T>& entry, const Var<T>& g,
                                                    const std::vector<bool>& wanted) {
  const NoRecord pause;
  std::vector<std::optional<Var<T>>> contributions(entry.operands.size());
  std::vector<Target<T>> targets;
  for (std::size_t i = 0; i < entry.operands.size(); ++i)
    targets.emplace_back(entry.operation->name(), entry.operands[i].var, wanted[i] ? &contributions[i] : nullptr);
  entry.operation->pull_back(entry, g, targets);
  return contributions;
}

/// Looks at a tape, and at its backward pass while that goes from entry to entry.
template <class T>
class Recorder {
 public:
  Recorder(const Tape<T>& tape, const ReplayOptions& options) : tape_(tape), names_(tape), options_(options) {}

  Replay record(std::size_t end, const Var<T>& cotangent) {
    for (std::size_t slot = 0; slot <= end; ++slot) names_.adjoint(slot);  // before constants of formulas, as a program
    for (std::size_t slot = 0; slot <= end; ++slot) replay_.forward.push_back(forward_step(tape_.entry(slot), slot));
    start(end, cotangent);
    BackwardPass<T> pass(tape_, end, cotangent, parameters_of(tape_, end), {.watched = true, .operation = "replay"});
    while (pass.step()) look_at(pass);
    return std::move(replay_);
  }

 private:
  SharedSnapshot kept(const Array<T>& array) const { return snapshot(array, options_.largest_whole); }

  ForwardStep forward_step(const Entry<T>& entry, std::size_t slot) {
    ForwardStep step{.name = notation(names_.variable(slot)),
                     .adjoint = notation(names_.adjoint(slot)),
                     .operation = entry.output.is_parameter() ? "parameter" : "recorded by an outer tape",
                     .formula = std::nullopt,
                     .operands = {},
                     .value = kept(entry.output.value()),
                     .scope = tape_.scope_of(slot),
                     .line = shown_line(entry.output.line())};
    if (entry.is_leaf()) return step;
    step.operation = entry.operation->name();
    const Symbol formula = names_.formula(entry);
    step.formula = notation(formula);
    step.epsilons = epsilons_of(formula, entry);
    for (const Operand<T>& operand : entry.operands) {
      const Notation name = notation(names_.operand(operand));
      if (operand.is_constant()) step.operands.push_back({name, std::nullopt, kept(operand.var.value())});
      else step.operands.push_back({name, operand.slot, replay_.forward[operand.slot].value});
    }
    return step;
  }

  std::vector<ReplayEpsilon> epsilons_of(const Symbol& formula, const Entry<T>& entry) {
    std::vector<ReplayEpsilon> epsilons;
    const auto look_at_sum = [&](const Symbol& variable, const Symbol& constant) {
      const std::optional<double> value = epsilon_of(constant);
      if (!value) return;
      for (const Operand<T>& operand : entry.operands) {
        if (!operand.is_constant() && names_.operand(operand).node() == variable.node())
          epsilons.push_back({operand.slot, *value});
      }
    };
    formula.replaced([&](const Symbol& part) -> std::optional<Symbol> {
      if (part.kind() != Symbol::Kind::add) return std::nullopt;
      look_at_sum(part.operands()[0], part.operands()[1]);
      look_at_sum(part.operands()[1], part.operands()[0]);
      return std::nullopt;
    });
    return epsilons;
  }

  void start(std::size_t end, const Var<T>& cotangent) {
    const SharedSnapshot whole = kept(cotangent.value());
    const Symbol rule = cotangent.size() == 1 ? Symbol(static_cast<double>(cotangent.item())) : names_.seed();
    replay_.backward.push_back({.target = end, .rule = notation(rule), .contribution = whole, .after = whole});
    adjoints_[end] = {whole, cotangent.value()};
  }

  void look_at(const BackwardPass<T>& pass) {
    const std::size_t slot = pass.slot();
    const Entry<T>& entry = tape_.entry(slot);
    std::vector<bool> wanted;
    for (const Operand<T>& operand : entry.operands)
      wanted.push_back(!operand.is_constant() && pass.adjoint(operand.slot) != nullptr);
    const std::vector<Symbol> rules = explain::contributions(entry, slot, wanted, names_);
    const std::vector<std::optional<Var<T>>> contributions = contributions_of(entry, *pass.adjoint(slot), wanted);
    for (std::size_t i = 0; i < entry.operands.size(); ++i) {
      if (!contributions[i]) continue;
      const Operand<T>& operand = entry.operands[i];
      const Array<T> contribution = expanded(*contributions[i], operand.var.shape()).value();
      BackwardStep step{.through = slot, .operand = i, .target = operand.slot, .rule = notation(rules[i])};
      step.reads = reads_of(rules[i], slot);
      step.incoming = adjoints_.at(slot).kept;
      step.contribution = kept(contribution);
      Adjoint& adjoint = adjoints_[operand.slot];
      step.before = adjoint.kept;
      if (occurs_later(entry, i, contributions)) adjoint.add(contribution);
      else adjoint.value = expanded(*pass.adjoint(operand.slot), operand.var.shape()).value();
      adjoint.kept = step.after = kept(adjoint.value);
      replay_.backward.push_back(std::move(step));
    }
  }

  /// The operands of an entry and its output, as far as they occur in a rule.
  std::vector<ReplayOperand> reads_of(const Symbol& rule, std::size_t slot) {
    std::vector<ReplayOperand> reads;
    const auto add = [&](const Symbol& symbol, const ReplayOperand& operand) {
      const auto is_it = [&](const ReplayOperand& other) { return other.name.text == operand.name.text; };
      if (symbol.kind() == Symbol::Kind::name && contains(rule, symbol) &&
          std::none_of(reads.begin(), reads.end(), is_it))
        reads.push_back(operand);
    };
    const std::vector<Operand<T>>& operands = tape_.entry(slot).operands;
    for (std::size_t i = 0; i < operands.size(); ++i)
      add(names_.operand(operands[i]), replay_.forward[slot].operands[i]);
    add(names_.variable(slot), {replay_.forward[slot].name, slot, replay_.forward[slot].value});
    return reads;
  }

  struct Adjoint {
    SharedSnapshot kept;
    Array<T> value;

    void add(const Array<T>& contribution) { value = kept == nullptr ? contribution : Array<T>(value + contribution); }
  };

  /// The pass adds an operand that occurs twice in one go.
  static bool occurs_later(const Entry<T>& entry, std::size_t i,
                           const std::vector<std::optional<Var<T>>>& contributions) {
    for (std::size_t k = i + 1; k < entry.operands.size(); ++k) {
      if (contributions[k] && entry.operands[k].slot == entry.operands[i].slot) return true;
    }
    return false;
  }

  const Tape<T>& tape_;
  explain::Names<T> names_;
  ReplayOptions options_;
  Replay replay_{.forward = {}, .backward = {}, .element_size = sizeof(T)};
  std::map<std::size_t, Adjoint> adjoints_;
};

/// Marks the contributions that add nothing, and says why.
void find_vanishing(Replay& replay) {
  const double rounding = replay.element_size == sizeof(float) ? 4e-6 : 1e-12;  // beside the largest contribution
  std::map<std::size_t, double> largest;
  for (const BackwardStep& step : replay.backward) {
    double& norm = largest[step.target];
    norm = std::max(norm, step.contribution->norm);
  }
  for (BackwardStep& step : replay.backward) {
    if (step.contribution->is_zero()) {
      step.vanishing = Vanishing::exactly;
      if (step.contribution->size() == 0) step.why = "it has no elements";
      else if (step.rule.text == "0") step.why = "its rule is 0";
      else if (step.incoming && step.incoming->is_zero()) step.why = "the adjoint that it comes from is zero";
      else step.why = "its terms cancel, or a factor of each is zero";
    } else if (step.contribution->not_finite == 0 && step.contribution->norm <= rounding * largest[step.target]) {
      step.vanishing = Vanishing::to_rounding;
      step.why = "its terms cancel: what is left is rounding beside the other contributions";
    }
  }
}

}  // namespace

std::vector<SharedSnapshot> Replay::adjoints() const {
  std::vector<SharedSnapshot> result(forward.size());
  for (const BackwardStep& step : backward) result[step.target] = step.after;
  return result;
}

template <class T>
Replay replay(const Tape<T>& tape, const Var<T>& loss, ReplayOptions options) {
  require(loss.size() == 1, "replay", "{} is no scalar; expected a loss, or replay(tape, y, cotangent)",
          described(loss));
  return replay(tape, loss, Var<T>(ones<T>(loss.shape())), options);
}

template <class T>
Replay replay(const Tape<T>& tape, const Var<T>& y, const std::type_identity_t<Var<T>>& cotangent,
              ReplayOptions options) {
  require(cotangent.shape() == y.shape(), "replay", "the cotangent has shape {}; expected that of {}",
          cotangent.shape(), described(y));
  Replay result = Recorder<T>(tape, options).record(tape.slot_of("replay", y), cotangent);
  find_vanishing(result);
  return result;
}

template Replay replay(const Tape<float>&, const Var<float>&, ReplayOptions);
template Replay replay(const Tape<double>&, const Var<double>&, ReplayOptions);
template Replay replay(const Tape<float>&, const Var<float>&, const Var<float>&, ReplayOptions);
template Replay replay(const Tape<double>&, const Var<double>&, const Var<double>&, ReplayOptions);

}  // namespace wengert
