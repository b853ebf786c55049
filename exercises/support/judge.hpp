#pragma once

#include <autograd/check/compare_gradients.hpp>

#include <functional>

namespace exercises {

using wengert::Array;

/// A mistake of this step alone: the numbers that it gives, and what is said of it.
struct Mistake {
  Array<double> answer;
  std::string words;
};

/// One blank: the adjoint of a variable, and what an attempt has written for it.
struct Step {
  std::string variable;  ///< by its name in the record
  Array<double> answer;
  std::vector<std::string> hints;
  std::string label = {};              ///< as it is printed; d and the name of the variable if it is empty
  std::vector<Mistake> mistakes = {};  ///< beside those that `compare_gradients` knows

  std::string name() const { return label.empty() ? "d" + variable : label; }
};

/// A backward pass by hand of one random batch, beside what the tape has recorded of it.
struct Trial {
  wengert::Replay record;
  std::vector<Step> steps;   ///< in the order in which they are written
  std::string stopped = {};  ///< what was thrown on the way, if anything was
};

/// A backward pass by hand, tried on the batch of a seed. Batches of different seeds have different shapes.
using Attempt = std::function<Trial(std::uint64_t seed)>;

enum class Finding { right, not_written, stopped, stopped_behind, wrong };

/// What is said of an attempt.
struct Judgement {
  Finding finding = Finding::right;
  std::size_t steps = 0;   ///< how many there are
  std::size_t place = 0;   ///< of the step that is not right yet
  std::string name = {};   ///< of that step
  std::string table = {};  ///< a line for each step up to it
  std::string words = {};  ///< what is wrong with it: shape, values, diagnosis
  std::vector<std::string> hints = {};

  explicit operator bool() const { return finding == Finding::right; }
};

/// Judges an attempt on three batches. What counts is the first step that is not right, of the first batch with one.
Judgement judge(const Attempt& attempt);

/// What a function throws, or nothing.
std::string stopped_by(const std::function<void()>& attempt);

}  // namespace exercises
