#include <autograd/base/interrupt.hpp>
#include <autograd/base/terminal.hpp>
#include <autograd/kernel/finite.hpp>
#include <autograd/tape/anomaly.hpp>
#include <autograd/tape/tape.hpp>
#include <datasets/split.hpp>
#include <nn/training/advice.hpp>
#include <nn/training/evaluate.hpp>
#include <nn/training/fit.hpp>
#include <nn/training/modes.hpp>
#include <optim/clip.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <limits>

namespace wengert::nn {
namespace {

constexpr std::string_view nothing_changed =
    "The network and the optimizer are as before this batch; check the data, lower the learning rate or clip the "
    "gradients";

/// The names that a history has of the metrics and the loss: those of training, and those of validation.
template <class T>
std::vector<std::string> columns(const std::vector<MetricFunction<T>>& metrics, bool with_validation) {
  std::vector<std::string> names{"loss"};
  for (const MetricFunction<T>& metric : metrics) names.push_back(metric.name);
  std::sort(names.begin(), names.end());
  const std::size_t count = names.size();
  for (std::size_t i = 0; i < count && with_validation; ++i) names.push_back("val_" + names[i]);
  return names;
}

/// One call of `fit`.
template <class T>
class Fit {
 public:
  Fit(Module<T>& model, optim::AnyOptimizer<T>& optimizer, datasets::DataLoader<T>& loader,
      const FitOptions<T>& options)
      : loader_(loader),
        options_(options),
        modes_(model),
        state_(model),
        parameters_(optimizer.parameters()),
        of_model_(model.parameters()),
        metrics_(options.metrics.chosen("fit", options.loss, loader.dataset())),
        start_(with_whole_epochs(options.resume.value_or(Progress{.epoch = options.initial_epoch}), loader.batches())),
        history_(columns(metrics_, options.validation != nullptr), start_.epoch + 1),
        training_{.model = model,
                  .optimizer = optimizer,
                  .history = history_,
                  .messages = options.messages != nullptr ? *options.messages : std::cerr,
                  .epochs = options.epochs,
                  .batches = loader.batches(),
                  .epoch = start_.epoch,
                  .progress = start_},
        progress_(options.output != nullptr ? *options.output : std::cout,
                  {.verbose = options.verbose, .colour = base::wants_colour()}) {}

  History run() {
    call(&Callback<T>::on_train_begin);
    if (training_.epoch < training_.epochs) resume(loader_, options_.resume.value_or(start_));
    training_.progress.loading = loader_.options();
    training_.progress.samples = loader_.dataset().size();
    say(advice_on_batch_size(loader_.options().batch_size, loader_.dataset().size()));
    while (training_.epoch < training_.epochs && !training_.stop && !training_.interrupted) run_epoch();
    call(&Callback<T>::on_train_end);
    if (history_.epochs() > 0 && !training_.interrupted) say(advice_on_running_statistics(training_.model));
    return std::move(history_);
  }

 private:
  void call(void (Callback<T>::*event)(Training<T>&)) {
    for (Callback<T>* callback : options_.callbacks) (callback->*event)(training_);
  }

  void run_epoch() {
    ++training_.epoch;
    progress_.begin_epoch(training_.epoch, training_.epochs, training_.batches, training_.progress.batch);
    training_.batch = training_.progress.batch;
    call(&Callback<T>::on_epoch_begin);
    if (!training_.model.is_training()) training_.model.train();  // otherwise layers keep modes of their own
    RunningMeans<T> means(metrics_);
    means.set_tallies(training_.progress.tallies);
    for (auto batches = loader_.begin(); batches != loader_.end(); ++batches) {
      ++training_.batch;
      const bool stepped = step(batches.take(), means);
      training_.progress.batch = training_.batch;
      training_.progress.tallies = means.tallies();
      show(means.values());
      if (stepped) call(&Callback<T>::on_batch_end);
      if (interrupt_.interrupted() && training_.batch < training_.batches) return interrupt();
    }
    means.require_any("fit");
    complete(means.values());
  }

