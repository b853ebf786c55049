#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/formula_operation.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/passes.hpp>
#include <autograd/tape/accumulate.hpp>

#include <algorithm>

namespace wengert::fusion {
namespace {

Symbol sum_symbol(const Symbol& terms, const Axes& axes, bool keep) {
  return Symbol::call("sum", {terms}, {{"axes", axes}, {"keep_dims", keep}});
}

/// By its position if it has no name.
template <class T>
NamedShape described_operand(std::span<const Var<T>* const> operands, std::size_t i) {
  static constexpr std::array<std::string_view, most_operands> positions{
      "operand 0", "operand 1", "operand 2", "operand 3", "operand 4", "operand 5", "operand 6", "operand 7"};
  const std::string& name = operands[i]->name();
  return {name.empty() ? positions[i] : std::string_view(name), &operands[i]->shape()};
}

}  // namespace

template <class T>
Symbol FormulaOperation<T>::formula(std::span<const Symbol> operands) const {
  Symbol y = value(operands);
  if (!reduction()) return y;
  bool is_whole = false, is_complete = true;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const bool is_there = contains(y, operands[i]);
    is_whole = is_whole || (is_there && (reduction()->whole >> i & 1u) != 0);
    is_complete = is_complete && (is_there || operands[i].kind() != Symbol::Kind::name);
  }
  if (!is_whole && !is_complete)  // what is left out may be what has the axes
    y = Symbol::call("broadcast_to", {y}, {{"shape", reduction()->space}});
  return Symbol::call(this->name(), {y}, this->attributes());
}

template <class T>
void FormulaOperation<T>::pull_back(const Entry<T>& entry, const Var<T>& g, std::span<Target<T>> targets) const {
  const Var<T> cotangent = reduction() ? expanded(g, entry.output.shape()) : g;
  Wanted wanted{};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const bool is_taken = can_take_cotangent(targets[i], i, entry);
    if (is_taken) take_cotangent(targets[i], entry, cotangent);
    wanted[i] = targets[i].is_wanted() && !is_taken;
  }
  if (const auto pass = adjoints_pass(entry, cotangent, targets, wanted)) pass->run_all();
}

template <class T>
std::unique_ptr<kernel::Pass<T>> FormulaOperation<T>::pull_back_pass(const Entry<T>& entry, const Var<T>& g,
                                                                     std::span<Target<T>> targets) const {
  if (reduction() && g.shape() != entry.output.shape()) return nullptr;
  Wanted wanted{};
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (can_take_cotangent(targets[i], i, entry)) return nullptr;
    wanted[i] = targets[i].is_wanted();
  }
  return adjoints_pass(entry, g, targets, wanted);
}

template <class T>
void FormulaOperation<T>::pull_back_recorded(const Entry<T>& entry, const Var<T>& g,
                                             std::span<Target<T>> targets) const {
  const Var<T> seed = reduction() ? broadcast_to(reshape(g, kept(entry)), space(entry)) * (1.0 / divisor()) : g;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!targets[i].is_wanted()) continue;
    if (std::optional<Var<T>> contribution = derivative(i, entry, seed)) targets[i].add(*std::move(contribution));
  }
}

template <class T>
std::optional<Symbol> FormulaOperation<T>::adjoint(const Entry<T>& entry, std::size_t operand, const Symbol& g,
                                                   std::span<const Symbol> operands) const {
  const bool is_aligned = broadcasts_to(entry.output.shape(), kept(entry));
  const Symbol dy = is_aligned ? g : Symbol::call("reshape", {g}, {{"shape", kept(entry)}});
  Symbol contribution = derivative(operand, operands, dy / Symbol(divisor()));
  const std::size_t rank = space(entry).size();
  const std::size_t missing = rank - entry.operands[operand].var.rank();
  const std::size_t lacking = rank - rank_of(contribution, dy, entry, operands);
  Axes dropped, stay;
  for (const std::ptrdiff_t axis : repeated_axes(entry.operands[operand].var.shape(), space(entry))) {
    const auto place = static_cast<std::size_t>(axis);
    const std::ptrdiff_t counted = lacking == 0 ? axis : axis - static_cast<std::ptrdiff_t>(rank);
    if (!varies_along(place, contribution, entry, operands))
      contribution = Symbol(static_cast<double>(space(entry)[place])) * contribution;
    else (place < missing ? dropped : stay).push_back(counted);
  }
  return sum_symbol(sum_symbol(contribution, stay, true), dropped, false);
}

/// Whether the cotangent can be the adjoint of an operand that has none yet.
template <class T>
bool FormulaOperation<T>::can_take_cotangent(const Target<T>& target, std::size_t operand,
                                             const Entry<T>& entry) const {
  return has_derivative_one(operand) && target.is_wanted() && target.is_first() &&
         target.operand().shape() == space(entry);
}

template <class T>
void FormulaOperation<T>::take_cotangent(Target<T>& target, const Entry<T>& entry, const Var<T>& g) const {
  if (!reduction()) return target.start(g);
  const Shape& shape = kept(entry);
  Array<T> seed = empty<T>(shape);
  const auto scaled = [scale = 1.0 / divisor()](const auto& x) { return x * scale; };
  values_pass<kernel::PlainSum>(scaled, shape, Inputs<T, 1>{{{g.value().data(), &shape}}},
                                kernel::Output<T>{.data = seed.data(), .shape = &shape})
      ->run_all();
  target.start(std::move(seed));
}

