#include <autograd/explain/replay/ledger.hpp>

#include <doctest/doctest.h>
#include <autograd/explain/replay/memory.hpp>

#include <sstream>

#include "../../error_text.hpp"
#include "../networks.hpp"

using namespace wengert;
using namespace wengert::explain_tests;

namespace {

Replay record_of_form(BatchNorm form = BatchNorm::by_operators) {
  const BatchNormExample example;
  Tape<double> tape;
  return replay(tape, example.loss(form));
}

double norm(const Array<double>& x) { return std::sqrt(xt::sum(x * x)()); }

}  // namespace

TEST_CASE("the ledger has a row for each contribution, and the last sum is the adjoint") {
  const Replay record = record_of_form();
  for (const ForwardStep& step : record.forward) {
    const Ledger account = ledger(record, step.name.text);
    CHECK(account.adjoint == step.adjoint.text);
    double norms = 0;
    for (const LedgerRow& row : account.rows) {
      INFO(row.rule);
      const BackwardStep& told = record.backward[row.step - record.forward.size() - 1];
      CHECK(record.forward[told.target].name.text == account.variable);
      CHECK(row.norm == doctest::Approx(norm(told.contribution->array("test"))).epsilon(1e-12));
      CHECK(row.norm_after == doctest::Approx(norm(told.after->array("test"))).epsilon(1e-12));
      norms += row.norm;
      CHECK(row.left == doctest::Approx(norms == 0 ? 1.0 : row.norm_after / norms).epsilon(1e-12));
      CHECK(row.left <= 1 + 1e-12);
    }
  }
  CHECK(ledger(record, "x").rows.size() == 2);
}

TEST_CASE("norms of tiny, huge and not finite numbers are what they are") {
  const auto norm_of = [](const Array<double>& x) { return snapshot(x, 1000)->norm; };
  for (const double size : {5e-324, 1e-300, 1e-160, 1.0, 1e160, 3e200, 1e308}) {
    CAPTURE(size);
    const SharedSnapshot described = snapshot(Array<double>{size, -size}, 1000);
    CHECK(described->norm / size == doctest::Approx(size < 1e-300 ? 1.0 : std::sqrt(2.0)).epsilon(1e-12));
    CHECK(described->deviation == size);
    CHECK_FALSE(described->is_zero());
  }
  CHECK(norm_of({3.0, 4.0, 0.0}) == 5.0);
  CHECK(snapshot(zeros<double>({3}), 1000)->is_zero());
  const auto x = parameter(Array<double>{-1.0, 4.0}, "x");
  Tape<double> tape;
  const Replay record = replay(tape, sum(sqrt(x) + x).named("loss"));
  CHECK(contains(ledger(record, "x").text(), "not finite"));
  CHECK(!contains(ledger(record, "x").text(), "nan"));
}

TEST_CASE("the ledger finds a variable by the name of its adjoint too, and lists the names if there is none") {
  const Replay record = record_of_form();
  CHECK(ledger(record, "dx").variable == "x");
  const std::string error = error_text([&] { ledger(record, "z"); });
  CHECK(contains(error, "[ledger] no variable is called 'z'; expected one of x, "));
  CHECK(contains(error, "loss"));
}

TEST_CASE("the ledger says what cancels: wholly, in part, and within one rule") {
  const Var<double> x = parameter(Array<double>{1.0, -2.0}, "x");
  Tape<double> tape;
  const Var<double> y = (3.0 * x).named("y");
  const Var<double> z = (-3.0 * x).named("z");
  const Ledger wholly = ledger(replay(tape, sum(y + z)), "x");
  REQUIRE(wholly.rows.size() == 2);
  CHECK(wholly.rows[0].remark.empty());
  CHECK(wholly.rows[1].remark == "cancels what had arrived");
  CHECK(wholly.rows[1].norm_after == 0.0);

  const Ledger partly = ledger(replay(tape, sum(y + z / 2.0)), "x");
  CHECK(partly.rows[1].remark == "66.7 % of what has arrived cancels");

  const Ledger mean_of = ledger(record_of_form(BatchNorm::fused), "μ");
  CHECK(std::any_of(mean_of.rows.begin(), mean_of.rows.end(),
                    [](const LedgerRow& row) { return contains(row.remark, "cancel"); }));
}

TEST_CASE("a ledger prints a line for each contribution; that of a variable which does not matter says so") {
  const Var<double> x = parameter(Array<double>{1.0, -2.0}, "x");
  const Var<double> unused = parameter(Array<double>{1.0}, "unused");
  Tape<double> tape;
  const Var<double> y = (3.0 * x).named("y");
  const Var<double> lost = (unused * x).named("lost");
  const Replay record = replay(tape, sum(y + x).named("loss"));
  CHECK(ledger(record, "x").text() ==
        "step  through  dx         norm   norm of dx\n"
        "  10  v4       = dv4      1.414  1.414\n"
        "  11  y        += 3 · dy  4.243  5.657\n");
  CHECK(ledger(record, "lost").text() == "nothing is added to dlost: the loss does not depend on lost\n");
}

TEST_CASE("memory is that of the values, and of the adjoints that are alive") {
  const Var<double> x = parameter(ones<double>({4, 5}), "x");
  const Var<double> w = parameter(ones<double>({5}), "w");
  Tape<double> tape;
  const Var<double> a = (x * w).named("a");
  const Var<double> b = exp(a).named("b");
  const Var<double> c = (b + x).named("c");
  const Replay record = replay(tape, sum(c).named("loss"));
  const MemoryUse use = memory_use(record);
  REQUIRE(use.rows.size() == 6);
  CHECK(use.values == 8 * (20 + 5 + 20 + 20 + 20 + 1));
  CHECK(use.leaves == 8 * 25);
  // exp reads its output on the way back, the product its operands; nothing reads a, c and the loss
  CHECK(use.not_read_back == 8 * (20 + 20 + 1));
  CHECK_FALSE(use.rows[5].last_read.has_value());
  // At most dx, db and da, or dx, da and dw with the db that has just been used: 3 arrays of 20, once c's is gone.
  CHECK(use.peak == use.values + 8 * (20 + 20 + 20));
  CHECK(
      contains(use.text(), "The tape holds 688 B: 200 B of leaves, which the program holds anyway,\nand 328 B that "));
}

TEST_CASE("memory of floats is half of that of doubles") {
  const Var<float> x = parameter(ones<float>({8}), "x");
  Tape<float> tape;
  CHECK(memory_use(replay(tape, sum(x * x))).values == 4 * (8 + 8 + 1));
}

TEST_CASE("equal elements have their value as mean and no deviation, and huge ones their place in the histogram") {
  for (const double value : {-1.0, 0.1, 1e-300, 1.7e308}) {
    CAPTURE(value);
    const SharedSnapshot described = snapshot(full<double>({1000}, value), 10);
    CHECK(described->mean == value);
    CHECK(described->deviation == 0.0);
  }
  Array<double> huge = full<double>({1000}, 1.7e308);
  for (std::size_t i = 0; i < 400; ++i) huge(i) = -1.7e308;
  CHECK(snapshot(huge, 10)->histogram == std::vector<std::size_t>{400, 0, 0, 0, 0, 0, 0, 0, 0, 600});
  CHECK(snapshot(huge, 10)->mean == doctest::Approx(0.34e308).epsilon(1e-12));
}

TEST_CASE("the account of the memory fits 80 columns") {
  const Var<double> x = parameter(ones<double>({400}), "x");
  Tape<double> tape;
  const std::string text = memory_use(replay(tape, sum(exp(x)))).text();
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK_MESSAGE(line.size() <= 80, line);
}