  /// Loss and metrics are those of the batch before the step. Returns false if there was nothing to learn from it.
  bool step(const datasets::Batch<T>& batch, RunningMeans<T>& means) {
    const double counted = options_.loss.counted(batch);
    if (counted == 0.0) return false;  // every label is ignored
    Tape<T> tape;
    const Var<T> x(batch.inputs);
    state_.keep();
    try {
      const auto [outputs, loss] = forward(x, batch);
      training_.loss = static_cast<double>(loss.item());
      if (!std::isfinite(training_.loss)) refuse_loss(batch);
      if (!std::exchange(outputs_seen_, true)) {
        say(advice_on_outputs(training_.model, outputs, options_.loss));
      }
      means.add(outputs, batch, training_.loss, counted);
      update(tape, loss);
      return true;
    } catch (...) {
      state_.restore();
      throw;
    }
  }

  /// Outputs and loss. A layer that finds its input infinite says so.
  std::pair<Var<T>, Var<T>> forward(const Var<T>& x, const datasets::Batch<T>& batch) {
    try {
      const Var<T> outputs = training_.model(x);
      return {outputs, options_.loss(outputs, batch)};
    } catch (const NotFinite& error) {
      training_.loss = std::numeric_limits<double>::quiet_NaN();
      refuse_loss(batch, error.what());
    }
  }

  void update(Tape<T>& tape, const Var<T>& loss) {
    training_.optimizer.zero_grad();
    for (const Var<T>& p : of_model_) p.zero_grad();  // what the optimizer leaves alone would pile up
    try {
      tape.backward(loss);
      if (options_.clip_norm) optim::clip_by_norm(parameters_, *options_.clip_norm);
      training_.optimizer.step();
    } catch (const NotFinite& error) {
      throw StepNotFinite(fmt::format("[fit] the step of batch {} in epoch {} is refused: {}{}. {}", training_.batch,
                                      training_.epoch, error.what(), first_parameter_not_finite(), nothing_changed),
                          training_.epoch, training_.batch, history_);
    }
  }

  /// The network's name of the first parameter whose gradient is not finite.
  std::string first_parameter_not_finite() {
    for (const auto& [name, parameter] : training_.model.named_parameters()) {
      if (parameter.has_grad() && !all_finite(parameter.grad())) {
        return fmt::format(" (the first gradient that is not finite is that of '{}')", name);
      }
    }
    return {};
  }

  [[noreturn]] void refuse_loss(const datasets::Batch<T>& batch, const std::string& what = {}) {
    state_.restore();
    const std::string where =
        DetectAnomaly::active() && !what.empty() ? what : where_not_finite(training_.model, batch);
    throw LossNotFinite(fmt::format("[fit] the loss of batch {} in epoch {} is {}: {}. {}", training_.batch,
                                    training_.epoch, training_.loss, where, nothing_changed),
                        training_.epoch, training_.batch, history_);
  }

  void show(const std::vector<NamedNumber>& values) {
    const bool any = training_.progress.tallies.at("loss").count > 0.0;  // before that there is no mean of anything
    progress_.step(any ? shown(values) : std::vector<Metric>{});
  }

  static std::vector<Metric> shown(const std::vector<NamedNumber>& values) {
    std::vector<Metric> metrics;
    for (const auto& [name, value] : values) metrics.push_back({name, value});
    return metrics;
  }

  void complete(std::vector<NamedNumber> values) {
    if (options_.validation != nullptr) {
      for (auto& [name, value] : validate()) values.push_back({"val_" + name, value});
    }
    std::vector<double> numbers;
    for (const auto& [name, value] : values) numbers.push_back(value);
    history_.add(numbers);
    training_.progress.epoch = training_.epoch;
    training_.progress.batch = 0;
    training_.progress.tallies.clear();
    progress_.end_epoch(shown(values));
    call(&Callback<T>::on_epoch_end);
    if (interrupt_.interrupted()) interrupt();
  }

  std::vector<NamedNumber> validate() {
    return evaluate(training_.model, *options_.validation,
                    {.batch_size = options_.batch_size, .loss = options_.loss, .metrics = metrics_})
        .numbers;
  }

  void interrupt() {
    training_.interrupted = true;
    progress_.abandon();
    say(fmt::format(
        "Interrupted in epoch {}/{} after batch {}/{}: the history has {} complete epoch(s), the network every step.\n",
        training_.epoch, training_.epochs, training_.batch, training_.batches, history_.epochs()));
  }

  void say(const std::string& text) { training_.messages << base::fitted(training_.messages, text); }

