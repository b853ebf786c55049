#pragma once

#include <filesystem>
#include <optional>

#include "comparison.hpp"
#include "training.hpp"

namespace lab {

struct Options {
  bool quick = false;  ///< few settings and epochs
  std::size_t seeds = 5;
  std::uint64_t seed = 1;  ///< the first
  std::filesystem::path out = "out";
};

/// What the documents say of batch norm, and what it comes to here.
struct Finding {
  std::string title;
  std::string claim;  ///< quoted
  std::vector<nn::Panel> panels{};
  std::vector<nn::Table> tables{};
  Verdict verdict = Verdict::not_seen;
  std::optional<Verdict> expected{};  ///< where another one would be a fault of batch norm or of the lab
};

/// Thrown between two trainings after Ctrl-C.
struct Interrupted {};

/// For each value of a setting, the trainings with every seed.
using Outcomes = std::vector<std::vector<Outcome>>;
struct Pairs {
  Outcomes with, without;
};

/// Trains what experiments ask for, with the data of each seed.
class Bench {
 public:
  explicit Bench(const Options& options);

  /// Throws Interrupted after Ctrl-C.
  Outcomes train(const std::vector<Setting>& settings, std::size_t samples = 0);
  /// The same with batch norm and without.
  Pairs train_both(std::vector<Setting> settings, std::size_t samples = 0);

  bool quick() const { return options_.quick; }
  std::size_t seeds() const { return options_.seeds; }
  std::size_t trainings() const { return trainings_; }

 private:
  Options options_;
  std::vector<datasets::Split<float>> digits_;  ///< for each seed
  std::size_t trainings_ = 0;
};

/// A number of every training.
template <class Measure>
Numbers numbers_of(const Outcomes& outcomes, const Measure& measure) {
  Numbers numbers;
  for (const std::vector<Outcome>& of_seeds : outcomes) {
    numbers.emplace_back();
    for (const Outcome& outcome : of_seeds) numbers.back().push_back(static_cast<double>(measure(outcome)));
  }
  return numbers;
}

/// The accuracy on the test part in evaluation mode, unless another number is wanted.
Comparison compare(const std::string& setting, const std::vector<std::string>& places, const Pairs& pairs);
template <class Measure>
Comparison compare(const std::string& setting, const std::vector<std::string>& places, const Pairs& pairs,
                   const std::string& name, Better better, const Measure& measure) {
  return {setting, name, places, numbers_of(pairs.with, measure), numbers_of(pairs.without, measure), better};
}

/// How many of the trainings were ended by a number that was not finite, as a sentence; nothing if none.
std::string divergences(const Pairs& pairs);

}  // namespace lab
