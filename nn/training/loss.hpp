#pragma once

#include <datasets/dataset.hpp>
#include <nn/losses/cross_entropy.hpp>

#include <concepts>
#include <functional>

namespace wengert::nn {

/// What a loss takes the outputs of a network for; it decides which metrics suit.
enum class OutputKind { unknown, numbers, class_logits, class_probabilities, binary_logits, binary_probabilities };

/// What a training minimises: a scalar, the mean over the samples of a batch. It is made from any function of the
/// outputs and the labels, of the outputs and the targets, or of the outputs and the batch:
///   options.loss = nn::mse<float>;
///   options.loss = [](const Var<float>& y, const Var<float>& targets) { return nn::huber(y, targets, 0.5); };
///   options.loss = [](const Var<float>& y, const datasets::Batch<float>& batch) { return nn::mse(y, batch.inputs); };
/// Where a loss wants targets and the batch has labels 0 and 1, these are its targets. Sample weights w multiply what
/// each sample adds to the mean, Σ w_n loss_n / N, as in Keras; a function of the batch does that itself.
template <class T>
class Loss {
 public:
  using Batch = datasets::Batch<T>;
  using OfLabels = std::function<Var<T>(const Var<T>& outputs, const Indices& labels)>;
  using OfTargets = std::function<Var<T>(const Var<T>& outputs, const Var<T>& targets)>;
  using OfBatch = std::function<Var<T>(const Var<T>& outputs, const Batch& batch)>;

  /// No loss.
  Loss(std::nullptr_t) {}
  Loss(OfLabels f, OutputKind outputs, std::optional<std::size_t> ignored_label = {});
  Loss(OfTargets f, OutputKind outputs);

  /// From a function; those of the library are known by their addresses.
  template <class F>
  requires(!std::same_as<F, Loss> && (std::invocable<const F&, const Var<T>&, const Indices&> ||
                                      std::invocable<const F&, const Var<T>&, const Batch&> ||
                                      std::invocable<const F&, const Var<T>&, const Var<T>&>))  //
      Loss(F f) {
    if constexpr (std::invocable<const F&, const Var<T>&, const Indices&>) {
      *this = Loss(OfLabels(std::move(f)), kind_of(f));
    } else if constexpr (std::invocable<const F&, const Var<T>&, const Batch&>) {
      of_batch_ = std::move(f);
    } else {
      *this = Loss(OfTargets(std::move(f)), kind_of(f));
    }
  }
  /// `nn::cross_entropy<T>` and `nn::huber<T>`, with their default options.
  Loss(Var<T> (*f)(const Var<T>&, const Indices&, const CrossEntropyOptions&));
  Loss(Var<T> (*f)(const Var<T>&, const Var<T>&, double));

  /// Throws an Error if the batch has not what the loss wants, and what the function throws.
  Var<T> operator()(const Var<T>& outputs, const Batch& batch) const;

  OutputKind outputs() const { return outputs_; }
  /// The label of what does not count, if the loss says so.
  const std::optional<std::size_t>& ignored_label() const& { return ignored_label_; }
  std::optional<std::size_t> ignored_label() && { return ignored_label_; }
  /// Over how many things the mean of a batch is: its samples, or its labels that are not ignored.
  double counted(const Batch& batch) const;
  bool takes_labels() const { return of_labels_ != nullptr; }

  friend bool operator==(const Loss& loss, std::nullptr_t) {
    return !loss.of_labels_ && !loss.of_targets_ && !loss.of_batch_;
  }

 private:
  using LabelsPointer = Var<T> (*)(const Var<T>&, const Indices&);
  using TargetsPointer = Var<T> (*)(const Var<T>&, const Var<T>&);

  template <class F>
  static OutputKind kind_of(const F& f) {
    if constexpr (std::same_as<F, LabelsPointer> || std::same_as<F, TargetsPointer>) return kind_of_function(f);
    else return OutputKind::unknown;
  }
  static OutputKind kind_of_function(LabelsPointer f);
  static OutputKind kind_of_function(TargetsPointer f);

  Var<T> unweighted(const Var<T>& outputs, const Batch& batch) const;
  Var<T> weighted(const Var<T>& outputs, const Batch& batch) const;

  OfLabels of_labels_;
  OfTargets of_targets_;
  OfBatch of_batch_;
  OutputKind outputs_ = OutputKind::unknown;
  std::optional<std::size_t> ignored_label_;
};

/// The cross-entropy of logits, which is what training and evaluation use if nothing else is said.
template <class T>
Var<T> default_loss(const Var<T>& logits, const Indices& labels) {
  return cross_entropy(logits, labels);
}

/// `cross_entropy` with options, and `huber` with a delta, as losses of a training.
///   options.loss = nn::cross_entropy_loss<float>({.ignore_index = 255});
template <class T>
Loss<T> cross_entropy_loss(const CrossEntropyOptions& options);
template <class T>
Loss<T> huber_loss(double delta);

extern template class Loss<float>;
extern template class Loss<double>;

}  // namespace wengert::nn
