#include <doctest/doctest.h>
#include <autograd/check/gradcheck.hpp>
#include <autograd/numbers/functions.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/losses/binary_cross_entropy.hpp>
#include <nn/losses/categorical_cross_entropy.hpp>
#include <nn/losses/cross_entropy.hpp>
#include <nn/losses/regression_losses.hpp>

#include <limits>
#include <map>

#include "../error_text.hpp"
#include "../golden/golden.hpp"
#include "../hand_derived/plain_arrays.hpp"
#include "../infinity.hpp"
#include "../support/rows.hpp"
#include "../support/sources.hpp"

using namespace wengert;
using golden::array_of;
using golden::Json;
using hand_derived::compare;
using hand_derived::elements;

namespace {

/// A loss of outputs, for the targets of a row.
template <class T>
using Loss = std::function<Var<T>(const Var<T>&)>;

const std::map<std::string, nn::CrossEntropyOptions> cross_entropy_variants{
    {"", {}},
    {"far logits", {}},
    {"smoothing 0.1", {.label_smoothing = 0.1}},
    {"smoothing 1", {.label_smoothing = 1.0}},
    {"far logits, smoothing 0.3", {.label_smoothing = 0.3}},
    {"ignore 3", {.ignore_index = 3}},
    {"smoothing 0.2, ignore 3", {.label_smoothing = 0.2, .ignore_index = 3}},
};

template <class T>
Loss<T> loss_of(const Json& row) {
  const std::string loss = row["loss"], variant = row["variant"];
  const Json& targets = row["targets"];
  if (loss == "cross_entropy") {
    const nn::CrossEntropyOptions options = cross_entropy_variants.at(variant);
    return [=, labels = targets.get<Indices>()](const Var<T>& z) { return nn::cross_entropy(z, labels, options); };
  }
  if (loss == "cross_entropy_from_probabilities") {
    return
        [labels = targets.get<Indices>()](const Var<T>& p) { return nn::cross_entropy_from_probabilities(p, labels); };
  }
  const Var<T> t(wengert::cast<T>(array_of(targets)));
  if (loss == "binary_cross_entropy") return [=](const Var<T>& z) { return nn::binary_cross_entropy(z, t); };
  if (loss == "binary_cross_entropy_from_probabilities") {
    return [=](const Var<T>& p) { return nn::binary_cross_entropy_from_probabilities(p, t); };
  }
  if (loss == "categorical_cross_entropy") return [=](const Var<T>& z) { return nn::categorical_cross_entropy(z, t); };
  if (loss == "categorical_cross_entropy_from_probabilities") {
    return [=](const Var<T>& p) { return nn::categorical_cross_entropy_from_probabilities(p, t); };
  }
  if (loss == "mse") return [=](const Var<T>& y) { return nn::mse(y, t); };
  if (loss == "mae") return [=](const Var<T>& y) { return nn::mae(y, t); };
  REQUIRE(loss == "huber");
  return [=](const Var<T>& y) { return nn::huber(y, t, variant == "delta 2.5" ? 2.5 : 1.0); };
}

/// The loss and its gradient, for a random cotangent by which the gradient is divided again.
template <class T>
std::pair<double, Array<double>> run(const Json& row) {
  const Var<T> outputs = parameter(wengert::cast<T>(array_of(row["outputs"])), "outputs");
  Tape<T> tape;
  const Var<T> loss = loss_of<T>(row)(outputs);
  CHECK(loss.shape() == Shape{});
  Array<double> gradient = wengert::cast<double>(tape.gradient(loss * 1.75, {outputs})[0]);
  for (double& d : std::span(gradient.data(), gradient.size())) d /= 1.75;
  return {static_cast<double>(loss.item()), gradient};
}

/// One row for each loss and variant; losses.py and categorical_losses.py in tests/golden write them.
Json losses() {
  Json rows = golden::read("losses.json")["rows"];
  const Json categorical = golden::read("categorical_losses.json");
  for (const Json& row : categorical["rows"]) rows.push_back(row);
  return rows;
}

std::string name_of(const Json& row) { return row_name(row["loss"], row["variant"]); }

bool is_far(const Json& row) { return row["variant"].get<std::string>().starts_with("far"); }

bool is_of_probabilities(const Json& row) { return row["loss"].get<std::string>().ends_with("from_probabilities"); }

}  // namespace

