#include <autograd/explain/evaluate.hpp>
#include <autograd/numbers/functions.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/matmul.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/operations/selection.hpp>
#include <autograd/tape/tape.hpp>

#include <unordered_map>

namespace wengert::explain {
namespace {

using Operands = std::vector<Var<double>>;
using Kind = Symbol::Kind;

template <class Value>
const Value& told(const Symbol& call, std::string_view name) {
  const Value* value = find_attribute<Value>(call.attributes(), name);
  require(value != nullptr, "evaluate", "'{}' was recorded without its '{}'", call.name(), name);
  return *value;
}

std::ptrdiff_t axis_of(const Symbol& call) { return static_cast<std::ptrdiff_t>(told<std::size_t>(call, "axis")); }
std::size_t number_of(const Symbol& call, std::string_view name) { return told<std::size_t>(call, name); }
const Axes& axes_of(const Symbol& call) { return told<Axes>(call, "axes"); }
Dims dims_of(const Symbol& call) { return told<bool>(call, "keep_dims") ? Dims::keep : Dims::drop; }

/// What computes a call.
using Body = Var<double> (*)(const Symbol& call, const Operands& x);
using Bodies = std::map<std::string, Body>;

/// The operations that are no elementwise functions.
Bodies operations() {
  return {
      {"sum", [](const Symbol& c, const Operands& x) { return sum(x[0], axes_of(c), dims_of(c)); }},
      {"mean", [](const Symbol& c, const Operands& x) { return mean(x[0], axes_of(c), dims_of(c)); }},
      {"max", [](const Symbol& c, const Operands& x) { return max(x[0], axes_of(c), dims_of(c)); }},
      {"min", [](const Symbol& c, const Operands& x) { return min(x[0], axes_of(c), dims_of(c)); }},
      {"logsumexp", [](const Symbol& c, const Operands& x) { return logsumexp(x[0], axes_of(c), dims_of(c)); }},
      {"softmax", [](const Symbol& c, const Operands& x) { return softmax(x[0], axes_of(c)); }},
      {"log_softmax", [](const Symbol& c, const Operands& x) { return log_softmax(x[0], axes_of(c)); }},
      {"matmul", [](const Symbol&, const Operands& x) { return matmul(x[0], x[1]); }},
      {"transpose", [](const Symbol&, const Operands& x) { return transpose(x[0]); }},
      {"permute", [](const Symbol& c, const Operands& x) { return permute(x[0], axes_of(c)); }},
      {"reshape", [](const Symbol& c, const Operands& x) { return reshape(x[0], told<Shape>(c, "shape")); }},
      {"broadcast_to", [](const Symbol& c, const Operands& x) { return broadcast_to(x[0], told<Shape>(c, "shape")); }},
      {"slice", [](const Symbol& c,
                   const Operands& x) { return slice(x[0], axis_of(c), number_of(c, "begin"), number_of(c, "end")); }},
      {"pad", [](const Symbol& c,
                 const Operands& x) { return pad(x[0], axis_of(c), number_of(c, "before"), number_of(c, "after")); }},
      {"concat", [](const Symbol& c, const Operands& x) { return concat(x, axis_of(c)); }},
      {"stack", [](const Symbol& c, const Operands& x) { return stack(x, axis_of(c)); }},
      {"gather",
       [](const Symbol& c, const Operands& x) { return gather(x[0], told<Indices>(c, "indices"), axis_of(c)); }},
      {"scatter_add",
       [](const Symbol& c, const Operands& x) {
         return scatter_add(x[0], told<Indices>(c, "indices"), axis_of(c), number_of(c, "extent"));
       }},
      {"pick", [](const Symbol& c, const Operands& x) { return pick(x[0], told<Indices>(c, "labels")); }},
      {"where", [](const Symbol&, const Operands& x) { return where(x[0], x[1], x[2]); }},
  };
}

template <class... F>
void add_unary(Bodies& bodies, std::tuple<F...>) {
  (bodies.emplace(F::name, [](const Symbol&, const Operands& x) { return elementwise(F{}, x[0]); }), ...);
}
template <class... F>
void add_binary(Bodies& bodies, std::tuple<F...>) {
  (bodies.emplace(F::name, [](const Symbol&, const Operands& x) { return elementwise(F{}, x[0], x[1]); }), ...);
}

const Bodies& bodies() {
  static const Bodies all = [] {
    Bodies bodies = operations();
    add_unary(bodies, UnaryFunctions{});
    add_binary(bodies, BinaryFunctions{});
    return bodies;
  }();
  return all;
}

Var<double> compared(const std::string& sign, const Var<double>& a, const Var<double>& b) {
  if (sign == "<") return a < b;
  if (sign == "≤") return a <= b;
  if (sign == ">") return a > b;
  if (sign == "≥") return a >= b;
  return equal(a, b);
}

class Evaluator {
 public:
  explicit Evaluator(const Values& values) : values_(values) {}

  Var<double> operator()(const Symbol& symbol) {
    const auto found = done_.find(symbol.node());
    if (found != done_.end()) return found->second;
    const Var<double> value = compute(symbol);
    done_.emplace(symbol.node(), value);
    return value;
  }

 private:
  Var<double> compute(const Symbol& symbol) {
    Operands x;
    for (const Symbol& operand : symbol.operands()) x.push_back((*this)(operand));
    switch (symbol.kind()) {
      case Kind::number:
        return symbol.value();
      case Kind::name:
        return named(symbol);
      case Kind::negate:
        return -x[0];
      case Kind::add:
        return x[0] + x[1];
      case Kind::subtract:
        return x[0] - x[1];
      case Kind::multiply:
        return x[0] * x[1];
      case Kind::divide:
        return x[0] / x[1];
      case Kind::compare:
        return compared(symbol.name(), x[0], x[1]);
      case Kind::call:
        break;
    }
    const auto body = bodies().find(symbol.name());
    require(body != bodies().end(), "evaluate", "the function '{}' is not one of the library's", symbol.name());
    return body->second(symbol, x);
  }

  Var<double> named(const Symbol& symbol) const {
    if (symbol.constant()) return *symbol.constant();
    const auto value = values_.find(symbol.name());
    require(value != values_.end(), "evaluate", "the formula uses '{}', which has no value", symbol.name());
    return value->second;
  }

  const Values& values_;
  std::unordered_map<const void*, Var<double>> done_;
};

}  // namespace

Array<double> evaluate(const Symbol& formula, const Values& values) {
  const NoRecord pause;
  return Evaluator(values)(formula).value();
}

}  // namespace wengert::explain
