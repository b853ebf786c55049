#include <autograd/explain/bodies.hpp>
#include <autograd/explain/told.hpp>
#include <autograd/numbers/functions.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/matmul.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/operations/selection.hpp>
#include <autograd/operations/unfold.hpp>

#include <map>

namespace wengert::explain {
namespace {

using Operands = std::vector<Var<double>>;

Var<double> convolved(const Symbol& call, const Operands& x) {
  ConvolutionOptions<double> options = convolution_of(call);
  if (x.size() > 2) options.bias = x[2];
  return conv2d(x[0], x[1], options);
}

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
      {"take",
       [](const Symbol& c, const Operands& x) {
         return take(x[0], {told<Shape>(c, "shape"), told<SharedPlaces>(c, "places")});
       }},
      {"put",
       [](const Symbol& c, const Operands& x) {
         return put(x[0], {x[0].shape(), told<SharedPlaces>(c, "places")}, told<Shape>(c, "shape"));
       }},
      {"unfold", [](const Symbol& c, const Operands& x) { return unfold(x[0], told_sliding(c.attributes())); }},
      {"fold",
       [](const Symbol& c, const Operands& x) {
         return fold(x[0], told_size(c.attributes(), "plane", 1), told_sliding(c.attributes()));
       }},
      {"conv2d", convolved},
      {"conv2d_input_gradient",
       [](const Symbol& c, const Operands& x) {
         return conv2d_input_gradient(x[0], x[1], extents_of(c, told<Shape>(c, "shape"), x[1].shape()));
       }},
      {"conv2d_weight_gradient",
       [](const Symbol& c, const Operands& x) {
         return conv2d_weight_gradient(x[0], x[1], extents_of(c, x[0].shape(), told<Shape>(c, "shape")));
       }},
      {"max_pool2d", [](const Symbol& c, const Operands& x) { return max_pool2d(x[0], size_of(c), sliding_of(c)); }},
      {"avg_pool2d", [](const Symbol& c, const Operands& x) { return avg_pool2d(x[0], size_of(c), pooling_of(c)); }},
      {"avg_pool2d_gradient",
       [](const Symbol& c, const Operands& x) {
         return avg_pool2d_gradient(x[0], told<Shape>(c, "shape"), size_of(c), pooling_of(c));
       }},
      {"not", [](const Symbol&, const Operands& x) { return !x[0]; }},
      {"where", [](const Symbol&, const Operands& x) { return where(x[0], x[1], x[2]); }},
      {"gate", [](const Symbol&, const Operands& x) { return gate(x[0], x[1]); }},
      {"gate_both", [](const Symbol&, const Operands& x) { return gate_both(x[0], x[1]); }},
      {"gated_quotient", [](const Symbol&, const Operands& x) { return gated_quotient(x[0], x[1]); }},
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

void require_body(std::string_view operation, const Symbol& call) {
  require(bodies().contains(call.name()), operation,
          "the function '{}' is not one of the library's, so its formula does not say how to compute it; write it with "
          "operations of the library instead of `record` or a primitive",
          call.name());
}

}  // namespace

Var<double> value_of_call(const Symbol& call, const Operands& operands) {
  require_body("evaluate", call);
  return bodies().at(call.name())(call, operands);
}

void require_known(std::string_view operation, const Symbol& formula) {
  formula.replaced([&](const Symbol& part) -> std::optional<Symbol> {
    if (part.kind() == Symbol::Kind::call) require_body(operation, part);
    return std::nullopt;
  });
}

}  // namespace wengert::explain
