#include <autograd/tape/accumulate.hpp>
#include <autograd/tape/anomaly.hpp>
#include <autograd/tape/backward_pass.hpp>
#include <autograd/tape/stop.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace wengert {
namespace {

/// The name of an adjoint: dx, and d(a + b), for da + b would be read as a sum.
std::string adjoint_of(const std::string& name) {
  int depth = 0;
  const bool is_sum = std::any_of(name.begin(), name.end(), [&depth](char c) {
    constexpr std::string_view opening = "([{", closing = ")]}", loose = "+-<>=";
    depth += opening.find(c) != opening.npos ? 1 : closing.find(c) != closing.npos ? -1 : 0;
    return depth == 0 && loose.find(c) != loose.npos;
  });
  return is_sum ? "d(" + name + ")" : "d" + name;
}

}  // namespace

template <class T>
BackwardWalk<T>::BackwardWalk(const Tape<T>& tape, std::size_t end, const std::vector<std::size_t>& targets)
    : tape_(&tape), needs_(end + 1, Need::nothing), slot_(end + 1) {
  for (std::size_t target : targets) {
    if (target <= end) needs_[target] = Need::result;
  }
  for (std::size_t slot = 0; slot <= end; ++slot) {
    if (needs_[slot] == Need::result) continue;
    for (const Operand<T>& operand : tape.entry(slot).operands) {
      if (wants(operand)) needs_[slot] = Need::passing;
    }
  }
}

template <class T>
BackwardPass<T>::BackwardPass(const Tape<T>& tape, std::size_t end, Var<T> cotangent,
                              const std::vector<std::size_t>& targets, PassOptions options)
    : tape_(&tape), walk_(tape, end, targets), options_(options), adjoints_(end + 1), has_target_(end + 1, false) {
  const Var<T>& y = tape.entry(end).output;
  require(cotangent.shape() == y.shape(), options.operation, "the cotangent has shape {}; expected that of {}",
          cotangent.shape(), described(y));
  check_versions(end);
  adjoints_[end] = std::move(cotangent);
}

template <class T>
void require_unchanged(const Entry<T>& entry, std::string_view operation) {
  const auto check = [&](const Var<T>& x, std::uint32_t version) {
    require(x.version() == version, operation,
            "{} was changed after '{}' recorded it, so the gradient would belong to neither value; change parameters "
            "after backward, and use a new tape for the next step",
            described(x), entry.operation->name());
  };
  for (const Operand<T>& operand : entry.operands) check(operand.var, operand.version);
  check(entry.output, entry.version);
}

template <class T>
void BackwardPass<T>::check_versions(std::size_t end) const {
  for (std::size_t slot = 0; slot <= end; ++slot) {
    const Entry<T>& entry = tape_->entry(slot);
    if (walk_.is_needed(slot) && !entry.is_leaf()) require_unchanged(entry, options_.operation);
  }
}

template <class T>
bool BackwardPass<T>::step() {
  return step(Together::no);
}

template <class T>
void BackwardPass<T>::run() {
  const bool is_looked_at = options_.recorded || options_.watched || DetectAnomaly::active();
  while (step(is_looked_at ? Together::no : Together::yes)) {
  }
  run_waiting();
}

template <class T>
bool BackwardPass<T>::step(Together together) {
  if (!walk_.next([this](std::size_t slot) { return adjoints_[slot].has_value(); })) return false;
  const std::optional<NoRecord> pause = options_.recorded ? std::nullopt : std::make_optional<NoRecord>();
  const Entry<T>& entry = tape_->entry(slot());
  const Var<T> g = *adjoints_[slot()];
  if (!walk_.is_target(slot()) && !options_.watched) adjoints_[slot()].reset();
  std::vector<Target<T>> targets = targets_of(entry);
  stop::rule(entry.operation->name().c_str(), slot());
  if (together == Together::yes && pull_back_later(entry, g, targets)) return true;
  if (options_.recorded) entry.operation->pull_back_recorded(entry, g, targets);
  else entry.operation->pull_back(entry, g, targets);
  settle(entry);
  if (DetectAnomaly::active()) check_adjoints(entry);
  if (options_.watched) name_adjoints(entry);
  stop_at_adjoints(entry);
  return true;
}

