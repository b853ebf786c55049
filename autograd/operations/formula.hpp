#pragma once

#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/passes.hpp>
#include <autograd/tape/accumulate.hpp>
#include <autograd/tape/tape.hpp>

#include <algorithm>
#include <cmath>

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

/// What a reduction does with f(x...) over `space`: sums it to the shape `kept` and divides by `divisor`.
struct Reduction {
  Shape space;
  Shape kept;
  double divisor;
  Attributes attributes;  ///< the axes, and whether they stay
};
/// A map does nothing with it: its space is the shape of its output.
struct NoReduction {};

/// A formula on the tape: y = f(x...), reduced or not.
template <class F, class T, std::size_t N, bool Reduces, class Arch = Architecture>
class Formula final : public Operation<T> {
 public:
  using Rest = std::conditional_t<Reduces, Reduction, NoReduction>;

  Formula(std::string name, F f, const Rest& rest)
      : Operation<T>(std::move(name), attributes_of(rest)), f_(std::move(f)), rest_(rest) {}

  [[gnu::cold]] Symbol formula(std::span<const Symbol> operands) const override {
    // A function that holds numbers, such as the slope of leaky_relu, is told by its formula.
    if constexpr (is_function<F> && !has_symbol<F> && std::is_empty_v<F>)
      return Symbol::call(this->name(), {operands.begin(), operands.end()});
    Symbol value = call(f_, array_of(operands));
    if constexpr (Reduces) return Symbol::call(this->name(), {value}, this->attributes());
    else return value;
  }

  void pull_back(const Entry<T>& entry, const Var<T>& g, std::span<Target<T>> targets) const override {
    const Var<T> cotangent = Reduces ? expanded(g, entry.output.shape()) : g;
    std::array<bool, N> wanted{};
    for (std::size_t i = 0; i < N; ++i) {
      const bool is_taken = can_take_cotangent(targets[i], i, entry);
      if (is_taken) take_cotangent(targets[i], entry, cotangent);
      wanted[i] = targets[i].is_wanted() && !is_taken;
    }
    if (const auto pass = adjoints_pass(entry, cotangent, targets, wanted)) pass->run_all();
  }

  std::unique_ptr<kernel::Pass<T>> pull_back_pass(const Entry<T>& entry, const Var<T>& g,
                                                  std::span<Target<T>> targets) const override {
    if (Reduces && g.shape() != entry.output.shape()) return nullptr;
    std::array<bool, N> wanted{};
    for (std::size_t i = 0; i < N; ++i) {
      if (can_take_cotangent(targets[i], i, entry)) return nullptr;
      wanted[i] = targets[i].is_wanted();
    }
    return adjoints_pass(entry, g, targets, wanted);
  }

  [[gnu::cold]] void pull_back_recorded(const Entry<T>& entry, const Var<T>& g,
                                        std::span<Target<T>> targets) const override {
    const Var<T> seed = Reduces ? broadcast_to(reshape(g, kept(entry)), space(entry)) * (1.0 / divisor()) : g;
    for_each_operand([&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
      if (!targets[I].is_wanted()) return;
      const auto y = call_with_dual<I>(f_, values_of(entry), seed);
      if constexpr (is_dual<decltype(y)>) targets[I].add(y.tangent);
    });
  }

  [[gnu::cold]] std::optional<Symbol> adjoint(const Entry<T>& entry, std::size_t operand, const Symbol& g,
                                              std::span<const Symbol> operands) const override {
    const bool is_aligned = broadcasts_to(entry.output.shape(), kept(entry));
    const Symbol dy = is_aligned ? g : Symbol::call("reshape", {g}, {{"shape", kept(entry)}});
    Symbol contribution(0.0);
    for_each_operand([&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
      if (I == operand) contribution = derivative<I>(f_, array_of(operands), dy / Symbol(divisor()));
    });
    const std::size_t rank = space(entry).size();
    const std::size_t missing = rank - entry.operands[operand].var.rank();
    const std::size_t lacking = rank - rank_of(contribution, dy, entry, operands);
    Axes dropped, stay;
    for (std::ptrdiff_t axis : repeated_axes(entry.operands[operand].var.shape(), space(entry))) {
      const auto place = static_cast<std::size_t>(axis);
      const std::ptrdiff_t counted = lacking == 0 ? axis : axis - static_cast<std::ptrdiff_t>(rank);
      if (!varies_along(axis, contribution, entry, operands))
        contribution = Symbol(static_cast<double>(space(entry)[place])) * contribution;
      else (place < missing ? dropped : stay).push_back(counted);
    }
    return sum_symbol(sum_symbol(contribution, stay, true), dropped, false);
  }

