#pragma once

#include <autograd/check/derivatives.hpp>

#include <array>
#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace wengert {

/// What a gradient check found.
enum class Verdict {
  pass,          ///< every checked element agrees within a tolerance that means something
  fail,          ///< an element is wrong
  inconclusive,  ///< no element is seen to be wrong, but rounding or the domain hides too much
  vacuous,       ///< an input has no influence on the result, so that a wrong rule would have gone unnoticed
  impure,        ///< two calls with equal inputs gave different results
};

std::string_view to_string(Verdict verdict);

struct GradcheckOptions {
  int order = 1;                   ///< also check the gradient's gradient (2), and so on
  std::uint64_t seed = 0;          ///< of the cotangent and of the choice of elements
  std::size_t max_elements = 256;  ///< of an input; of a larger one a random subset is checked
  double resolution = 1e-6;        ///< the relative tolerance above which an element is inconclusive
};

/// A point at which the derivatives from the left and from the right differ: those of the element of the result where
/// they do so most.
struct GradcheckKink {
  std::string input;
  Shape index;
  double left;
  double right;
};

/// One element of an input: the derivative by the tape and by differences.
struct GradcheckElement {
  std::string input;
  Shape shape;
  Shape index;
  double tape;
  double numeric;
  double error;      ///< the estimated error of the numeric one
  double tolerance;  ///< for |tape - numeric|
};

/// The outcome of a gradient check: true if it passed, with the numbers and, as `text()`, the words.
struct GradcheckReport {
  Verdict verdict = Verdict::pass;
  int order = 1;                          ///< the order at which the verdict was found
  double worst_error = 0;                 ///< the largest |tape - numeric| over the largest derivative of its input
  double tolerance = 0;                   ///< the largest tolerance, likewise
  std::size_t checked = 0;                ///< elements, over all orders
  std::size_t elements = 0;               ///< elements there are
  std::size_t wrong = 0;                  ///< elements that disagree
  std::size_t unresolved = 0;             ///< elements about which nothing can be said
  std::size_t held = 0;                   ///< calls of stop_gradient, whose values were held fixed
  std::optional<GradcheckElement> worst;  ///< the element that decided a verdict of fail or inconclusive
  std::vector<GradcheckKink> kinks;       ///< elements that were not judged
  std::vector<std::string> silent;        ///< inputs without influence
  std::string hint;                       ///< what kind of mistake a wrong gradient looks like
  std::string undefined;                  ///< where f is not a number, if it is not: "a[0] = -0.5"

  explicit operator bool() const { return verdict == Verdict::pass; }
  std::string text() const;
};

inline std::string to_string(const GradcheckReport& report) { return report.text(); }
std::ostream& operator<<(std::ostream& out, const GradcheckReport& report);

namespace gradients {

/// Whether F can be called with one Var<double> for each index.
template <class F, std::size_t... I>
constexpr bool takes(std::index_sequence<I...>) {
  return std::invocable<const F&, decltype((static_cast<void>(I), std::declval<const Var<double>&>()))...>;
}

/// The number of Vars that F takes, up to eight; 0 if it takes a vector of them.
template <class F, std::size_t N = 1>
constexpr std::size_t arity() {
  if constexpr (N > 8) return 0;
  else if constexpr (takes<F>(std::make_index_sequence<N>{})) return N;
  else return arity<F, N + 1>();
}

/// The check itself. A positive `arity` is the number of inputs that it requires.
GradcheckReport check(const Function<double>& f, std::size_t arity, const std::vector<Var<double>>& inputs,
                      const GradcheckOptions& options);
/// The check of a function that reads its parameters where they are.
GradcheckReport check_in_place(const FunctionInPlace<double>& f, const std::vector<Var<double>>& parameters,
                               const GradcheckOptions& options);

}  // namespace gradients

/// Compares the tape's gradient of cotangent · f(x) with central differences, element by element, for a random
/// cotangent that is not constant. The differences are taken at halving steps and extrapolated (Richardson 1911,
/// Ridders 1982); what their table disagrees by, and rounding, give the tolerance, which is nowhere guessed. `f` takes
/// one Var for each input, or all in a `const std::vector<Var<double>>&`, and is pure; it is called with copies of the
/// inputs under the same names, so nothing of the caller's changes. Doubles only.
///   CHECK(gradcheck([](auto x, auto w) { return matmul(x, w); }, {x, w}, {.order = 2}));
/// A function without arguments is checked with respect to parameters that it reads itself, as a network does. They
/// are changed while it runs, and have their values back in the end; buffers that f changes are not put back.
///   CHECK(gradcheck([&] { return net(x); }, net.parameters()));
/// What `f` gives to `stop_gradient` is held fixed in the differences too, and the report says so.
/// Throws an Error if there are more or fewer inputs than `f` takes, if one that f reads is no parameter, and under a
/// NoRecord.
template <class F>
GradcheckReport gradcheck(const F& f, const std::vector<Var<double>>& inputs, const GradcheckOptions& options = {}) {
  constexpr std::size_t N = gradients::arity<F>();
  if constexpr (std::invocable<const F&>) {
    return gradients::check_in_place(f, inputs, options);
  } else if constexpr (N == 0) {
    return gradients::check(f, 0, inputs, options);
  } else {
    const auto spread = [&f](const std::vector<Var<double>>& x) -> Var<double> {
      return [&]<std::size_t... I>(std::index_sequence<I...>) { return f(x[I]...); }
      (std::make_index_sequence<N>{});
    };
    return gradients::check(spread, N, inputs, options);
  }
}

}  // namespace wengert

template <>
struct fmt::formatter<wengert::GradcheckReport> : wengert::TextFormatter {};
