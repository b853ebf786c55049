#pragma once

#include <autograd/numbers/functions.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace wengert::optim {

/// A number that a rule remembers for each weight, by its name and what it is before the first step.
struct State {
  const char* name;
  double initial = 0.0;
};

/// Which values of a hyper-parameter make sense.
enum class Range {
  any,           ///< a choice that its type limits
  not_negative,  ///< finite, 0 or more
  decay_rate     ///< 0 <= value < 1
};

/// A hyper-parameter of a rule as it is now: what `check` tests and a checkpoint holds.
struct HyperParameter {
  const char* name;
  Range range;
  double value;
  std::string text;  ///< that brings the value back exactly, or the name of a choice

  HyperParameter(const char* its_name, Range its_range, double number);
  /// A choice.
  HyperParameter(const char* its_name, std::string choice);
};

/// Throws an Error in the name of the rule that names the first hyper-parameter that is out of its range.
void check_ranges(std::string_view rule, std::span<const HyperParameter> hyper_parameters);

/// An update rule is an aggregate of hyper-parameters, among them `learning_rate`, with
///   static constexpr const char* name;           what prints and errors call it
///   std::array<State, S> state() const;          the S numbers it remembers for each weight
///   void check() const;                          throws an Error unless the hyper-parameters make sense
///   auto formula(std::size_t step) const;        the formula of a parameter's step, counted from 1
/// and, so that a training does not go on with others than it began with,
///   auto hyper_parameters() const;               all of them but the learning rate, an array of HyperParameter
/// The formula is a generic function (w, s..., g) -> std::array{w, s...} from a weight, its state and its gradient to
/// their next values. What depends on the step alone is computed once, in double.
template <class R>
concept UpdateRule = std::copyable<R> && requires(const R& rule, std::size_t step) {
  { R::name } -> std::convertible_to<const char*>;
  std::tuple_size<decltype(rule.state())>::value;
  { rule.learning_rate } -> std::convertible_to<double>;
  rule.check();
  rule.formula(step);
};

/// How many numbers a rule remembers for each weight.
template <UpdateRule R>
inline constexpr std::size_t state_size = std::tuple_size_v<decltype(std::declval<const R&>().state())>;

/// direction / denominator, and no step where the denominator is 0, as for a weight that never had a gradient if there
/// is no epsilon to hold it up.
template <Number N>
auto scaled_step(const N& direction, const N& denominator) {
  return where(equal(denominator, 0.0), 0.0, direction / denominator);
}

/// Throws an Error in the name of the rule unless the hyper-parameter is finite and not negative.
void require_not_negative(std::string_view rule, std::string_view name, double value);

/// Throws an Error in the name of the rule unless the hyper-parameter, a rate of decay, is in 0 <= value < 1.
void require_decay_rate(std::string_view rule, std::string_view name, double value);

}  // namespace wengert::optim