  datasets::DataLoader<T>& loader_;
  const FitOptions<T>& options_;
  const KeepModes<T> modes_;
  const InterruptGuard interrupt_;
  ForwardState<T> state_;
  const std::vector<Var<T>> parameters_;  ///< of the optimizer
  const std::vector<Var<T>> of_model_;
  const std::vector<MetricFunction<T>> metrics_;
  const Progress start_;
  History history_;
  Training<T> training_;
  ProgressBar progress_;
  bool outputs_seen_ = false;
};

/// The shape of one sample.
template <class T>
Shape sample_shape(const Array<T>& inputs) {
  return Shape(inputs.shape().begin() + 1, inputs.shape().end());
}

/// What is in scope must not hide that the network trains.
void check_scopes() {
  require(!NoRecord::active(), "fit", "a NoRecord is in scope, so no gradient can be had; end its scope before");
  require(!EvaluationMode::active(), "fit",
          "an EvaluationMode is in scope, so no layer would be training; end its scope before");
}

/// An optimizer of some of the network's parameters, or of others besides, is a training too; one of none is a mistake.
template <class T>
void check(Module<T>& model, const optim::AnyOptimizer<T>& optimizer) {
  const std::vector<Var<T>> parameters = model.parameters(), stepped = optimizer.parameters();
  const auto is_of_model = [&](const Var<T>& p) {
    return std::any_of(parameters.begin(), parameters.end(), [&](const Var<T>& q) { return same(p, q); });
  };
  require(
      std::any_of(stepped.begin(), stepped.end(), is_of_model), "fit",
      "none of the {} parameters of the optimizer is one of the network's {}; build it from the parameters() of the "
      "network that is trained",
      stepped.size(), parameters.size());
}

template <class T>
void check(const datasets::Dataset<T>& train, const FitOptions<T>& options) {
  require(options.validation_split == 0.0, "fit",
          "validation_split is {}, but a loader cannot be split; split the dataset before, or leave it out",
          options.validation_split);
  for (const Callback<T>* callback : options.callbacks) {
    require(callback != nullptr, "fit", "one of the {} callbacks is null", options.callbacks.size());
  }
  require(!options.clip_norm || *options.clip_norm > 0.0, "fit", "clip_norm is {}; expected a positive number",
          options.clip_norm.value_or(0.0));
  require(options.loss != nullptr, "fit", "got no loss; leave it out for the cross-entropy");
  if (options.validation == nullptr) return;
  const datasets::Dataset<T>& validation = *options.validation;
  validation.check("fit");
  require(validation.size() > 0 && sample_shape(validation.inputs) == sample_shape(train.inputs), "fit",
          "got inputs {} to train and {} to validate; expected one sample or more of the same shape",
          train.inputs.shape(), validation.inputs.shape());
}

}  // namespace

template <class T>
History fit(Module<T>& model, optim::AnyOptimizer<T>& optimizer, datasets::DataLoader<T>& train,
            const FitOptions<T>& options) {
  check_scopes();
  check(model, optimizer);
  check(train.dataset(), options);
  return Fit<T>(model, optimizer, train, options).run();
}

template <class T>
History fit(Module<T>& model, optim::AnyOptimizer<T>& optimizer, const datasets::Dataset<T>& train,
            const FitOptions<T>& options) {
  const datasets::LoaderOptions loading{
      .batch_size = options.batch_size, .shuffle = options.shuffle, .seed = options.seed};
  if (options.validation_split == 0.0) {
    datasets::DataLoader<T> loader(train, loading);
    return fit(model, optimizer, loader, options);
  }
  require(options.validation == nullptr, "fit", "got both validation and validation_split; give one of them");
  std::ostream& messages = options.messages != nullptr ? *options.messages : std::cerr;
  datasets::Split<T> parts = datasets::validation_split(train, options.validation_split, messages);
  datasets::DataLoader<T> loader(std::move(parts.train), loading);
  FitOptions<T> with_part = options;
  with_part.validation_split = 0.0;
  with_part.validation = &parts.test;
  return fit(model, optimizer, loader, with_part);
}

template History fit(Module<float>&, optim::AnyOptimizer<float>&, datasets::DataLoader<float>&,
                     const FitOptions<float>&);
template History fit(Module<float>&, optim::AnyOptimizer<float>&, const datasets::Dataset<float>&,
                     const FitOptions<float>&);
template History fit(Module<double>&, optim::AnyOptimizer<double>&, datasets::DataLoader<double>&,
                     const FitOptions<double>&);
template History fit(Module<double>&, optim::AnyOptimizer<double>&, const datasets::Dataset<double>&,
                     const FitOptions<double>&);

}  // namespace wengert::nn
