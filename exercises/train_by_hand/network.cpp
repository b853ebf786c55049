#include "network.hpp"

#include <autograd/numbers/functions.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/matmul.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/tape/tape.hpp>

namespace exercises::train_by_hand {

using namespace wengert;

namespace {

constexpr double epsilon = 0.01;

Var<double> weight(Generator& generator, const Shape& shape, const char* name) {
  return parameter(generator.normal<double>(shape, 0.0, 0.5), name);
}

}  // namespace

Parameters::Parameters(Generator& generator, std::size_t features, std::size_t hidden, std::size_t classes)
    : w1(weight(generator, {hidden, features}, "w1")),
      gamma(parameter(generator.uniform<double>({1, hidden}, 0.9, 1.1), "gamma")),
      beta(weight(generator, {1, hidden}, "beta")),
      w2(weight(generator, {classes, hidden}, "w2")),
      b2(weight(generator, {1, classes}, "b2")) {}

Network::Network(const Var<double>& x, const Array<double>& target, const Parameters& p)
    : z(matmul(x, p.w1, {.transpose_b = true}).named("z")),                                      // (N, H)
      normalised(batch_norm(z, p.gamma, p.beta, {0}, epsilon)),                                  // (N, H)
      active(wengert::tanh(normalised.y.named("y")).named("active")),                            // (N, H)
      logits((matmul(active, p.w2, {.transpose_b = true}) + p.b2).named("logits")),              // (N, K)
      loss((-sum(log_softmax(logits) * Var<double>(target)) / rows_of(target)).named("loss")) {  // ()
  normalised.mean.named("mean");
  normalised.variance.named("variance");
}

Forward Network::numbers(const Var<double>& x, const Array<double>& target, const Parameters& p) const {
  const NoRecord pause;
  const Var<double> deviation = wengert::sqrt(normalised.variance + epsilon);  // (1, H)
  const Var<double> z_hat = (z - normalised.mean) / deviation;                 // (N, H)
  return {x.value(),
          target,
          p.w1.value(),
          p.gamma.value(),
          p.beta.value(),
          p.w2.value(),
          p.b2.value(),
          z.value(),
          deviation.value(),
          z_hat.value(),
          normalised.y.value(),
          active.value(),
          logits.value(),
          softmax(logits).value()};
}

}  // namespace exercises::train_by_hand
