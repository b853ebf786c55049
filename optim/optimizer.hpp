#pragma once

#include <autograd/base/not_finite.hpp>
#include <autograd/kernel/finite.hpp>
#include <autograd/kernel/in_place.hpp>
#include <autograd/numbers/functions.hpp>
#include <optim/any_optimizer.hpp>
#include <optim/rule.hpp>

namespace wengert::optim {

/// Changes parameters along their gradients by an update rule, which is only a formula: the loop, the state of every
/// parameter and the number of steps are here.
///   optim::Optimizer optimizer(net.parameters(), optim::Adam{.learning_rate = 1e-3});
///   optimizer.zero_grad();  tape.backward(loss);  optimizer.step();      // every step
template <UpdateRule Rule, class T = float>
class Optimizer final : public AnyOptimizer<T> {
 public:
  /// Throws an Error if there is no parameter, one is given twice or is not a parameter, or the rule's check fails.
  Optimizer(std::vector<Var<T>> parameters, Rule rule);

  void zero_grad() const override;

  /// Applies the rule to every parameter that has a gradient, in one pass each. Throws an Error if none has one, if a
  /// parameter has changed its shape, or the rule's check fails, and NotFinite, by the name of the parameter, if a
  /// gradient or what would become of a weight is infinite or NaN; then nothing has changed.
  void step() override;

  std::size_t steps() const override { return steps_; }
  void set_steps(std::size_t steps) override;
  std::vector<std::size_t> parameter_steps() const override;
  void set_parameter_steps(const std::vector<std::size_t>& steps) override;
  std::string_view name() const override { return Rule::name; }
  double learning_rate() const override { return rule_.learning_rate; }
  void set_learning_rate(double rate) override;
  std::vector<HyperParameter> hyper_parameters() const override;
  std::vector<Var<T>> parameters() const override;
  std::vector<OptimizerState<T>> state() override;

  /// The hyper-parameters; a schedule may change them between steps.
  Rule& rule() & { return rule_; }
  const Rule& rule() const& { return rule_; }
  Rule rule() && { return rule_; }

 private:
  static constexpr std::size_t states = state_size<Rule>;

  struct Slot {
    Var<T> parameter;
    std::array<Array<T>, states> state;
    std::size_t steps = 0;
    std::array<Array<T>, 1 + states> next{};  ///< of weight and state, until all of a step are known to be finite
  };

  template <class Formula>
  static bool compute_next(Slot& slot, const Formula& formula);
  static void accept_next(Slot& slot);
  [[noreturn]] void refuse(const Slot& slot) const;

  void check_gradients() const;
  static void require_shape(const Var<T>& parameter, const Array<T>& array, const char* what);

