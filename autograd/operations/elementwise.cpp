#include <autograd/operations/elementwise.hpp>

namespace wengert {

template <class F, class T>
Var<T> elementwise(const F& function, const Var<T>& x) {
  return map(F::name, fusion::Function<F>{function}, x);
}

template <class F, class T>
Var<T> elementwise(const F& function, const Var<T>& x, const Var<T>& y) {
  return map(F::name, fusion::Function<F>{function}, x, y);
}

namespace {

template <class F, class T>
using Unary = Var<T> (*)(const F&, const Var<T>&);
template <class F, class T>
using Binary = Var<T> (*)(const F&, const Var<T>&, const Var<T>&);

// Taking the addresses compiles every function of the lists; a new one needs only its place in the list.
template <class T, class... F>
constexpr auto compile_unary(std::tuple<F...>) {
  return std::tuple{static_cast<Unary<F, T>>(&elementwise<F, T>)...};
}
template <class T, class... F>
constexpr auto compile_binary(std::tuple<F...>) {
  return std::tuple{static_cast<Binary<F, T>>(&elementwise<F, T>)...};
}

[[gnu::used]] constexpr auto unary_float = compile_unary<float>(UnaryFunctions{});
[[gnu::used]] constexpr auto unary_double = compile_unary<double>(UnaryFunctions{});
[[gnu::used]] constexpr auto binary_float = compile_binary<float>(BinaryFunctions{});
[[gnu::used]] constexpr auto binary_double = compile_binary<double>(BinaryFunctions{});

}  // namespace
}  // namespace wengert
