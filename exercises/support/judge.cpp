#include "judge.hpp"

#include "blanks.hpp"

#include <autograd/base/text.hpp>
#include <autograd/explain/stepper/blocks.hpp>

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace exercises {

namespace {

using wengert::GradientComparison;
using wengert::GradientRow;

/// Rounding is a thousand times smaller, and a mistake is seldom so small.
constexpr wengert::CompareOptions closeness{.relative = 1e-9, .absolute = 1e-12};

std::string line(const std::string& text) {
  return "  " + wengert::explain::wrapped(text, wengert::explain::terminal_width - 2, 2) + "\n";
}

bool is_close(double actual, double expected) {
  return actual == expected ||
         std::abs(actual - expected) <= *closeness.absolute + closeness.relative * std::abs(expected);
}

std::size_t differing(const Array<double>& actual, const Array<double>& expected) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < actual.size(); ++i) count += is_close(actual.data()[i], expected.data()[i]) ? 0 : 1;
  return count;
}

/// What the tape has for the variable of a step.
Array<double> expected_by(const wengert::Replay& record, const Step& step) {
  for (std::size_t slot = record.forward.size(); slot-- > 0;) {
    if (record.forward[slot].name.text == step.variable) return record.adjoint(slot)->array("exercises");
  }
  wengert::fail("exercises", "the record has no variable '" + step.variable + "'");
}

std::string diagnosis_of(const Step& step, const GradientComparison& found) {
  for (const Mistake& mistake : step.mistakes) {
    const wengert::Comparison alike = compare(step.variable, step.answer, mistake.answer, closeness);
    if (alike.approximate) return mistake.words;
  }
  return found.diagnosis.substr(found.diagnosis.find(": ") + 2);  // without the name, which has been said
}

std::string words_on(const Step& step, const wengert::Replay& record, const GradientComparison& found) {
  const GradientRow& row = found.rows.front();
  const wengert::Comparison& shapes = row.comparison;
  if (!shapes.same_shape())
    return line(fmt::format("shape: {} where {} is right", shapes.hand_shape, shapes.tape_shape)) +
           line("diagnosis: " + diagnosis_of(step, found));
  return line(fmt::format("shape: {}, as it should be", shapes.tape_shape)) +
         line(fmt::format("values: {} of {} differ, most of all [{}]: {} where {} is right",
                          differing(step.answer, expected_by(record, step)), step.answer.size(),
                          fmt::join(row.where, ", "), row.by_hand, row.by_tape)) +
         line("diagnosis: " + diagnosis_of(step, found));
}

/// The rows of a table: number, name, shape and what was found.
using Rows = std::vector<std::vector<std::string>>;

Judgement judged(const Trial& trial) {
  Judgement result{.steps = trial.steps.size()};
  Rows rows;
  for (const Step& step : trial.steps) {
    const std::string number = fmt::format("  {:>2}", ++result.place);
    result.name = step.name();
    result.hints = step.hints;
    if (is_not_written_yet(step.answer)) {
      const bool is_stopped = !trial.stopped.empty();
      result.finding = is_stopped ? Finding::stopped : Finding::not_written;
      rows.push_back({number, step.name(), "", is_stopped ? "stopped" : "not written yet"});
      if (is_stopped) result.words = line(trial.stopped);
      break;
    }
    const GradientComparison found = compare_gradients(trial.record, {{step.variable, step.answer}}, closeness);
    const wengert::Comparison& row = found.rows.front().comparison;
    rows.push_back({number, step.name(), wengert::to_string(row.hand_shape), row.approximate ? "right" : "wrong"});
    if (!row.approximate) {
      result.finding = Finding::wrong;
      result.words = words_on(step, trial.record, found);
      break;
    }
  }
  if (result && !trial.stopped.empty()) {
    result.finding = Finding::stopped_behind;
    result.words = line(trial.stopped);
  }
  result.table = wengert::base::columns(rows);
  return result;
}

}  // namespace

Array<double> not_written_yet() { return wengert::scalar(std::numeric_limits<double>::quiet_NaN()); }

bool is_not_written_yet(const Array<double>& answer) { return answer.dimension() == 0 && std::isnan(answer()); }

Judgement judge(const Attempt& attempt) {
  Judgement first = judged(attempt(1));
  for (std::uint64_t seed = 2; first && seed <= 3; ++seed) {
    Judgement other = judged(attempt(seed));
    if (!other) return other;
  }
  return first;
}

std::string stopped_by(const std::function<void()>& attempt) {
  try {
    attempt();
    return {};
  } catch (const std::exception& error) {
    return error.what();
  }
}

}  // namespace exercises
