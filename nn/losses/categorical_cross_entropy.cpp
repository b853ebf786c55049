#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/map.hpp>
#include <autograd/operations/reduce.hpp>
#include <autograd/operations/reductions.hpp>
#include <nn/losses/categorical_cross_entropy.hpp>
#include <nn/losses/checks.hpp>
#include <nn/losses/probabilities.hpp>

namespace wengert::nn {
namespace {

template <class T>
void check(std::string_view loss, const Var<T>& outputs, const Var<T>& targets) {
  require_same_shape(loss, outputs, targets);
  require(outputs.rank() >= 1, loss, "got a scalar; expected (..., K), one row of K classes for each target");
  for (const T t : std::span(targets.value().data(), targets.size())) {
    require(t >= T(0) && t <= T(1), loss,
            "got the target {}; expected the probability of a class, 0 or 1 in one-hot rows; cross_entropy takes the "
            "numbers of classes as labels",
            t);
  }
}

}  // namespace

template <class T>
Var<T> categorical_cross_entropy(const Var<T>& logits, const std::type_identity_t<Var<T>>& targets) {
  const AllOrNothing<T> whole;
  check("categorical_cross_entropy", logits, targets);
  check_distances("categorical_cross_entropy", logits,
                  [&](std::size_t i) { return targets.value().data()[i] != T(0); });
  const auto loss = [](const auto& log_p, const auto& t) { return gated(t, -log_p); };
  return mean(sum(Axes{-1}, loss, log_softmax(logits), targets));  // (..., K) -> (...) -> ()
}

template <class T>
Var<T> categorical_cross_entropy_from_probabilities(const Var<T>& probabilities,
                                                    const std::type_identity_t<Var<T>>& targets) {
  const AllOrNothing<T> whole;
  check("categorical_cross_entropy_from_probabilities", probabilities, targets);
  check_rows_of_probabilities("categorical_cross_entropy_from_probabilities", probabilities);
  const auto loss = [](const auto& p, const auto& total, const auto& t) { return -t * log(clipped(p / total)); };
  const Var<T> totals = sum(probabilities, {-1}, Dims::keep);        // (..., 1)
  return mean(sum(Axes{-1}, loss, probabilities, totals, targets));  // (..., K) -> (...) -> ()
}

template Var<float> categorical_cross_entropy(const Var<float>&, const Var<float>&);
template Var<double> categorical_cross_entropy(const Var<double>&, const Var<double>&);
template Var<float> categorical_cross_entropy_from_probabilities(const Var<float>&, const Var<float>&);
template Var<double> categorical_cross_entropy_from_probabilities(const Var<double>&, const Var<double>&);

}  // namespace wengert::nn
