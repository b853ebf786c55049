#include <autograd/base/text.hpp>
#include <autograd/explain/replay/memory.hpp>

namespace wengert {
namespace {

std::string bytes_text(std::size_t bytes) {
  const auto number = static_cast<double>(bytes);
  if (bytes < 1000) return fmt::format("{} B", bytes);
  if (bytes < 1000000) return fmt::format("{:.1f} kB", number / 1e3);
  return fmt::format("{:.1f} MB", number / 1e6);
}

std::size_t bytes_of(const Replay& replay, std::size_t slot) {
  return replay.forward[slot].value->size() * replay.element_size;
}

void note_reads(const std::vector<ReplayOperand>& operands, std::size_t number, std::vector<MemoryRow>& rows) {
  for (const ReplayOperand& operand : operands) {
    if (operand.slot) rows[*operand.slot].last_read = number;
  }
}

/// Follows the adjoints: each is there from its first contribution on, and goes when its operation has been pulled
/// back; those of leaves stay, for they are what was asked for.
void find_peak(const Replay& replay, MemoryUse& use) {
  std::size_t now = use.values;
  std::optional<std::size_t> pulled_back;
  for (std::size_t k = 0; k < replay.backward.size(); ++k) {
    const BackwardStep& step = replay.backward[k];
    if (pulled_back && step.through != pulled_back) now -= bytes_of(replay, *pulled_back);
    pulled_back = step.through;
    if (step.is_first()) now += bytes_of(replay, step.target);
    if (now <= use.peak) continue;
    use.peak = now;
    use.peak_step = replay.forward.size() + k + 1;
  }
}

}  // namespace

MemoryUse memory_use(const Replay& replay) {
  MemoryUse use;
  const std::size_t forward = replay.forward.size();
  for (std::size_t slot = 0; slot < forward; ++slot) {
    const ForwardStep& step = replay.forward[slot];
    use.rows.push_back({.variable = step.name.text,
                        .shape = step.value->shape,
                        .bytes = bytes_of(replay, slot),
                        .written = slot + 1,
                        .last_read = std::nullopt,
                        .is_leaf = !step.formula.has_value()});
    note_reads(step.operands, slot + 1, use.rows);
    use.values += use.rows.back().bytes;
    if (use.rows.back().is_leaf) use.leaves += use.rows.back().bytes;
  }
  for (std::size_t k = 0; k < replay.backward.size(); ++k)
    note_reads(replay.backward[k].reads, forward + k + 1, use.rows);
  for (const MemoryRow& row : use.rows) {
    if (!row.is_leaf && row.last_read.value_or(0) <= forward) use.not_read_back += row.bytes;
  }
  find_peak(replay, use);
  return use;
}

std::string MemoryUse::text() const {
  std::vector<std::vector<std::string>> table{{"variable", "shape", "memory", "written", "last read"}};
  for (const MemoryRow& row : rows) {
    table.push_back({row.variable, to_string(row.shape), base::aligned_right(bytes_text(row.bytes), 8),
                     base::aligned_right(std::to_string(row.written), 7),
                     row.last_read ? base::aligned_right(std::to_string(*row.last_read), 9) : "    never"});
  }
  return base::columns(table) +
         fmt::format(
             "The tape holds {}: {} of leaves, which the program holds anyway,\nand {} that nothing reads on the way "
             "back.\nWith the adjoints it is {} at most, in step {}.\n",
             bytes_text(values), bytes_text(leaves), bytes_text(not_read_back), bytes_text(peak), peak_step);
}

}  // namespace wengert
