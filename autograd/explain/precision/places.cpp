#include <autograd/explain/bodies.hpp>
#include <autograd/explain/precision/places.hpp>
#include <autograd/explain/told.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/operations/selection.hpp>
#include <autograd/operations/unfold.hpp>
#include <autograd/tape/tape.hpp>

#include <numeric>
#include <set>

namespace wengert::explain {
namespace {

/// 1, 2, 3, ... in a shape, or from another number on.
Var<double> numbers(const Shape& shape, std::size_t first = 1) {
  Array<double> result = empty<double>(shape);
  std::iota(result.begin(), result.end(), static_cast<double>(first));
  return result;
}

/// The places in `shape` that the numbers say.
Destinations places_in(const Shape& shape, const Array<double>& numbers) {
  Destinations places{shape, {}};
  for (const double number : numbers)
    places.of.push_back(number == 0 ? Destinations::none : static_cast<std::size_t>(number) - 1);
  return places;
}

}  // namespace

bool is_movement(const std::string& name) {
  static const std::set<std::string> movements{"transpose", "permute", "reshape", "broadcast_to", "slice", "pad",
                                               "concat",    "stack",   "gather",  "pick",         "take",  "unfold"};
  return movements.contains(name);
}

template <class N>
Array<N> moved(const Symbol& call, const Operands<N>& x) {
  const NoRecord pause;
  std::vector<Var<double>> operands;
  std::vector<N> elements{0};
  for (const Array<N>& operand : x) {
    operands.push_back(numbers(operand.shape(), elements.size()));
    elements.insert(elements.end(), operand.begin(), operand.end());
  }
  const Var<double> from = value_of_call(call, operands);
  Array<N> y = empty<N>(from.shape());
  for (std::size_t k = 0; k < y.size(); ++k) y.data()[k] = elements[static_cast<std::size_t>(from.value().data()[k])];
  return y;
}

Destinations groups_of(const Symbol& call, const Shape& x, Dims dims) {
  const NoRecord pause;
  const Var<double> any = zeros<double>(x);
  const Shape kept = sum(any, axes_of(call), keep_dims).shape();
  return places_in(sum(any, axes_of(call), dims).shape(), broadcast_to(numbers(kept), x).value());
}

Destinations targets_of(const Symbol& call, const Shape& x) {
  const NoRecord pause;
  const Shape shape = value_of_call(call, {zeros<double>(x)}).shape();
  const Var<double> all = numbers(shape);
  if (call.name() == "scatter_add")
    return places_in(shape, gather(all, told<Indices>(call, "indices"), axis_of(call)).value());
  if (call.name() == "put") return places_in(shape, take(all, {x, told<SharedPlaces>(call, "places")}).value());
  return places_in(shape, unfold(all, told_sliding(call.attributes())).value());
}

template Array<float> moved(const Symbol&, const Operands<float>&);
template Array<double> moved(const Symbol&, const Operands<double>&);
template Array<long double> moved(const Symbol&, const Operands<long double>&);

}  // namespace wengert::explain
