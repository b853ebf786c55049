#include <autograd/tape/accumulate.hpp>
#include <autograd/tape/anomaly.hpp>
#include <autograd/tape/backward_pass.hpp>
#include <autograd/tape/scope.hpp>
#include <autograd/tape/stop.hpp>

#include <atomic>
#include <exception>
#include <utility>

namespace wengert {
namespace {

std::atomic<std::uint64_t> last_id{0};

thread_local int pauses = 0;

std::atomic<std::uint32_t> last_thread{0};

/// 1, 2, ... in the order in which threads ask.
std::uint32_t this_thread_number() {
  thread_local const std::uint32_t number = ++last_thread;
  return number;
}

template <class T>
void require_scalar(const Var<T>& y) {
  require(y.size() == 1, "gradient", "{} is not a scalar; use tape.pullback(y, cotangent, inputs)", described(y));
}

}  // namespace

NoRecord::NoRecord() { ++pauses; }
NoRecord::~NoRecord() { --pauses; }
bool NoRecord::active() { return pauses > 0; }

/// A tape that ends on another thread cannot change the chain of its own: it leaves a link without a tape there.
template <class T>
struct Tape<T>::Link {
  std::atomic<Tape*> tape;
  Link* outer;

  static thread_local Link* innermost;
};

template <class T>
thread_local typename Tape<T>::Link* Tape<T>::Link::innermost = nullptr;

/// The first with a tape; those before it are removed.
template <class T>
typename Tape<T>::Link* Tape<T>::innermost_link() {
  while (Link::innermost != nullptr && Link::innermost->tape.load(std::memory_order_acquire) == nullptr) {
    delete std::exchange(Link::innermost, Link::innermost->outer);
  }
  return Link::innermost;
}

template <class T>
Tape<T>::Tape() : id_(++last_id), link_(new Link{this, innermost_link()}) {
  Link::innermost = link_;
}

template <class T>
Tape<T>::~Tape() {
  Link** place = &Link::innermost;
  while (*place != nullptr && *place != link_) place = &(*place)->outer;
  if (*place == link_) {
    *place = link_->outer;
    delete link_;
  } else {
    link_->tape.store(nullptr, std::memory_order_release);
  }
}

template <class T>
Tape<T>* Tape<T>::recording() {
  return NoRecord::active() ? nullptr : innermost();
}

template <class T>
Tape<T>* Tape<T>::innermost() {
  const Link* link = innermost_link();
  return link == nullptr ? nullptr : link->tape.load();
}

/// Forgets the entries from a number on, whose variables nobody has.
template <class T>
void Tape<T>::take_back(std::size_t before) {
  std::erase_if(leaves_, [before](const auto& leaf) { return leaf.second >= before; });
  while (entries_.size() > before) entries_.pop_back();
}

template <class T>
AllOrNothing<T>::AllOrNothing()
    : tape_(Tape<T>::recording()),
      before_(tape_ == nullptr ? 0 : tape_->size()),
      exceptions_(std::uncaught_exceptions()) {}

template <class T>
AllOrNothing<T>::~AllOrNothing() {
  if (tape_ != nullptr && std::uncaught_exceptions() > exceptions_) tape_->take_back(before_);
}

template <class T>
bool Tape<T>::any_requires_grad(std::span<const Var<T>* const> inputs) {
  return std::any_of(inputs.begin(), inputs.end(), [](const Var<T>* input) { return input->requires_grad(); });
}

/// Whether somebody reads the operation: a tape, or who looks for what is not finite and wants its name.
template <class T>
bool Tape<T>::needs_operation(std::span<const Var<T>* const> inputs) {
  return DetectAnomaly::active() || (recording() != nullptr && any_requires_grad(inputs));
}

template <class T>
Var<T> Tape<T>::record_operation(std::unique_ptr<Operation<T>> operation, Array<T>&& value,
                                 std::span<const Var<T>* const> inputs) {
  Tape* tape = recording();
  if (tape != nullptr && any_requires_grad(inputs)) return tape->append(std::move(operation), std::move(value), inputs);
  check_output<T>(operation->name(), value, inputs);
  return unrecorded(std::move(value), inputs);
}

/// A constant that remembers the thread where a gradient was lost for want of a tape.
template <class T>
Var<T> Tape<T>::unrecorded(Array<T>&& value, std::span<const Var<T>* const> inputs) {
  Var<T> output(std::move(value));
  if (NoRecord::active()) return output;
  for (const Var<T>* input : inputs) {
    const std::uint32_t lost = input->requires_grad() ? this_thread_number() : input->state().lost_on_thread;
    if (lost != 0) output.state_->lost_on_thread = lost;
  }
  return output;
}

template <class T>
std::optional<std::size_t> Tape<T>::find(const Var<T>& x) const {
  if (x.state().tape == id_) return x.state().slot;
  const auto leaf = leaves_.find(x.state_.get());
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
const std::string& Tape<T>::scope_of(std::size_t slot) const {
  static const std::string none;
  const std::uint32_t scope = entries_[slot].scope;
  return scope == 0 ? none : scopes_[scope - 1];
}

/// The number on this tape of the scope that this thread is in.
template <class T>
std::uint32_t Tape<T>::this_scope() {
  const Scope* scope = Scope::innermost();
  if (scope == nullptr) return 0;
  if (scope->number() != last_scope_) scopes_.push_back(scope->path());
  last_scope_ = scope->number();
  return static_cast<std::uint32_t>(scopes_.size());
}

template <class T>
std::uint32_t Tape<T>::slot_for(const Var<T>& input, std::string_view operation) {
  if (!input.requires_grad()) {
    const std::uint32_t lost = input.state().lost_on_thread;
    require(lost == 0 || lost == this_thread_number(), operation,
            "{} was computed from a parameter on another thread, where no tape was recording, so its part of the "
            "gradient is lost; compute it on this thread, say NoRecord on the other one, or use stop_gradient(x) to "
            "take its value as a constant",
            described(input));
    return Operand<T>::constant;
  }
  const std::optional<std::size_t> slot = find(input);
  return static_cast<std::uint32_t>(slot ? *slot : record_leaf(input, operation));
}

/// A parameter, or a variable of an outer tape, gets an entry of its own where it is used first.
template <class T>
std::size_t Tape<T>::record_leaf(const Var<T>& input, std::string_view operation) {
  bool in_scope = input.is_parameter();
  for (const Link* link = link_->outer; link != nullptr && !in_scope; link = link->outer) {
    const Tape* tape = link->tape.load();
    in_scope = tape != nullptr && tape->has(input);
  }
  require(in_scope, operation,
          "{} was recorded by a tape that is no longer in scope, or by one of another thread; compute it again here, "
          "or use stop_gradient(x) to take its value as a constant",
          described(input));
  leaves_.emplace(input.state_.get(), entries_.size());
  entries_.push_back({.output = input, .operation = nullptr, .operands = {}, .scope = this_scope()});
  return entries_.size() - 1;
}

template <class T>
Var<T> Tape<T>::append(std::unique_ptr<Operation<T>> operation, Array<T>&& value,
                       std::span<const Var<T>* const> inputs) {
  if (DetectAnomaly::active()) check_output<T>(operation->name(), value, inputs, entries_.size());
  std::vector<Operand<T>> operands;
  operands.reserve(inputs.size());
  const std::size_t before = entries_.size();
  try {
    for (const Var<T>* input : inputs) {
      operands.push_back({*input, slot_for(*input, operation->name()), input->version()});
    }
  } catch (...) {  // of an operand that is refused; those before it may have got their entries
    take_back(before);
    throw;
  }
  Var<T> output(std::move(value));
  output.state_->tape = id_;
  output.state_->slot = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back(
      {.output = output, .operation = std::move(operation), .operands = std::move(operands), .scope = this_scope()});
  stop::recorded(entries_.back().operation->name().c_str(), entries_.size() - 1);
  return output;
}

template <class T>
void Tape<T>::backward(const Var<T>& loss) {
  require(loss.size() == 1, "backward",
          "the loss {} is not a scalar; take sum(...) or mean(...) of it, or use tape.pullback(y, cotangent, inputs)",
          described(loss));
  if (loss.is_parameter() && !has(loss)) record_leaf(loss, "backward");  // its own gradient is 1
  const std::size_t end = slot_of("backward", loss);
  std::vector<std::optional<std::size_t>> leaves;
  for (std::size_t slot = 0; slot <= end; ++slot) {
    if (entries_[slot].is_leaf()) leaves.emplace_back(slot);
  }
  auto gradients = adjoints_of(end, Var<T>(ones<T>(loss.shape())), leaves, {.operation = "backward"});
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    const Var<T>& leaf = entries_[*leaves[k]].output;
    require(!gradients[k] || leaf.is_parameter(), "backward",
            "the loss {} depends on {}, which an outer tape has recorded, so the parameters behind it are out of reach "
            "of this one; call backward of the tape that recorded it, or use tape.gradient(loss, {{x}})",
            described(loss), described(leaf));
  }
  for (std::size_t k = 0; k < leaves.size(); ++k) {
    if (gradients[k]) entries_[*leaves[k]].output.add_grad(taken(std::move(*gradients[k])));
  }
}

template <class T>
std::vector<Array<T>> Tape<T>::gradient(const Var<T>& y, const std::vector<Var<T>>& inputs) {
  require_scalar(y);
  return arrays(pull_back(y, ones<T>(y.shape()), inputs, {.operation = "gradient"}));
}

template <class T>
std::vector<Var<T>> Tape<T>::gradient(const Var<T>& y, const std::vector<Var<T>>& inputs, Recorded) {
  require_scalar(y);
  return pull_back(y, ones<T>(y.shape()), inputs, {.recorded = true, .operation = "gradient"});
}

template <class T>
std::vector<Array<T>> Tape<T>::pullback(const Var<T>& y, const Var<T>& cotangent, const std::vector<Var<T>>& inputs) {
  return arrays(pull_back(y, cotangent, inputs, {.operation = "pullback"}));
}

template <class T>
std::vector<Var<T>> Tape<T>::pullback(const Var<T>& y, const Var<T>& cotangent, const std::vector<Var<T>>& inputs,
                                      Recorded) {
  return pull_back(y, cotangent, inputs, {.recorded = true, .operation = "pullback"});
}

template <class T>
std::vector<Var<T>> Tape<T>::pull_back(const Var<T>& y, const Var<T>& cotangent, const std::vector<Var<T>>& inputs,
                                       const PassOptions& options) {
  require(cotangent.shape() == y.shape(), options.operation, "the cotangent has shape {}; expected that of {}",
          cotangent.shape(), described(y));
  require(!options.recorded || recording() == this, options.operation,
          "a recorded gradient needs this tape to be recording; it is paused or hidden by an inner tape");
  for (const Var<T>& input : inputs) target_for(input, options.operation);  // throws before anything is recorded
  if (y.is_parameter() && !has(y)) record_leaf(y, options.operation);       // its own gradient is the cotangent
  const std::size_t end = slot_of(options.operation, y);
  std::vector<std::optional<std::size_t>> targets;
  for (const Var<T>& input : inputs) targets.push_back(target_for(input, options.operation));
  const std::vector<std::optional<Var<T>>> adjoints = adjoints_of(end, cotangent, targets, options);
  std::vector<Var<T>> result;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    result.push_back(adjoints[k] ? *adjoints[k] : Var<T>(zeros<T>(inputs[k].shape())));
  }
  return result;
}

