#include "../../examples/lab/comparison.hpp"

#include <doctest/doctest.h>

using lab::Better;
using lab::Comparison;
using lab::Verdict;

namespace {

/// Three depths with two seeds each: better at 2, undecided at 5, worse at 10.
Comparison mixed() {
  return {.setting = "layers",
          .measure = "accuracy",
          .places = {"2", "5", "10"},
          .with = {{0.9, 0.95}, {0.5, 0.7}, {0.25, 0.25}},
          .without = {{0.5, 0.75}, {0.6, 0.6}, {0.5, 0.75}}};
}

}  // namespace

TEST_CASE("one way is better than the other only where it is so with every seed") {
  const lab::Places places = lab::places_of(mixed());
  CHECK(places.ahead == std::vector<std::size_t>{0});
  CHECK(places.undecided == std::vector<std::size_t>{1});
  CHECK(places.behind == std::vector<std::size_t>{2});
  Comparison equal = mixed();
  equal.with = equal.without;
  CHECK(lab::places_of(equal).undecided.size() == 3);
}

TEST_CASE("sentences say where batch norm is better, where it is worse and where the seeds disagree") {
  CHECK(lab::where_ahead(mixed()) ==
        "By accuracy, with every one of 2 seeds batch norm is better at 2 (most at 2: by 0.300 in the mean, deviation "
        "0.141) and worse at 10 (most at 10: by 0.375 in the mean, deviation 0.177). It is neither at 5.");
  Comparison loss = mixed();
  loss.better = Better::smaller;
  CHECK(lab::places_of(loss).ahead == std::vector<std::size_t>{2});
  Comparison equal = mixed();
  equal.with = equal.without;
  CHECK(lab::where_ahead(equal) ==
        "By accuracy, with every one of 2 seeds batch norm is nowhere better and nowhere worse.");
  CHECK(lab::where_reached(mixed(), 0.6) ==
        "The mean accuracy is 0.60 or more with it at 2 and 5, and without it everywhere.");
}

TEST_CASE("a verdict follows from the numbers alone") {
  Comparison comparison = mixed();
  CHECK(lab::verdict_by_places(comparison) == Verdict::in_part);
  CHECK(lab::verdict_by_reach(comparison, 0.6) == Verdict::opposite);
  CHECK(lab::verdict_by_reach(comparison, 0.8) == Verdict::seen);
  CHECK(lab::verdict_by_reach(comparison, 0.99) == Verdict::not_seen);
  comparison.better = Better::smaller;
  CHECK(lab::verdict_by_reach(comparison, 0.3) == Verdict::seen);
  comparison = mixed();
  std::swap(comparison.with[0], comparison.without[0]);
  CHECK(lab::verdict_by_places(comparison) == Verdict::opposite);  // worse at two of three
  comparison.with[2] = comparison.without[2];
  CHECK(lab::verdict_by_places(comparison) == Verdict::not_seen);
  CHECK(lab::verdict_by_places(lab::at_places(mixed(), {0})) == Verdict::seen);
  CHECK(lab::at_places(mixed(), {2, 0}).places == std::vector<std::string>{"10", "2"});
  comparison.with = comparison.without = {{0.5, 0.5}, {0.5, 0.5}, {0.5, 0.5}};
  CHECK(lab::verdict_by_places(comparison) == Verdict::not_seen);
  comparison.with = {{0.6, 0.6}, {0.6, 0.6}, {0.6, 0.6}};
  CHECK(lab::verdict_by_places(comparison) == Verdict::seen);
}

TEST_CASE("pictures and tables have the means, how far the seeds vary, and how many are ahead") {
  const wengert::nn::Panel panel = lab::picture(mixed(), "Depth");
  CHECK(panel.places == std::vector<std::string>{"2", "5", "10"});
  CHECK(panel.curves[1].values[0] == doctest::Approx(0.925));
  CHECK(panel.curves[1].ranges[0] == std::array{0.9, 0.95});
  const wengert::nn::Table table = lab::table(mixed(), "Depth");
  CHECK(table.header == std::vector<std::string>{"layers", "without", "with", "gain", "seeds ahead"});
  CHECK(table.rows[2] == std::vector<std::string>{"10", "0.625 ± 0.177", "0.250 ± 0.000", "-0.375 ± 0.177", "0 of 2"});
}
