#include <autograd/explain/replay/replay.hpp>

#include <doctest/doctest.h>
#include <autograd/explain/program.hpp>
#include <autograd/explain/replay/ledger.hpp>
#include <autograd/explain/replay/print_replay.hpp>
#include <autograd/operations/matmul.hpp>

#include "../../error_text.hpp"
#include "../../infinity.hpp"
#include "../networks.hpp"

using namespace wengert;
using namespace wengert::explain_tests;

namespace {

/// Whether two arrays have the same shape and the same bits.
template <class T>
bool same_bits(const Array<double>& a, const Array<T>& b) {
  return a.shape() == b.shape() &&
         std::equal(a.begin(), a.end(), b.begin(), [](double x, T y) { return x == static_cast<double>(y); });
}

/// Every adjoint of the record is what the tape computes, and every step adds what it says that it adds.
template <class T>
void check_record(Tape<T>& tape, const Var<T>& loss) {
  const Replay record = replay(tape, loss);
  REQUIRE(record.forward.size() == tape.slot_of("test", loss) + 1);
  std::size_t reached = 0;
  for (std::size_t slot = 0; slot < record.forward.size(); ++slot) {
    CHECK(same_bits(record.forward[slot].value->array("test"), tape.entry(slot).output.value()));
    const SharedSnapshot adjoint = record.adjoint(slot);
    if (adjoint == nullptr) continue;
    ++reached;
    CHECK(same_bits(adjoint->array("test"), tape.gradient(loss, {tape.entry(slot).output})[0]));
  }
  CHECK(reached > 1);
  for (const BackwardStep& step : record.backward) {
    INFO(step.rule.text);
    const Array<double> contribution = step.contribution->array("test");
    const Array<double> after = step.after->array("test");
    if (step.is_first()) {
      CHECK(same_bits(after, contribution));
      continue;
    }
    const Array<double> before = step.before->array("test");
    const double epsilon = std::numeric_limits<T>::epsilon();
    for (std::size_t i = 0; i < after.size(); ++i) {
      const double scale = std::abs(before.data()[i]) + std::abs(contribution.data()[i]);
      CHECK(std::abs(before.data()[i] + contribution.data()[i] - after.data()[i]) <= 4 * epsilon * scale);
    }
  }
}

}  // namespace

TEST_CASE("a replay has the adjoints of the tape to the last bit, and every step adds what it says") {
  const BatchNormExample batch_norm;
  for (const BatchNorm form : {BatchNorm::fused, BatchNorm::by_operators, BatchNorm::epsilon_outside}) {
    Tape<double> tape;
    check_record(tape, batch_norm.loss(form));
  }
  const NetworkExample network;
  Tape<double> tape;
  check_record(tape, network.loss());
}

TEST_CASE("a replay of floats has the adjoints of the tape") {
  Generator generator(3);
  const Var<float> x = parameter(generator.normal<float>({5, 4}), "x");
  const Var<float> w = parameter(generator.normal<float>({4, 2}), "W");
  Tape<float> tape;
  check_record(tape, sum(square(tanh(matmul(x, w)))));
}

TEST_CASE("an operand that occurs twice gets two contributions") {
  const Var<double> x = parameter(Array<double>{3.0, -2.0}, "x");
  Tape<double> tape;
  const Var<double> loss = sum(x * x);
  check_record(tape, loss);
  const Replay record = replay(tape, loss);
  REQUIRE(record.backward.size() == 4);
  CHECK(record.backward[2].is_first());
  CHECK(record.backward[3].before == record.backward[2].after);
  CHECK(record.backward[3].operand == 1);
  CHECK(same_bits(record.adjoint(0)->array("test"), Array<double>{6.0, -4.0}));
}

TEST_CASE("every line of the derived backward pass is a step of the replay, with the same formula") {
  const BatchNormExample example;
  Tape<double> tape;
  const Var<double> y = example.output(BatchNorm::fused);
  const Replay record = replay(tape, y, example.w);
  const std::vector<AdjointLine> lines = adjoint_program(tape, y).lines();
  REQUIRE(lines.size() == record.backward.size());
  for (std::size_t k = 0; k < lines.size(); ++k) {
    CHECK(record.forward[record.backward[k].target].adjoint.text == lines[k].target);
    CHECK(record.backward[k].rule.text == text(lines[k].formula));
    CHECK(record.backward[k].is_first() == !lines[k].accumulates);
  }
}