 private:
  using L = Lane<T, Arch>;
  // Float adjoints are summed as fast as it goes, in runs; doubles are there for checking, and nearly exact.
  using Sum = std::conditional_t<std::same_as<T, float>, kernel::PlainSum<L>, kernel::CompensatedSum<L>>;

  /// Whether the cotangent can be the adjoint of an operand that has none yet and of which the derivative is 1, as of x
  /// in x + y and in mean(x). The formula has to say so; found out once, it would be wrong where a formula reads a
  /// variable that changes.
  bool can_take_cotangent(const Target<T>& target, std::size_t operand, const Entry<T>& entry) const {
    if constexpr (requires { F::has_derivative_one; }) {
      static_assert(F::has_derivative_one.size() == N);
      return F::has_derivative_one[operand] && target.is_wanted() && target.is_first() &&
             target.operand().shape() == space(entry);
    }
    return false;
  }

  void take_cotangent(Target<T>& target, const Entry<T>& entry, const Var<T>& g) const {
    if constexpr (!Reduces) return target.start(g);
    Array<T> seed = empty<T>(kept(entry));
    const T scale = static_cast<T>(1.0 / divisor());
    std::transform(g.value().data(), g.value().data() + g.size(), seed.data(), [scale](T x) { return x * scale; });
    target.start(std::move(seed));
  }

  /// One pass that reads the operands and g once and adds to every adjoint that is wanted; null where none is.
  std::unique_ptr<kernel::Pass<T>> adjoints_pass(const Entry<T>& entry, const Var<T>& g, std::span<Target<T>> targets,
                                                 const std::array<bool, N>& wanted) const {
    if (std::none_of(wanted.begin(), wanted.end(), [](bool is_wanted) { return is_wanted; })) return nullptr;
    Inputs<T, N + 1> inputs;
    std::array<kernel::Output<T>, N> outputs;
    for (std::size_t i = 0; i < N; ++i) {
      const Var<T>& x = entry.operands[i].var;
      inputs[i] = {x.value().data(), &x.shape()};
      outputs[i].shape = &x.shape();
      if (!wanted[i]) continue;
      const Destination<T> to = targets[i].destination();
      outputs[i].data = to.data;
      outputs[i].add = to.add;
    }
    inputs[N] = {g.value().data(), Reduces ? &kept(entry) : &g.shape()};
    auto sweep = std::make_unique<kernel::Sweep<L, Sum, N + 1, N>>(space(entry), inputs, outputs);
    const T scale = static_cast<T>(1.0 / divisor());
    // Operand 0 and g usually move along a run while the others stay.
    sweep->template prepare<kernel::Form<Reduces ? 1u : 1u | 1u << N, 1u>>(
        [f = f_, scale](const std::array<L, N + 1>& lanes) {
          return contributions(f, lanes, Reduces ? lanes[N] * L(static_cast<double>(scale)) : lanes[N],
                               std::make_index_sequence<N>{});
        });
    return sweep;
  }

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

  /// Whether a contribution differs along an axis of the space: the cotangent does if the axis was kept, and every
  /// operand does that occurs in it and is not repeated there. Where none does, a sum is a multiple.
  bool varies_along(std::ptrdiff_t axis, const Symbol& contribution, const Entry<T>& entry,
                    std::span<const Symbol> operands) const {
    const auto place = static_cast<std::size_t>(axis);
    if (kept(entry)[place] == space(entry)[place]) return true;
    for (std::size_t i = 0; i < N; ++i) {
      const Axes repeated = repeated_axes(entry.operands[i].var.shape(), space(entry));
      const bool is_repeated = std::find(repeated.begin(), repeated.end(), axis) != repeated.end();
      if (!is_repeated && contains(contribution, operands[i])) return true;
    }
    return false;
  }

