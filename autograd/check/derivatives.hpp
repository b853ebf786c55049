#pragma once

#include <autograd/tape/var.hpp>

#include <functional>
#include <type_traits>
#include <vector>

namespace wengert {

/// A function of variables that returns one variable. It computes with what it is given and changes nothing.
template <class T>
using Function = std::function<Var<T>(const std::vector<Var<T>>&)>;

/// A function of parameters that it reads where they are, `[&] { return net(x); }`.
template <class T>
using FunctionInPlace = std::function<Var<T>()>;

// Derivatives of a function at given inputs, as arrays. The function is called with copies of the inputs under the
// same names on a tape of its own: no input, gradient or tape of the caller changes. Name the element type and the
// inputs may be a list in braces: `jvp<double>(f, {x, w}, {dx, dw})`. A function without arguments is differentiated
// with respect to the parameters themselves: `hvp([&] { return loss(net(x)); }, net.parameters(), v)`; throws an Error
// if one of them is none.

/// The directional derivative sum_k (df/dx_k) t_k, in the shape of f(x), by two reverse passes: the pullback of a
/// cotangent v is linear in v, and its own pullback is the directional derivative (Townsend 2017, "A new trick for
/// calculating Jacobian vector products"). Throws an Error unless every input has a tangent of its shape.
template <class T>
Array<T> jvp(const std::type_identity_t<Function<T>>& f, const std::vector<Var<T>>& inputs,
             const std::vector<Array<T>>& tangents);
template <class T>
Array<T> jvp(const std::type_identity_t<FunctionInPlace<T>>& f, const std::vector<Var<T>>& parameters,
             const std::vector<Array<T>>& tangents);

/// The Hessian of a scalar function times vectors, sum_l (d²f / dx_k dx_l) v_l for every input k in its shape, as the
/// gradient of sum_l (df/dx_l) · v_l (Pearlmutter 1994). Throws an Error unless f(x) is a scalar and every input has a
/// vector of its shape.
template <class T>
std::vector<Array<T>> hvp(const std::type_identity_t<Function<T>>& f, const std::vector<Var<T>>& inputs,
                          const std::vector<Array<T>>& vectors);
template <class T>
std::vector<Array<T>> hvp(const std::type_identity_t<FunctionInPlace<T>>& f, const std::vector<Var<T>>& parameters,
                          const std::vector<Array<T>>& vectors);

/// df/dx_k for every input k, one pullback for each element of f(x); the shape is that of f(x) followed by that of x_k.
template <class T>
std::vector<Array<T>> jacobians(const std::type_identity_t<Function<T>>& f, const std::vector<Var<T>>& inputs);
template <class T>
std::vector<Array<T>> jacobians(const std::type_identity_t<FunctionInPlace<T>>& f,
                                const std::vector<Var<T>>& parameters);

/// The same for a function of one variable.
template <class T, class F>
Array<T> jacobian(const F& f, const Var<T>& x) {
  const Function<T> of_first = [&f](const std::vector<Var<T>>& inputs) -> Var<T> { return f(inputs.front()); };
  return jacobians<T>(of_first, {x}).front();
}

}  // namespace wengert
