#include <autograd/base/not_finite.hpp>
#include <autograd/kernel/finite.hpp>
#include <autograd/tape/anomaly.hpp>

namespace wengert {
namespace {

thread_local int guards = 0;

/// `'x' (3,), finite`, or what its first element is that is not.
template <class T>
std::string operand_text(const Var<T>& x) {
  const std::size_t place = first_not_finite(x.value());
  if (place == x.size()) return fmt::format("{}, finite", described(x));
  return fmt::format("{}, {} as element {}", described(x), x.value().data()[place], place);
}

}  // namespace

DetectAnomaly::DetectAnomaly() { ++guards; }
DetectAnomaly::~DetectAnomaly() { --guards; }
bool DetectAnomaly::active() { return guards > 0; }

template <class T>
void check_output(std::string_view operation, const Array<T>& output, std::span<const Var<T>* const> inputs,
                  std::optional<std::size_t> slot) {
  const std::size_t place = first_not_finite(output);
  if (place == output.size()) return;
  std::string operands;
  for (const Var<T>* input : inputs) operands += (operands.empty() ? "" : "; ") + operand_text(*input);
  throw NotFinite(fmt::format("[anomaly] '{}'{} gives {} as element {} of {}; its operands: {}", operation,
                              slot ? fmt::format(" in slot {}", *slot) : ", not recorded,", output.data()[place], place,
                              Shape(output.shape()), operands.empty() ? "none" : operands));
}

template <class T>
void check_adjoint(std::string_view operation, std::size_t slot, const Var<T>& operand, const Array<T>& adjoint) {
  const std::size_t place = first_not_finite(adjoint);
  if (place == adjoint.size()) return;
  throw NotFinite(fmt::format(
      "[anomaly] the backward pass of '{}' in slot {} gives {} as element {} of the gradient of its operand {}",
      operation, slot, adjoint.data()[place], place, operand_text(operand)));
}

template void check_output(std::string_view, const Array<float>&, std::span<const Var<float>* const>,
                           std::optional<std::size_t>);
template void check_output(std::string_view, const Array<double>&, std::span<const Var<double>* const>,
                           std::optional<std::size_t>);
template void check_adjoint(std::string_view, std::size_t, const Var<float>&, const Array<float>&);
template void check_adjoint(std::string_view, std::size_t, const Var<double>&, const Array<double>&);

}  // namespace wengert