/// Null where no adjoint is wanted.
template <class T>
std::unique_ptr<kernel::Pass<T>> FormulaOperation<T>::adjoints_pass(const Entry<T>& entry, const Var<T>& g,
                                                                    std::span<Target<T>> targets,
                                                                    const Wanted& wanted) const {
  const std::size_t count = targets.size();
  if (is_step() || std::none_of(wanted.begin(), wanted.end(), [](bool is_wanted) { return is_wanted; })) return nullptr;
  std::array<kernel::Input<T>, most_operands + 1> inputs;
  std::array<kernel::Output<T>, most_operands> outputs;
  for (std::size_t i = 0; i < count; ++i) {
    const Var<T>& x = entry.operands[i].var;
    inputs[i] = {x.value().data(), &x.shape()};
    outputs[i].shape = &x.shape();
    if (!wanted[i]) continue;
    const Destination<T> to = targets[i].destination();
    outputs[i].data = to.data;
    outputs[i].add = to.add;
  }
  inputs[count] = {g.value().data(), reduction() ? &kept(entry) : &g.shape()};
  return adjoints_pass(space(entry), {inputs.data(), count + 1}, {outputs.data(), count},
                       static_cast<T>(1.0 / divisor()));
}

/// Whether a contribution differs along an axis of the space: the cotangent does if the axis was kept, and every
/// operand does that occurs in it and is not repeated there. Where none does, a sum is a multiple.
template <class T>
bool FormulaOperation<T>::varies_along(std::size_t axis, const Symbol& contribution, const Entry<T>& entry,
                                       std::span<const Symbol> operands) const {
  if (kept(entry)[axis] == space(entry)[axis]) return true;
  for (std::size_t i = 0; i < entry.operands.size(); ++i) {
    const Axes repeated = repeated_axes(entry.operands[i].var.shape(), space(entry));
    const bool is_repeated =
        std::find(repeated.begin(), repeated.end(), static_cast<std::ptrdiff_t>(axis)) != repeated.end();
    if (!is_repeated && contains(contribution, operands[i])) return true;
  }
  return false;
}

/// The number of axes that a contribution has by itself.
template <class T>
std::size_t FormulaOperation<T>::rank_of(const Symbol& contribution, const Symbol& dy, const Entry<T>& entry,
                                         std::span<const Symbol> operands) const {
  std::size_t rank = 0;
  for (std::size_t i = 0; i < entry.operands.size(); ++i) {
    if (contains(contribution, operands[i])) rank = std::max(rank, entry.operands[i].var.rank());
  }
  if (!contains(contribution, dy)) return rank;
  return std::max(rank, dy.kind() == Symbol::Kind::name ? entry.output.rank() : kept(entry).size());
}

template <class T>
const Shape& FormulaOperation<T>::space(const Entry<T>& entry) const {
  return reduction() ? reduction()->space : entry.output.shape();
}

template <class T>
const Shape& FormulaOperation<T>::kept(const Entry<T>& entry) const {
  return reduction() ? reduction()->kept : entry.output.shape();
}

template <class T>
double FormulaOperation<T>::divisor() const {
  return reduction() ? reduction()->divisor : 1.0;
}

template <class T>
Shape common_shape(std::string_view operation, std::span<const Var<T>* const> operands) {
  std::array<NamedShape, most_operands> shapes;
  for (std::size_t i = 0; i < operands.size(); ++i) shapes[i] = described_operand(operands, i);
  return broadcast_shapes(operation, {shapes.data(), operands.size()});
}

template <class T>
Reduction reduction(std::string_view name, std::span<const Var<T>* const> operands, const Shape& space,
                    const std::vector<std::size_t>& reduced, Dims dims, bool average) {
  const Shape kept = reduced_shape(space, reduced, Dims::keep);
  const std::size_t results = element_count(kept);
  const std::size_t count = results == 0 ? 1 : element_count(space) / results;
  if (average && count == 0) {
    std::string got;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      got += (i == 0 ? "" : ", ") + to_string(described_operand(operands, i));
    }
    fail(name, fmt::format("the mean of no elements is undefined: got {} over the axes {}; expected at least one for "
                           "each result",
                           got, to_string(Axes(reduced.begin(), reduced.end()))));
  }
  const Attributes attributes{{"axes", Axes(reduced.begin(), reduced.end())}, {"keep_dims", dims == Dims::keep}};
  unsigned whole = 0;
  for (std::size_t i = 0; i < operands.size(); ++i) whole |= (operands[i]->shape() == space ? 1u : 0u) << i;
  return {space, kept, average ? static_cast<double>(count) : 1.0, attributes, whole};
}

template class FormulaOperation<float>;
template class FormulaOperation<double>;
template Shape common_shape(std::string_view, std::span<const Var<float>* const>);
template Shape common_shape(std::string_view, std::span<const Var<double>* const>);
template Reduction reduction(std::string_view, std::span<const Var<float>* const>, const Shape&,
                             const std::vector<std::size_t>&, Dims, bool);
template Reduction reduction(std::string_view, std::span<const Var<double>* const>, const Shape&,
                             const std::vector<std::size_t>&, Dims, bool);

}  // namespace wengert::fusion
