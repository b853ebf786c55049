#pragma once

#include <autograd/base/error.hpp>
#include <autograd/numbers/symbol.hpp>
#include <autograd/operations/convolution.hpp>
#include <autograd/operations/pooling.hpp>

// What a call in a formula is told beside its operands, as the functions of the library want it.

namespace wengert::explain {

/// The attribute of that name. Throws an Error if the call was recorded without it.
template <class Value>
const Value& told(const Symbol& call, std::string_view name) {
  const Value* value = find_attribute<Value>(call.attributes(), name);
  require(value != nullptr, "evaluate", "'{}' was recorded without its '{}'", call.name(), name);
  return *value;
}

std::ptrdiff_t axis_of(const Symbol& call);
std::size_t number_of(const Symbol& call, std::string_view name);
const Axes& axes_of(const Symbol& call);
Dims dims_of(const Symbol& call);
/// Of a window.
Size2d size_of(const Symbol& call);

ConvolutionOptions<double> convolution_of(const Symbol& call);
kernel::Convolution extents_of(const Symbol& call, const Shape& x, const Shape& w);

/// Of max_pool2d as well, which does not count.
AvgPoolOptions pooling_of(const Symbol& call);
PoolOptions sliding_of(const Symbol& call);

}  // namespace wengert::explain
