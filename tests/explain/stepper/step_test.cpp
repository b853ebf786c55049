#include <autograd/explain/stepper/step.hpp>

#include <doctest/doctest.h>
#include <autograd/base/text.hpp>
#include <autograd/explain/stepper/blocks.hpp>
#include <autograd/explain/stepper/session.hpp>

#include <sstream>

#include "../../error_text.hpp"
#include "../networks.hpp"

using namespace wengert;
using namespace wengert::explain_tests;

namespace {

Replay neuron() {
  const Var<double> w = parameter(Array<double>{0.5, -1.0}, "w");
  const Var<double> x = Var<double>(Array<double>{{2.0, 1.0}, {0.0, 3.0}}).named("x");
  Tape<double> tape;
  const Var<double> z = (w * x).named("z");
  const Var<double> squares = sum(square(z));
  const Var<double> weights = sum(w);
  return replay(tape, (squares + weights).named("loss"));
}

/// What a session answers to commands.
std::string answers(const Replay& record, const std::string& commands) {
  std::istringstream in(commands);
  std::ostringstream out;
  step(record, in, out);
  return out.str();
}

/// The headlines of the steps that a session came to behind the first.
Lines visited(const Replay& record, const std::string& commands) {
  Lines headlines;
  for (const std::string& line : split_lines(answers(record, commands))) {
    if (contains(line, "/" + std::to_string(record.size()) + " ")) headlines.push_back(line.substr(0, line.find('/')));
  }
  headlines.erase(headlines.begin());
  return headlines;
}

}  // namespace

TEST_CASE("a session steps on, back, to a number, to a name and from stop to stop") {
  const Replay record = neuron();
  REQUIRE(record.size() == 13);
  CHECK(visited(record, "n\n\np\n") == Lines{"2", "3", "2"});
  CHECK(visited(record, "9\n/dw\n/dw\n/dw\n") == Lines{"9", "10", "13", "10"});
  CHECK(visited(record, "/square\n/square\n") == Lines{"3", "12"});
  CHECK(visited(record, "b z\nc\nc\nc\n") == Lines{"2", "12", "13"});
  CHECK(visited(record, "b z\nb -\nc\n") == Lines{"13"});
}

TEST_CASE("a session says what it does not understand and stays where it is") {
  const Replay record = neuron();
  CHECK(contains(answers(record, "jump\n"), "no such command: 'jump'; help lists them"));
  CHECK(contains(answers(record, "p\n14\n"), "there is no step 14; the steps are 1 to 13"));
  CHECK(contains(answers(record, "/nobody\n"), "no step is about 'nobody'"));
  CHECK(contains(answers(record, "b nobody\n"), "no step is about 'nobody'; no stops\n"));
  CHECK(contains(answers(record, "b z\nb > many\n"), "no step is about '> many'; stops: z\n"));
  CHECK(contains(answers(record, "b nan\nb > 1e9\n"), "stops: > 1e9, nan\n"));  // which may be in another run
  CHECK(contains(answers(record, "p\n"), "there is no step 0"));
  CHECK(visited(record, "99999999999999999999\n-1\nn\n") == Lines{"2"});
  CHECK(visited(record, "q\nn\n").empty());
}

TEST_CASE("a session stops where numbers cease to be finite") {
  const Var<double> x = parameter(Array<double>{0.0, 1.0}, "x");
  Tape<double> tape;
  const Replay record = replay(tape, sum((x * log(x)).named("y")));
  CHECK(visited(record, "b nan\nc\nc\n") == Lines{"2", "3"});
}

TEST_CASE("a session stops where a norm is larger than a number") {
  const Var<double> x = parameter(Array<double>{3.0, 4.0}, "x");
  Tape<double> tape;
  const Replay record = replay(tape, sum(square(x)));  // norms 5, 18.4 and 25; 1, 1.4 and 10
  CHECK(visited(record, "b > 20\nc\nc\n") == Lines{"3", "6"});
  CHECK(visited(record, "b >9.9\nc\nc\nc\nc\n") == Lines{"2", "3", "6", "6"});
  CHECK(visited(record, "/> 1.2\n/> 1.2\n") == Lines{"2", "3"});
  CHECK(contains(answers(record, "/> many\n"), "no step is about '> many'"));
}

