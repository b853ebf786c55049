#include <autograd/base/error.hpp>
#include <autograd/base/unsigned_nan.hpp>
#include <nn/losses/largest.hpp>
#include <nn/losses/regression_losses.hpp>
#include <nn/training/metrics.hpp>

#include <algorithm>
#include <set>

namespace wengert::nn {
namespace {

bool is_of_classes(OutputKind kind) {
  return kind == OutputKind::class_logits || kind == OutputKind::class_probabilities;
}

bool is_binary(OutputKind kind) {
  return kind == OutputKind::binary_logits || kind == OutputKind::binary_probabilities;
}

/// From where on an output says yes.
template <class T>
T threshold(OutputKind kind) {
  return kind == OutputKind::binary_probabilities || kind == OutputKind::numbers ? T(0.5) : T(0);
}

/// Every row of K outputs against its label; what is no class does not count.
template <class T>
Tally of_labels(const Var<T>& outputs, const Indices& labels, std::optional<std::size_t> ignored) {
  const std::size_t classes = outputs.rank() == 0 ? 0 : outputs.shape().back();
  require(classes > 0 && outputs.size() == classes * labels.size(), "accuracy",
          "got {} labels and outputs of shape {}; expected one row of outputs for each label; give fit other metrics, "
          "options.metrics = {{...}}",
          labels.size(), outputs.shape());
  Tally tally;
  const T* row = outputs.value().data();
  for (const std::size_t label : labels) {
    if (label != ignored && label < classes) {
      tally += {is_largest(std::span(row, classes), label) ? 1.0 : 0.0, 1.0};
    }
    row += classes;
  }
  return tally;
}

/// One output against its label, 0 or 1.
template <class T>
Tally of_binary_labels(const Var<T>& outputs, const Indices& labels, std::optional<std::size_t> ignored, T from) {
  Tally tally;
  const T* output = outputs.value().data();
  for (const std::size_t label : labels) {
    const T y = *output++;
    if (label == ignored || label > 1) continue;
    const bool right = label == 1 ? y > from : y <= from;  // a NaN is wrong
    tally += {right ? 1.0 : 0.0, 1.0};
  }
  return tally;
}

/// Every row of K outputs against the row of targets.
template <class T>
Tally of_one_hot(const Var<T>& outputs, const Array<T>& targets) {
  const std::size_t classes = targets.shape().back();
  Tally tally;
  const T* target = targets.data();
  for (std::size_t row = 0; row < targets.size(); row += classes) {
    const auto label = static_cast<std::size_t>(std::max_element(target + row, target + row + classes) - target) - row;
    tally += {is_largest(std::span(outputs.value().data() + row, classes), label) ? 1.0 : 0.0, 1.0};
  }
  return tally;
}

/// Every output against its target, 0 or 1.
template <class T>
Tally of_binary_targets(const Var<T>& outputs, const Array<T>& targets, T from) {
  Tally tally;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const T y = outputs.value().data()[i];
    const bool right = targets.data()[i] > T(0.5) ? y > from : y <= from;
    tally += {right ? 1.0 : 0.0, 1.0};
  }
  return tally;
}

/// Whether targets are yes or no: the loss says so, or says nothing of classes and there is one output for each sample.
template <class T>
bool has_binary_targets(const Var<T>& outputs, OutputKind kind) {
  return is_binary(kind) || (!is_of_classes(kind) && (outputs.rank() == 1 || outputs.shape().back() == 1));
}

template <class T>
Tally measure_accuracy(const Var<T>& outputs, const datasets::Batch<T>& batch, OutputKind kind,
                       std::optional<std::size_t> ignored) {
  if (!batch.labels.empty()) {
    const bool one_each = outputs.size() == batch.labels.size() && !is_of_classes(kind);
    return one_each ? of_binary_labels(outputs, batch.labels, ignored, threshold<T>(kind))
                    : of_labels(outputs, batch.labels, ignored);
  }
  require(batch.targets && batch.targets->shape() == outputs.shape() && outputs.rank() > 0, "accuracy",
          "got outputs of shape {} and targets of shape {}; expected the same shape", outputs.shape(),
          batch.targets ? Shape(batch.targets->shape()) : Shape{});
  return has_binary_targets(outputs, kind) ? of_binary_targets(outputs, *batch.targets, threshold<T>(kind))
                                           : of_one_hot(outputs, *batch.targets);
}

}  // namespace

