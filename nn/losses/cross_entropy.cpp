#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/map.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/reduce.hpp>
#include <autograd/operations/reductions.hpp>
#include <nn/losses/checks.hpp>
#include <nn/losses/cross_entropy.hpp>
#include <nn/losses/largest.hpp>
#include <nn/losses/probabilities.hpp>

namespace wengert::nn {
namespace {

template <class T>
void check_shapes(std::string_view operation, std::string_view what, const Var<T>& x, const Indices& labels) {
  require(x.rank() >= 2 && x.size() == labels.size() * x.shape().back() && !labels.empty(), operation,
          "got {} label(s) and {} {}; expected N labels and (N, K), one row of K {} for each label, with N > 0",
          labels.size(), x.name().empty() ? fmt::format("{} of shape", what) : "'" + x.name() + "'", x.shape(), what);
}

/// The rows that count. Throws an Error if there is none, or one has a label that is out of range.
Indices counted_rows(std::string_view operation, std::string_view what, const Shape& shape, const Indices& labels,
                     const std::optional<std::size_t>& ignored = {}) {
  Indices rows;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (labels[row] == ignored) continue;
    require(labels[row] < shape.back(), operation,
            "label {} of row {} is out of range for {} {}: {} classes are numbered from 0; check the labels or the "
            "width of the last layer{}",
            labels[row], row, what, shape, shape.back(),
            shape.back() == 1 ? "; one output is for yes or no (binary_cross_entropy) or a number (mse), with targets"
                              : "");
    rows.push_back(row);
  }
  require(!rows.empty(), operation, "all {} labels are the ignored {}; expected one that counts", labels.size(),
          ignored.value_or(0));
  return rows;
}

void check_smoothing(double smoothing) {
  require(smoothing >= 0.0 && smoothing <= 1.0, "cross_entropy",
          "label_smoothing is {}; expected the share of the target that is spread over all classes, between 0 and 1",
          smoothing);
}

/// (..., K) as (N, K), a row for each label.
template <class T>
Var<T> rows_of(const Var<T>& x) {
  if (x.rank() == 2) return x;
  return reshape(x, {x.size() / x.shape().back(), x.shape().back()}).named(x.name());
}

}  // namespace

template <class T>
Var<T> cross_entropy(const Var<T>& logits, const Indices& labels, const CrossEntropyOptions& options) {
  check_shapes("cross_entropy", "logits", logits, labels);
  check_smoothing(options.label_smoothing);
  if (logits.rank() > 2) return cross_entropy(rows_of(logits), labels, options);
  const Indices rows = counted_rows("cross_entropy", "logits", logits.shape(), labels, options.ignore_index);
  if (rows.size() < labels.size()) {
    Indices counted;
    for (const std::size_t row : rows) counted.push_back(labels[row]);
    return cross_entropy(gather(logits, rows, 0), counted, {.label_smoothing = options.label_smoothing});
  }
  if (options.label_smoothing > 0.0) check_distances("cross_entropy", logits, [](std::size_t) { return true; });
  const Var<T> log_p = log_softmax(logits);             // (N, K)
  const Var<T> of_labels = -mean(pick(log_p, labels));  // ()
  if (options.label_smoothing == 0.0) return of_labels;
  if (options.label_smoothing == 1.0) return -mean(log_p);  // 0 times the others may be NaN
  return (1.0 - options.label_smoothing) * of_labels - options.label_smoothing * mean(log_p);
}

template <class T>
Var<T> cross_entropy_from_probabilities(const Var<T>& probabilities, const Indices& labels) {
  check_shapes("cross_entropy_from_probabilities", "probabilities", probabilities, labels);
  if (probabilities.rank() > 2) return cross_entropy_from_probabilities(rows_of(probabilities), labels);
  counted_rows("cross_entropy_from_probabilities", "probabilities", probabilities.shape(), labels);
  check_rows_of_probabilities("cross_entropy_from_probabilities", probabilities);
  const auto negative_log = [](const auto& p, const auto& sum) { return -log(clipped(p / sum)); };
  const Var<T> sums = sum(probabilities, {-1});                           // (N)
  return mean(Axes{0}, negative_log, pick(probabilities, labels), sums);  // ()
}

template <class T>
double accuracy(const Var<T>& logits, const Indices& labels) {
  check_shapes("accuracy", "logits", logits, labels);
  counted_rows("accuracy", "logits", logits.shape(), labels);
  const std::size_t classes = logits.shape().back();
  std::size_t right = 0;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    right += is_largest(std::span(logits.value().data() + row * classes, classes), labels[row]) ? 1u : 0u;
  }
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

template Var<float> cross_entropy(const Var<float>&, const Indices&, const CrossEntropyOptions&);
template Var<float> cross_entropy_from_probabilities(const Var<float>&, const Indices&);
template Var<double> cross_entropy(const Var<double>&, const Indices&, const CrossEntropyOptions&);
template Var<double> cross_entropy_from_probabilities(const Var<double>&, const Indices&);
template double accuracy(const Var<float>&, const Indices&);
template double accuracy(const Var<double>&, const Indices&);

}  // namespace wengert::nn
