#include <autograd/arrays/shape.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/training/evaluate.hpp>
#include <nn/training/modes.hpp>

namespace wengert::nn {
namespace {

/// Rows begin .. end - 1.
template <class T>
Array<T> slice_rows(const Array<T>& array, std::size_t begin, std::size_t end) {
  Shape shape = array.shape();
  const std::size_t stride = array.size() / shape[0];
  shape[0] = end - begin;
  Array<T> rows = empty<T>(shape);
  std::copy_n(array.data() + begin * stride, rows.size(), rows.data());
  return rows;
}

/// Calls `use(outputs, begin, end)` for the outputs of every batch, rows begin .. end - 1 of the inputs.
template <class T, class Use>
void for_each_batch(std::string_view operation, Module<T>& model, const Array<T>& inputs, std::size_t batch_size,
                    const Use& use) {
  require(batch_size >= 1, operation, "batch_size is 0; expected at least 1; use for example 32");
  require(inputs.dimension() > 0 && inputs.size() > 0, operation,
          "got inputs of shape {}; expected (N, ...) with at least one sample", inputs.shape());
  const NoRecord pause;
  const KeepModes modes(model);
  model.eval();
  const std::size_t count = inputs.shape()[0];
  for (std::size_t begin = 0; begin < count; begin += batch_size) {
    const std::size_t end = std::min(begin + batch_size, count);
    use(model(slice_rows(inputs, begin, end)), begin, end);
  }
}

}  // namespace

template <class T>
Evaluation evaluate(Module<T>& model, const datasets::Dataset<T>& data, const EvaluateOptions<T>& options) {
  data.check("evaluate");
  require(options.loss != nullptr, "evaluate", "got no loss; leave it out for the cross-entropy");
  RunningMean mean;
  for_each_batch("evaluate", model, data.inputs, options.batch_size,
                 [&](const Var<T>& outputs, std::size_t begin, std::size_t end) {
                   const auto first = data.labels.begin();
                   const Indices labels(first + static_cast<std::ptrdiff_t>(begin),
                                        first + static_cast<std::ptrdiff_t>(end));
                   mean.add({options.loss(outputs, labels).item(), accuracy(outputs, labels)}, labels.size());
                 });
  return mean.value();
}

template <class T>
Array<T> predict(Module<T>& model, const Array<T>& inputs, const PredictOptions& options) {
  Array<T> all;
  for_each_batch("predict", model, inputs, options.batch_size,
                 [&](const Var<T>& outputs, std::size_t begin, std::size_t end) {
                   require(outputs.rank() > 0 && outputs.shape()[0] == end - begin, "predict",
                           "the network gave {} for a batch of {} samples; expected one row for each sample",
                           outputs.shape(), end - begin);
                   Shape shape = outputs.shape();
                   shape[0] = inputs.shape()[0];
                   if (begin == 0) all = empty<T>(shape);
                   require(all.shape() == shape, "predict", "the rows of a batch have shape {}, those before {}", shape,
                           all.shape());
                   std::copy_n(outputs.value().data(), outputs.size(), all.data() + begin * (all.size() / shape[0]));
                 });
  return all;
}

template Evaluation evaluate(Module<float>&, const datasets::Dataset<float>&, const EvaluateOptions<float>&);
template Evaluation evaluate(Module<double>&, const datasets::Dataset<double>&, const EvaluateOptions<double>&);
template Array<float> predict(Module<float>&, const Array<float>&, const PredictOptions&);
template Array<double> predict(Module<double>&, const Array<double>&, const PredictOptions&);

}  // namespace wengert::nn
