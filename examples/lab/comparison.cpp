#include "comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lab {
namespace {

/// The differences in favour of batch norm, seed by seed.
std::vector<double> gains(const Comparison& comparison, std::size_t place) {
  std::vector<double> differences;
  const std::vector<double>&with = comparison.with[place], &without = comparison.without[place];
  for (std::size_t seed = 0; seed < std::min(with.size(), without.size()); ++seed) {
    const double difference = with[seed] - without[seed];
    differences.push_back(comparison.better == Better::larger ? difference : -difference);
  }
  return differences;
}

std::size_t seeds_ahead(const Comparison& comparison, std::size_t place) {
  const std::vector<double> all = gains(comparison, place);
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](double gain) { return gain > 0.0; }));
}

std::vector<std::string> names(const Comparison& comparison, const std::vector<std::size_t>& places) {
  std::vector<std::string> result;
  for (const std::size_t place : places) result.push_back(comparison.places[place]);
  return result;
}

std::vector<std::size_t> places_reached(const Comparison& comparison, const Numbers& numbers, double milestone) {
  std::vector<std::size_t> places;
  for (std::size_t place = 0; place < numbers.size(); ++place) {
    const double mean = examples::spread_of(numbers[place]).mean;
    if (comparison.better == Better::larger ? mean >= milestone : mean <= milestone) places.push_back(place);
  }
  return places;
}

/// ` at 2 and 5`, ` nowhere` or ` everywhere`.
std::string at(const Comparison& comparison, const std::vector<std::size_t>& places) {
  if (places.empty()) return " nowhere";
  return places.size() == comparison.places.size() ? " everywhere" : " at " + listed(names(comparison, places));
}

/// Where the difference is largest: ` (most at 20: by 0.491 in the mean, deviation 0.097)`
std::string most(const Comparison& comparison, const std::vector<std::size_t>& places) {
  const std::size_t place = *std::max_element(places.begin(), places.end(), [&](std::size_t a, std::size_t b) {
    return std::abs(gain(comparison, a).mean) < std::abs(gain(comparison, b).mean);
  });
  const examples::Spread spread = gain(comparison, place);
  return fmt::format(" (most at {}: by {:.3f} in the mean, deviation {:.3f})", comparison.places[place],
                     std::abs(spread.mean), spread.deviation);
}

std::string with_deviation(const std::vector<double>& numbers) {
  const examples::Spread spread = examples::spread_of(numbers);
  return fmt::format("{:.3f} ± {:.3f}", spread.mean, spread.deviation);
}

}  // namespace

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  }
  return text;
}

examples::Spread gain(const Comparison& comparison, std::size_t place) {
  return examples::spread_of(gains(comparison, place));
}

Places places_of(const Comparison& comparison) {
  Places places;
  for (std::size_t place = 0; place < comparison.places.size(); ++place) {
    const examples::Spread spread = gain(comparison, place);
    if (spread.low > 0.0) places.ahead.push_back(place);
    else if (spread.high < 0.0) places.behind.push_back(place);
    else places.undecided.push_back(place);
  }
  return places;
}

std::string where_ahead(const Comparison& comparison) {
  const auto [ahead, behind, undecided] = places_of(comparison);
  std::vector<std::string> parts;
  if (!ahead.empty()) parts.push_back("better" + at(comparison, ahead) + most(comparison, ahead));
  if (!behind.empty()) parts.push_back("worse" + at(comparison, behind) + most(comparison, behind));
  std::string text;
  if (!parts.empty()) {
    text = fmt::format("By {}, with every one of {} seeds batch norm is {}.", comparison.measure,
                       comparison.with.front().size(), listed(parts));
  }
  if (undecided.empty()) return text;
  if (!parts.empty()) return text + " It is neither" + at(comparison, undecided) + ".";
  return fmt::format("By {}, with every one of {} seeds batch norm is nowhere better and nowhere worse.",
                     comparison.measure, comparison.with.front().size());
}

std::size_t reached(const Comparison& comparison, const Numbers& numbers, double milestone) {
  return places_reached(comparison, numbers, milestone).size();
}

std::string where_reached(const Comparison& comparison, double milestone) {
  return fmt::format("The mean {} is {:.2f} or {} with it{}, and without it{}.", comparison.measure, milestone,
                     comparison.better == Better::larger ? "more" : "less",
                     at(comparison, places_reached(comparison, comparison.with, milestone)),
                     at(comparison, places_reached(comparison, comparison.without, milestone)));
}

std::string to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::seen:
      return "seen";
    case Verdict::in_part:
      return "seen in part";
    case Verdict::not_seen:
      return "not seen";
    case Verdict::opposite:
      break;
  }
  return "the opposite";
}

Verdict verdict_by_reach(const Comparison& comparison, double milestone) {
  const std::size_t with = reached(comparison, comparison.with, milestone);
  const std::size_t without = reached(comparison, comparison.without, milestone);
  if (with == without) return Verdict::not_seen;
  return with > without ? Verdict::seen : Verdict::opposite;
}

Verdict verdict_by_places(const Comparison& comparison) {
  const Places places = places_of(comparison);
  if (places.ahead.size() == comparison.places.size()) return Verdict::seen;
  if (!places.ahead.empty()) return Verdict::in_part;
  return 2 * places.behind.size() > comparison.places.size() ? Verdict::opposite : Verdict::not_seen;
}

Comparison at_places(const Comparison& comparison, const std::vector<std::size_t>& places) {
  Comparison result{.setting = comparison.setting,
                    .measure = comparison.measure,
                    .places = names(comparison, places),
                    .better = comparison.better};
  for (const std::size_t place : places) {
    result.with.push_back(comparison.with[place]);
    result.without.push_back(comparison.without[place]);
  }
  return result;
}

nn::Curve curve_of(const std::string& label, const Numbers& numbers, std::size_t colour) {
  nn::Curve curve{.label = label, .values = {}, .colour = colour};
  for (const std::vector<double>& of_seeds : numbers) {
    const examples::Spread spread = examples::spread_of(of_seeds);
    curve.values.push_back(spread.mean);
    curve.ranges.push_back({spread.low, spread.high});
  }
  return curve;
}

nn::Panel picture(const Comparison& comparison, const std::string& title) {
  return {.title = title,
          .y_label = comparison.measure,
          .curves = {curve_of("without batch norm", comparison.without, 0),
                     curve_of("with batch norm", comparison.with, 1)},
          .x_label = comparison.setting,
          .places = comparison.places};
}

nn::Table table(const Comparison& comparison, const std::string& caption) {
  nn::Table table{.caption = fmt::format("{}: {}", caption, comparison.measure),
                  .header = {comparison.setting, "without", "with", "gain", "seeds ahead"}};
  for (std::size_t place = 0; place < comparison.places.size(); ++place) {
    const examples::Spread spread = gain(comparison, place);
    table.rows.push_back({comparison.places[place], with_deviation(comparison.without[place]),
                          with_deviation(comparison.with[place]),
                          fmt::format("{:+.3f} ± {:.3f}", spread.mean, spread.deviation),
                          fmt::format("{} of {}", seeds_ahead(comparison, place), comparison.with[place].size())});
  }
  return table;
}

}  // namespace lab
