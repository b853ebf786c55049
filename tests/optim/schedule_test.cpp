#include <doctest/doctest.h>
#include <optim/optim.hpp>

#include <limits>

#include "../error_text.hpp"
#include "../infinity.hpp"

using namespace wengert;
using optim::CosineSchedule;
using optim::StepSchedule;
using optim::WarmUp;

TEST_CASE("a step schedule multiplies the rate at the end of every period") {
  const StepSchedule schedule{.rate = 8.0, .period = 3, .factor = 0.5};
  const std::array expected{8.0, 8.0, 8.0, 4.0, 4.0, 4.0, 2.0};
  for (std::size_t epoch = 0; epoch < expected.size(); ++epoch) CHECK(schedule(epoch) == expected[epoch]);
}

TEST_CASE("a cosine schedule is at its first rate, half way, at its final rate, and stays there") {
  const CosineSchedule schedule{.rate = 1.0, .period = 6, .final_rate = 0.5};
  CHECK(schedule(0) == 1.0);
  CHECK(schedule(2) == doctest::Approx(0.875).epsilon(1e-15));  // cos 60° is a half
  CHECK(schedule(3) == doctest::Approx(0.75).epsilon(1e-15));
  CHECK(schedule(4) == doctest::Approx(0.625).epsilon(1e-15));
  CHECK(schedule(6) == 0.5);
  CHECK(schedule(1000) == 0.5);
}

TEST_CASE("a warm-up rises to the first rate of another schedule, which then follows from its start") {
  const WarmUp schedule{.period = 4, .start = 0.0, .then = StepSchedule{.rate = 8.0, .period = 2, .factor = 0.5}};
  const std::array expected{0.0, 2.0, 4.0, 6.0, 8.0, 8.0, 4.0, 4.0, 2.0};
  for (std::size_t step = 0; step < expected.size(); ++step) CHECK(schedule(step) == expected[step]);
  const WarmUp from_half{.period = 2, .start = 0.5, .then = schedule};
  CHECK(from_half(0) == 0.0);  // the other one starts at zero
}

TEST_CASE("any function of the epoch is a schedule") {
  const optim::Schedule schedule = [](std::size_t epoch) { return 1.0 / static_cast<double>(1 + epoch); };
  CHECK(WarmUp{.period = 2, .start = 0.5, .then = schedule}(1) == 0.75);
  CHECK(WarmUp{.period = 2, .start = 0.5, .then = schedule}(3) == 0.5);
}

TEST_CASE("schedules that make no sense are refused by name") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto error = [](const optim::Schedule& schedule) { return error_text([&] { schedule(1); }); };
  const optim::Schedule then = [](std::size_t) { return 1.0; };
  for (const double bad : {nan, infinity, -0.1}) {
    CAPTURE(bad);
    CHECK(contains(error(StepSchedule{.rate = bad}), "[StepSchedule] rate is "));
    CHECK(contains(error(StepSchedule{.rate = 1.0, .factor = bad}), "[StepSchedule] factor is "));
    CHECK(contains(error(CosineSchedule{.rate = bad}), "[CosineSchedule] rate is "));
    CHECK(contains(error(CosineSchedule{.rate = 1.0, .final_rate = bad}), "[CosineSchedule] final_rate is "));
    CHECK(contains(error(WarmUp{.start = bad, .then = then}), "[WarmUp] start is "));
  }
  CHECK(contains(error(StepSchedule{.rate = 1.0, .period = 0}), "[StepSchedule] period is 0"));
  CHECK(contains(error(CosineSchedule{.rate = 1.0, .period = 0}), "[CosineSchedule] period is 0"));
  CHECK(contains(error(WarmUp{.period = 0, .then = then}), "[WarmUp] period is 0"));
  CHECK(contains(error(WarmUp{.then = {}}), "[WarmUp] there is no schedule to follow"));
}