TEST_CASE("every loss and its gradient are PyTorch's; those from probabilities are Keras's formulas") {
  for_each_row(losses(), name_of, [](const Json& row) {
    const double value = row["value"];
    const Array<double> expected = array_of(row["gradient"]);
    const auto [loss, gradient] = run<double>(row);
    // two ways through a dozen roundings; a gradient is one over the number of elements
    CHECK(std::abs(loss - value) <= 1e-14 * std::max(1.0, std::abs(value)));
    CHECK(compare(elements(gradient), elements(expected)).largest <= 1e-13);
  });
}

TEST_CASE("every loss agrees in float with double") {
  for_each_row(losses(), name_of, [](const Json& row) {
    if (row["variant"] == "clipped") return;  // 1 - 1e-7 is not a float, and its logarithm has no digit in common
    const auto [narrow, d_narrow] = run<float>(row);
    const auto [wide, d_wide] = run<double>(row);
    // outputs of size ten are rounded to 2^-24 of that
    CHECK(std::abs(narrow - wide) <= 10 * 0x1p-24 * std::max(1.0, std::abs(wide)));
    // log_softmax of logits of a thousand is a difference of such numbers
    const double scale = is_far(row) ? 1000.0 : 32.0;
    CHECK(compare(elements(d_narrow), elements(d_wide)).largest <= scale * 0x1p-24);
  });
}

TEST_CASE("every loss passes the gradient check") {
  for_each_row(losses(), name_of, [](const Json& row) {
    // At a bound of a clip there are two derivatives, and of a straight line differences see no more than rounding.
    if (row["variant"] == "clipped" || is_far(row)) return;
    const auto loss = [&](const Var<double>& x) {
      return loss_of<double>(row)(is_of_probabilities(row) ? sigmoid(x) : x);  // differences must not leave (0, 1)
    };
    const GradcheckReport report = gradcheck(loss, {parameter(array_of(row["outputs"]), "outputs")});
    CHECK_MESSAGE(report, report.text());
    CHECK(report.kinks.empty());
  });
}

TEST_CASE("the gradient of categorical_cross_entropy by a target is -log p, also where the target is 0") {
  const Var<double> z(Array<double>{{0, 1, 2}}), t = parameter(Array<double>{{0, 0.25, 0.75}}, "t");
  Tape<double> tape;
  tape.backward(nn::categorical_cross_entropy(z, t));
  const Array<double> log_p = log_softmax(z).value();
  for (std::size_t k = 0; k < 3; ++k) CHECK(t.grad().data()[k] == doctest::Approx(-log_p.data()[k]).epsilon(1e-15));
  const Var<double> one_hot(Array<double>{{0, 1}});
  CHECK(nn::categorical_cross_entropy(Var<double>(Array<double>{{-infinity, 0}}), one_hot).item() == 0.0);
}

TEST_CASE("categorical_cross_entropy that refuses its targets leaves no trace of its outputs on the tape") {
  const Var<double> z = parameter(Array<double>{{0, 1}}, "z"), t = parameter(Array<double>{{0, 1}}, "t");
  const Var<double> old = [&] {
    Tape<double> ended;
    return (t * 1.0).named("old");
  }();
  Tape<double> tape;
  CHECK(contains(error_text([&] { nn::categorical_cross_entropy(z, old); }), "'old' (1, 2) was recorded by a tape"));
  CHECK(contains(error_text([&] { nn::categorical_cross_entropy_from_probabilities(z, old); }), "'old' (1, 2)"));
  CHECK(tape.size() == 0);
}

TEST_CASE("every loss that a header declares has a row") {
  const std::set<std::string> declared = found_in_sources("nn/losses", {".hpp"}, R"(\nVar<T> (\w+)\()");
  REQUIRE(declared.contains("cross_entropy"));
  std::set<std::string> rows;
  for (const Json& row : losses()) rows.insert(row["loss"]);
  for (const std::string& loss : declared) CHECK_MESSAGE(rows.contains(loss), loss << " has no row in losses.py");
}