TEST_CASE("all elements of a long row fit 80 columns, on several lines") {
  Generator generator(6);
  const Var<double> w = parameter(generator.normal<double>({2, 20}), "w");
  Tape<double> tape;
  const Replay record = replay(tape, sum(square(w)));
  for (const std::size_t number : {1U, 2U, 5U}) {
    const std::string text = explain::shown(record, number, 1000);
    for (const std::string& line : split_lines(text)) CHECK_MESSAGE(base::display_width(line) <= 80, line);
    CHECK_FALSE(contains(text, "..."));
  }
  const std::string last = fmt::format("{:.4f}", w.value()(1, 19));
  CHECK(contains(explain::shown(record, 1, 1000), last));
}

TEST_CASE("lists and accounts of long formulas fit 80 columns, and lose no step and no remark") {
  const NetworkExample network;
  Generator generator(3);
  const Var<double> x = parameter(generator.normal<double>({4, 3}), "the_input_of_the_network");
  Tape<double> first;
  const Replay layers = replay(first, network.loss());
  Tape<double> second;
  const auto formula = [](const auto& a) { return a * exp(-square(a)) + tanh(a) * exp(a) / (1.0 + square(a)) + a; };
  const auto [y, mu, variance] = batch_norm(x, Var(ones<double>({3})), Var(zeros<double>({3})), {0}, 1e-3);
  mu.named("the_mean_of_the_input");
  variance.named("the_mean_of_the_squares_of_what_is_left");
  const Replay formulas = replay(second, (sum(map(formula, x)) + sum(square(y) * y)).named("ℓ"));
  for (const Replay* record : {&layers, &formulas}) {
    std::string commands = "l\nm\na\na nobody\n";
    for (const ForwardStep& step : record->forward) commands += "a " + step.name.text + "\n";
    const std::string text = answers(*record, commands);
    for (const std::string& line : split_lines(text)) CHECK_MESSAGE(base::display_width(line) <= 80, line);
    for (std::size_t number = 1; number <= record->size(); ++number)
      CHECK(contains(text, "\n" + base::aligned_right(std::to_string(number), 3) + "  "));
  }
  const std::string text = answers(formulas, "l\na the_mean_of_the_input\n");
  CHECK(contains(text, "..."));
  CHECK(contains(text, ": its terms cancel"));
}

TEST_CASE("a backward step shows the adjoint before, the contribution and the adjoint after") {
  const std::string text = explain::shown(neuron(), 13, 8);
  check_lines(text,
              {"13/13 backward dw += sum{0}(dz · x)", "through z = w · x [multiply]; contribution 2 of 2 to dw",
               "step_test.cpp:22: const Var<double> z = (w * x).named(\"z\");",
               "  dw before        contribution         dw after",
               "  1.0000 1.0000 +=   4.0000 -20.0000 ->   5.0000 -19.0000", "The rule reads",
               "  dz (2, 2)        x (2, 2)", "   2.0000 -2.0000  2.0000 1.0000", "   0.0000 -6.0000  0.0000 3.0000"});
}

TEST_CASE("whatever is shown fits 80 columns") {
  const BatchNormExample batch_norm;
  const NetworkExample network;
  Tape<double> first;
  const Replay fused = replay(first, batch_norm.loss(BatchNorm::fused));
  Tape<double> second;
  const Replay by_operators = replay(second, batch_norm.loss(BatchNorm::by_operators));
  Tape<double> third;
  const Replay layers = replay(third, network.loss());
  Generator generator(6);
  const Var<double> w = parameter(generator.normal<double>({3, 30, 40}, 0.0, 1e7), "w");
  Tape<double> fourth;
  const Replay large = replay(fourth, sum(square(w)));
  for (const Replay* record : {&fused, &by_operators, &layers, &large}) {
    for (std::size_t number = 1; number <= record->size(); ++number) {
      for (const std::string& line : split_lines(explain::shown(*record, number, 8)))
        CHECK_MESSAGE(base::display_width(line) <= 80, line);
    }
  }
  CHECK(contains(explain::shown(large, 1, 8), "..."));
}