template <class T>
void BackwardPass<T>::stop_at_adjoints(const Entry<T>& entry) const {
  for (const Operand<T>& operand : entry.operands) {
    if (walk_.wants(operand)) stop::adjoint(operand.var.name().c_str(), operand.slot);
  }
}

/// Lets the pass of an entry wait, if it is one, for those of the entries before it. Whatever else reads an adjoint
/// needs those that wait to have run.
template <class T>
bool BackwardPass<T>::pull_back_later(const Entry<T>& entry, const Var<T>& g, std::vector<Target<T>>& targets) {
  const auto is_ready = [](const Target<T>& target) { return !target.is_wanted() || target.is_ready(); };
  if (!again_.empty() || !std::all_of(targets.begin(), targets.end(), is_ready)) run_waiting();
  std::unique_ptr<kernel::Pass<T>> pass = again_.empty() ? entry.operation->pull_back_pass(entry, g, targets) : nullptr;
  if (!pass || !passes_.fits(*pass, g.value().data())) run_waiting();
  if (!pass) return false;
  passes_.add(std::move(pass));
  waiting_.push_back({&entry, g});
  settle(entry);
  return true;
}

template <class T>
void BackwardPass<T>::run_waiting() {
  passes_.run();
  for (const Waiting& waiting : std::exchange(waiting_, {})) stop_at_adjoints(*waiting.entry);
}

template <class T>
const Var<T>* BackwardPass<T>::adjoint(std::size_t slot) const {
  return slot < adjoints_.size() && adjoints_[slot] ? &*adjoints_[slot] : nullptr;
}

template <class T>
std::vector<Target<T>> BackwardPass<T>::targets_of(const Entry<T>& entry) {
  std::vector<Target<T>> targets;
  targets.reserve(entry.operands.size());
  again_.clear();
  again_.reserve(entry.operands.size());  // the targets point into it
  for (std::size_t i = 0; i < entry.operands.size(); ++i) {
    const Operand<T>& operand = entry.operands[i];
    std::optional<Var<T>>* adjoint = nullptr;
    if (walk_.wants(operand)) {
      if (has_target_[operand.slot]) again_.push_back({.operand = i, .contribution = std::nullopt});
      adjoint = has_target_[operand.slot] ? &again_.back().contribution : &adjoints_[operand.slot];
      has_target_[operand.slot] = true;
    }
    targets.emplace_back(entry.operation->name(), operand.var, adjoint);
  }
  return targets;
}

template <class T>
void BackwardPass<T>::settle(const Entry<T>& entry) {
  for (const Operand<T>& operand : entry.operands) {
    if (!operand.is_constant()) has_target_[operand.slot] = false;
  }
  for (Again& again : again_) {
    if (!again.contribution) continue;
    const Operand<T>& operand = entry.operands[again.operand];
    Target<T>(entry.operation->name(), operand.var, &adjoints_[operand.slot])
        .add(expanded(*again.contribution, operand.var.shape()));
  }
}

template <class T>
void BackwardPass<T>::check_adjoints(const Entry<T>& entry) const {
  for (const Operand<T>& operand : entry.operands) {
    if (!walk_.wants(operand) || !adjoints_[operand.slot]) continue;
    check_adjoint(entry.operation->name(), slot(), operand.var, adjoints_[operand.slot]->value());
  }
}

template <class T>
void BackwardPass<T>::name_adjoints(const Entry<T>& entry) {
  for (const Operand<T>& operand : entry.operands) {
    if (!walk_.wants(operand) || !adjoints_[operand.slot]) continue;
    Var<T>& adjoint = *adjoints_[operand.slot];
    const std::string name =
        adjoint_of(operand.var.name().empty() ? "v" + std::to_string(operand.slot) : operand.var.name());
    if (adjoint.name() == name) continue;
    if (!options_.recorded) adjoint = Var<T>(adjoint.value());  // it may be another one, handed on
    if (adjoint.name().empty()) adjoint.named(name, SourceLine::none());
  }
}

template class BackwardWalk<float>;
template class BackwardWalk<double>;
template void require_unchanged(const Entry<float>&, std::string_view);
template void require_unchanged(const Entry<double>&, std::string_view);
template class BackwardPass<float>;
template class BackwardPass<double>;

}  // namespace wengert
