#include <autograd/operations/elementwise.hpp>
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

/// -(t log(p) + (1 - t) log(1 - p)). Near 1/2 its derivatives would be what is left of two logarithms of 2, and of two
/// twos where t is near 1/2 too.
struct FromProbability {
  static constexpr const char* name = "binary_cross_entropy_from_probability";
  static auto formula(const auto& p, const auto& t) { return -(t * log(p) + (1.0 - t) * log1p(-p)); }
  template <class L>
  static L value(const L& p, const L& t) {
    return formula(p, t);
  }
  template <int I, class N>
  static N derivative(const N&, const N& p, const N& t) {
    const auto is_near = abs(p - 0.5) < 0.25;
    const N no = 1.0 - p;
    if constexpr (I == 0) return where(is_near, (p - t) / (p * no), (1.0 - t) / no - t / p);
    else return where(is_near, -log1p((2.0 * p - 1.0) / no), log1p(-p) - log(p));
  }
};

/// The same; print says the formula.
template <class P, class N>
auto from_probability(const P& p, const N& t) {
  if constexpr (is_symbolic<P> || is_symbolic<N>) return FromProbability::formula(p, t);
  else return apply_binary(FromProbability{}, p, t);
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
  const auto loss = [](const auto& p, const auto& t) { return from_probability(clipped(p), t); };
  return mean(every_axis, loss, probabilities, targets);
}

template Var<float> binary_cross_entropy(const Var<float>&, const Var<float>&);
template Var<double> binary_cross_entropy(const Var<double>&, const Var<double>&);
template Var<float> binary_cross_entropy_from_probabilities(const Var<float>&, const Var<float>&);
template Var<double> binary_cross_entropy_from_probabilities(const Var<double>&, const Var<double>&);

}  // namespace wengert::nn
