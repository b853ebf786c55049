#pragma once

#include <cstddef>

namespace wengert::nn {

/// Loss and accuracy over some samples.
struct Evaluation {
  double loss = 0.0;
  double accuracy = 0.0;
};

/// Loss and accuracy over the batches so far, each weighted by its size.
class RunningMean {
 public:
  void add(const Evaluation& batch, std::size_t size) {
    const double weight = static_cast<double>(size);
    sums_.loss += weight * batch.loss;
    sums_.accuracy += weight * batch.accuracy;
    samples_ += weight;
  }

  Evaluation value() const { return {sums_.loss / samples_, sums_.accuracy / samples_}; }

 private:
  Evaluation sums_;
  double samples_ = 0.0;
};

}  // namespace wengert::nn
