#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>

namespace wengert::optim {

/// An update rule is an aggregate of hyper-parameters, among them `learning_rate`, with
///   static constexpr const char* name;                   what prints and errors call it
///   static constexpr std::array<const char*, S> state;   the names of the S numbers it remembers for each weight
///   void check() const;                                  throws an Error unless the hyper-parameters make sense
///   auto formula(std::size_t step) const;                the formula of that step, counted from 1
/// The formula is a generic function (w, s..., g) -> std::array{w, s...} from a weight, its state and its gradient to
/// their next values; the state starts at zero. What depends on the step alone is computed once, in double.
template <class R>
concept UpdateRule = std::copyable<R> && requires(const R& rule, std::size_t step) {
  { R::name } -> std::convertible_to<const char*>;
  { R::state.size() } -> std::convertible_to<std::size_t>;
  { rule.learning_rate } -> std::convertible_to<double>;
  rule.check();
  rule.formula(step);
};

/// Throws an Error in the name of the rule unless the hyper-parameter is finite and not negative.
void require_not_negative(std::string_view rule, std::string_view name, double value);

/// Throws an Error in the name of the rule unless the hyper-parameter, a rate of decay, is in 0 <= value < 1.
void require_decay_rate(std::string_view rule, std::string_view name, double value);

}  // namespace wengert::optim
