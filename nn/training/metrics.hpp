#pragma once

#include <nn/training/loss.hpp>
#include <nn/training/tally.hpp>

#include <map>
#include <string>
#include <vector>

namespace wengert::nn {

/// A number that training and evaluation report beside the loss, under a name that becomes a column of the history, the
/// mean over all samples. It is made from a function of the outputs and the batch, or of the outputs and the labels,
/// that gives the mean over a batch (or a Tally, if not every sample counts), or from a loss.
///   options.metrics = {{"mae", nn::mae<float>},
///                      {"largest error", [](const Var<float>& y, const datasets::Batch<float>& batch) { ... }}};
template <class T>
struct MetricFunction {
  using Batch = datasets::Batch<T>;

  template <class F>
  MetricFunction(std::string called, F f) : name(std::move(called)) {
    if constexpr (std::constructible_from<Loss<T>, F> && !gives_number<F>) {
      measure = [loss = Loss<T>(std::move(f))](const Var<T>& outputs, Batch batch) {
        batch.weights.reset();
        const double counted = loss.counted(batch);
        return counted > 0.0 ? Tally{static_cast<double>(loss(outputs, batch).item()) * counted, counted} : Tally{};
      };
    } else if constexpr (std::invocable<const F&, const Var<T>&, const Indices&>) {
      measure = [f](const Var<T>& outputs, const Batch& batch) { return of_mean(f(outputs, batch.labels), batch); };
    } else {
      measure = [f](const Var<T>& outputs, const Batch& batch) { return of_mean(f(outputs, batch), batch); };
    }
  }

  std::string name;
  std::function<Tally(const Var<T>& outputs, const Batch& batch)> measure;
  bool follows_loss = false;  ///< an accuracy that is told by the loss what the outputs are and which label is ignored

 private:
  template <class F>
  static constexpr bool gives_number = [] {
    if constexpr (std::invocable<const F&, const Var<T>&, const Indices&>) {
      return !std::is_same_v<std::invoke_result_t<const F&, const Var<T>&, const Indices&>, Var<T>>;
    } else if constexpr (std::invocable<const F&, const Var<T>&, const Batch&>) {
      return !std::is_same_v<std::invoke_result_t<const F&, const Var<T>&, const Batch&>, Var<T>>;
    }
    return false;
  }();

  static Tally of_mean(const Tally& tally, const Batch&) { return tally; }
  static Tally of_mean(double mean, const Batch& batch) {
    const double size = static_cast<double>(batch.size());
    return {mean * size, size};
  }
};

/// The share of right answers, `accuracy`. Labels: the largest of the K outputs is that of the label, or a single
/// output is on the label's side; labels that are no class of the outputs, or `ignored`, do not count. Targets: the
/// largest outputs are at the largest targets, or, of yes-or-no outputs, each is on its target's side.
/// Without arguments the loss of the training says what the outputs are, and which label is ignored.
template <class T>
MetricFunction<T> accuracy_metric(OutputKind outputs = OutputKind::unknown, std::optional<std::size_t> ignored = {});

/// Which metrics are wanted: those given, or by default those that suit the loss and the data.
template <class T>
class Metrics {
 public:
  /// `accuracy` where labels or yes-or-no targets are learnt, `mae` where numbers are, none for a loss of one's own on
  /// targets.
  Metrics() = default;
  Metrics(std::initializer_list<MetricFunction<T>> list) : list_(list) {}
  Metrics(std::vector<MetricFunction<T>> list) : list_(std::move(list)) {}

  /// Those for a loss and a dataset. Throws an Error in the name of `operation` if two have one name, or one is empty,
  /// `loss`, or begins with `val_`.
  std::vector<MetricFunction<T>> chosen(std::string_view operation, const Loss<T>& loss,
                                        const datasets::Dataset<T>& data) const;

 private:
  std::optional<std::vector<MetricFunction<T>>> list_;
};

/// A number under a name.
struct NamedNumber {
  std::string name;
  double value;
};

/// Loss and metrics over the batches so far, each weighted by what it is over.
template <class T>
class RunningMeans {
 public:
  explicit RunningMeans(const std::vector<MetricFunction<T>>& metrics)
      : metrics_(metrics), metric_tallies_(metrics.size()) {}

  /// Takes in the outputs for a batch and their loss, a mean over so many things.
  void add(const Var<T>& outputs, const datasets::Batch<T>& batch, double loss, double counted);
  /// Throws an Error in the name of `operation` if nothing counted.
  void require_any(std::string_view operation) const;
  /// All of them by name, in alphabetical order as Keras shows them.
  std::vector<NamedNumber> values() const;

  /// What has been added up, by name; to go on from later.
  std::map<std::string, Tally> tallies() const;
  void set_tallies(const std::map<std::string, Tally>& tallies);

 private:
  const std::vector<MetricFunction<T>>& metrics_;
  Tally loss_tally_;
  std::vector<Tally> metric_tallies_;
};

extern template class Metrics<float>;
extern template class Metrics<double>;
extern template class RunningMeans<float>;
extern template class RunningMeans<double>;

}  // namespace wengert::nn