template <class T>
MetricFunction<T> accuracy_metric(OutputKind outputs, std::optional<std::size_t> ignored) {
  MetricFunction<T> metric{"accuracy", [outputs, ignored](const Var<T>& y, const datasets::Batch<T>& batch) {
                             return measure_accuracy(y, batch, outputs, ignored);
                           }};
  metric.follows_loss = outputs == OutputKind::unknown && !ignored;
  return metric;
}

template <class T>
std::vector<MetricFunction<T>> Metrics<T>::chosen(std::string_view operation, const Loss<T>& loss,
                                                  const datasets::Dataset<T>& data) const {
  if (!list_) {
    const OutputKind kind = loss.outputs();
    if (kind == OutputKind::numbers) return {{"mae", Loss<T>(&mae<T>)}};
    if (kind == OutputKind::unknown && data.labels.empty()) return {};
    return {accuracy_metric<T>(kind, loss.ignored_label())};
  }
  std::set<std::string> names{"loss", ""};
  for (const MetricFunction<T>& metric : *list_) {
    require(names.insert(metric.name).second && !metric.name.starts_with("val_"), operation,
            "a metric is called '{}'; expected a name of its own, not 'loss' and without 'val_'", metric.name);
  }
  std::vector<MetricFunction<T>> metrics = *list_;
  for (MetricFunction<T>& metric : metrics) {
    if (metric.follows_loss) metric.measure = accuracy_metric<T>(loss.outputs(), loss.ignored_label()).measure;
  }
  return metrics;
}

template <class T>
void RunningMeans<T>::add(const Var<T>& outputs, const datasets::Batch<T>& batch, double loss, double counted) {
  loss_tally_ += {loss * counted, counted};
  for (std::size_t i = 0; i < metrics_.size(); ++i) metric_tallies_[i] += metrics_[i].measure(outputs, batch);
}

template <class T>
void RunningMeans<T>::require_any(std::string_view operation) const {
  require(loss_tally_.count > 0.0, operation,
          "the loss ignores every label of the dataset; expected one that counts; check the labels and ignore_index");
}

template <class T>
std::vector<NamedNumber> RunningMeans<T>::values() const {
  std::vector<NamedNumber> values{{"loss", loss_tally_.mean()}};
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    values.push_back({metrics_[i].name, base::unsigned_nan(metric_tallies_[i].mean())});
  }
  std::sort(values.begin(), values.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return values;
}

template <class T>
std::map<std::string, Tally> RunningMeans<T>::tallies() const {
  std::map<std::string, Tally> tallies{{"loss", loss_tally_}};
  for (std::size_t i = 0; i < metrics_.size(); ++i) tallies[metrics_[i].name] = metric_tallies_[i];
  return tallies;
}

template <class T>
void RunningMeans<T>::set_tallies(const std::map<std::string, Tally>& tallies) {
  const auto of = [&](const std::string& name) {
    const auto found = tallies.find(name);
    return found == tallies.end() ? Tally{} : found->second;
  };
  loss_tally_ = of("loss");
  for (std::size_t i = 0; i < metrics_.size(); ++i) metric_tallies_[i] = of(metrics_[i].name);
}

template MetricFunction<float> accuracy_metric(OutputKind, std::optional<std::size_t>);
template MetricFunction<double> accuracy_metric(OutputKind, std::optional<std::size_t>);
template class Metrics<float>;
template class Metrics<double>;
template class RunningMeans<float>;
template class RunningMeans<double>;

}  // namespace wengert::nn
