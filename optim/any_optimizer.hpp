#pragma once

#include <autograd/tape/var.hpp>
#include <optim/rule.hpp>

#include <string_view>
#include <vector>

namespace wengert::optim {

/// One array that an optimizer remembers for a parameter, under the rule's name for it: `m` and `v` of Adam.
template <class T>
struct OptimizerState {
  Var<T> parameter;
  std::string_view name;
  Array<T>* array;  ///< of the parameter's shape; can be written through
};

/// What a training needs of an optimizer, whatever its rule.
template <class T = float>
class AnyOptimizer {
 public:
  virtual ~AnyOptimizer() = default;

  /// Forgets the gradients of all parameters.
  virtual void zero_grad() const = 0;
  /// Changes the parameters along their gradients.
  virtual void step() = 0;

  /// The number of steps taken.
  virtual std::size_t steps() const = 0;
  /// Goes on counting from here, for every parameter, to resume an interrupted training.
  virtual void set_steps(std::size_t steps) = 0;
  /// How often each of `parameters()` was changed: one without a gradient is left out of a step, and does not count it
  /// (PyTorch's rule).
  virtual std::vector<std::size_t> parameter_steps() const = 0;
  /// Goes on counting from here. Throws an Error unless there is a number for each parameter.
  virtual void set_parameter_steps(const std::vector<std::size_t>& steps) = 0;

  /// The name of the rule: `Adam`.
  virtual std::string_view name() const = 0;
  virtual double learning_rate() const = 0;
  /// Throws an Error if it is negative or not finite.
  virtual void set_learning_rate(double rate) = 0;

  /// The hyper-parameters of the rule beside the learning rate, as far as it lists them.
  virtual std::vector<HyperParameter> hyper_parameters() const { return {}; }

  virtual std::vector<Var<T>> parameters() const = 0;
  /// Everything it remembers, parameter by parameter.
  virtual std::vector<OptimizerState<T>> state() = 0;
};

}  // namespace wengert::optim
