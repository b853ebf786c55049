#include <autograd/check/gradcheck.hpp>
#include <autograd/check/gradcheck/comparison.hpp>
#include <autograd/check/gradcheck/element_name.hpp>
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
  /// The slopes on both sides of the element of f whose slope jumps most, without the cotangent.
  GradcheckKink kink_of(const Subject& subject, std::size_t element) const {
    const double x = input_.value().data()[element];
    const double step = 0x1p-20 * std::max(std::abs(x), 1.0);
    const Array<double> here = subject.evaluate(input_.number, element, x);
    const Array<double> below = subject.evaluate(input_.number, element, x - step);
    const Array<double> above = subject.evaluate(input_.number, element, x + step);
    GradcheckKink kink{input_.name(), multi_index(element, shape_), 0.0, 0.0};
    for (std::size_t i = 0; i < above.size(); ++i) {
      const double y = here.data()[i];
      const double left = (y - below.data()[i]) / step, right = (above.data()[i] - y) / step;
      if (std::abs(right - left) > std::abs(kink.right - kink.left)) kink.left = left, kink.right = right;
    }
    return kink;
  }

  /// The same without the cotangents of the lower orders either, which are inputs of what is checked; if they are
  /// needed to see the kink, with them.
  GradcheckKink kink_at(std::size_t element) const {
    Subject subject = input_.subject;
    const auto cotangents = subject.values.end() - (report_.order - 1);
    for (auto cotangent = cotangents; cotangent != subject.values.end(); ++cotangent)
      *cotangent = ones<double>(cotangent->shape());
    const GradcheckKink kink = kink_of(subject, element);
    return kink.left == kink.right ? kink_of(input_.subject, element) : kink;
  }

  void note(std::size_t k, Finding finding) {
    switch (finding) {
      case Finding::right:
        report_.worst_error = std::max(report_.worst_error, comparison_.difference(k) / comparison_.scale());
        report_.tolerance = std::max(report_.tolerance, comparison_.tolerance(k) / comparison_.scale());
        return;
      case Finding::kink:
        report_.kinks.push_back(kink_at(comparison_.elements()[k]));
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

/// Returns whether an element was judged: all may be kinks.
bool check_input(const Input& input, const GradcheckOptions& options, Generator& generator, GradcheckReport& report) {
  const std::size_t size = input.value().size();
  const std::size_t kinks = report.kinks.size();
  const Comparison comparison(input, chosen_elements(size, options.max_elements, generator));
  report.checked += comparison.elements().size();
  report.elements += size;
  if (comparison.is_silent()) report.silent.push_back(input.name());
  else InputCheck(input, comparison, report).run(options.resolution);
  return report.kinks.size() - kinks < comparison.elements().size();
}

std::size_t undefined_elements(const Array<double>& y) {
  return static_cast<std::size_t>(std::count_if(y.data(), y.data() + y.size(), [](double v) { return std::isnan(v); }));
}

/// Where f is not a number: the element of an input that makes it so, or else the element of the result.
std::string undefined_place(const Subject& subject, const Array<double>& y) {
  for (std::size_t k = 0; k < subject.values.size(); ++k) {
    const Array<double>& value = subject.values[k];
    for (std::size_t i = 0; i < std::min<std::size_t>(value.size(), 1000); ++i) {
      const double x = value.data()[i];
      if (undefined_elements(subject.evaluate(k, i, std::abs(x) + 0.5)) < undefined_elements(y)) {
        return fmt::format("{} = {:g}", element_name(subject.names[k], multi_index(i, value.shape())), x);
      }
    }
  }
  const auto first = std::find_if(y.data(), y.data() + y.size(), [](double v) { return std::isnan(v); });
  return element_name("result", multi_index(static_cast<std::size_t>(first - y.data()), y.shape()));
}

void check_order(const Subject& subject, const GradcheckOptions& options, const Array<double>& y,
                 const Array<double>& cotangent, Generator& generator, GradcheckReport& report) {
  const TapeGradient tape = subject.differentiate(cotangent);
  if (!bitwise_equal(y, tape.y)) {
    report.verdict = Verdict::impure;
    return;
  }
  if (undefined_elements(y) > 0) {
    report.verdict = Verdict::inconclusive;
    report.undefined = undefined_place(subject, y);
    return;
  }
  report.silent.clear();
  bool only_kinks = false;
  for (std::size_t k = 0; k < subject.values.size(); ++k) {
    only_kinks |= !check_input({subject, k, cotangent, tape}, options, generator, report);
  }
  if (report.verdict != Verdict::pass) return;
  // From order two on an input without influence only says that the function is linear in it.
  const bool vacuous = report.order == 1 ? !report.silent.empty() : report.silent.size() == subject.values.size();
  if (vacuous) report.verdict = Verdict::vacuous;
  else if (only_kinks) report.verdict = Verdict::inconclusive;
}

void require_sense(const std::vector<Var<double>>& inputs, const GradcheckOptions& options) {
  require(!inputs.empty(), "gradcheck", "there are no inputs; expected at least one");
  require(options.order >= 1, "gradcheck", "the order is {}; expected at least 1", options.order);
  require(options.max_elements >= 1, "gradcheck", "max_elements is 0; expected at least 1, or nothing is checked");
  require(!NoRecord::active(), "gradcheck",
          "nothing is recorded while a NoRecord is in scope; call it outside of that");
}

GradcheckReport check(Subject subject, const GradcheckOptions& options) {
  Generator generator(options.seed);
  GradcheckReport report;
  for (;; ++report.order) {
    const Array<double> y = subject.evaluate();
    report.held = subject.stopped->values.size();
    const Array<double> cotangent = random_cotangent(y.shape(), generator);
    check_order(subject, options, y, cotangent, generator, report);
    if (report.verdict != Verdict::pass || report.order == options.order) return report;
    subject = subject.gradient(cotangent);
  }
}

/// Gives parameters the values back that they had.
class Restored {
 public:
  explicit Restored(const std::vector<Var<double>>& parameters) : parameters_(parameters) {
    for (const Var<double>& parameter : parameters) values_.push_back(parameter.value());
  }
  ~Restored() {
    for (std::size_t k = 0; k < values_.size(); ++k) parameters_[k].set_value(std::move(values_[k]));
  }
  Restored(const Restored&) = delete;
  Restored& operator=(const Restored&) = delete;

 private:
  const std::vector<Var<double>>& parameters_;
  std::vector<Array<double>> values_;
};

}  // namespace

GradcheckReport check(const Function<double>& f, std::size_t arity, const std::vector<Var<double>>& inputs,
                      const GradcheckOptions& options) {
  require(arity == 0 || arity == inputs.size(), "gradcheck", "the function takes {} variables, but there are {} inputs",
          arity, inputs.size());
  require_sense(inputs, options);
  return check(Subject(f, inputs), options);
}

GradcheckReport check_in_place(const FunctionInPlace<double>& f, const std::vector<Var<double>>& parameters,
                               const GradcheckOptions& options) {
  require_sense(parameters, options);
  for (auto p = parameters.begin(); p != parameters.end(); ++p) {
    require(p->is_parameter(), "gradcheck", "{} is no parameter; expected those that the function reads",
            described(*p));
    const bool is_again = std::any_of(parameters.begin(), p, [&](const Var<double>& other) { return same(other, *p); });
    require(!is_again, "gradcheck", "{} is given twice; expected each parameter once", described(*p));
  }
  const Restored restored(parameters);
  Subject subject([&f](const std::vector<Var<double>>&) { return f(); }, parameters);
  subject.places = parameters;
  return check(std::move(subject), options);
}

}  // namespace wengert::gradients