TEST_CASE("a step says which variables its rule reads") {
  const BatchNormExample example;
  Tape<double> tape;
  const Replay record = replay(tape, example.output(BatchNorm::by_operators), example.w);
  const auto reads = [&](const std::string& adjoint) {
    for (const BackwardStep& step : record.backward) {
      if (record.forward[step.target].adjoint.text != adjoint) continue;
      Lines names;
      for (const ReplayOperand& operand : step.reads) names.push_back(operand.name.text);
      return names;
    }
    return Lines{"(no such step)"};
  };
  CHECK(reads("dγ") == Lines{"x̂"});
  CHECK(reads("dinverse_deviation") == Lines{"x_centred"});
  CHECK(reads("dβ").empty());
}

TEST_CASE("contributions that vanish are marked, with the reason") {
  SUBCASE("the path of the variance to the mean leaves rounding") {
    const BatchNormExample example;
    Tape<double> tape;
    const Replay record = replay(tape, example.loss(BatchNorm::fused));
    std::size_t marked = 0;
    for (const BackwardStep& step : record.backward) {
      if (step.vanishing == Vanishing::no) continue;
      ++marked;
      CHECK(step.vanishing == Vanishing::to_rounding);
      CHECK(record.forward[step.target].adjoint.text == "dμ");
      CHECK(contains(step.rule.text, "dσ²"));
      CHECK(contains(step.why, "cancel"));
    }
    CHECK(marked == 1);
  }
  SUBCASE("what comes from an adjoint of zeros is zero, and so is what the first factor makes zero") {
    const Var<double> x = parameter(Array<double>{1.0, 2.0}, "x");
    const Var<double> nothing = Var<double>(zeros<double>({2}));
    Tape<double> tape;
    const Replay record = replay(tape, sum(exp(x) * nothing));
    REQUIRE(record.backward.size() == 4);
    CHECK(record.backward[1].vanishing == Vanishing::no);
    CHECK(record.backward[2].vanishing == Vanishing::exactly);
    CHECK(contains(record.backward[2].why, "a factor"));
    CHECK(record.backward[3].why == "the adjoint that it comes from is zero");
  }
}

TEST_CASE("rounding is told from what counts in floats, too, and said in the ledger") {
  const BatchNormExample example;
  const auto as_float = [](const Var<double>& v) { return parameter(cast<float>(v.value()), v.name()); };
  for (const double offset : {0.0, 10.0}) {
    const Var<float> x = parameter(Array<float>(cast<float>(example.x.value()) + static_cast<float>(offset)), "x");
    Tape<float> tape;
    const Var<float> y = batch_norm(x, as_float(example.gamma), as_float(example.beta), {0}, 1e-3).y;
    const Replay record = replay(tape, sum(y * Var<float>(cast<float>(example.w.value()))));
    const auto is_rounding = [](const BackwardStep& step) { return step.vanishing == Vanishing::to_rounding; };
    CHECK(std::count_if(record.backward.begin(), record.backward.end(), is_rounding) == 1);
    CHECK(contains(ledger(record, "μ").text(), "what is left is rounding"));
  }
  const Var<float> x = parameter(Array<float>{1.0F, 2.0F}, "x");
  Tape<float> tape;
  CHECK(contains(ledger(replay(tape, sum(0.3 * x * x - 0.1 * x * x * 3.0)), "x").text(), "cancels what had arrived"));
  CHECK(!contains(ledger(replay(tape, sum(x + 1e-5 * x)), "x").text(), "rounding"));
}

TEST_CASE("what the loss does not depend on has a value and no adjoint") {
  const Var<double> x = parameter(scalar(2.0), "x");
  const Var<double> z = parameter(scalar(5.0), "z");
  Tape<double> tape;
  const Var<double> unused = (3.0 * z).named("unused");
  const Replay record = replay(tape, square(x));
  REQUIRE(record.forward.size() == 4);
  CHECK(record.forward[1].name.text == "unused");
  CHECK(record.adjoint(0) == nullptr);
  CHECK(record.adjoint(1) == nullptr);
  CHECK(record.adjoint(2)->array("test")() == 4.0);
}

