#include <autograd/base/terminal.hpp>
#include <autograd/base/text.hpp>
#include <autograd/explain/replay/ledger.hpp>
#include <autograd/explain/replay/memory.hpp>
#include <autograd/explain/replay/print_replay.hpp>
#include <autograd/explain/stepper/blocks.hpp>
#include <autograd/explain/stepper/session.hpp>
#include <autograd/explain/stepper/step.hpp>

#include <charconv>
#include <iostream>
#include <limits>

namespace wengert {
namespace explain {
namespace {

constexpr std::size_t most_shown = 8;
constexpr std::size_t longest_name = 14;  // in an account, which has four

constexpr const char* help =
    "n or Enter   the next step              p       the one before\n"
    "NUMBER       that step                  /NAME   the next one about NAME\n"
    "b NAME       stop at steps about NAME   b       the stops; b - forgets them\n"
    "c            on to the next stop        v       the step with all elements\n"
    "l            all steps                  m       the memory that the tape holds\n"
    "a NAME       the account of its adjoint: who has added what\n"
    "q            leave\n"
    "NAME is a variable, an adjoint (dx), an operation, nan for what is not finite,\n"
    "or > NUMBER for what has a larger norm.\n";

std::optional<std::size_t> number_in(const std::string& text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::make_optional(number) : std::nullopt;
}

/// The number of "> 100".
std::optional<double> limit_in(const std::string& text) {
  const std::size_t begin = text.find_first_not_of("> \t");
  if (!text.starts_with('>') || begin == std::string::npos) return std::nullopt;
  double limit = 0.0;
  const auto [end, error] = std::from_chars(text.data() + begin, text.data() + text.size(), limit);
  return error == std::errc{} && end == text.data() + text.size() ? std::make_optional(limit) : std::nullopt;
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") + 1 - first);
}

/// How wide the longest of some formulas may be, so that the text that is as wide as its longest fits a terminal;
/// before it stands `=` or `+=`.
std::size_t room_for(std::size_t longest, const std::string& text) {
  const std::size_t width = widest_line(text);
  return width <= terminal_width ? longest : longest - std::min(longest, width + 1 - terminal_width);
}

}  // namespace

bool Session::obey(const std::string& command, std::ostream& out) {
  if (command == "q" || command == "quit") return false;
  if (command.empty() || command == "n") go(number_ + 1, out);
  else if (command == "p") go(number_ - 1, out);
  else if (command == "l") list(out);
  else if (command == "m") out << memory_use(replay_).text();
  else if (command == "a" || command.starts_with("a ")) account(trimmed(command.substr(1)), out);
  else if (command == "c") run(out);
  else if (command == "v") out << shown(replay_, number_, std::numeric_limits<std::size_t>::max());
  else if (command == "h" || command == "help") out << help;
  else if (command == "b" || command.starts_with("b ")) break_at(trimmed(command.substr(1)), out);
  else if (command.starts_with("/")) search(trimmed(command.substr(1)), out);
  else if (const auto number = number_in(command)) go(*number, out);
  else out << "no such command: '" << command << "'; help lists them\n";
  return true;
}

void Session::go(std::size_t number, std::ostream& out) {
  if (number < 1 || number > replay_.size()) {
    out << fmt::format("there is no step {}; the steps are 1 to {}\n", number, replay_.size());
    return;
  }
  number_ = number;
  out << shown(replay_, number_, most_shown);
}

/// The next step about the name, behind the last one again from the first.
void Session::search(const std::string& name, std::ostream& out) {
  for (std::size_t k = 0; k < replay_.size(); ++k) {
    const std::size_t number = (number_ + k) % replay_.size() + 1;
    if (is_about(number, name)) return go(number, out);
  }
  out << "no step is about '" << name << "'\n";
}

void Session::run(std::ostream& out) {
  std::size_t number = number_ + 1;
  while (number <= replay_.size() && !stops_at(number)) ++number;
  if (number > replay_.size()) out << "no stop is left; the last step\n";
  go(std::min(number, replay_.size()), out);
}

/// Formulas are cut where a line would be too long; a step itself shows the whole.
void Session::list(std::ostream& out) const {
  std::size_t longest = 0;
  for (std::size_t number = 1; number <= replay_.size(); ++number)
    longest = std::max(longest, base::display_width(step_text(replay_, number)));
  const std::size_t room = room_for(longest, print(replay_));
  Replay listed = replay_;
  const auto cut = [room](std::string& formula, const std::string& step) {
    const std::size_t others = base::display_width(step) - base::display_width(formula);
    formula = shortened(formula, room - std::min(room, others));
  };
  for (std::size_t slot = 0; slot < listed.forward.size(); ++slot)
    if (listed.forward[slot].formula) cut(listed.forward[slot].formula->text, step_text(replay_, slot + 1));
  for (std::size_t k = 0; k < listed.backward.size(); ++k)
    cut(listed.backward[k].rule.text, step_text(replay_, listed.forward.size() + k + 1));
  out << print(listed);
}

/// Where it does not fit as it is, remarks stand behind the table, and formulas are cut.
void Session::account(const std::string& name, std::ostream& out) const {
  try {
    Ledger found = ledger(replay_, name);
    std::string remarks;
    std::size_t longest = 0;
    if (widest_line(found.text()) > terminal_width) {
      for (LedgerRow& row : found.rows) {
        if (!row.remark.empty())
          remarks += wrapped(fmt::format("step {}: {}", row.step, row.remark), terminal_width, 2) + "\n";
        row.remark.clear();
        row.consumer = shortened(row.consumer, longest_name);
        longest = std::max(longest, base::display_width(row.rule));
      }
      found.adjoint = shortened(found.adjoint, longest_name);
      const std::size_t room = room_for(longest, found.text());
      for (LedgerRow& row : found.rows) row.rule = shortened(row.rule, room);
    }
    out << found.text() << remarks;
  } catch (const Error& error) {
    out << wrapped(error.what(), terminal_width, 2) << "\n";
  }
}

void Session::break_at(const std::string& name, std::ostream& out) {
  const bool may_come = name.empty() || name == "-" || name == "nan" || limit_in(name);
  if (!may_come && !is_about_any(name)) out << "no step is about '" << name << "'; ";
  else if (name == "-") breaks_.clear();
  else if (!name.empty()) breaks_.insert(name);
  std::string list;
  for (const std::string& stop : breaks_) list += (list.empty() ? "" : ", ") + stop;
  out << (list.empty() ? "no stops" : "stops: " + list) << "\n";
}

/// What a step writes: a value, or a contribution.
const Snapshot& Session::array_of(std::size_t number) const {
  const std::size_t forward = replay_.forward.size();
  return number <= forward ? *replay_.forward[number - 1].value : *replay_.backward[number - 1 - forward].contribution;
}

bool Session::is_about(std::size_t number, const std::string& name) const {
  const Snapshot& array = array_of(number);
  if (name == "nan" && array.not_finite > 0) return true;
  if (const auto limit = limit_in(name)) return array.norm > *limit || array.not_finite > 0;
  if (number <= replay_.forward.size()) {
    const ForwardStep& step = replay_.forward[number - 1];
    return name == step.name.text || name == step.operation;
  }
  const BackwardStep& step = replay_.backward[number - 1 - replay_.forward.size()];
  const ForwardStep& target = replay_.forward[step.target];
  return name == target.adjoint.text || name == target.name.text ||
         (step.through && name == replay_.forward[*step.through].operation);
}

bool Session::is_about_any(const std::string& name) const {
  for (std::size_t number = 1; number <= replay_.size(); ++number)
    if (is_about(number, name)) return true;
  return false;
}

bool Session::stops_at(std::size_t number) const {
  return std::any_of(breaks_.begin(), breaks_.end(), [&](const std::string& name) { return is_about(number, name); });
}

}  // namespace explain

void step(const Replay& replay, std::istream& in, std::ostream& out, bool echo) {
  explain::Session session(replay);
  out << fmt::format("{} steps: {} forward, {} backward; help lists the commands\n", replay.size(),
                     replay.forward.size(), replay.backward.size());
  session.obey("1", out);
  const auto prompt = [&] { out << "> " << std::flush; };
  prompt();
  for (std::string line; std::getline(in, line); prompt()) {
    const std::string command = explain::trimmed(line);
    if (echo) out << command << "\n";
    if (!session.obey(command, out)) return;
  }
  out << "\n";
}

template <class T>
void step(const Tape<T>& tape, const Var<T>& loss) {
  step(replay(tape, loss), std::cin, std::cout, !base::is_terminal(std::cout));
}

template void step(const Tape<float>&, const Var<float>&);
template void step(const Tape<double>&, const Var<double>&);

}  // namespace wengert
