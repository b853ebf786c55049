#include <autograd/check/diagnosis.hpp>
#include <autograd/kernel/finite.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/tape/accumulate.hpp>

#include <cmath>
#include <functional>
#include <set>

namespace wengert {
namespace {

using Arrays = std::vector<Array<double>>;

bool is_zero(const Array<double>& x) {
  return std::all_of(x.begin(), x.end(), [](double value) { return value == 0.0; });
}

double largest(const Array<double>& x) {
  double result = 0.0;
  for (double value : x) result = std::isfinite(value) ? std::max(result, std::abs(value)) : result;
  return result;
}

Array<double> combined(const Array<double>& a, const Array<double>& b, const std::function<double(double, double)>& f) {
  Array<double> result = a;
  std::transform(a.begin(), a.end(), b.begin(), result.begin(), f);
  return result;
}

Array<double> in_shape(const Array<double>& x, const Shape& shape) {
  const NoRecord pause;
  return broadcast_to(Var<double>(x), shape).value();
}

/// A factor by which a gradient, or one contribution to it, may be wrong.
struct Factor {
  Array<double> value;
  std::string words;
};

/// What an adjoint gets through one operation, which may read the variable more than once, as c · c does.
struct Path {
  std::optional<std::size_t> through;
  std::string rules;
  Array<double> contribution;
};

/// Looks for the mistakes that give a gradient derived by hand.
class Search {
 public:
  Search(const Replay& replay, std::size_t slot, const Array<double>& by_hand) : replay_(replay), by_hand_(by_hand) {
    for (const BackwardStep& step : replay.backward) {
      if (step.target == slot) steps_.push_back(&step);
    }
    right_ = steps_.back()->after->array("compare_gradients");
    find_paths();
    add_factors();
    for (const ForwardStep& step : replay.forward) {
      for (const ReplayEpsilon& epsilon : step.epsilons) add_epsilon(replay.forward[epsilon.slot], epsilon.value);
    }
  }

  std::vector<std::string> found() {
    if (is_alike(by_hand_, right_))
      return {
          fmt::format("by no more than {:g} of its largest element, as rounding does; compare with a larger "
                      "tolerance, {{.absolute = {:.0e}}}",
                      tolerance(), tolerance() * largest(right_))};
    try_shapes();
    if (by_hand_.shape() != right_.shape()) return found_;
    if (!all_finite(by_hand_)) note("it is not finite");
    if (is_zero(by_hand_)) note("it is zero everywhere: nothing was added to it");
    try_whole();
    if (steps_.size() > 1) try_last();
    try_paths();
    if (found_.empty()) try_epsilons();
    return found_;
  }

 private:
  /// How well the numbers of the record are known, beside the largest.
  double tolerance() const { return replay_.element_size == sizeof(float) ? 1e-5 : 1e-9; }

  /// Whether a mistake explains the numbers.
  bool is_alike(const Array<double>& a, const Array<double>& b) const {
    if (a.shape() != b.shape()) return false;
    const double apart = tolerance() * largest(b);
    return std::equal(a.begin(), a.end(), b.begin(),
                      [&](double x, double y) { return x == y || std::abs(x - y) <= apart; });
  }

  void note(const std::string& sentence) { found_.push_back(sentence); }

  void add(double factor, const std::string& words) {
    factors_.push_back({full<double>(right_.shape(), factor), words});
  }

  /// Extents that a 1/m may belong to, and variables that may have the wrong power.
  void add_factors() {
    add(-1.0, "its sign is wrong");
    for (double number : {2.0, 0.5}) add(number, fmt::format("it is {} times what it should be", number));
    for (std::size_t extent : extents()) {
      const auto m = static_cast<double>(extent);
      add(m, fmt::format("1/{} is missing, as a mean over {} elements brings it", extent, extent));
      add(1.0 / m, fmt::format("1/{} is there once too often", extent));
      add(m / (m - 1.0), fmt::format("it divides by {} where {} elements count: N - 1 for N", extent - 1, extent));
      add((m - 1.0) / m, fmt::format("it divides by {} where {} should stand: N for N - 1", extent, extent - 1));
    }
    for (double power : {1.0, -1.0, 0.5, -0.5, 2.0, -2.0}) {  // σ itself comes before the root of σ²
      for (const ForwardStep& step : replay_.forward) add_power(step, power);
    }
    add_other_extents();
  }