  std::vector<Slot> slots_;
  Rule rule_;
  std::size_t steps_ = 0;
};

template <UpdateRule Rule, class T>
Optimizer<Rule, T>::Optimizer(std::vector<Var<T>> parameters, Rule rule) : rule_(std::move(rule)) {
  rule_.check();
  const std::array<State, states> start = rule_.state();
  require(!parameters.empty(), "optimizer", "got no parameters; expected those of a network, net.parameters()");
  for (const Var<T>& parameter : parameters) {
    require(parameter.is_parameter(), "optimizer",
            "'{}' {} is not a parameter, so it never gets a gradient; make it with parameter(array, name)",
            parameter.name(), parameter.shape());
    for (const Slot& slot : slots_) {
      require(!same(slot.parameter, parameter), "optimizer",
              "'{}' {} is given twice and would be changed twice a step; give every parameter once", parameter.name(),
              parameter.shape());
    }
    Slot slot{.parameter = parameter, .state = {}};
    for (std::size_t s = 0; s < states; ++s) {
      slot.state[s] = full<T>(parameter.shape(), static_cast<T>(start[s].initial));
    }
    slots_.push_back(std::move(slot));
  }
}

template <UpdateRule Rule, class T>
void Optimizer<Rule, T>::zero_grad() const {
  for (const Slot& slot : slots_) slot.parameter.zero_grad();
}

template <UpdateRule Rule, class T>
void Optimizer<Rule, T>::set_learning_rate(double rate) {
  require_not_negative(Rule::name, "learning_rate", rate);
  rule_.learning_rate = rate;
}

template <UpdateRule Rule, class T>
std::vector<HyperParameter> Optimizer<Rule, T>::hyper_parameters() const {
  if constexpr (requires { rule_.hyper_parameters(); }) {
    const auto list = rule_.hyper_parameters();
    return {list.begin(), list.end()};
  }
  return {};
}

template <UpdateRule Rule, class T>
void Optimizer<Rule, T>::set_steps(std::size_t steps) {
  steps_ = steps;
  for (Slot& slot : slots_) slot.steps = steps;
}

template <UpdateRule Rule, class T>
std::vector<std::size_t> Optimizer<Rule, T>::parameter_steps() const {
  std::vector<std::size_t> steps;
  for (const Slot& slot : slots_) steps.push_back(slot.steps);
  return steps;
}

template <UpdateRule Rule, class T>
void Optimizer<Rule, T>::set_parameter_steps(const std::vector<std::size_t>& steps) {
  require(steps.size() == slots_.size(), "optimizer",
          "got {} numbers of steps for {} parameters; expected one for each", steps.size(), slots_.size());
  for (std::size_t k = 0; k < slots_.size(); ++k) slots_[k].steps = steps[k];
}

template <UpdateRule Rule, class T>
std::vector<Var<T>> Optimizer<Rule, T>::parameters() const {
  std::vector<Var<T>> parameters;
  for (const Slot& slot : slots_) parameters.push_back(slot.parameter);
  return parameters;
}

template <UpdateRule Rule, class T>
std::vector<OptimizerState<T>> Optimizer<Rule, T>::state() {
  const std::array<State, states> start = rule_.state();
  std::vector<OptimizerState<T>> list;
  for (Slot& slot : slots_) {
    for (std::size_t s = 0; s < states; ++s) list.push_back({slot.parameter, start[s].name, &slot.state[s]});
  }
  return list;
}

template <UpdateRule Rule, class T>
void Optimizer<Rule, T>::check_gradients() const {
  const auto has_grad = [](const Slot& slot) { return slot.parameter.has_grad(); };
  require(std::any_of(slots_.begin(), slots_.end(), has_grad), "step",
          "none of the {} parameters has a gradient; call tape.backward(loss) before step(), with a loss that depends "
          "on them",
          slots_.size());
  for (const Slot& slot : slots_) {
    if (!slot.parameter.has_grad()) continue;
    require_shape(slot.parameter, slot.parameter.grad(), "gradient");
    for (const Array<T>& state : slot.state) require_shape(slot.parameter, state, "state");
  }
}

template <UpdateRule Rule, class T>
void Optimizer<Rule, T>::require_shape(const Var<T>& parameter, const Array<T>& array, const char* what) {
  require(parameter.shape() == array.shape(), "step",
          "'{}' has shape {}, but its {} has shape {}; a parameter keeps its shape", parameter.name(),
          parameter.shape(), what, Shape(array.shape()));
}

template <UpdateRule Rule, class T>
template <class Formula>
bool Optimizer<Rule, T>::compute_next(Slot& slot, const Formula& formula) {
  for (Array<T>& array : slot.next) {
    if (array.shape() != slot.parameter.shape()) array = empty<T>(slot.parameter.shape());
  }
  kernel::InPlace<T, 1 + states, 1> arrays{.size = slot.parameter.size(), .written = {}, .read = {}};
  for (std::size_t k = 0; k <= states; ++k) {
    arrays.written[k] = slot.next[k].data();
    arrays.old[k] = k == 0 ? slot.parameter.value().data() : slot.state[k - 1].data();
  }
  arrays.read[0] = slot.parameter.grad().data();
  return kernel::update_in_place(arrays, formula);
}

template <UpdateRule Rule, class T>
void Optimizer<Rule, T>::accept_next(Slot& slot) {
  slot.next[0] = slot.parameter.exchange_value(std::move(slot.next[0]));
  for (std::size_t s = 0; s < states; ++s) std::swap(slot.state[s], slot.next[1 + s]);
  ++slot.steps;
}

template <UpdateRule Rule, class T>
void Optimizer<Rule, T>::refuse(const Slot& slot) const {
  const std::array<State, states> remembered = rule_.state();
  const auto refuse_for = [&](const std::string& what, const Array<T>& array) {
    const std::size_t place = first_not_finite(array);
    if (place == array.size()) return;
    throw NotFinite(fmt::format(
        "[step] {} of '{}' {} is not finite in step {}: element {} is {}; nothing has changed; look for the operation "
        "that made it, lower the learning rate or clip the gradients",
        what, slot.parameter.name(), slot.parameter.shape(), steps_ + 1, place, array.data()[place]));
  };
  refuse_for("the gradient", slot.parameter.grad());
  for (std::size_t s = 0; s < states; ++s) {
    refuse_for(fmt::format("the next {}", remembered[s].name), slot.next[1 + s]);
  }
  refuse_for("the next value", slot.next[0]);
  fail("step", fmt::format("'{}' cannot be updated", slot.parameter.name()));
}

template <UpdateRule Rule, class T>
void Optimizer<Rule, T>::step() {
  rule_.check();
  check_gradients();
  for (Slot& slot : slots_) {
    if (slot.parameter.has_grad() && !compute_next(slot, rule_.formula(slot.steps + 1))) refuse(slot);
  }
  for (Slot& slot : slots_) {
    if (slot.parameter.has_grad()) accept_next(slot);
  }
  ++steps_;
}

}  // namespace wengert::optim
