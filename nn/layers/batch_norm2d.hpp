#pragma once

#include <nn/layers/batch_norm.hpp>

namespace wengert::nn {

/// Batch normalisation of (N, C, H, W) per channel; see BatchNorm.
template <class T = float>
class BatchNorm2d final : public BatchNorm<T> {
 public:
  /// Throws an Error if there is no channel or an option makes no sense.
  explicit BatchNorm2d(std::size_t channels, const BatchNormOptions& options = {}) : BatchNorm<T>(channels, options) {}

 private:
  ChannelShapes inputs() const override { return {this->channels(), 4, 4}; }
};

extern template class BatchNorm2d<float>;
extern template class BatchNorm2d<double>;

}  // namespace wengert::nn