  /// A mean over the wrong axis: of the rows where that of the columns belongs.
  void add_other_extents() {
    std::set<std::size_t> own(right_.shape().begin(), right_.shape().end());
    own.insert(right_.size());
    own.erase(0);
    own.erase(1);
    for (const std::size_t right : own) {
      for (const std::size_t wrong : own) {
        if (right != wrong)
          add(static_cast<double>(right) / static_cast<double>(wrong),
              fmt::format("it divides by {} where {} elements count", wrong, right));
      }
    }
  }

  /// Also of what a reduction runs over, as N · H · W of an image. Not 2: a factor of two is told as such.
  std::set<std::size_t> extents() const {
    std::set<std::size_t> result;
    for (const ForwardStep& step : replay_.forward) {
      const std::size_t size = step.value->size();
      result.insert(step.value->shape.begin(), step.value->shape.end());
      result.insert(size);
      for (const ReplayOperand& operand : step.operands) {
        if (size > 0 && operand.value->size() % size == 0) result.insert(operand.value->size() / size);
      }
    }
    for (std::size_t useless : {0u, 1u, 2u}) result.erase(useless);
    return result;
  }

  void add_power(const ForwardStep& step, double power) {
    if (!step.value->is_whole() || !broadcasts_to(step.value->shape, right_.shape())) return;
    add_power(in_shape(step.value->array("compare_gradients"), right_.shape()), power, step.name.text);
  }

  void add_power(Array<double> factor, double power, const std::string& name) {
    for (double& x : factor) x = std::pow(x, power);
    if (!all_finite(factor)) return;
    const std::string exponent = power == 1.0 ? "" : fmt::format("^{}", power);
    factors_.push_back({factor, fmt::format("it is the right one times {}{}: a power of {} is wrong (as σ for σ²)",
                                            name, exponent, name)});
  }

  /// 1 / √(v + ε) with ε at another place, over the right one; and powers of the root, which may be no entry of its
  /// own.
  void add_epsilon(const ForwardStep& step, double epsilon) {
    if (!step.value->is_whole() || !broadcasts_to(step.value->shape, right_.shape())) return;
    const Array<double> v = in_shape(step.value->array("compare_gradients"), right_.shape());
    Array<double> forgotten = v, outside = v;
    for (double& x : forgotten) x = std::sqrt((x + epsilon) / x);
    for (double& x : outside) x = std::sqrt(x + epsilon) / (std::sqrt(x) + epsilon);
    const std::string& name = step.name.text;
    Array<double> root = v;
    for (double& x : root) x = std::sqrt(x + epsilon);
    for (const double power : {1.0, -1.0, 2.0, -2.0})
      add_power(root, power, fmt::format("√({} + {:g})", name, epsilon));
    if (all_finite(forgotten))
      epsilons_.push_back(
          {forgotten, fmt::format("epsilon is forgotten: √{} where √({} + {:g}) should stand", name, name, epsilon)});
    if (all_finite(outside))
      epsilons_.push_back({outside, fmt::format("epsilon is outside of the root: √{} + {:g} where √({} + {:g}) should "
                                                "stand",
                                                name, epsilon, name, epsilon)});
  }

  /// The wrong root once, as in dx, twice, as in the derivative of 1 / root, or three times, as in that by what is
  /// below it.
  void try_epsilons() {
    for (const Factor& wrong : epsilons_) {
      const auto times = [](const Array<double>& a, const Array<double>& b) {
        return combined(a, b, std::multiplies<>());
      };
      const Array<double> square = times(wrong.value, wrong.value), cube = times(square, wrong.value);
      bool explains = false;
      for (const Array<double>& power : {wrong.value, square, cube})
        explains = explains || is_alike(by_hand_, times(right_, power));
      for (const Path& path : paths_) {
        const Array<double> others = combined(right_, path.contribution, std::minus<>());
        explains = explains || is_alike(by_hand_, combined(times(others, wrong.value), times(path.contribution, cube),
                                                           std::plus<>()));
      }
      if (explains) return note(wrong.words);
    }
  }

