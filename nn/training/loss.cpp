#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/operations/selection.hpp>
#include <nn/losses/binary_cross_entropy.hpp>
#include <nn/losses/categorical_cross_entropy.hpp>
#include <nn/losses/regression_losses.hpp>
#include <nn/training/loss.hpp>

#include <algorithm>
#include <map>

namespace wengert::nn {
namespace {

/// Labels 0 and 1 as targets in the shape of the outputs.
template <class T>
Var<T> targets_of_labels(const Var<T>& outputs, const Indices& labels) {
  const auto is_binary = [](std::size_t label) { return label <= 1; };
  require(
      outputs.size() == labels.size() && std::all_of(labels.begin(), labels.end(), is_binary), "loss",
      "it compares outputs of shape {} with targets, but the batch has {} labels up to {}; give the dataset targets, "
      "the numbers of a regression or one-hot rows; only labels 0 and 1, one for each output, are targets as they are",
      outputs.shape(), labels.size(), labels.empty() ? 0 : *std::max_element(labels.begin(), labels.end()));
  Array<T> targets = empty<T>(outputs.shape());
  std::transform(labels.begin(), labels.end(), targets.data(), [](std::size_t label) { return static_cast<T>(label); });
  return Var<T>(std::move(targets)).named("labels");
}

template <class T>
Var<T> targets_of(const Var<T>& outputs, const datasets::Batch<T>& batch) {
  if (batch.targets) return Var<T>(*batch.targets).named("targets");
  return targets_of_labels(outputs, batch.labels);
}

/// The outputs for some samples of a batch, one row for each sample or one for each of its labels.
template <class T>
Var<T> outputs_of(const Var<T>& outputs, std::size_t samples, const std::vector<std::size_t>& chosen) {
  require(outputs.rank() > 0 && outputs.shape()[0] % samples == 0, "loss",
          "got outputs of shape {} for {} samples with weights; expected as many rows for each sample", outputs.shape(),
          samples);
  const std::size_t rows = outputs.shape()[0] / samples;
  Indices indices;
  for (const std::size_t sample : chosen) {
    for (std::size_t row = 0; row < rows; ++row) indices.push_back(sample * rows + row);
  }
  return gather(outputs, indices, 0);
}

/// The rows of a batch.
template <class T>
datasets::Batch<T> select(const datasets::Batch<T>& batch, const std::vector<std::size_t>& rows) {
  datasets::Batch<T> part{.inputs = datasets::select_rows(batch.inputs, rows)};
  const std::size_t labels_per_sample = batch.labels.size() / batch.size();
  for (const std::size_t row : rows) {
    const auto first = batch.labels.begin() + static_cast<std::ptrdiff_t>(row * labels_per_sample);
    part.labels.insert(part.labels.end(), first, first + static_cast<std::ptrdiff_t>(labels_per_sample));
  }
  if (batch.targets) part.targets = datasets::select_rows(*batch.targets, rows);
  return part;
}

}  // namespace

template <class T>
Loss<T>::Loss(OfLabels f, OutputKind outputs, std::optional<std::size_t> ignored_label)
    : of_labels_(std::move(f)), outputs_(outputs), ignored_label_(ignored_label) {}

template <class T>
Loss<T>::Loss(OfTargets f, OutputKind outputs) : of_targets_(std::move(f)), outputs_(outputs) {}

template <class T>
Loss<T>::Loss(Var<T> (*f)(const Var<T>&, const Indices&, const CrossEntropyOptions&))
    : of_labels_([f](const Var<T>& outputs, const Indices& labels) { return f(outputs, labels, {}); }),
      outputs_(f == &cross_entropy<T> ? OutputKind::class_logits : OutputKind::unknown) {}

template <class T>
Loss<T>::Loss(Var<T> (*f)(const Var<T>&, const Var<T>&, double))
    : of_targets_([f](const Var<T>& outputs, const Var<T>& targets) { return f(outputs, targets, 1.0); }),
      outputs_(f == &huber<T> ? OutputKind::numbers : OutputKind::unknown) {}

template <class T>
OutputKind Loss<T>::kind_of_function(LabelsPointer f) {
  if (f == &default_loss<T>) return OutputKind::class_logits;
  if (f == &cross_entropy_from_probabilities<T>) return OutputKind::class_probabilities;
  return OutputKind::unknown;
}

template <class T>
OutputKind Loss<T>::kind_of_function(TargetsPointer f) {
  if (f == &mse<T> || f == &mae<T>) return OutputKind::numbers;
  if (f == &binary_cross_entropy<T>) return OutputKind::binary_logits;
  if (f == &binary_cross_entropy_from_probabilities<T>) return OutputKind::binary_probabilities;
  if (f == &categorical_cross_entropy<T>) return OutputKind::class_logits;
  if (f == &categorical_cross_entropy_from_probabilities<T>) return OutputKind::class_probabilities;
  return OutputKind::unknown;
}

template <class T>
double Loss<T>::counted(const Batch& batch) const {
  if (!ignored_label_ || batch.labels.empty()) return static_cast<double>(batch.size());
  return static_cast<double>(batch.labels.size()) -
         static_cast<double>(std::count(batch.labels.begin(), batch.labels.end(), *ignored_label_));
}

template <class T>
Var<T> Loss<T>::operator()(const Var<T>& outputs, const Batch& batch) const {
  return batch.weights && !of_batch_ ? weighted(outputs, batch) : unweighted(outputs, batch);
}

template <class T>
Var<T> Loss<T>::unweighted(const Var<T>& outputs, const Batch& batch) const {
  if (of_batch_) return of_batch_(outputs, batch);
  if (of_targets_) return of_targets_(outputs, targets_of(outputs, batch));
  require(!batch.labels.empty(), "loss",
          "it takes labels, but the batch has targets {} and no labels; for numbers use nn::mse, for one-hot rows "
          "nn::categorical_cross_entropy, for yes or no nn::binary_cross_entropy",
          batch.targets ? Shape(batch.targets->shape()) : Shape{});
  return of_labels_(outputs, batch.labels);
}

/// The loss is a mean over what counts, so samples of one weight can be taken together: Σ_w w · n_w / N · loss_w.
template <class T>
Var<T> Loss<T>::weighted(const Var<T>& outputs, const Batch& batch) const {
  std::map<T, std::vector<std::size_t>> groups;
  for (std::size_t row = 0; row < batch.size(); ++row) groups[batch.weights->data()[row]].push_back(row);
  groups.erase(T(0));
  const double all = counted(batch);
  std::optional<Var<T>> total;
  for (const auto& [weight, rows] : groups) {
    const Batch part = select(batch, rows);
    if (counted(part) == 0.0) continue;
    const double share = counted(part) / all;
    const Var<T> of_part = unweighted(outputs_of(outputs, batch.size(), rows), part);
    const Var<T> term = static_cast<double>(weight) * share * of_part;
    total = total ? *total + term : term;
  }
  return total ? *total : gate(Var<T>(0.0), mean(outputs));  // 0 whatever the outputs are
}

template <class T>
Loss<T> cross_entropy_loss(const CrossEntropyOptions& options) {
  return {[options](const Var<T>& logits, const Indices& labels) { return cross_entropy(logits, labels, options); },
          OutputKind::class_logits, options.ignore_index};
}

template <class T>
Loss<T> huber_loss(double delta) {
  return {[delta](const Var<T>& y, const Var<T>& targets) { return huber(y, targets, delta); }, OutputKind::numbers};
}

template class Loss<float>;
template class Loss<double>;
template Loss<float> cross_entropy_loss(const CrossEntropyOptions&);
template Loss<double> cross_entropy_loss(const CrossEntropyOptions&);
template Loss<float> huber_loss(double);
template Loss<double> huber_loss(double);

}  // namespace wengert::nn
