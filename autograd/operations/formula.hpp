#pragma once

#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/formula_operation.hpp>
#include <autograd/operations/passes.hpp>

// What `map`, `sum` and `mean` of a formula share: a formula run over a space, and its derivative.

namespace wengert::fusion {

/// A named function such as tanh: the tape prints its name, where it prints the formula of anything else.
template <class F>
struct Function {
  [[no_unique_address]] F function;  // most hold nothing, and are told by their name
  auto operator()(const auto&... x) const { return apply(function, x...); }
};
template <class F>
inline constexpr bool is_function = false;
template <class F>
inline constexpr bool is_function<Function<F>> = true;

/// Whether a function says by which formula it is printed.
template <class F>
inline constexpr bool has_symbol = false;
template <class F>
requires requires { &F::symbol; }
inline constexpr bool has_symbol<Function<F>> = true;

/// The formula of a plain sum or mean.
struct Identity {
  static constexpr std::array has_derivative_one{true};
  auto operator()(const auto& x) const { return x; }
};

/// A map does nothing with f(x...): its space is the shape of its output.
struct NoReduction {};

/// The first elements of a span.
template <std::size_t Count, class Element>
std::array<std::remove_const_t<Element>, Count> array_of(std::span<Element> elements) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return std::array<std::remove_const_t<Element>, Count>{elements[I]...};
  }
  (std::make_index_sequence<Count>{});
}

/// Calls f with the number of the operand known at compile time.
template <std::size_t N, class Visit>
void for_operand(std::size_t operand, const Visit& visit) {
  kernel::unrolled<N>([&](auto i) {
    if (i == operand) visit(i);
  });
}

/// A formula and its derivatives in symbols, which are the same whatever its elements are.
template <class F, std::size_t N>
struct Printed {
  const F& f;

  [[gnu::cold]] Symbol value(const std::string& name, std::span<const Symbol> x) const {
    // A function that holds numbers, such as the slope of leaky_relu, is told by its formula.
    if constexpr (is_function<F> && !has_symbol<F> && std::is_empty_v<F>)
      return Symbol::call(name, {x.begin(), x.end()});
    else return call(f, array_of<N>(x));
  }

  [[gnu::cold]] Symbol derivative(std::size_t operand, std::span<const Symbol> x, const Symbol& seed) const {
    Symbol result(0.0);
    for_operand<N>(operand, [&](auto i) { result = fusion::derivative<i>(f, array_of<N>(x), seed); });
    return result;
  }
};

/// A formula on the tape: what is compiled for each. A reduction is told by `Rest`, of which a map has nothing.
template <class F, class T, std::size_t N, class Rest, class Arch = Architecture>
class Formula final : public FormulaOperation<T> {
 public:
  static_assert(N <= most_operands, "a formula has at most eight operands");

  Formula(std::string name, F f, const Rest& rest)
      : FormulaOperation<T>(std::move(name), attributes_of(rest)), f_(std::move(f)), rest_(rest) {}

 protected:
  const Reduction* reduction() const override {
    if constexpr (reduces) return &rest_;
    else return nullptr;
  }

  Symbol value(std::span<const Symbol> x) const override { return Printed<F, N>{f_}.value(this->name(), x); }
  Symbol derivative(std::size_t operand, std::span<const Symbol> x, const Symbol& seed) const override {
    return Printed<F, N>{f_}.derivative(operand, x, seed);
  }

  [[gnu::cold]] std::optional<Var<T>> derivative(std::size_t operand, const Entry<T>& entry,
                                                 const Var<T>& seed) const override {
    std::optional<Var<T>> result;
    for_operand<N>(operand, [&](auto i) {
      const auto y = call_with_dual<i>(f_, values_of(entry), seed);
      if constexpr (is_dual<decltype(y)>) result = y.tangent;
    });
    return result;
  }

  bool has_derivative_one(std::size_t operand) const override {
    if constexpr (requires { F::has_derivative_one; }) {
      static_assert(F::has_derivative_one.size() == N);
      return F::has_derivative_one[operand];
    }
    return false;
  }

  bool is_step() const override { return steps; }

  std::unique_ptr<kernel::Pass<T>> adjoints_pass(const Shape& space, std::span<const kernel::Input<T>> inputs,
                                                 std::span<const kernel::Output<T>> outputs, T scale) const override {
    if constexpr (steps) return nullptr;
    else return sweep_of_adjoints(space, array_of<N + 1>(inputs), array_of<N>(outputs), scale);
  }

 private:
  std::unique_ptr<kernel::Pass<T>> sweep_of_adjoints(const Shape& space, const Inputs<T, N + 1>& inputs,
                                                     const std::array<kernel::Output<T>, N>& outputs, T scale) const {
    auto sweep = std::make_unique<kernel::Sweep<L, Sum, N + 1, N>>(space, inputs, outputs);
    // Operand 0 and g usually move along a run while the others stay.
    sweep->template prepare<kernel::Form<reduces ? 1u : 1u | 1u << N, 1u>>(
        [f = f_, scale](const std::array<L, N + 1>& lanes) {
          return contributions(f, lanes, reduces ? lanes[N] * L(static_cast<double>(scale)) : lanes[N],
                               std::make_index_sequence<N>{});
        });
    return sweep;
  }