/// The slot of a variable that a gradient is asked for; none for a parameter that was not used, whose gradient is zero.
template <class T>
std::optional<std::size_t> Tape<T>::target_for(const Var<T>& input, std::string_view operation) const {
  const std::optional<std::size_t> slot = find(input);
  if (slot) return slot;
  const bool has_outer_leaf = std::any_of(leaves_.begin(), leaves_.end(), [this](const auto& leaf) {
    return !entries_[leaf.second].output.is_parameter();
  });
  if (input.is_parameter() && !has_outer_leaf) return std::nullopt;
  const char* reason =
      "it is a constant, which has no gradient; make it a parameter(...), or compute it from one while "
      "the tape is in scope and no NoRecord is";
  if (input.is_parameter()) reason = "what this tape records may depend on it by way of an outer tape; ask that one";
  else if (input.requires_grad()) reason = "it is on another one";
  fail(operation, fmt::format("{} was not recorded by this tape: {}", described(input), reason));
}

/// Runs a pass from the entry in slot `end`; returns the adjoints of the targets that it reaches.
template <class T>
std::vector<std::optional<Var<T>>> Tape<T>::adjoints_of(std::size_t end, Var<T> cotangent,
                                                        const std::vector<std::optional<std::size_t>>& targets,
                                                        const PassOptions& options) const {
  std::vector<std::size_t> slots;
  for (const std::optional<std::size_t>& target : targets) {
    if (target) slots.push_back(*target);
  }
  BackwardPass<T> pass(*this, end, std::move(cotangent), slots, options);
  pass.run();
  std::vector<std::optional<Var<T>>> adjoints;
  for (const std::optional<std::size_t>& target : targets) {
    const Var<T>* adjoint = target ? pass.adjoint(*target) : nullptr;
    adjoints.push_back(adjoint ? std::make_optional(expanded(*adjoint, entries_[*target].output.shape()))
                               : std::nullopt);
  }
  return adjoints;
}

/// The array of an adjoint: itself if nobody else holds it, a copy otherwise.
template <class T>
Array<T> Tape<T>::taken(Var<T> adjoint) {
  if (adjoint.state_.use_count() > 1) return adjoint.value();
  return std::move(adjoint.state_->value);
}

template <class T>
std::vector<Array<T>> Tape<T>::arrays(std::vector<Var<T>> adjoints) {
  std::vector<Array<T>> result;
  for (Var<T>& adjoint : adjoints) result.push_back(taken(std::move(adjoint)));
  return result;
}

template class Tape<float>;
template class Tape<double>;
template class AllOrNothing<float>;
template class AllOrNothing<double>;

}  // namespace wengert
