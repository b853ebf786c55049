#include <autograd/explain/replay/print_replay.hpp>
#include <autograd/explain/stepper/blocks.hpp>
#include <autograd/explain/stepper/session.hpp>

namespace wengert::explain {
namespace {

Block array_block(const std::string& title, const Snapshot& array, std::size_t most) {
  return titled(title + " " + to_string(array.shape), block_of(array, most));
}

/// Arrays beside each other, as many as fit.
std::string side_by_side(const std::vector<Block>& blocks) {
  return equation(blocks, std::vector<std::string>(blocks.size(), ""), terminal_width);
}

bool is_number(const ReplayOperand& operand) { return !operand.slot && operand.value->shape.empty(); }

/// Where the program names what a step computes, and the layer that it is in.
std::string origin(const ForwardStep& step) {
  std::string text;
  if (step.line) {
    const std::string line = fmt::format("{}:{}: {}", step.line->file, step.line->number, step.line->text);
    text += wrapped(line, terminal_width, 4) + "\n";
  }
  if (!step.scope.empty()) text += "in " + step.scope + "\n";
  return text;
}

std::string forward_text(const ForwardStep& step, std::size_t most) {
  std::vector<Block> read;
  for (const ReplayOperand& operand : step.operands) {
    if (!is_number(operand)) read.push_back(array_block(operand.name.text, *operand.value, most));
  }
  const std::string result = side_by_side({array_block(step.name.text, *step.value, most)});
  return origin(step) + (read.empty() ? result : "It reads\n" + side_by_side(read) + "It gives\n" + result);
}

std::string place_among(const Replay& replay, const BackwardStep& step) {
  std::size_t place = 0;
  std::size_t count = 0;
  for (const BackwardStep& other : replay.backward) {
    if (other.target != step.target) continue;
    ++count;
    if (&other == &step) place = count;
  }
  return count == 1 ? "the only contribution" : fmt::format("contribution {} of {}", place, count);
}

std::string backward_text(const Replay& replay, const BackwardStep& step, std::size_t most) {
  const ForwardStep& target = replay.forward[step.target];
  std::string text;
  if (step.through) {
    const ForwardStep& through = replay.forward[*step.through];
    text += wrapped(fmt::format("through {} = {}  [{}]; {} to {}", through.name.text, through.formula->text,
                                through.operation, place_among(replay, step), target.adjoint.text),
                    terminal_width, 4) +
            "\n" + origin(through);
  } else {
    text += "the adjoint that all others come from\n";
  }
  if (step.vanishing != Vanishing::no) {
    const char* what = step.vanishing == Vanishing::exactly ? "it is zero: " : "it is nothing but rounding: ";
    text += wrapped(what + step.why, terminal_width, 4) + "\n";
  }
  const Block before = step.is_first() ? titled(target.adjoint.text + " before", {"nothing yet"})
                                       : titled(target.adjoint.text + " before", block_of(*step.before, most));
  text += equation({before, titled("contribution", block_of(*step.contribution, most)),
                    titled(target.adjoint.text + " after", block_of(*step.after, most))},
                   {step.is_first() ? "=" : "+=", "->"}, terminal_width);
  if (!step.through) return text;
  std::vector<Block> read{array_block(replay.forward[*step.through].adjoint.text, *step.incoming, most)};
  for (const ReplayOperand& operand : step.reads) read.push_back(array_block(operand.name.text, *operand.value, most));
  return text + "The rule reads\n" + side_by_side(read);
}

}  // namespace

std::string shown(const Replay& replay, std::size_t number, std::size_t most) {
  const bool is_forward = number <= replay.forward.size();
  const std::string headline = fmt::format("{:>3}/{} {}  {}", number, replay.size(),
                                           is_forward ? "forward " : "backward", step_text(replay, number));
  const std::string body = is_forward
                               ? forward_text(replay.forward[number - 1], most)
                               : backward_text(replay, replay.backward[number - 1 - replay.forward.size()], most);
  return wrapped(headline, terminal_width, 18) + "\n" + body;
}

}  // namespace wengert::explain
