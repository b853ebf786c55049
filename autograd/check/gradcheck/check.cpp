#include <autograd/check/gradcheck.hpp>
#include <autograd/check/gradcheck/comparison.hpp>
#include <autograd/check/gradcheck/hint.hpp>
#include <autograd/tape/tape.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

namespace wengert::gradients {
namespace {

/// Numbers of either sign and of magnitude 0.5 to 1.5: no element of f is left out, and no two weigh the same.
Array<double> random_cotangent(const Shape& shape, Generator& generator) {
  Array<double> c = generator.uniform<double>(shape, 0.5, 1.5);
  for (double& x : std::span(c.data(), c.size())) x = generator.below(2) == 0 ? x : -x;
  return c;
}

bool bitwise_equal(const Array<double>& a, const Array<double>& b) {
  return a.shape() == b.shape() && std::equal(a.data(), a.data() + a.size(), b.data(), [](double x, double y) {
           return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
         });
}

Shape multi_index(std::size_t element, const Shape& shape) {
  Shape index(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0; element /= shape[axis]) index[axis] = element % shape[axis];
  return index;
}

std::vector<std::size_t> chosen_elements(std::size_t size, std::size_t limit, Generator& generator) {
  if (size > limit) {
    std::vector<std::size_t> chosen = generator.permutation(size);
    chosen.resize(limit);
    std::sort(chosen.begin(), chosen.end());
    return chosen;
  }
  std::vector<std::size_t> all(size);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

/// Adds what the elements of one input say to the report.
class InputCheck {
 public:
  InputCheck(const Input& input, const Comparison& comparison, GradcheckReport& report)
      : input_(input), comparison_(comparison), report_(report), shape_(input.value().shape()) {}

  void run(double resolution) {
    Array<double> numeric = full(shape_, std::numeric_limits<double>::quiet_NaN());
    for (std::size_t k = 0; k < comparison_.elements().size(); ++k) {
      const Finding finding = comparison_.judge(k, resolution);
      note(k, finding);
      const bool told = finding == Finding::right || finding == Finding::wrong;
      if (told) numeric.data()[comparison_.elements()[k]] = comparison_.slope(k).value;
    }
    report_.wrong += wrong_;
    if (wrong_ == 0 || !report_.hint.empty()) return;
    report_.hint = hint_for({input_.gradient(), numeric, input_.tape.y.shape(), wrong_, comparison_.elements().size()});
  }

 private:
  void note(std::size_t k, Finding finding) {
    const Slope& slope = comparison_.slope(k);
    switch (finding) {
      case Finding::right:
        report_.worst_error = std::max(report_.worst_error, comparison_.difference(k) / comparison_.scale());
        report_.tolerance = std::max(report_.tolerance, comparison_.tolerance(k) / comparison_.scale());
        return;
      case Finding::kink:
        report_.kinks.push_back({input_.name(), multi_index(comparison_.elements()[k], shape_),
                                 slope.value - slope.jump / 2, slope.value + slope.jump / 2});
        return;
      case Finding::wrong:
        ++wrong_;
        return raise(k, Verdict::fail, comparison_.difference(k));
      case Finding::unresolved:
        ++report_.unresolved;
        return raise(k, Verdict::inconclusive, comparison_.tolerance(k));
    }
  }

  /// Makes the verdict at least as grave as `verdict`, with the worst element of the first input that has it.
  void raise(std::size_t k, Verdict verdict, double badness) {
    if (std::isnan(badness)) badness = std::numeric_limits<double>::infinity();
    const bool graver = report_.verdict != Verdict::fail && report_.verdict != verdict;
    const bool worse = report_.verdict == verdict && report_.worst->input == input_.name() && badness > worst_;
    if (!graver && !worse) return;
    const std::size_t element = comparison_.elements()[k];
    const Slope& slope = comparison_.slope(k);
    worst_ = badness;
    report_.verdict = verdict;
    report_.worst = {input_.name(), shape_,      multi_index(element, shape_), input_.gradient().data()[element],
                     slope.value,   slope.error, comparison_.tolerance(k)};
  }

  const Input& input_;
  const Comparison& comparison_;
  GradcheckReport& report_;
  Shape shape_;
  std::size_t wrong_ = 0;
  double worst_ = 0;
};

void check_input(const Input& input, const GradcheckOptions& options, Generator& generator, GradcheckReport& report) {
  const std::size_t size = input.value().size();
  const Comparison comparison(input, chosen_elements(size, options.max_elements, generator));
  report.checked += comparison.elements().size();
  report.elements += size;
  if (comparison.is_silent()) report.silent.push_back(input.name());
  else InputCheck(input, comparison, report).run(options.resolution);
}

void check_order(const Subject& subject, const GradcheckOptions& options, const Array<double>& y,
                 const Array<double>& cotangent, Generator& generator, GradcheckReport& report) {
  const TapeGradient tape = subject.differentiate(cotangent);
  if (!bitwise_equal(y, tape.y)) {
    report.verdict = Verdict::impure;
    return;
  }
  report.silent.clear();
  const std::size_t kinks = report.kinks.size();
  const std::size_t checked = report.checked;
  for (std::size_t k = 0; k < subject.values.size(); ++k) {
    check_input({subject, k, cotangent, tape}, options, generator, report);
  }
  if (report.verdict != Verdict::pass) return;
  // From order two on an input without influence only says that the function is linear in it.
  const bool vacuous = report.order == 1 ? !report.silent.empty() : report.silent.size() == subject.values.size();
  const bool only_kinks = report.checked - checked == report.kinks.size() - kinks;
  if (vacuous) report.verdict = Verdict::vacuous;
  else if (only_kinks) report.verdict = Verdict::inconclusive;
}

}  // namespace

GradcheckReport check(const Function<double>& f, std::size_t arity, const std::vector<Var<double>>& inputs,
                      const GradcheckOptions& options) {
  require(arity == 0 || arity == inputs.size(), "gradcheck", "the function takes {} variables, but there are {} inputs",
          arity, inputs.size());
  require(!inputs.empty(), "gradcheck", "there are no inputs; expected at least one");
  require(options.order >= 1, "gradcheck", "the order is {}; expected at least 1", options.order);
  require(!NoRecord::active(), "gradcheck",
          "nothing is recorded while a NoRecord is in scope; call it outside of that");
  Generator generator(options.seed);
  GradcheckReport report;
  Subject subject(f, inputs);
  for (;; ++report.order) {
    const Array<double> y = subject.evaluate();
    const Array<double> cotangent = random_cotangent(y.shape(), generator);
    check_order(subject, options, y, cotangent, generator, report);
    if (report.verdict != Verdict::pass || report.order == options.order) return report;
    subject = subject.gradient(cotangent);
  }
}

}  // namespace wengert::gradients
