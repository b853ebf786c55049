#pragma once

#include <autograd/arrays/random.hpp>
#include <autograd/tape/var.hpp>

#include <concepts>
#include <functional>
#include <iosfwd>
#include <memory>

namespace wengert::nn {

template <class T>
class Module;
template <class T>
class Sequential;

/// Something under the name it has in a network's state, `0.weight` or `1.running_mean`.
template <class What>
struct Named {
  std::string name;
  What value;
};

/// What a module holds: parameters, which are trained; buffers, which are state but not trained; sources of random
/// numbers, which a training that is resumed has to resume too; other modules; and settings such as an epsilon, as
/// texts, which have to be the same when a training is resumed.
template <class T>
struct Parts {
  std::vector<Named<Var<T>>> parameters{};
  std::vector<Named<Array<T>*>> buffers{};
  std::vector<Named<Generator*>> generators{};
  std::vector<Named<Module<T>*>> children{};
  std::vector<Named<std::string>> settings{};
};

/// Which names of something that several modules share are wanted: the first, or every one.
enum class Names { first, every };

/// While it is in scope, all modules evaluate on this thread, whatever their modes: nothing of them is changed, so that
/// other threads may use the same network.
class EvaluationMode {
 public:
  EvaluationMode();
  ~EvaluationMode();
  EvaluationMode(const EvaluationMode&) = delete;
  EvaluationMode& operator=(const EvaluationMode&) = delete;

  static bool active();
};

/// A layer or a network: a function of variables with parameters. A layer of one's own derives from it, is final, and
/// says two things: `forward`, and in `parts` what it holds. Modules can be moved; they are copied by `copy` alone, as
/// two that shared their parameters without saying so would surprise.
template <class T = float>
class Module {
 public:
  using Element = T;

  virtual ~Module() = default;

  virtual Var<T> forward(const Var<T>& x) = 0;
  /// `forward`, seen by every WatchOutputs in scope. What a module within another one records has a Scope of its own,
  /// `1.BatchNorm1d`.
  Var<T> operator()(const Var<T>& x);

  /// Lists what it holds, by PyTorch's names; nothing by default.
  virtual Parts<T> parts() { return {}; }

  /// The shape of its output for an input of a given shape, found without running it; by default the same shape.
  /// Throws an Error if such an input does not fit. A network looks with it whether all its layers fit before the first
  /// one runs, as far as they say this.
  virtual Shape output_shape(const Shape& input) const { return input; }

  /// A new module of its class with its options, whatever its numbers. Throws an Error unless its class says how.
  virtual std::unique_ptr<Module> another() const;
  /// A module of its own with the same options, numbers and mode. Throws an Error unless its class says how `another`
  /// is made.
  std::unique_ptr<Module> copy();

  /// The name of its class, `Linear`, as summaries print it.
  std::string type() const;

  /// The parameters of it and of all modules in it, its own ones first; one that several modules share, or a module
  /// that is a child twice, comes once, under its first name, unless every name is wanted.
  std::vector<Var<T>> parameters();
  std::vector<Named<Var<T>>> named_parameters(Names names = Names::first);
  /// The buffers, likewise. They can be written through.
  std::vector<Named<Array<T>*>> named_buffers(Names names = Names::first);
  /// The sources of random numbers, likewise.
  std::vector<Named<Generator*>> named_generators();
  /// The settings of it and of all modules in it.
  std::vector<Named<std::string>> named_settings();

  /// Switches it and all modules in it to training, where batch norm uses the statistics of the batch, or off.
  void train(bool on = true);
  /// Switches to evaluation: the same as `train(false)`.
  void eval() { train(false); }
  /// Whether it trains; never within `evaluate` and `predict`.
  bool is_training() const { return training_ && !EvaluationMode::active(); }

  /// Forgets the gradients of all parameters.
  void zero_grad();

 protected:
  Module() = default;
  Module(Module&&) noexcept = default;  // by its class alone: of a Module& it would move no layer
  Module& operator=(Module&&) noexcept = default;

 private:
  friend class Sequential<T>;

  void take_modes(Module& from);
  std::string scope_in(Module& caller) const;

  bool training_ = true;
  std::string scope_;               ///< its name in the network that holds it, if that has told it
  bool says_output_shape_ = false;  ///< whether its class has an `output_shape` of its own, as far as a network knows
};

/// The module as text: a line for it and for every module in it, with the shapes of parameters and buffers.
///   Sequential
///     0: Linear, weight (128, 64), bias (128,)
///     1: ReLU
template <class T>
std::string to_string(const Module<T>& module);

template <class T>
std::ostream& operator<<(std::ostream& out, const Module<T>& module);

/// While it is in scope, a function sees what every module on this thread takes and gives. Several may be in scope, and
/// end in any order.
template <class T>
class WatchOutputs {
 public:
  using Function = std::function<void(const Module<T>& module, const Var<T>& input, const Var<T>& output)>;

  explicit WatchOutputs(Function function);
  ~WatchOutputs();
  WatchOutputs(const WatchOutputs&) = delete;
  WatchOutputs& operator=(const WatchOutputs&) = delete;

 private:
  friend class Module<T>;

  Function function_;
  WatchOutputs* outer_;
};

/// While it is in scope, the shape of what every module gives on this thread is noted.
template <class T>
class OutputShapes {
 public:
  OutputShapes();

  /// Of the first call; none if there was none.
  std::optional<Shape> of(const Module<T>& module) const;

 private:
  std::vector<std::pair<const Module<T>*, Shape>> shapes_;
  WatchOutputs<T> watch_;
};

extern template class Module<float>;
extern template class Module<double>;
extern template class WatchOutputs<float>;
extern template class WatchOutputs<double>;
extern template class OutputShapes<float>;
extern template class OutputShapes<double>;

}  // namespace wengert::nn

template <class M>
requires std::derived_from<M, wengert::nn::Module<typename M::Element>>
struct fmt::formatter<M> : wengert::TextFormatter {
};
