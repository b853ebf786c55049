#pragma once

#include <autograd/base/not_finite.hpp>
#include <datasets/dataset.hpp>
#include <nn/module.hpp>
#include <nn/training/history.hpp>

namespace wengert::nn {

/// What ends a training in which a number is not finite. Parameters, buffers and the optimizer are as before the step
/// in which that happened.
class TrainingNotFinite : public NotFinite {
 public:
  TrainingNotFinite(const std::string& text, std::size_t epoch, std::size_t batch, History history)
      : NotFinite(text), epoch_(epoch), batch_(batch), history_(std::move(history)) {}

  std::size_t epoch() const { return epoch_; }  ///< from 1
  std::size_t batch() const { return batch_; }  ///< from 1
  /// The epochs that are complete.
  const History& history() const& { return history_; }
  History history() && { return std::move(history_); }

 private:
  std::size_t epoch_, batch_;
  History history_;
};

/// The loss is not finite.
class LossNotFinite final : public TrainingNotFinite {
 public:
  using TrainingNotFinite::TrainingNotFinite;
};

/// The loss is finite, but a gradient, or what the step would make of a weight, is not.
class StepNotFinite final : public TrainingNotFinite {
 public:
  using TrainingNotFinite::TrainingNotFinite;
};

/// What a forward pass in training mode changes: the buffers and the sources of random numbers.
template <class T>
class ForwardState {
 public:
  /// Of a network whose modules stay where they are.
  explicit ForwardState(Module<T>& model) : buffers_(model.named_buffers()), generators_(model.named_generators()) {}

  /// Copies the present state.
  void keep();
  /// Brings back the state that was kept last.
  void restore() const;

 private:
  std::vector<Named<Array<T>*>> buffers_;
  std::vector<Named<Generator*>> generators_;
  std::vector<Array<T>> kept_buffers_;
  std::vector<Generator> kept_generators_;
};

/// Where the numbers of a forward pass stop being finite, in words: in the batch, a parameter, the output of the first
/// layer for which that holds, or the loss. Runs the pass again, layer by layer where modules stand in a Sequential.
template <class T>
std::string where_not_finite(Module<T>& model, const datasets::Batch<T>& batch);

}  // namespace wengert::nn
