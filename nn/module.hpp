#pragma once

#include <autograd/arrays/random.hpp>
#include <autograd/tape/var.hpp>

#include <concepts>
#include <iosfwd>

namespace wengert::nn {

template <class T>
class Module;

/// Something under the name it has in a network's state, `0.weight` or `1.running_mean`.
template <class What>
struct Named {
  std::string name;
  What value;
};

/// What a module holds: parameters, which are trained; buffers, which are state but not trained; sources of random
/// numbers, which a training that is resumed has to resume too; and other modules.
template <class T>
struct Parts {
  std::vector<Named<Var<T>>> parameters{};
  std::vector<Named<Array<T>*>> buffers{};
  std::vector<Named<Generator*>> generators{};
  std::vector<Named<Module<T>*>> children{};
};

/// A layer or a network: a function of variables with parameters. A layer of one's own derives from it, is final, and
/// says two things: `forward`, and in `parts` what it holds. Modules can be moved, but not copied.
template <class T = float>
class Module {
 public:
  using Element = T;

  virtual ~Module() = default;
  Module(Module&&) = default;
  Module& operator=(Module&&) = default;

  virtual Var<T> forward(const Var<T>& x) = 0;
  Var<T> operator()(const Var<T>& x) { return forward(x); }

  /// Lists what it holds, by PyTorch's names; nothing by default.
  virtual Parts<T> parts() { return {}; }

  /// The shape of its output for an input of a given shape, found without running it; by default the same shape.
  /// Throws an Error if such an input does not fit.
  virtual Shape output_shape(const Shape& input) const { return input; }

  /// The name of its class, `Linear`, as summaries print it.
  std::string type() const;

  /// The parameters of it and of all modules in it, its own ones first; one that several modules share comes once.
  std::vector<Var<T>> parameters();
  std::vector<Named<Var<T>>> named_parameters();
  /// The buffers, likewise. They can be written through.
  std::vector<Named<Array<T>*>> named_buffers();
  /// The sources of random numbers, likewise.
  std::vector<Named<Generator*>> named_generators();

  /// Switches it and all modules in it to training, where batch norm uses the statistics of the batch, or off.
  void train(bool on = true);
  /// Switches to evaluation: the same as `train(false)`.
  void eval() { train(false); }
  bool is_training() const { return training_; }

  /// Forgets the gradients of all parameters.
  void zero_grad();

 protected:
  Module() = default;

 private:
  bool training_ = true;
};

/// The module as text: a line for it and for every module in it, with the shapes of parameters and buffers.
///   Sequential
///     0: Linear, weight (128, 64), bias (128,)
///     1: ReLU
template <class T>
std::string to_string(const Module<T>& module);

template <class T>
std::ostream& operator<<(std::ostream& out, const Module<T>& module);

extern template class Module<float>;
extern template class Module<double>;

}  // namespace wengert::nn

template <class M>
requires std::derived_from<M, wengert::nn::Module<typename M::Element>>
struct fmt::formatter<M> : wengert::TextFormatter {
};