  static std::array<Symbol, N> array_of(std::span<const Symbol> operands) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) { return std::array<Symbol, N>{operands[I]...}; }
    (std::make_index_sequence<N>{});
  }

  static std::array<Var<T>, N> values_of(const Entry<T>& entry) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) { return std::array<Var<T>, N>{entry.operands[I].var...}; }
    (std::make_index_sequence<N>{});
  }

  template <class Visit>
  static void for_each_operand(const Visit& visit) {
    [&]<std::size_t... I>(std::index_sequence<I...>) { (visit(std::integral_constant<std::size_t, I>{}), ...); }
    (std::make_index_sequence<N>{});
  }

  /// The number of axes that a contribution has by itself.
  std::size_t rank_of(const Symbol& contribution, const Symbol& dy, const Entry<T>& entry,
                      std::span<const Symbol> operands) const {
    std::size_t rank = 0;
    for (std::size_t i = 0; i < N; ++i) {
      if (contains(contribution, operands[i])) rank = std::max(rank, entry.operands[i].var.rank());
    }
    if (!contains(contribution, dy)) return rank;
    return std::max(rank, dy.kind() == Symbol::Kind::name ? entry.output.rank() : kept(entry).size());
  }

  static Symbol sum_symbol(const Symbol& terms, const Axes& axes, bool keep) {
    return Symbol::call("sum", {terms}, {{"axes", axes}, {"keep_dims", keep}});
  }

  static Attributes attributes_of(const Rest& rest) {
    if constexpr (Reduces) return rest.attributes;
    else return {};
  }

  const Shape& space(const Entry<T>& entry) const {
    if constexpr (Reduces) return rest_.space;
    else return entry.output.shape();
  }
  const Shape& kept(const Entry<T>& entry) const {
    if constexpr (Reduces) return rest_.kept;
    else return entry.output.shape();
  }
  double divisor() const {
    if constexpr (Reduces) return rest_.divisor;
    else return 1.0;
  }

  [[no_unique_address]] F f_;
  [[no_unique_address]] Rest rest_;
};

/// What the sum or the mean of a space over some axes does with it. Throws an Error in the name of the operation.
inline Reduction reduction(std::string_view name, const Shape& space, const std::vector<std::size_t>& reduced,
                           Dims dims, bool average) {
  const Shape kept = reduced_shape(space, reduced, Dims::keep);
  const std::size_t results = element_count(kept);
  const std::size_t count = results == 0 ? 1 : element_count(space) / results;
  if (average && count == 0) {
    fail(name, fmt::format("the mean of no elements is undefined: the operands have shape {} and are reduced over the "
                           "axes {}",
                           space, to_string(Axes(reduced.begin(), reduced.end()))));
  }
  const Attributes attributes{{"axes", Axes(reduced.begin(), reduced.end())}, {"keep_dims", dims == Dims::keep}};
  return {space, kept, average ? static_cast<double>(count) : 1.0, attributes};
}

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
                         [&] { return std::make_unique<Formula<F, T, N, true>>(std::move(name), f, reduction); });
}

/// Records a map whose values have been computed.
template <class F, class T, std::size_t N>
Var<T> record_mapped(std::string name, Array<T> y, const F& f, const Operands<T, N>& operands) {
  return Tape<T>::record(std::move(y), operands,
                         [&] { return std::make_unique<Formula<F, T, N, false>>(std::move(name), f, NoReduction{}); });
}

/// y = f(x...) over the operands' common shape, recorded: the body of `map`.
template <class F, class T, std::size_t N>
Var<T> map(std::string name, const F& f, const Operands<T, N>& operands) {
  const Shape space = common_shape<T>(name, operands);
  Array<T> y = empty<T>(space);
  sweep_values<kernel::PlainSum, N>(f, space, operands, {.data = y.data(), .shape = &space});
  return record_mapped(std::move(name), std::move(y), f, operands);
}

/// The sum or the mean of f(x...) over some axes, recorded: the body of `sum` and `mean`.
template <class F, class T, std::size_t N>
Var<T> reduce(std::string name, const Axes& axes, Dims dims, bool average, const F& f, const Operands<T, N>& operands) {
  const Shape space = common_shape<T>(name, operands);
  const std::vector<std::size_t> reduced = normalise_axes(name, axes, space.size());
  const Reduction over = reduction(name, space, reduced, dims, average);
  Array<T> y = empty<T>(reduced_shape(space, reduced, dims));
  sweep_sums<N>(f, space, operands, output(y, over));
  return record_reduced(std::move(name), std::move(y), f, operands, over);
}

}  // namespace wengert::fusion
