#include <autograd/arrays/shape.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/training/evaluate.hpp>

#include <algorithm>

namespace wengert::nn {
namespace {

/// Calls `use(begin, end)` for the rows begin .. end - 1 of every batch, in evaluation mode and without recording.
template <class T, class Use>
void for_each_batch(std::string_view operation, const Array<T>& inputs, std::size_t batch_size, const Use& use) {
  require(batch_size >= 1, operation, "batch_size is 0; expected at least 1; use for example 32");
  require(inputs.dimension() > 0 && inputs.size() > 0, operation,
          "got inputs of shape {}; expected (N, ...) with at least one sample", inputs.shape());
  const NoRecord pause;
  const EvaluationMode evaluation;
  const std::size_t count = inputs.shape()[0];
  for (std::size_t begin = 0; begin < count; begin += batch_size) use(begin, std::min(begin + batch_size, count));
}

}  // namespace

double Evaluation::operator[](std::string_view name) const {
  const auto found = std::find_if(numbers.begin(), numbers.end(), [&](const auto& n) { return n.name == name; });
  require(found != numbers.end(), "Evaluation", "there is no '{}'; expected loss or one of the metrics", name);
  return found->value;
}

template <class T>
Evaluation evaluate(Module<T>& model, const datasets::Dataset<T>& data, const EvaluateOptions<T>& options) {
  data.check("evaluate");
  require(options.loss != nullptr, "evaluate", "got no loss; leave it out for the cross-entropy");
  const std::vector<MetricFunction<T>> metrics = options.metrics.chosen("evaluate", options.loss, data);
  RunningMeans<T> means(metrics);
  for_each_batch("evaluate", data.inputs, options.batch_size, [&](std::size_t begin, std::size_t end) {
    const datasets::Batch<T> batch = data.batch(begin, end);
    const double counted = options.loss.counted(batch);
    if (counted == 0.0) return;
    const Var<T> outputs = model(batch.inputs);
    means.add(outputs, batch, static_cast<double>(options.loss(outputs, batch).item()), counted);
  });
  means.require_any("evaluate");
  Evaluation result{.numbers = means.values()};
  for (const auto& [name, value] : result.numbers) {
    if (name == "loss") result.loss = value;
    if (name == "accuracy") result.accuracy = value;
  }
  return result;
}

template <class T>
Array<T> predict(Module<T>& model, const Array<T>& inputs, const PredictOptions& options) {
  Array<T> all;
  for_each_batch("predict", inputs, options.batch_size, [&](std::size_t begin, std::size_t end) {
    const Var<T> outputs = model(datasets::slice_rows(inputs, begin, end));
    require(outputs.rank() > 0 && outputs.shape()[0] == end - begin, "predict",
            "the network gave {} for a batch of {} samples; expected one row for each sample", outputs.shape(),
            end - begin);
    Shape shape = outputs.shape();
    shape[0] = inputs.shape()[0];
    if (begin == 0) all = empty<T>(shape);
    require(all.shape() == shape, "predict", "the rows of a batch have shape {}, those before {}", shape, all.shape());
    std::copy_n(outputs.value().data(), outputs.size(), all.data() + begin * (all.size() / shape[0]));
  });
  return all;
}

template Evaluation evaluate(Module<float>&, const datasets::Dataset<float>&, const EvaluateOptions<float>&);
template Evaluation evaluate(Module<double>&, const datasets::Dataset<double>&, const EvaluateOptions<double>&);
template Array<float> predict(Module<float>&, const Array<float>&, const PredictOptions&);
template Array<double> predict(Module<double>&, const Array<double>&, const PredictOptions&);

}  // namespace wengert::nn
