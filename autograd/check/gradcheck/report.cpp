#include <autograd/arrays/shape.hpp>
#include <autograd/base/unsigned_nan.hpp>
#include <autograd/check/gradcheck.hpp>
#include <autograd/check/gradcheck/element_name.hpp>

#include <cmath>
#include <ostream>

namespace wengert {

std::string gradients::element_name(const std::string& array, const Shape& index) {
  std::string text;
  for (std::size_t k : index) text += (text.empty() ? "" : ", ") + std::to_string(k);
  return text.empty() ? array : array + "[" + text + "]";
}

namespace {

using gradients::element_name;

std::string described(const GradcheckElement& element) {
  return fmt::format(
      "\n  {} of shape {}\n    tape       {:.17g}\n    numeric    {:.17g} +- {:.1e}\n    tolerance  {:.1e}, but "
      "they differ by {:.1e}",
      element_name(element.input, element.index), element.shape, base::unsigned_nan(element.tape),
      base::unsigned_nan(element.numeric), base::unsigned_nan(element.error), base::unsigned_nan(element.tolerance),
      std::abs(element.tape - element.numeric));
}

std::string outcome(const GradcheckReport& report) {
  switch (report.verdict) {
    case Verdict::pass:
      return fmt::format("{} of {} elements agree: largest relative error {:.1e}, largest tolerance {:.1e}",
                         report.checked - report.kinks.size(), report.elements, report.worst_error, report.tolerance);
    case Verdict::fail:
      return fmt::format("{} of {} checked elements are wrong, the worst one:{}\n  hint: {}", report.wrong,
                         report.checked, described(*report.worst), report.hint);
    case Verdict::inconclusive:
      if (!report.undefined.empty()) return fmt::format("f is NaN at {}; try inputs of its domain", report.undefined);
      if (!report.worst) return "every element of an input is at a kink; try other inputs";
      return fmt::format(
          "of {} of {} checked elements the differences do not tell enough: rounding in f, or the edge of its domain; "
          "the worst one:{}\n  try other inputs, a smaller function, or a larger .resolution",
          report.unresolved, report.checked, described(*report.worst));
    case Verdict::vacuous: {
      std::string names;
      for (const std::string& name : report.silent) names += (names.empty() ? "'" : ", '") + name + "'";
      return fmt::format(
          "no influence on the result beyond rounding: {}. Any rule would pass; return the array instead of its sum, "
          "or "
          "capture the input in f if zero is right",
          names);
    }
    case Verdict::impure:
      return "two calls with equal inputs gave different results; draw random numbers and update statistics outside of "
             "f";
  }
  return {};
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  constexpr std::array<std::string_view, 5> names{"pass", "fail", "inconclusive", "vacuous", "impure"};
  return names[static_cast<std::size_t>(verdict)];
}

std::string GradcheckReport::text() const {
  std::string text = fmt::format("gradcheck, order {}: {}: {}", order, to_string(verdict), outcome(*this));
  if (held > 0)
    text += fmt::format("\n  held fixed: what stop_gradient was called with, {} time{}", held, held > 1 ? "s" : "");
  for (const GradcheckKink& kink : kinks) {
    text += fmt::format("\n  kink at {}: the slope is {:.6g} on the left and {:.6g} on the right; not judged",
                        element_name(kink.input, kink.index), kink.left, kink.right);
  }
  return text;
}

std::ostream& operator<<(std::ostream& out, const GradcheckReport& report) { return out << report.text(); }

}  // namespace wengert
