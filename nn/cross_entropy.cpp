#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/reductions.hpp>
#include <nn/cross_entropy.hpp>

namespace wengert::nn {
namespace {

template <class T>
void check(std::string_view operation, const Var<T>& logits, const Indices& labels) {
  require(logits.rank() == 2 && logits.shape()[0] == labels.size() && !labels.empty(), operation,
          "got {} label(s) and {} {}; expected N labels and (N, K), one row of K logits for each label, with N > 0",
          labels.size(), logits.name().empty() ? "logits of shape" : "'" + logits.name() + "'", logits.shape());
  const std::size_t classes = logits.shape()[1];
  for (std::size_t row = 0; row < labels.size(); ++row) {
    require(labels[row] < classes, operation,
            "label {} of row {} is out of range for logits {}: {} classes are numbered from 0; check the labels or the "
            "width of the last layer",
            labels[row], row, logits.shape(), classes);
  }
}

/// Whether `row` has its largest element at `label`, the first of equal ones.
template <class T>
bool is_largest(std::span<const T> row, std::size_t label) {
  for (std::size_t k = 0; k < row.size(); ++k) {
    const bool beaten = k < label ? row[label] > row[k] : row[label] >= row[k];
    if (!beaten) return false;
  }
  return true;
}

}  // namespace

template <class T>
Var<T> cross_entropy(const Var<T>& logits, const Indices& labels) {
  check("cross_entropy", logits, labels);
  return -mean(pick(log_softmax(logits), labels));
}

template <class T>
double accuracy(const Var<T>& logits, const Indices& labels) {
  check("accuracy", logits, labels);
  const std::size_t classes = logits.shape()[1];
  std::size_t right = 0;
  for (std::size_t row = 0; row < labels.size(); ++row) {
    right += is_largest(std::span(logits.value().data() + row * classes, classes), labels[row]) ? 1u : 0u;
  }
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

template Var<float> cross_entropy(const Var<float>&, const Indices&);
template Var<double> cross_entropy(const Var<double>&, const Indices&);
template double accuracy(const Var<float>&, const Indices&);
template double accuracy(const Var<double>&, const Indices&);

}  // namespace wengert::nn
