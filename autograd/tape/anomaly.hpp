#pragma once

#include <autograd/tape/var.hpp>

#include <optional>
#include <span>

namespace wengert {

/// While it is in scope, this thread looks at what every operation gives, forward and backward, recorded or not, and
/// the first that is infinite or NaN throws NotFinite: it names the operation, its operands, and its place on the tape.
///   DetectAnomaly guard;
///   tape.backward(loss(net(x)));   // [anomaly] 'log' in slot 7 gives -inf as element 2 of (3,): 'p' (3,) ...
/// It costs a pass over every result; it is for looking for the place, not for every training.
class DetectAnomaly {
 public:
  DetectAnomaly();
  ~DetectAnomaly();
  DetectAnomaly(const DetectAnomaly&) = delete;
  DetectAnomaly& operator=(const DetectAnomaly&) = delete;

  static bool active();
};

/// Throws NotFinite if the output of an operation is not finite, in the slot that it will get if it is recorded.
template <class T>
void check_output(std::string_view operation, const Array<T>& output, std::span<const Var<T>* const> inputs,
                  std::optional<std::size_t> slot = {});

/// Throws NotFinite if the adjoint that the rule of an operation has given an operand is not finite.
template <class T>
void check_adjoint(std::string_view operation, std::size_t slot, const Var<T>& operand, const Array<T>& adjoint);

extern template void check_output(std::string_view, const Array<float>&, std::span<const Var<float>* const>,
                                  std::optional<std::size_t>);
extern template void check_output(std::string_view, const Array<double>&, std::span<const Var<double>* const>,
                                  std::optional<std::size_t>);

}  // namespace wengert
