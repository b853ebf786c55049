#pragma once

#include <nn/layers/batch_norm.hpp>

namespace wengert::nn {

/// Batch normalisation of (N, C) or (N, C, L) per channel; see BatchNorm.
template <class T = float>
class BatchNorm1d final : public BatchNorm<T> {
 public:
  /// Throws an Error if there is no channel or an option makes no sense.
  explicit BatchNorm1d(std::size_t channels, const BatchNormOptions& options = {}) : BatchNorm<T>(channels, options) {}

 private:
  ChannelShapes inputs() const override { return {this->channels(), 2, 3}; }
};

extern template class BatchNorm1d<float>;
extern template class BatchNorm1d<double>;

}  // namespace wengert::nn
