// What is said of attempts that are right, not written, or stopped, and what the tutorial quotes.
#include <doctest/doctest.h>

#include <autograd/autograd.hpp>
#include <autograd/base/text.hpp>

#include <fstream>
#include <sstream>
#include <vector>

#include "../batch_norm_backward/exercise.hpp"
#include "../batch_norm_closed_form/exercise.hpp"
#include "../convolution/exercise.hpp"
#include "../layer_norm/exercise.hpp"
#include "../linear/exercise.hpp"
#include "../new_layer/exercise.hpp"
#include "../repair/exercise.hpp"
#include "../softmax_cross_entropy/exercise.hpp"
#include "../support/program.hpp"
#include "../train_by_hand/exercise.hpp"

namespace exercises {

namespace {

std::string file(const std::string& name) {
  std::ifstream stream(WENGERT_SOURCE_DIR "/exercises/" + name);
  REQUIRE(stream.is_open());
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::size_t count(const std::string& text, const std::string& word) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

bool fits_a_terminal(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (wengert::base::display_width(line) > 80) return false;
  }
  return true;
}

/// Those of every folder with an attempt.
std::vector<Exercise> all() {
  return {linear::exercise(),
          softmax_cross_entropy::exercise(),
          batch_norm_backward::exercise(),
          batch_norm_closed_form::exercise(),
          layer_norm::exercise(),
          convolution::exercise(),
          new_layer::exercise(),
          repair::exercise(),
          train_by_hand::exercise()};
}

template <class Forward, class Backward>
Judgement judged(Trial (*tried)(const std::function<void(const Forward&, Backward&)>&, std::uint64_t),
                 const std::type_identity_t<std::function<void(const Forward&, Backward&)>>& rule) {
  return judge([&](std::uint64_t seed) { return tried(rule, seed); });
}

}  // namespace

TEST_CASE("every solution is right, and every step has hints that fit a terminal") {
  for (const Exercise& exercise : all()) {
    CAPTURE(exercise.name);
    const Judgement found = judge(exercise.solution.attempt);
    CHECK_MESSAGE(found, report(exercise, found));
    CHECK(found.steps >= 3);
    CHECK(fits_a_terminal(report(exercise, found)));
    for (Step& step : exercise.solution.attempt(1).steps) {
      CAPTURE(step.name());
      CHECK(step.hints.size() >= 2);
      const Judgement here{.finding = Finding::wrong, .place = 1, .name = step.name(), .hints = step.hints};
      for (std::size_t k = 0; k <= step.hints.size() + 1; ++k) CHECK(fits_a_terminal(hint(here, k)));
    }
  }
}

TEST_CASE("an attempt that nobody has touched is not written yet") {
  for (const Exercise& exercise : all()) {
    CAPTURE(exercise.name);
    const std::string text = file(exercise.name + "/attempt.cpp");
    const Judgement found = judge(exercise.attempt.attempt);
    CHECK(fits_a_terminal(report(exercise, found)));
    if (exercise.name == "repair") continue;                            // has no blanks
    if (count(text, " = not_written_yet();") != found.steps) continue;  // somebody is at work
    CHECK(found.finding == Finding::not_written);
    CHECK(found.place == 1);
  }
}

TEST_CASE("hints count up for each step, and one is remembered from run to run") {
  const std::filesystem::path memory = std::filesystem::temp_directory_path() / "wengert_exercises_test.hints";
  std::filesystem::remove(memory);
  const Judgement first{.finding = Finding::wrong, .place = 1, .name = "dy", .hints = {"think", "dy = 1"}};
  const Judgement second{.finding = Finding::wrong, .place = 2, .name = "dx", .hints = {"think again", "dx = 2"}};
  CHECK(next_hint(first, memory) == "Step 1, dy, hint 1 of 2: think\n");
  CHECK(next_hint(first, memory) == "Step 1, dy, hint 2 of 2: dy = 1\n");
  CHECK(next_hint(first, memory) == "Step 1, dy, has 2 hints; --solution shows the solution.\n");
  CHECK(next_hint(second, memory) == "Step 2, dx, hint 1 of 2: think again\n");
  std::filesystem::remove(memory);
}

TEST_CASE("the program ends with 0 for what is right, with 1 for what is not, and with 2 for options unknown") {
  const auto status = [](const Exercise& exercise, std::vector<std::string> words = {}) {
    words.insert(words.begin(), "exercise");
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    return program(exercise, static_cast<int>(arguments.size()), arguments.data());
  };
  Exercise exercise = linear::exercise();
  exercise.attempt = exercise.solution;
  CHECK(status(exercise) == 0);
  CHECK(status(exercise, {"--hint"}) == 0);
  CHECK(status(exercise, {"--solution"}) == 0);
  const auto blank = [](const linear::Forward&, linear::Backward&) {};
  exercise.attempt.attempt = [&](std::uint64_t seed) { return linear::tried(blank, seed); };
  CHECK(status(exercise) == 1);
  CHECK(status(exercise, {"--hint", "2"}) == 1);
  CHECK(status(exercise, {"--hint", "two"}) == 2);
  CHECK(status(exercise, {"--hint", "1", "2"}) == 2);
  CHECK(status(exercise, {"--solution", "please"}) == 2);
}

TEST_CASE("the four mistakes to repair come one after the other, and a wrong shape among them is said") {
  using namespace repair;
  const auto wrong = [](std::size_t repaired) {
    return [repaired](const Forward& f, Backward& d) {
      solution::backward(f, d);
      if (repaired < 1) d.y = 2.0 * (f.y - f.target);
      else if (repaired < 2) d.hidden = d.active * (1.0 - f.active);
      else if (repaired < 3) d.b1 = d.hidden;
      else if (repaired < 4) d.x = matmul(d.hidden, f.w1);
    };
  };
  const std::vector<std::string> steps{"dy", "dhidden", "db1", "dx"};
  for (std::size_t k = 0; k < 4; ++k) CHECK(judged(tried, wrong(k)).name == steps[k]);
  CHECK(judged(tried, wrong(4)).finding == Finding::right);
  const auto misshapen = [](const Forward& f, Backward& d) {
    solution::backward(f, d);
    d.active = wengert::ones<double>({2, 7});
  };
  CHECK(judged(tried, misshapen).name == "dactive");
  CHECK(judged(tried, misshapen).words.find("shape: (2, 7) where (8, 5) is right") != std::string::npos);

  const std::string text = file("repair/attempt.cpp");
  const bool is_untouched = text.find("d.y = 2.0 * (f.y - f.target); ") != std::string::npos;
  if (is_untouched) CHECK(judge(exercise().attempt.attempt).name == "dy");  // else somebody is at work
}

TEST_CASE("an attempt that throws is stopped at the step that it did not reach") {
  using namespace linear;
  const Judgement found = judged(tried, [](const Forward& f, Backward& d) {
    d.product = f.dy;
    d.b = f.dy * f.x;  // (N, K) and (N, D)
  });
  CHECK(found.finding == Finding::stopped);
  CHECK(found.name == "db");
  CHECK_MESSAGE(found.words.find("(8, 5)") != std::string::npos, found.words);
  CHECK_MESSAGE(found.words.find("(8, 3)") != std::string::npos, found.words);
  CHECK(fits_a_terminal(report(exercise(), found)));
}

TEST_CASE("an attempt that throws behind its last step is not right") {
  using namespace linear;
  const Judgement found = judged(tried, [](const Forward& f, Backward& d) {
    solution::backward(f, d);
    wengert::fail("attempt", "something else");
  });
  CHECK(found.finding == Finding::stopped_behind);
  CHECK(report(exercise(), found).find("is right, but then the attempt stopped.\n  [attempt] something else") !=
        std::string::npos);
}

TEST_CASE("a blank in the middle is what is said, whatever is written behind it") {
  using namespace batch_norm_backward;
  const Judgement found = judged(tried, [](const Forward& f, Backward& d) {
    solution::backward(f, d);
    d.x_hat = not_written_yet();
    d.inverse_deviation = sum_over(d.x_hat * f.x_minus_mean, {0});
  });
  CHECK(found.finding == Finding::not_written);
  CHECK(found.name == "dx_hat");
}

TEST_CASE("numbers that are right for the first batch alone are wrong") {
  using namespace linear;
  const Judgement found = judged(tried, [](const Forward& f, Backward& d) {
    solution::backward(f, d);
    if (rows_of(f.x) != 8.0) d.w = -d.w;
  });
  CHECK(found.finding == Finding::wrong);
  CHECK(found.name == "dw");
}

TEST_CASE("not a number is wrong, and an element has its place") {
  using namespace linear;
  const Judgement found = judged(tried, [](const Forward& f, Backward& d) {
    solution::backward(f, d);
    d.w(1, 2) = std::nan("");
  });
  CHECK(found.finding == Finding::wrong);
  CHECK_MESSAGE(found.words.find("1 of 15 differ, most of all [1, 2]: nan") != std::string::npos, found.words);
}

TEST_CASE("a training with a right backward pass follows the tape") {
  using namespace train_by_hand;
  CHECK(training_with(solution::backward).text == file("expected/training.txt"));
}

TEST_CASE("tutorial 10: mistakes that a training hides, and one that it does not") {
  using namespace train_by_hand;
  const auto without_mean = [](const Forward& f, Backward& d) {
    solution::backward(f, d);
    for (Array<double>* gradient : {&d.w2, &d.b2, &d.gamma, &d.beta, &d.w1}) *gradient = *gradient * rows_of(f.x);
  };
  const auto without_path = [](const Forward& f, Backward& d) {
    solution::backward(f, d);
    d.z = f.gamma / f.deviation * (d.y - d.beta / rows_of(f.x));
    d.w1 = matmul(transposed(d.z), f.x);
  };
  const auto with_sign = [](const Forward& f, Backward& d) {
    solution::backward(f, d);
    d.b2 = -d.b2;
  };
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    CHECK(training_with(without_mean, seed).by_hand.back() > 10.0);
    for (const Rule& rule : {Rule(without_path), Rule(with_sign)}) {
      const Training training = training_with(rule, seed);
      CHECK(training.by_hand.back() < 0.14);
      CHECK(training.by_hand.back() < 1.2 * training.by_tape.back());
      CHECK(training.text.find("The two differ") != std::string::npos);
    }
  }
}

TEST_CASE("the tutorial shows what is printed") {
  using namespace batch_norm_backward;
  const Exercise batch_norm = exercise();
  const Judgement untouched = judged(tried, [](const Forward&, Backward&) {});
  const Judgement wrong_sign = judged(tried, [](const Forward& f, Backward& d) {
    solution::backward(f, d);
    d.deviation = d.inverse_deviation / square(f.deviation);
  });
  const Judgement half = judged(tried, [](const Forward& f, Backward& d) {
    solution::backward(f, d);
    d.x_minus_mean = d.x_hat * f.inverse_deviation;
  });
  const Judgement right = judged(tried, solution::backward);
  CHECK(report(batch_norm, untouched) == file("expected/untouched.txt"));
  CHECK(report(batch_norm, wrong_sign) == file("expected/wrong_sign.txt"));
  CHECK(hint(wrong_sign, 1) == file("expected/hint.txt"));
  CHECK(report(batch_norm, half) == file("expected/path_left_out.txt"));
  CHECK(report(batch_norm, right) == file("expected/right.txt"));
}

}  // namespace exercises
