#include <doctest/doctest.h>
#include <optim/optim.hpp>

#include <limits>

#include "../error_text.hpp"

using namespace wengert;
using optim::OnPlateau;

namespace {

/// The rate after each epoch, from 1.
std::vector<double> rates(OnPlateau& plateau, const std::vector<double>& monitored) {
  std::vector<double> result;
  double rate = 1.0;
  for (const double number : monitored) {
    rate = plateau.update(number, rate).value_or(rate);
    result.push_back(rate);
  }
  return result;
}

}  // namespace

TEST_CASE("the rate falls after as many epochs without improvement as there is patience, and they are counted anew") {
  OnPlateau plateau({.factor = 0.5, .patience = 2});
  CHECK(rates(plateau, {3, 3, 2, 2, 2, 2, 2, 2}) == std::vector{1.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.25});
}

TEST_CASE("an improvement must be larger than min_delta, and is measured from the best number so far") {
  OnPlateau plateau({.factor = 0.5, .patience = 3, .min_delta = 0.25});
  CHECK(rates(plateau, {1.0, 0.875, 0.75, 0.625, 0.75, 0.75, 0.375}) == std::vector{1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5});
}

TEST_CASE("what should rise may be monitored too") {
  OnPlateau plateau({.factor = 0.5, .patience = 1, .min_delta = 0.0, .maximise = true});
  CHECK(rates(plateau, {0.5, 0.75, 0.75, 0.875, 0.5}) == std::vector{1.0, 1.0, 0.5, 0.5, 0.25});
}

TEST_CASE("the last epoch of a cooldown is the first that counts again, as in Keras") {
  OnPlateau plateau({.factor = 0.5, .patience = 2, .cooldown = 2});
  //                                reduced   cooling, counted, reduced
  CHECK(rates(plateau, {1, 1, 1, 1, 1, 1}) == std::vector{1.0, 1.0, 0.5, 0.5, 0.5, 0.25});
}

TEST_CASE("an improvement during a cooldown is seen") {
  OnPlateau plateau({.factor = 0.5, .patience = 1, .cooldown = 3});
  CHECK(rates(plateau, {2, 2, 1, 1.5, 1.5, 1.5}) == std::vector{1.0, 0.5, 0.5, 0.5, 0.25, 0.25});
}

TEST_CASE("the rate does not fall below the smallest one, and stays where it is when it is already there") {
  OnPlateau plateau({.factor = 0.1, .patience = 1, .min_rate = 0.25});
  CHECK(plateau.update(1.0, 1.0) == std::nullopt);
  CHECK(plateau.update(1.0, 1.0) == 0.25);
  CHECK(plateau.update(1.0, 0.25) == std::nullopt);
  CHECK(plateau.update(1.0, 0.125) == std::nullopt);
}

TEST_CASE("a number that is NaN is no improvement") {
  OnPlateau plateau({.factor = 0.5, .patience = 2});
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(rates(plateau, {nan, nan, 1.0, nan, nan}) == std::vector{1.0, 0.5, 0.5, 0.5, 0.25});
}

TEST_CASE("another training starts from nothing") {
  OnPlateau plateau({.factor = 0.5, .patience = 2, .cooldown = 1});
  const std::vector<double> losses{1, 1, 1, 1};
  const std::vector<double> first = rates(plateau, losses);
  plateau.reset();
  CHECK(rates(plateau, losses) == first);
}

TEST_CASE("options of a plateau that make no sense are refused by name") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto error = [](const optim::PlateauOptions& options) { return error_text([&] { OnPlateau{options}; }); };
  CHECK(contains(error({.factor = 1.0}), "[OnPlateau] factor is 1"));
  CHECK(contains(error({.factor = nan}), "[OnPlateau] factor is nan"));
  CHECK(contains(error({.patience = 0}), "[OnPlateau] patience is 0"));
  CHECK(contains(error({.min_delta = -1.0}), "[OnPlateau] min_delta is -1"));
  CHECK(contains(error({.min_rate = nan}), "[OnPlateau] min_rate is nan"));
}
