#include <autograd/base/interrupt.hpp>
#include <autograd/base/terminal.hpp>
#include <autograd/tape/tape.hpp>
#include <datasets/split.hpp>
#include <nn/training/evaluate.hpp>
#include <nn/training/fit.hpp>
#include <nn/training/modes.hpp>
#include <optim/clip.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>

namespace wengert::nn {
namespace {

std::vector<std::string> columns(bool with_validation) {
  if (with_validation) return {"accuracy", "loss", "val_accuracy", "val_loss"};
  return {"accuracy", "loss"};
}

/// The numbers of an epoch in the order of `columns`.
std::vector<double> row(const Evaluation& train, const std::optional<Evaluation>& validation) {
  if (validation) return {train.accuracy, train.loss, validation->accuracy, validation->loss};
  return {train.accuracy, train.loss};
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
        history_(columns(options.validation != nullptr), options.initial_epoch + 1),
        training_{.model = model,
                  .optimizer = optimizer,
                  .history = history_,
                  .messages = options.messages != nullptr ? *options.messages : std::cerr,
                  .epochs = options.epochs,
                  .batches = loader.batches(),
                  .epoch = options.initial_epoch},
        progress_(options.output != nullptr ? *options.output : std::cout,
                  {.verbose = options.verbose, .colour = base::wants_colour()}) {}

  History run() {
    call(&Callback<T>::on_train_begin);
    loader_.set_epoch(options_.initial_epoch);
    while (training_.epoch < training_.epochs && !training_.stop && !training_.interrupted) run_epoch();
    call(&Callback<T>::on_train_end);
    return std::move(history_);
  }

 private:
  void call(void (Callback<T>::*event)(Training<T>&)) {
    for (Callback<T>* callback : options_.callbacks) (callback->*event)(training_);
  }

  void run_epoch() {
    ++training_.epoch;
    progress_.begin_epoch(training_.epoch, training_.epochs, training_.batches);
    training_.batch = 0;
    call(&Callback<T>::on_epoch_begin);
    training_.model.train();
    RunningMean mean;
    for (auto batches = loader_.begin(); batches != loader_.end(); ++batches) {
      ++training_.batch;
      const std::size_t size = (*batches).labels.size();
      mean.add(step(batches.take()), size);
      show(mean.value());
      call(&Callback<T>::on_batch_end);
      if (interrupt_.interrupted()) return interrupt();
    }
    complete(mean.value());
  }

  /// Loss and accuracy are those of the batch before the step.
  Evaluation step(datasets::Batch<T> batch) {
    Tape<T> tape;
    const Var<T> x(std::move(batch.inputs));
    state_.keep();
    try {
      const Var<T> outputs = training_.model(x);
      const Var<T> loss = options_.loss(outputs, batch.labels);
      training_.loss = static_cast<double>(loss.item());
      if (!std::isfinite(training_.loss)) refuse(x);
      const Evaluation result{training_.loss, accuracy(outputs, batch.labels)};
      training_.optimizer.zero_grad();
      tape.backward(loss);
      if (options_.clip_norm) optim::clip_by_norm(parameters_, *options_.clip_norm);
      training_.optimizer.step();
      return result;
    } catch (...) {
      state_.restore();
      throw;
    }
  }

  [[noreturn]] void refuse(const Var<T>& inputs) {
    state_.restore();
    const std::string where = where_not_finite(training_.model, inputs);
    throw LossNotFinite(
        fmt::format(
            "[fit] the loss of batch {} in epoch {} is {}: {}. The network and the optimizer are as before this "
            "batch; check the data, lower the learning rate or clip the gradients",
            training_.batch, training_.epoch, training_.loss, where),
        training_.epoch, training_.batch, history_);
  }

  void show(const Evaluation& mean) {
    progress_.step(std::array{Metric{"accuracy", mean.accuracy}, Metric{"loss", mean.loss}});
  }

  void complete(const Evaluation& train) {
    std::optional<Evaluation> validation;
    if (options_.validation != nullptr) {
      validation =
          evaluate(training_.model, *options_.validation, {.batch_size = options_.batch_size, .loss = options_.loss});
    }
    const std::vector<double> numbers = row(train, validation);
    history_.add(numbers);
    std::vector<Metric> metrics;
    for (std::size_t i = 0; i < numbers.size(); ++i) metrics.push_back({history_.columns()[i], numbers[i]});
    progress_.end_epoch(metrics);
    call(&Callback<T>::on_epoch_end);
    if (interrupt_.interrupted()) interrupt();
  }

  void interrupt() {
    training_.interrupted = true;
    progress_.abandon();
    training_.messages << fmt::format(
        "Interrupted in epoch {}/{} after batch {}/{}: the history has {} complete epoch(s), the network every step.\n",
        training_.epoch, training_.epochs, training_.batch, training_.batches, history_.epochs());
  }

  datasets::DataLoader<T>& loader_;
  const FitOptions<T>& options_;
  const KeepModes<T> modes_;
  const InterruptGuard interrupt_;
  ForwardState<T> state_;
  const std::vector<Var<T>> parameters_;
  History history_;
  Training<T> training_;
  ProgressBar progress_;
};

/// The shape of one sample.
template <class T>
Shape sample_shape(const Array<T>& inputs) {
  return Shape(inputs.shape().begin() + 1, inputs.shape().end());
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
