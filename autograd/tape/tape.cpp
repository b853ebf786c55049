#include <autograd/tape/tape.hpp>

#include <atomic>

namespace wengert {
namespace {

std::atomic<std::uint64_t> last_id{0};

template <class T>
thread_local Tape<T>* current = nullptr;

thread_local int pauses = 0;

}  // namespace

NoRecord::NoRecord() { ++pauses; }
NoRecord::~NoRecord() { --pauses; }
bool NoRecord::active() { return pauses > 0; }

template <class T>
Tape<T>::Tape() : id_(++last_id), outer_(current<T>) {
  current<T> = this;
}

template <class T>
Tape<T>::~Tape() {
  current<T> = outer_;
}

template <class T>
Tape<T>* Tape<T>::recording() {
  return NoRecord::active() ? nullptr : current<T>;
}

template <class T>
Tape<T>* Tape<T>::innermost() {
  return current<T>;
}

template <class T>
std::optional<std::size_t> Tape<T>::find(const Var<T>& x) const {
  if (x.state_->tape == id_) return x.state_->slot;
  const auto leaf = leaves_.find(x.state_.get());  // an inner tape may have recorded it since
  return leaf == leaves_.end() ? std::nullopt : std::make_optional(leaf->second);
}

template <class T>
std::size_t Tape<T>::slot_of(std::string_view operation, const Var<T>& x) const {
  const std::optional<std::size_t> slot = find(x);
  require(slot.has_value(), operation,
          "{} was not recorded by this tape: expected a variable computed while the tape was in scope from a "
          "parameter(...); constants and variables computed under NoRecord have no gradient",
          described(x));
  return *slot;
}

template <class T>
std::size_t Tape<T>::slot_for(const Var<T>& input, std::string_view operation) {
  if (const std::optional<std::size_t> slot = find(input)) return *slot;
  if (!input.requires_grad()) return Operand<T>::constant;
  bool in_scope = input.is_parameter();
  for (const Tape* tape = outer_; tape != nullptr && !in_scope; tape = tape->outer_) in_scope = tape->has(input);
  require(
      in_scope, operation,
      "{} was recorded by a tape that is no longer in scope; compute it again here, or use stop_gradient(x) to take "
      "its value as a constant",
      described(input));
  if (input.is_parameter()) {
    input.state_->tape = id_;
    input.state_->slot = entries_.size();
  }
  leaves_.emplace(input.state_.get(), entries_.size());
  entries_.push_back({.output = input, .operation = nullptr, .operands = {}});
  return entries_.size() - 1;
}

template <class T>
Var<T> Tape<T>::append(std::unique_ptr<Operation<T>> operation, Array<T> value, std::vector<Var<T>> inputs) {
  std::vector<Operand<T>> operands;
  operands.reserve(inputs.size());
  for (Var<T>& input : inputs) {
    const std::size_t slot = slot_for(input, operation->name());
    const std::uint32_t version = input.version();
    operands.push_back({std::move(input), slot, version});
  }
  Var<T> output(std::move(value));
  output.state_->tape = id_;
  output.state_->slot = entries_.size();
  entries_.push_back({.output = output, .operation = std::move(operation), .operands = std::move(operands)});
  return output;
}

template <class T>
void Tape<T>::backward(const Var<T>& loss) {
  require(loss.size() == 1, "backward",
          "the loss {} is not a scalar; take sum(...) or mean(...) of it, or use tape.pullback(y, cotangent, inputs)",
          described(loss));
  const std::size_t end = slot_of("backward", loss);
  std::vector<std::size_t> leaves;
  for (std::size_t slot = 0; slot <= end; ++slot) {
    if (entries_[slot].is_leaf() && entries_[slot].output.is_parameter()) leaves.push_back(slot);
  }
  auto adjoints = run(loss, Var<T>(ones<T>(loss.shape())), needed_for(leaves, end), false);
  for (std::size_t slot : leaves) {
    if (adjoints[slot]) entries_[slot].output.add_grad(taken(*adjoints[slot]));
  }
}

template <class T>
std::vector<Array<T>> Tape<T>::gradient(const Var<T>& y, const std::vector<Var<T>>& inputs) {
  require(y.size() == 1, "gradient", "{} is not a scalar; use tape.pullback(y, cotangent, inputs)", described(y));
  return pullback(y, ones<T>(y.shape()), inputs);
}

template <class T>
std::vector<Var<T>> Tape<T>::gradient(const Var<T>& y, const std::vector<Var<T>>& inputs, Recorded) {
  require(y.size() == 1, "gradient", "{} is not a scalar; use tape.pullback(y, cotangent, inputs)", described(y));
  return pullback(y, Var<T>(ones<T>(y.shape())), inputs, recorded);
}

template <class T>
std::vector<Array<T>> Tape<T>::pullback(const Var<T>& y, const Var<T>& cotangent, const std::vector<Var<T>>& inputs) {
  require(cotangent.shape() == y.shape(), "pullback", "the cotangent has shape {}; expected that of {}",
          cotangent.shape(), described(y));
  const std::size_t end = slot_of("gradient", y);
  std::vector<std::size_t> targets;
  for (const Var<T>& input : inputs) targets.push_back(slot_of("gradient", input));
  auto adjoints = run(y, cotangent, needed_for(targets, end), false);
  std::vector<Array<T>> result;
  for (std::size_t k = 0; k < targets.size(); ++k) {
    const std::size_t slot = targets[k];
    const bool reached = slot <= end && adjoints[slot];
    const bool again =
        std::find(targets.begin() + static_cast<std::ptrdiff_t>(k) + 1, targets.end(), slot) != targets.end();
    if (!reached) result.push_back(zeros<T>(entries_[slot].output.shape()));
    else if (again) result.push_back(adjoints[slot]->value());
    else result.push_back(taken(*adjoints[slot]));
  }
  return result;
}

template <class T>
std::vector<Var<T>> Tape<T>::pullback(const Var<T>& y, const Var<T>& cotangent, const std::vector<Var<T>>& inputs,
                                      Recorded) {
  require(cotangent.shape() == y.shape(), "pullback", "the cotangent has shape {}; expected that of {}",
          cotangent.shape(), described(y));
  require(recording() == this, "gradient",
          "a recorded gradient needs this tape to be recording; it is paused or hidden "
          "by an inner tape");
  const std::size_t end = slot_of("gradient", y);
  std::vector<std::size_t> targets;
  for (const Var<T>& input : inputs) targets.push_back(slot_of("gradient", input));
  const auto adjoints = run(y, cotangent, needed_for(targets, end), true);
  std::vector<Var<T>> result;
  for (std::size_t slot : targets) {
    const bool reached = slot <= end && adjoints[slot];
    result.push_back(reached ? *adjoints[slot] : Var<T>(zeros<T>(entries_[slot].output.shape())));
  }
  return result;
}

/// The array of an adjoint: itself if nobody else holds it, a copy otherwise.
template <class T>
Array<T> Tape<T>::taken(Var<T>& adjoint) {
  if (adjoint.state_.use_count() > 1) return adjoint.value();
  return std::move(adjoint.state_->value);
}

/// Which slots lie on a way from a target to the end.
template <class T>
std::vector<Need> Tape<T>::needed_for(const std::vector<std::size_t>& targets, std::size_t end) const {
  std::vector<Need> needed(entries_.size(), Need::nothing);
  for (std::size_t target : targets) needed[target] = Need::result;
  for (std::size_t slot = 0; slot <= end; ++slot) {
    if (needed[slot] == Need::result) continue;
    for (const Operand<T>& operand : entries_[slot].operands) {
      if (!operand.is_constant() && needed[operand.slot] != Need::nothing) needed[slot] = Need::passing;
    }
  }
  return needed;
}

template <class T>
void Tape<T>::check_version(const Var<T>& x, std::uint32_t version, const Entry<T>& entry) {
  require(x.version() == version, "backward",
          "{} was changed after '{}' recorded it, so the gradient would belong to neither value; change parameters "
          "after backward, and use a new tape for the next step",
          described(x), entry.operation->name());
}

template <class T>
void Tape<T>::check_versions(std::size_t end, const std::vector<Need>& needed) const {
  for (std::size_t slot = 0; slot <= end; ++slot) {
    const Entry<T>& entry = entries_[slot];
    if (needed[slot] == Need::nothing || entry.is_leaf()) continue;
    for (const Operand<T>& operand : entry.operands) check_version(operand.var, operand.version, entry);
    check_version(entry.output, entry.version, entry);
  }
}

template <class T>
std::vector<std::optional<Var<T>>> Tape<T>::run(const Var<T>& y, Var<T> cotangent, const std::vector<Need>& needed,
                                                bool record) {
  const std::size_t end = slot_of("backward", y);
  check_versions(end, needed);
  const std::optional<NoRecord> pause = record ? std::nullopt : std::make_optional<NoRecord>();
  std::vector<std::optional<Var<T>>> slots(end + 1);
  Adjoints<T> adjoints(slots, needed);
  slots[end] = std::move(cotangent);
  for (std::size_t slot = end + 1; slot-- > 0;) {
    const Entry<T>& entry = entries_[slot];
    if (!slots[slot] || needed[slot] == Need::nothing || entry.is_leaf()) continue;
    const Var<T> g = *slots[slot];
    if (needed[slot] == Need::passing) slots[slot].reset();
    adjoints.enter(entry);
    if (!record) {
      entry.operation->pull_back(entry, g, adjoints);
      continue;
    }
    for (std::size_t i = 0; i < entry.operands.size(); ++i) {
      if (!adjoints.wants(entry.operands[i])) continue;
      std::optional<Var<T>> contribution = entry.operation->pull_back_recorded(entry, i, g);
      if (contribution) adjoints.add(entry.operands[i], *contribution);
    }
  }
  for (std::size_t slot = 0; slot <= end; ++slot) {
    if (slots[slot]) slots[slot] = expanded(*slots[slot], entries_[slot].output.shape());
  }
  return slots;
}

template class Tape<float>;
template class Tape<double>;

}  // namespace wengert
