#include <autograd/base/text.hpp>
#include <autograd/explain/replay/print_replay.hpp>

namespace wengert {
namespace {

std::string text_of(const ForwardStep& step) {
  return step.formula ? step.name.text + " = " + step.formula->text : step.name.text + ", " + step.operation;
}

}  // namespace

std::string step_text(const Replay& replay, std::size_t number) {
  require(number >= 1 && number <= replay.size(), "replay", "there is no step {}; expected one of 1 to {}", number,
          replay.size());
  if (number <= replay.forward.size()) return text_of(replay.forward[number - 1]);
  const BackwardStep& step = replay.backward[number - 1 - replay.forward.size()];
  return fmt::format("{} {} {}", replay.forward[step.target].adjoint.text,
                     step.is_first() ? "=" : "+=", step.rule.text);
}

std::string print(const Replay& replay) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t number = 1; number <= replay.size(); ++number) {
    const bool is_forward = number <= replay.forward.size();
    rows.push_back({base::aligned_right(std::to_string(number), 3), step_text(replay, number)});
    if (is_forward) {
      rows.back().push_back(to_string(replay.forward[number - 1].value->shape));
    } else {
      const Snapshot& contribution = *replay.backward[number - 1 - replay.forward.size()].contribution;
      rows.back().push_back(to_string(contribution.shape));
      rows.back().push_back(contribution.not_finite > 0 ? "not finite" : fmt::format("norm {:.3g}", contribution.norm));
    }
  }
  return base::columns(rows);
}

}  // namespace wengert
