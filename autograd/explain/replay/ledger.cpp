#include <autograd/base/text.hpp>
#include <autograd/explain/replay/ledger.hpp>

#include <cmath>
#include <limits>

namespace wengert {
namespace {

std::size_t slot_called(const Replay& replay, std::string_view name) {
  std::string names;
  for (std::size_t slot = 0; slot < replay.forward.size(); ++slot) {
    const ForwardStep& step = replay.forward[slot];
    if (step.name.text == name || step.adjoint.text == name) return slot;
    names += (names.empty() ? "" : ", ") + step.name.text;
  }
  fail("ledger", fmt::format("no variable is called '{}'; expected one of {}", name, names));
}

/// NaN if an element is not finite: the norm of a snapshot is that of the others.
double norm_of(const Snapshot& array) {
  return array.not_finite > 0 ? std::numeric_limits<double>::quiet_NaN() : array.norm;
}

std::string norm_text(double norm) { return std::isnan(norm) ? "not finite" : fmt::format("{:.4g}", norm); }

std::string remark(const BackwardStep& step, double left, std::size_t element_size) {
  const double rounding = element_size == sizeof(float) ? 4e-6 : 1e-12;  // beside what has arrived
  if (step.vanishing != Vanishing::no) return step.why;
  if (step.is_first() || std::isnan(left) || left > 0.5) return "";
  if (left <= rounding) return "cancels what had arrived";
  return fmt::format("{:.3g} % of what has arrived cancels", 100 * (1 - left));
}

}  // namespace

Ledger ledger(const Replay& replay, std::string_view name) {
  const std::size_t slot = slot_called(replay, name);
  Ledger result{replay.forward[slot].name.text, replay.forward[slot].adjoint.text, {}};
  double norms = 0;
  for (std::size_t k = 0; k < replay.backward.size(); ++k) {
    const BackwardStep& step = replay.backward[k];
    if (step.target != slot) continue;
    norms += norm_of(*step.contribution);
    const double left = norms == 0 ? 1.0 : norm_of(*step.after) / norms;
    result.rows.push_back({.step = replay.forward.size() + k + 1,
                           .consumer = step.through ? replay.forward[*step.through].name.text : "",
                           .rule = step.rule.text,
                           .norm = norm_of(*step.contribution),
                           .norm_after = norm_of(*step.after),
                           .left = left,
                           .remark = remark(step, left, replay.element_size)});
  }
  return result;
}

std::string Ledger::text() const {
  if (rows.empty()) return fmt::format("nothing is added to {}: the loss does not depend on {}\n", adjoint, variable);
  std::vector<std::vector<std::string>> table{{"step", "through", adjoint, "norm", "norm of " + adjoint}};
  for (const LedgerRow& row : rows) {
    table.push_back({base::aligned_right(std::to_string(row.step), 4), row.consumer.empty() ? "—" : row.consumer,
                     (&row == &rows.front() ? "= " : "+= ") + row.rule, norm_text(row.norm), norm_text(row.norm_after),
                     row.remark});
  }
  return base::columns(table);
}

}  // namespace wengert