TEST_CASE("a replay leaves gradients and the tape as they are") {
  const Var<double> x = parameter(scalar(2.0), "x");
  Tape<double> tape;
  const Var<double> loss = square(x);
  const std::size_t entries = tape.size();
  const Replay record = replay(tape, loss);
  CHECK(tape.size() == entries);
  CHECK_FALSE(x.has_grad());
  tape.backward(loss);
  CHECK(x.grad()() == record.adjoint(0)->array("test")());
}

TEST_CASE("a replay is refused where its backward pass would be") {
  const Var<double> x = parameter(Array<double>{1.0, 2.0}, "x");
  Tape<double> tape;
  const Var<double> y = square(x).named("y");
  CHECK(error_text([&] { replay(tape, y); }) ==
        "[replay] 'y' (2,) is no scalar; expected a loss, or replay(tape, y, cotangent)");
  CHECK(contains(error_text([&] { replay(tape, y, Var<double>(1.0)); }), "expected that of 'y' (2,)"));
  CHECK(contains(error_text([&] { replay(tape, Var<double>(1.0)); }), "was not recorded by this tape"));
  const Var<double> loss = sum(y);
  x.set_value(Array<double>{0.0, 0.0});
  CHECK(contains(error_text([&] { replay(tape, loss); }), "[replay] 'x' (2,) was changed"));
}

TEST_CASE("a large array is summarised by its edges and what describes it") {
  Generator generator(4);
  const Array<double> values = generator.normal<double>({2, 40, 50});
  const SharedSnapshot summary = snapshot(values, 512);
  CHECK_FALSE(summary->is_whole());
  CHECK(summary->size() == 4000);
  CHECK(summary->values.size() == 2 * 6 * 6);
  CHECK(summary->kept[1] == std::vector<std::size_t>{0, 1, 2, 37, 38, 39});
  CHECK(summary->values[35] == values(0, 39, 49));
  CHECK(summary->values[36] == values(1, 0, 0));
  double total = 0.0, squares = 0.0;
  for (double x : values) total += x;
  for (double x : values) squares += x * x;
  const double mean = total / 4000.0;
  CHECK(summary->mean == doctest::Approx(mean));
  CHECK(summary->norm == doctest::Approx(std::sqrt(squares)));
  CHECK(summary->deviation == doctest::Approx(std::sqrt(squares / 4000.0 - mean * mean)));
  CHECK(summary->largest == *std::max_element(values.begin(), values.end()));
  std::size_t counted = 0;
  for (std::size_t count : summary->histogram) counted += count;
  CHECK(counted == 4000);
  CHECK(contains(error_text([&] { summary->array("compare"); }), "replay(tape, loss, {.largest_whole = 4000})"));
  CHECK(snapshot(values, 4000)->array("test") == values);
}

TEST_CASE("statistics are those of the finite elements, and arrays without elements have none") {
  const SharedSnapshot array = snapshot(Array<double>{1.0, std::nan(""), 3.0, -infinity}, 512);
  CHECK(array->not_finite == 2);
  CHECK(array->mean == 2.0);
  CHECK(array->deviation == 1.0);
  CHECK(array->smallest == 1.0);
  CHECK_FALSE(array->is_zero());
  CHECK(snapshot(full<double>({9}, infinity), 0)->histogram == std::vector<std::size_t>(10, 0));
  CHECK(snapshot(empty<double>({0, 3}), 512)->norm == 0.0);
  CHECK(snapshot(Array<double>{0.0, -0.0}, 512)->is_zero());
}

TEST_CASE("a replay prints its steps, numbered through both passes") {
  const Var<double> x = parameter(Array<double>{1.0, 2.0}, "x");
  Tape<double> tape;
  const Replay record = replay(tape, sum(square(x).named("y")).named("loss"));
  check_lines(print(record), {"  1  x, parameter      (2,)", "  2  y = x²            (2,)", "  3  loss = sum{0}(y)  ()",
                              "  4  dloss = 1         ()    norm 1", "  5  dy = dloss        (2,)  norm 1.41",
                              "  6  dx = 2 · x · dy   (2,)  norm 4.47"});
  CHECK(error_text([&] { step_text(record, 7); }) == "[replay] there is no step 7; expected one of 1 to 6");
}

TEST_CASE("a contribution without elements vanishes because it has none") {
  const Var<double> x = parameter(empty<double>({0, 3}), "x");
  Tape<double> tape;
  CHECK(replay(tape, sum(x)).backward.back().why == "it has no elements");
}
