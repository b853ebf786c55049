#include "bench.hpp"

#include <fmt/format.h>

namespace lab {
namespace {

std::size_t diverged(const Outcomes& outcomes) {
  std::size_t count = 0;
  for (const auto& of_seeds : outcomes) {
    for (const Outcome& outcome : of_seeds) count += outcome.diverged ? 1 : 0;
  }
  return count;
}

}  // namespace

Bench::Bench(const Options& options) : options_(options) {
  for (std::size_t i = 0; i < options.seeds; ++i) digits_.push_back(load_digits(options.seed + i));
}

Outcomes Bench::train(const std::vector<Setting>& settings, std::size_t samples) {
  Outcomes outcomes;
  for (Setting setting : settings) {
    outcomes.emplace_back();
    for (std::size_t i = 0; i < digits_.size(); ++i) {
      if (nn::InterruptGuard().interrupted()) throw Interrupted{};
      setting.seed = options_.seed + i;
      outcomes.back().push_back(lab::train(setting, samples == 0 ? digits_[i] : fewer(digits_[i], samples)));
      ++trainings_;
    }
  }
  return outcomes;
}

Pairs Bench::train_both(std::vector<Setting> settings, std::size_t samples) {
  for (Setting& setting : settings) setting.batch_norm = false;
  Outcomes without = train(settings, samples);
  for (Setting& setting : settings) setting.batch_norm = true;
  return {.with = train(settings, samples), .without = std::move(without)};
}

Comparison compare(const std::string& setting, const std::vector<std::string>& places, const Pairs& pairs) {
  return compare(setting, places, pairs, "test accuracy", Better::larger,
                 [](const Outcome& outcome) { return outcome.test_accuracy; });
}

std::string divergences(const Pairs& pairs) {
  const std::size_t with = diverged(pairs.with), without = diverged(pairs.without);
  if (with + without == 0) return {};
  return fmt::format(
      " Of these trainings {} with batch norm and {} without ended early in numbers that were not finite; they count "
      "as "
      "they stood.",
      with, without);
}

}  // namespace lab
