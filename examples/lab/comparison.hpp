#pragma once

#include <nn/training/report/report.hpp>

#include "../support/spread.hpp"

// Numbers with and without batch norm beside each other, in pictures, tables and words. What is said is computed: one
// way is ahead of the other only where it is so with every seed.

namespace lab {

namespace nn = wengert::nn;

using Numbers = std::vector<std::vector<double>>;  ///< for each value of a setting, one for each seed

enum class Better { larger, smaller };

/// Numbers with and without batch norm for each value of a setting, one for each seed.
struct Comparison {
  std::string setting;              ///< `hidden layers`
  std::string measure;              ///< `test accuracy`
  std::vector<std::string> places;  ///< the values of the setting
  Numbers with{}, without{};
  Better better = Better::larger;
};

/// The places, as numbers from 0, at which batch norm is better with every seed, worse with every seed, or neither.
struct Places {
  std::vector<std::size_t> ahead{}, behind{}, undecided{};
};
Places places_of(const Comparison& comparison);

/// The difference in favour of batch norm at a place, over the seeds.
examples::Spread gain(const Comparison& comparison, std::size_t place);

/// Where batch norm is better with every seed, where it is worse, and where the seeds disagree.
std::string where_ahead(const Comparison& comparison);

/// How many of the values have a mean on the right side of a milestone.
std::size_t reached(const Comparison& comparison, const Numbers& numbers, double milestone);
/// The same for both in words, with the values.
std::string where_reached(const Comparison& comparison, double milestone);

/// What a claim comes to here.
enum class Verdict { seen, in_part, not_seen, opposite };
std::string to_string(Verdict verdict);

/// `seen` where batch norm reaches the milestone at more values, `opposite` at fewer, `not_seen` at as many.
Verdict verdict_by_reach(const Comparison& comparison, double milestone);
/// `seen` where batch norm is better at every value, `in_part` at some of them; `opposite` where it is better at none
/// and worse at most.
Verdict verdict_by_places(const Comparison& comparison);

/// The same at some of the places alone.
Comparison at_places(const Comparison& comparison, const std::vector<std::size_t>& places);

/// A picture: the means, and bars from the least to the largest.
nn::Panel picture(const Comparison& comparison, const std::string& title);
/// One more curve of such a picture.
nn::Curve curve_of(const std::string& label, const Numbers& numbers, std::size_t colour);

/// A row for each value: both ways, the difference in favour of batch norm, and with how many seeds it is ahead.
nn::Table table(const Comparison& comparison, const std::string& caption);

/// `2, 5 and 10`.
std::string listed(const std::vector<std::string>& names);

}  // namespace lab
