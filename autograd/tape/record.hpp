#pragma once

#include <autograd/tape/tape.hpp>

#include <concepts>

namespace wengert {

/// How a recorded operation is printed: its name, what it is told beside its operands, `{{"axes", Axes{0}}}`, and a
/// formula where `name{attributes}(operands)` does not say it.
struct Label {
  std::string name;
  Attributes attributes;
  std::function<Symbol(std::span<const Symbol>)> formula;

  Label(const char* text) : name(text) {}
  Label(std::string text, Attributes told = {}) : name(std::move(text)), attributes(std::move(told)) {}
};

/// An input of a recorded operation with its pullback, which is given the cotangent g of the output and the output y.
template <class T>
struct Edge {
  Var<T> input;
  std::function<Var<T>(const Var<T>& g, const Var<T>& y)> pullback;
  /// Where the contribution is zero but for a part: adds that part to the adjoint, when nothing is recorded.
  std::function<void(const Array<T>& g, Array<T>& adjoint)> add_part;
};

/// Says how the cotangent is pulled back to `input`: `rule(g)` or `rule(g, y)` returns its contribution, written with
/// Vars so that one rule serves training, derivatives of higher order and printing.
template <class T, class Rule>
Edge<T> wrt(const Var<T>& input, Rule rule) {
  if constexpr (std::invocable<const Rule&, const Var<T>&, const Var<T>&>) {
    return {input, std::move(rule), {}};
  } else {
    return {input, [rule = std::move(rule)](const Var<T>& g, const Var<T>&) { return rule(g); }, {}};
  }
}

/// The same for an operation that reads a part of its input, as `slice` does: `add_part(g, adjoint)` does with arrays
/// what the rule does with Vars, and touches that part of the adjoint alone. A loop over all n parts then costs n.
template <class T, class Rule, class AddPart>
Edge<T> wrt(const Var<T>& input, Rule rule, AddPart add_part) {
  Edge<T> edge = wrt(input, std::move(rule));
  edge.add_part = std::move(add_part);
  return edge;
}

/// Records an operation by its value and its rules; without a tape it is just the value.
template <class T>
Var<T> record(Label label, Array<T> value, std::vector<Edge<T>> edges);

/// record("matmul", value, wrt(a, rule), wrt(b, rule))
template <class T, class... Edges>
requires(std::same_as<Edge<T>, Edges>&&...) Var<T> record(Label label, Array<T> value, Edge<T> first, Edges... more) {
  return record(std::move(label), std::move(value), std::vector<Edge<T>>{std::move(first), std::move(more)...});
}

/// One rule for all inputs, for an operation whose pullbacks share work: `rule(g, y, wanted)` returns a contribution
/// for each input i, and none where `wanted[i]` is false or the contribution is zero throughout.
///   record("conv2d", value, {x, w}, [=](const Var<T>& g, const Var<T>& y, const std::vector<bool>& wanted) {
///     const Var<T> gt = transpose(g);  // once
///     return Contributions<T>{wanted[0] ? std::optional(...) : std::nullopt, ...};
///   });
template <class T>
using Contributions = std::vector<std::optional<Var<T>>>;
template <class T>
using JointRule = std::function<Contributions<T>(const Var<T>& g, const Var<T>& y, const std::vector<bool>& wanted)>;
template <class T>
Var<T> record(Label label, Array<T> value, const std::vector<Var<T>>& inputs, std::type_identity_t<JointRule<T>> rule);

extern template Var<float> record(Label, Array<float>, std::vector<Edge<float>>);
extern template Var<double> record(Label, Array<double>, std::vector<Edge<double>>);

extern template Var<float> record(Label, Array<float>, const std::vector<Var<float>>&, JointRule<float>);
extern template Var<double> record(Label, Array<double>, const std::vector<Var<double>>&, JointRule<double>);

}  // namespace wengert
