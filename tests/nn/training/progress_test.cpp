#include <doctest/doctest.h>
#include <autograd/base/terminal.hpp>
#include <autograd/base/text.hpp>
#include <nn/training/console/progress_bar.hpp>

#include <array>
#include <cstdlib>
#include <limits>
#include <sstream>

#include "small_training.hpp"

using namespace wengert;
using namespace wengert::training_tests;

namespace {

using nn::Metric;

std::string metric(double value) { return nn::metrics_text(std::array{Metric{"x", value}}); }

std::string repeated(const char* piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

const std::array shown_metrics{Metric{"accuracy", 0.8798}, Metric{"loss", 0.4221}, Metric{"val_accuracy", 0.957},
                               Metric{"val_loss", 0.144}};

/// A bar whose clock a test sets.
struct TimedBar {
  explicit TimedBar(nn::Verbose verbose, bool colour = false)
      : bar(out, {.verbose = verbose, .colour = colour, .clock = [this] { return now; }}) {}

  /// What has been written since the last call.
  std::string text() {
    const std::string written = out.str();
    out.str("");
    return written;
  }
  std::string step_at(double time, double loss) {
    now = time;
    bar.step(std::array{Metric{"loss", loss}});
    return text();
  }

  double now = 100.0;
  std::ostringstream out;
  nn::ProgressBar bar;
};

}  // namespace

TEST_CASE("numbers have four decimals, or an exponent where that would show few digits") {
  CHECK(metric(0.42214) == " - x: 0.4221");
  CHECK(metric(-0.5) == " - x: -0.5000");
  CHECK(metric(12345.678) == " - x: 12345.6780");
  CHECK(metric(1e-3) == " - x: 1.0000e-03");
  CHECK(metric(1.0000001e-3) == " - x: 0.0010");
  CHECK(metric(-1e-9) == " - x: -1.0000e-09");
  CHECK(metric(0.0) == " - x: 0.0000e+00");
  CHECK(metric(std::numeric_limits<double>::quiet_NaN()) == " - x: nan");
  CHECK(nn::metrics_text({}).empty());
}

TEST_CASE("the time left has seconds, minutes, hours") {
  CHECK(nn::eta_text(0.9) == "0s");
  CHECK(nn::eta_text(59.99) == "59s");
  CHECK(nn::eta_text(60.0) == "60s");
  CHECK(nn::eta_text(60.5) == "1:00");
  CHECK(nn::eta_text(3600.0) == "60:00");
  CHECK(nn::eta_text(3600.5) == "1:00:00");
  CHECK(nn::eta_text(7325.9) == "2:02:05");
}

TEST_CASE("the time of a step has the unit that shows it") {
  CHECK(nn::step_time_text(0.0) == " 0s/step");
  CHECK(nn::step_time_text(2.5) == " 2s/step");
  CHECK(nn::step_time_text(0.9994) == " 999ms/step");
  CHECK(nn::step_time_text(1e-3) == " 1ms/step");
  CHECK(nn::step_time_text(2.54e-4) == " 254us/step");
}

TEST_CASE("a bar and a line read as in Keras") {
  nn::EpochProgress progress{.step = 1875, .steps = 1875, .elapsed = 2.8, .step_seconds = 1.4e-3, .complete = true};
  CHECK(nn::bar_text(progress, shown_metrics, false) ==
        "1875/1875 ━━━━━━━━━━━━━━━━━━━━ 3s 1ms/step - accuracy: 0.8798 - loss: 0.4221 - val_accuracy: 0.9570 - "
        "val_loss: 0.1440");
  CHECK(nn::line_text(progress, shown_metrics) ==
        "1875/1875 - 3s - 1ms/step - accuracy: 0.8798 - loss: 0.4221 - val_accuracy: 0.9570 - val_loss: 0.1440");
  progress = {.step = 93, .steps = 1875, .elapsed = 0.1, .step_seconds = 0.04, .complete = false};
  CHECK(nn::bar_text(progress, {}, false) == "  93/1875 ─" + repeated("─", 19) + " 1:11 40ms/step");
  progress.step = 938;
  CHECK(nn::bar_text(progress, {}, true) == "\x1b[1m 938/1875\x1b[0m \x1b[32m" + repeated("━", 10) + "\x1b[0m\x1b[37m" +
                                                repeated("━", 10) + "\x1b[0m \x1b[1m37s\x1b[0m 40ms/step");
}

TEST_CASE("a line under way fits any terminal from 40 columns on, and gives up its bar before its numbers") {
  const nn::EpochProgress longest{
      .step = 1642, .steps = 1875, .elapsed = 900.0, .step_seconds = 0.36, .complete = false};
  for (std::size_t width = 39; width <= 130; ++width) {
    for (const bool colour : {false, true}) {
      const std::vector<std::string> lines = nn::bar_lines(longest, shown_metrics, colour, width);
      REQUIRE(lines.size() == 1);
      REQUIRE(base::display_width(lines[0]) <= width);
      REQUIRE(lines[0].find("accuracy: 0.8798") != std::string::npos);
    }
  }
  const std::array two{Metric{"accuracy", 0.8798}, Metric{"loss", 0.4221}};
  const auto line = [&](std::size_t width) { return nn::bar_lines(longest, two, false, width)[0]; };
  CHECK(line(80) == nn::bar_text(longest, two, false));
  CHECK(line(79) == "1642/1875 " + repeated("━", 8) + "── 1:23 360ms/step - accuracy: 0.8798 - loss: 0.4221");
  CHECK(line(69) == "1642/1875 ━━━━─ 1:23 360ms/step - accuracy: 0.8798 - loss: 0.4221");
  CHECK(line(64) == "1642/1875 1:23 360ms/step - accuracy: 0.8798 - loss: 0.4221");
  CHECK(line(58) == "1642/1875 1:23 - accuracy: 0.8798 - loss: 0.4221");
  CHECK(line(39) == "1642/1875 1:23 - accuracy: 0.8798");
}

TEST_CASE("a complete epoch shows every number, in lines that fit") {
  const nn::EpochProgress done{.step = 1875, .steps = 1875, .elapsed = 2.8, .step_seconds = 1.4e-3, .complete = true};
  CHECK(nn::bar_lines(done, shown_metrics, false, 130) == std::vector{nn::bar_text(done, shown_metrics, false)});
  CHECK(nn::bar_lines(done, shown_metrics, false, 79) ==
        std::vector<std::string>{"1875/1875 " + repeated("━", 20) + " 3s 1ms/step - accuracy: 0.8798 - loss: 0.4221",
                                 "  val_accuracy: 0.9570 - val_loss: 0.1440"});
  CHECK(nn::bar_lines(done, shown_metrics, false, 39) ==
        std::vector<std::string>{"1875/1875 " + repeated("━", 10) + " 3s 1ms/step", "  accuracy: 0.8798 - loss: 0.4221",
                                 "  val_accuracy: 0.9570", "  val_loss: 0.1440"});
}

TEST_CASE("a bar on a narrow terminal is drawn in one line again and again, with a new line at the end alone") {
  std::ostringstream out;
  double now = 0.0;
  nn::ProgressBar bar(out, {.verbose = nn::Verbose::bar, .colour = false, .width = 40, .clock = [&] { return now; }});
  bar.begin_epoch(1, 1, 200);
  for (std::size_t step = 0; step < 200; ++step) {
    now += 0.1;
    bar.step(shown_metrics);
  }
  const std::string under_way = out.str();
  CHECK(std::count(under_way.begin(), under_way.end(), '\r') == 200);
  CHECK(under_way.find('\n') == std::string::npos);
  for (std::size_t at = 0; at < under_way.size();) {
    const std::size_t end = std::min(under_way.find('\r', at + 1), under_way.size());
    REQUIRE(base::display_width(under_way.substr(at + 1, end - at - 1)) < 40);
    at = end;
  }
  bar.end_epoch(shown_metrics);
  const std::string complete = out.str().substr(under_way.size());
  CHECK(complete.ends_with("  val_accuracy: 0.9570\n  val_loss: 0.1440\n"));
}

TEST_CASE("the width of a text leaves out colours and counts characters") {
  CHECK(base::display_width("\x1b[1m 938/1875\x1b[0m ━━ σ²") == 15);
  CHECK(base::display_width("") == 0);
}

TEST_CASE("a bar is drawn at most 20 times a second, and the first step does not count for the time of one") {
  TimedBar timed(nn::Verbose::bar);
  timed.bar.begin_epoch(2, 5, 10);
  CHECK(timed.text() == "Epoch 2/5\n");
  CHECK(timed.step_at(102.0, 1e-4) == "\r 1/10 ━━" + repeated("─", 18) + " 18s 2s/step - loss: 1.0000e-04");
  CHECK(timed.step_at(102.5, 2.0) == "\r 2/10 ━━━━" + repeated("─", 16) + " 4s 500ms/step - loss: 2.0000  ");
  CHECK(timed.step_at(102.52, 1.9).empty());
  CHECK(timed.step_at(103.0, 1.5) == "\r 4/10 ━━━━━━━━" + repeated("─", 12) + " 2s 333ms/step - loss: 1.5000");
  for (std::size_t step = 5; step <= 10; ++step) CHECK(timed.step_at(103.01, 1.0).empty());
  timed.now = 106.5;
  timed.bar.end_epoch(std::array{Metric{"loss", 0.25}, Metric{"val_loss", 1.5}});
  CHECK(timed.text() == "\r10/10 " + repeated("━", 20) + " 6s 500ms/step - loss: 0.2500 - val_loss: 1.5000\n");
}

TEST_CASE("the name of a metric cannot end the line") {
  CHECK(nn::metrics_text(std::array{Metric{"a\nb\x1b[2J", 0.5}}) == " - a\\x0ab\\x1b[2J: 0.5000");
}

TEST_CASE("a bar that is left ends its line, once") {
  TimedBar timed(nn::Verbose::bar);
  timed.bar.begin_epoch(1, 1, 4);
  CHECK(timed.text().empty());  // a single epoch is not announced
  timed.bar.abandon();
  CHECK(timed.text().empty());
  timed.step_at(101.0, 1.0);
  timed.bar.abandon();
  timed.bar.abandon();
  CHECK(timed.text() == "\n");
}

TEST_CASE("where there is no terminal an epoch is a line without control characters, and silence is silent") {
  TimedBar lines(nn::Verbose::automatic, true), nothing(nn::Verbose::silent);
  for (TimedBar* timed : {&lines, &nothing}) {
    timed->bar.begin_epoch(1, 2, 2);
    for (int step = 0; step < 2; ++step) timed->bar.step({});
    timed->now = 102.4;
    timed->bar.end_epoch(std::array{Metric{"loss", 0.25}});
  }
  CHECK(lines.text() == "Epoch 1/2\n2/2 - 2s - 1s/step - loss: 0.2500\n");
  CHECK(nothing.text().empty());
}

TEST_CASE("NO_COLOR turns colours off unless it is empty") {
  const char* before = std::getenv("NO_COLOR");
  const std::string kept = before == nullptr ? "" : before;
  setenv("NO_COLOR", "1", 1);
  CHECK_FALSE(base::wants_colour());
  setenv("NO_COLOR", "", 1);
  CHECK(base::wants_colour());
  if (before == nullptr) unsetenv("NO_COLOR");
  else setenv("NO_COLOR", kept.c_str(), 1);
}

TEST_CASE("fit shows an epoch as a line where its output is no terminal") {
  nn::Linear<double> model = two_classes(0.0, 0.0);  // inputs of 0: the loss is log 2, class 0 wins
  optim::Optimizer<optim::SGD, double> optimizer(model.parameters(), optim::SGD{});
  const datasets::Dataset<double> data = samples({0, 0}, {0, 1});
  std::ostringstream out;
  nn::fit<double>(model, optimizer, data, {.epochs = 2, .validation = &data, .output = &out});
  const std::string text = out.str();
  CHECK(text.starts_with("Epoch 1/2\n1/1 - "));
  CHECK(text.ends_with("/step - accuracy: 0.5000 - loss: 0.6931 - val_accuracy: 0.5000 - val_loss: 0.6931\n"));
  CHECK(std::count(text.begin(), text.end(), '\n') == 4);
  CHECK(text.find_first_of("\r\x1b") == std::string::npos);
}

TEST_CASE("a text that is too wide is broken at spaces, each line two columns further in, and no word is broken") {
  CHECK(base::wrapped("one two three", 13) == "one two three");
  CHECK(base::wrapped("one two three", 12) == "one two\n  three");
  CHECK(base::wrapped("one two three", 7) == "one two\n  three");
  CHECK(base::wrapped("one two three\n", 5) == "one\n  two\n  three\n");
  CHECK(base::wrapped("  --epochs 20   how often\nnext", 14) == "  --epochs 20\n    how often\nnext");
  CHECK(base::wrapped("σ² σ² σ²", 8) == "σ² σ² σ²");
  CHECK(base::wrapped("Written: /a/name/that/is/longer b", 12) == "Written:\n  /a/name/that/is/longer\n  b");
  CHECK(base::wrapped("\n\n  a\n", 3) == "\n\n  a\n");
  CHECK(base::wrapped("", 40).empty());
}
