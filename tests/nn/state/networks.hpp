#pragma once

#include <nn/nn.hpp>

#include <cstring>

namespace wengert::checkpoint_tests {

/// Sets a random half of the numbers to zero in training, with random numbers of its own.
template <class T>
class RandomHalf final : public nn::Module<T> {
 public:
  explicit RandomHalf(std::uint64_t seed) : generator_(seed) {}

  Var<T> forward(const Var<T>& x) override {
    if (!this->is_training()) return x;
    Array<T> mask = generator_.uniform<T>(x.shape());
    for (T& m : std::span(mask.data(), mask.size())) m = m < T(0.5) ? T(0) : T(1);
    return x * Var<T>(mask);
  }
  nn::Parts<T> parts() override { return {.generators = {{"generator", &generator_}}}; }

 private:
  Generator generator_;
};

/// A network with everything that has a state; another seed gives another one of the same architecture.
template <class T>
nn::Sequential<T> network(std::uint64_t seed, std::size_t hidden = 5) {
  Generator generator(seed);
  return nn::Sequential<T>{nn::Linear<T>(4, hidden, generator), nn::BatchNorm1d<T>(hidden), nn::ReLU<T>(),
                           RandomHalf<T>(seed + 1), nn::Linear<T>(hidden, 3, generator)};
}

template <class T>
bool same_bits(const Array<T>& a, const Array<T>& b) {
  return a.shape() == b.shape() && (a.size() == 0 || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

template <class T>
bool same_bits(const nn::StateDict<T>& a, const nn::StateDict<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const auto& x, const auto& y) { return x.name == y.name && same_bits(x.value, y.value); });
}

}  // namespace wengert::checkpoint_tests