  void try_shapes() {
    const NoRecord pause;
    const Shape& shape = right_.shape();
    if (by_hand_.dimension() == 2 && right_.dimension() == 2 &&
        is_alike(transpose(Var<double>(by_hand_)).value(), right_))
      note("it is transposed");
    if (by_hand_.shape() == shape || !found_.empty()) return;
    if (by_hand_.size() == right_.size() || !broadcasts_to(shape, by_hand_.shape()))
      return note(fmt::format("its shape is {}; expected {}", by_hand_.shape(), shape));
    const bool sums_up = is_alike(summed_to(Var<double>(by_hand_), shape).value(), right_);
    note(fmt::format("the sum over the axes that were broadcast is missing: sum it from {} to {}{}", by_hand_.shape(),
                     shape, sums_up ? ", and it is right" : ""));
  }

  void try_whole() {
    for (const Factor& factor : factors_) {
      if (is_alike(by_hand_, combined(right_, factor.value, std::multiplies<>())) && found_.empty()) note(factor.words);
    }
    const Array<double> negative = combined(right_, right_, [](double x, double) { return -x; });
    for (const Factor& factor : factors_) {
      if (found_.empty() && is_alike(by_hand_, combined(negative, factor.value, std::multiplies<>())))
        note("its sign is wrong, and " + factor.words);
    }
  }

  void try_last() {
    const Array<double> last = steps_.back()->contribution->array("compare_gradients");
    if (is_alike(by_hand_, last)) return note("this is the last contribution alone: `=` where `+=` belongs");
    if (paths_.size() == 1 && is_alike(by_hand_, combined(right_, last, std::minus<>())))
      note(fmt::format("this is what you get without the last contribution, {}", steps_.back()->rule.text));
  }

  /// What comes through one operation is left out, or wrong by a factor, or alone right.
  void try_paths() {
    if (paths_.size() < 2) return;
    for (const Path& path : paths_) {
      const Array<double> others = combined(right_, path.contribution, std::minus<>());
      if (is_alike(by_hand_, others))
        note(fmt::format("this is what you get without the path through {}", words(path)));
      if (!found_.empty()) continue;
      for (const Factor& factor : factors_) {
        const Array<double> wrong = combined(path.contribution, factor.value, std::multiplies<>());
        if (found_.empty() && is_alike(by_hand_, combined(others, wrong, std::plus<>())))
          note(fmt::format("one of its contributions is wrong, that through {}: {}", words(path), factor.words));
      }
    }
    if (paths_.size() > 2 && found_.empty()) try_all_but_one();
  }

  void try_all_but_one() {
    for (const Path& path : paths_) {
      if (is_alike(by_hand_, path.contribution))
        return note(fmt::format("this is what comes through {} alone: the other paths are left out", words(path)));
    }
    for (const Path& path : paths_) {
      const Array<double> others = combined(right_, path.contribution, std::minus<>());
      for (const Factor& factor : factors_) {
        const Array<double> wrong = combined(others, factor.value, std::multiplies<>());
        if (is_alike(by_hand_, combined(path.contribution, wrong, std::plus<>())))
          return note(fmt::format("all but what comes through {} is wrong: {}", words(path), factor.words));
      }
    }
  }

  void find_paths() {
    for (const BackwardStep* step : steps_) {
      const Array<double> contribution = step->contribution->array("compare_gradients");
      if (paths_.empty() || paths_.back().through != step->through) {
        paths_.push_back({step->through, step->rule.text, contribution});
        continue;
      }
      paths_.back().rules += " + " + step->rule.text;
      paths_.back().contribution = combined(paths_.back().contribution, contribution, std::plus<>());
    }
  }

  std::string words(const Path& path) const {
    const std::size_t slot = path.through.value_or(replay_.forward.size() - 1);
    return fmt::format("{} ({})", replay_.forward[slot].name.text, path.rules);
  }

  const Replay& replay_;
  const Array<double>& by_hand_;
  std::vector<const BackwardStep*> steps_;
  std::vector<Path> paths_;
  Array<double> right_;
  std::vector<Factor> factors_, epsilons_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> likely_mistakes(const Replay& replay, std::size_t slot, const Array<double>& by_hand) {
  return Search(replay, slot, by_hand).found();
}

}  // namespace wengert
