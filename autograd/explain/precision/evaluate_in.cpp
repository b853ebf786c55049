#include <autograd/base/error.hpp>
#include <autograd/explain/evaluator.hpp>
#include <autograd/explain/precision/evaluate_in.hpp>
#include <autograd/explain/precision/operations.hpp>

namespace wengert::explain {
namespace {

template <class N>
struct OnArrays {
  const ValuesIn<N>& values;

  Array<N> leaf(const Symbol& symbol) const {
    if (symbol.kind() == Symbol::Kind::number) return scalar(static_cast<N>(symbol.value()));
    if (symbol.constant()) return cast<N>(*symbol.constant());
    const auto value = values.find(symbol.name());
    require(value != values.end(), "evaluate", "the formula uses '{}', which has no value", symbol.name());
    return value->second;
  }

  Array<N> node(const Symbol& symbol, const Operands<N>& x) const {
    return is_elementwise<N>(symbol) ? elementwise_value(symbol, x) : value_of_operation(symbol, x);
  }
};

}  // namespace

template <class N>
Array<N> evaluate_in(const Symbol& formula, const ValuesIn<N>& values) {
  return Evaluator<Array<N>, OnArrays<N>>({values})(formula);
}

template Array<float> evaluate_in(const Symbol&, const ValuesIn<float>&);
template Array<double> evaluate_in(const Symbol&, const ValuesIn<double>&);
template Array<long double> evaluate_in(const Symbol&, const ValuesIn<long double>&);

}  // namespace wengert::explain