  static constexpr bool reduces = std::same_as<Rest, Reduction>;
  using L = Lane<T, Arch>;
  static constexpr bool steps = []<std::size_t... I>(std::index_sequence<I...>) {
    return !(
        is_dual<decltype(call_with_dual<I>(std::declval<F>(), std::declval<std::array<L, N>>(), std::declval<L>()))> ||
        ...);
  }
  (std::make_index_sequence<N>{});
  // Float adjoints are summed as fast as it goes, in runs; doubles are there for checking, and nearly exact.
  using Sum = std::conditional_t<std::same_as<T, float>, kernel::PlainSum<L>, kernel::CompensatedSum<L>>;

  /// The cotangent times each partial derivative. Nothing here is a loop, so that all of it stays in registers.
  template <std::size_t... I>
  static std::array<L, N> contributions(const F& f, const std::array<L, N + 1>& lanes, const L& cotangent,
                                        std::index_sequence<I...>) {
    const std::array<L, N> x{lanes[I]...};
    return {contribution<I>(f, x, cotangent)...};
  }

  /// 0 where the cotangent is, and where the formula does not take the operand, whatever the other factor is.
  template <std::size_t I>
  static L contribution(const F& f, const std::array<L, N>& x, const L& cotangent) {
    const auto y = call_with_dual<I>(f, x, L(1.0));
    if constexpr (!is_dual<decltype(y)>) return L(0.0);
    else if constexpr (chooses<std::remove_const_t<decltype(y)>>)
      return where(equal(y.tangent, 0.0), 0.0, gate(cotangent, y.tangent));
    else return gate(cotangent, y.tangent);
  }

  static std::array<Var<T>, N> values_of(const Entry<T>& entry) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) { return std::array<Var<T>, N>{entry.operands[I].var...}; }
    (std::make_index_sequence<N>{});
  }

  static Attributes attributes_of(const Rest& rest) {
    if constexpr (reduces) return rest.attributes;
    else return {};
  }

  [[no_unique_address]] F f_;
  [[no_unique_address]] Rest rest_;
};

/// Where the values of a reduction go.
template <class T>
kernel::Output<T> output(Array<T>& y, const Reduction& reduction) {
  return {.data = y.data(), .shape = &reduction.kept, .add = false, .divisor = reduction.divisor};
}

/// Records a reduction whose values have been computed.
template <class F, class T, std::size_t N>
Var<T> record_reduced(std::string name, Array<T> y, const F& f, const Operands<T, N>& operands,
                      const Reduction& reduction) {
  return Tape<T>::record(std::move(y), operands,
                         [&] { return std::make_unique<Formula<F, T, N, Reduction>>(std::move(name), f, reduction); });
}

/// Records a map whose values have been computed.
template <class F, class T, std::size_t N>
Var<T> record_mapped(std::string name, Array<T> y, const F& f, const Operands<T, N>& operands) {
  return Tape<T>::record(std::move(y), operands, [&] {
    return std::make_unique<Formula<F, T, N, NoReduction>>(std::move(name), f, NoReduction{});
  });
}

/// y = f(x...) over a space; nothing is recorded, and no derivative compiled.
template <class F, class T, std::size_t N>
Array<T> mapped(const F& f, const Shape& space, const Operands<T, N>& operands) {
  Array<T> y = empty<T>(space);
  sweep_values<kernel::PlainSum, N>(f, space, operands, {.data = y.data(), .shape = &space});
  return y;
}

/// y = f(x...) over the operands' common shape, recorded: the body of `map`.
template <class F, class T, std::size_t N>
Var<T> map(std::string name, const F& f, const Operands<T, N>& operands) {
  Array<T> y = mapped(f, common_shape<T>(name, operands), operands);
  return record_mapped(std::move(name), std::move(y), f, operands);
}

/// The sum or the mean of f(x...) over some axes, recorded: the body of `sum` and `mean`.
template <class F, class T, std::size_t N>
Var<T> reduce(std::string name, const Axes& axes, Dims dims, bool average, const F& f, const Operands<T, N>& operands) {
  const Shape space = common_shape<T>(name, operands);
  const std::vector<std::size_t> reduced = normalise_axes(name, axes, space.size());
  const Reduction over = reduction<T>(name, operands, space, reduced, dims, average);
  Array<T> y = empty<T>(reduced_shape(space, reduced, dims));
  sweep_sums<N>(f, space, operands, output(y, over));
  return record_reduced(std::move(name), std::move(y), f, operands, over);
}

}  // namespace wengert::fusion
