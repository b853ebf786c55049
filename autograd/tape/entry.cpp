#include <autograd/tape/accumulate.hpp>
#include <autograd/tape/entry.hpp>
#include <autograd/tape/tape.hpp>

namespace wengert {

template <class T>
void Adjoints<T>::add(const Operand<T>& operand, Var<T> contribution) {
  const Shape& shape = operand.var.shape();
  require(broadcasts_to(shape, contribution.shape()), entry_->operation->name(),
          "its pullback returned shape {} for {}; expected that shape, or one it broadcasts to", contribution.shape(),
          described(operand.var));
  contribution = summed_to(contribution, shape);
  std::optional<Var<T>>& slot = slots_[operand.slot];
  if (slot) slot = expanded(*slot, shape);
  if (!slot) {
    slot = contribution;
  } else if (NoRecord::active() && slot->state_.use_count() == 1) {
    Array<T>& total = slot->state_->value;
    std::transform(total.data(), total.data() + total.size(), contribution.value().data(), total.data(), std::plus<>());
  } else {
    slot = accumulated(*slot, contribution);
  }
}

template <class T>
void Adjoints<T>::add_by_kernel(const std::vector<Operand<T>>& operands, const Ready& ready,
                                const std::function<void(std::span<kernel::Output<T>>)>& fill) {
  std::vector<kernel::Output<T>> outputs;
  std::vector<std::pair<const Operand<T>*, Var<T>>> repeated;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const Operand<T>& operand = operands[i];
    const auto same_slot = [&](const Operand<T>& earlier) { return earlier.slot == operand.slot; };
    if (!wants(operand) || takes(operand, ready, i)) {
      outputs.push_back({.data = nullptr, .shape = &operand.var.shape(), .add = false, .divisor = 1.0});
    } else if (std::any_of(operands.begin(), operands.begin() + static_cast<std::ptrdiff_t>(i), same_slot)) {
      // One kernel must not write to one place for two operands: x * x gets a second buffer.
      repeated.emplace_back(&operand, Var<T>(empty<T>(operand.var.shape())));
      T* data = repeated.back().second.state_->value.data();
      outputs.push_back({.data = data, .shape = &operand.var.shape(), .add = false, .divisor = 1.0});
    } else {
      outputs.push_back(output_for(operand));
    }
  }
  const bool any = std::any_of(outputs.begin(), outputs.end(), [](const auto& o) { return o.data != nullptr; });
  if (any) fill(outputs);
  for (auto& [operand, contribution] : repeated) add(*operand, contribution);
}

/// Makes what is ready for operand i its adjoint, if it is the first contribution.
template <class T>
bool Adjoints<T>::takes(const Operand<T>& operand, const Ready& ready, std::size_t i) {
  std::optional<Var<T>>& slot = slots_[operand.slot];
  if (slot) return false;
  slot = ready(i);
  return slot.has_value();
}

template <class T>
kernel::Output<T> Adjoints<T>::output_for(const Operand<T>& operand) {
  std::optional<Var<T>>& slot = slots_[operand.slot];
  const bool first = !slot;
  if (first) slot = Var<T>(empty<T>(operand.var.shape()));
  else if (slot->shape() != operand.var.shape()) slot = expanded(*slot, operand.var.shape());
  else if (slot->state_.use_count() > 1) slot = Var<T>(slot->value());  // somebody else reads this array
  return {.data = slot->state_->value.data(), .shape = &operand.var.shape(), .add = !first, .divisor = 1.0};
}

template <class T>
Var<T> expanded(const Var<T>& adjoint, const Shape& shape) {
  if (adjoint.shape() == shape) return adjoint;
  using L = Lane<T>;
  Array<T> full = empty<T>(shape);
  kernel::Sweep<T, Architecture, 1, 1> sweep(shape, {{{adjoint.value().data(), &adjoint.shape()}}},
                                             {{{.data = full.data(), .shape = &shape, .add = false, .divisor = 1.0}}});
  sweep.template operator()<kernel::PlainSum<L>, kernel::Form<1, 1u>>([](const std::array<L, 1>& x) { return x; });
  return Var<T>(std::move(full));
}

template class Adjoints<float>;
template class Adjoints<double>;
template Var<float> expanded(const Var<float>&, const Shape&);
template Var<double> expanded(const Var<double>&, const Shape&);

}  // namespace wengert
