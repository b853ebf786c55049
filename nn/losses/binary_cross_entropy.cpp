#include <autograd/operations/reduce.hpp>
#include <nn/losses/binary_cross_entropy.hpp>
#include <nn/losses/checks.hpp>
#include <nn/losses/probabilities.hpp>

namespace wengert::nn {
namespace {

template <class T>
void check_targets(std::string_view loss, const Var<T>& targets) {
  for (const T t : std::span(targets.value().data(), targets.size())) {
    require(t >= T(0) && t <= T(1), loss, "got the target {}; expected 0 for no, 1 for yes, or a number between", t);
  }
}

/// A NaN passes on to the loss.
template <class T>
void check_probabilities(std::string_view loss, const Var<T>& probabilities) {
  for (const T p : std::span(probabilities.value().data(), probabilities.size())) {
    require(!(p < T(0) || p > T(1)), loss,
            "got the probability {}; expected the output of a sigmoid; binary_cross_entropy takes logits", p);
  }
}

}  // namespace

template <class T>
Var<T> binary_cross_entropy(const Var<T>& logits, const std::type_identity_t<Var<T>>& targets) {
  require_same_shape("binary_cross_entropy", logits, targets);
  check_targets("binary_cross_entropy", targets);
  const auto loss = [](const auto& z, const auto& t) {
    // Near 0 the derivative by t, softplus(-z) - softplus(z) = -z, would be what is left of two halves of log 2.
    return where(abs(z) < 0.5, softplus(z) - t * z, gated(t, softplus(-z)) + gated(1.0 - t, softplus(z)));
  };
  return mean(every_axis, loss, logits, targets);
}

template <class T>
Var<T> binary_cross_entropy_from_probabilities(const Var<T>& probabilities,
                                               const std::type_identity_t<Var<T>>& targets) {
  require_same_shape("binary_cross_entropy_from_probabilities", probabilities, targets);
  check_targets("binary_cross_entropy_from_probabilities", targets);
  check_probabilities("binary_cross_entropy_from_probabilities", probabilities);
  const auto loss = [](const auto& probability, const auto& t) {
    const auto p = clipped(probability);
    return -(t * log(p) + (1.0 - t) * log1p(-p));
  };
  return mean(every_axis, loss, probabilities, targets);
}

template Var<float> binary_cross_entropy(const Var<float>&, const Var<float>&);
template Var<double> binary_cross_entropy(const Var<double>&, const Var<double>&);
template Var<float> binary_cross_entropy_from_probabilities(const Var<float>&, const Var<float>&);
template Var<double> binary_cross_entropy_from_probabilities(const Var<double>&, const Var<double>&);

}  // namespace wengert::nn
