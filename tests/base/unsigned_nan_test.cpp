#include <doctest/doctest.h>
#include <autograd/arrays/attribute.hpp>
#include <autograd/base/not_finite.hpp>
#include <autograd/base/unsigned_nan.hpp>
#include <autograd/explain/notation/notation.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/elementwise.hpp>
#include <nn/training/console/progress_text.hpp>
#include <nn/training/history.hpp>
#include <nn/training/report/report_parts.hpp>
#include <optim/optim.hpp>

#include "../error_text.hpp"

using namespace wengert;

namespace {

/// As 0/0 gives it on x86.
constexpr double signed_nan = -std::numeric_limits<double>::quiet_NaN();

}  // namespace

TEST_CASE("the sign of NaN is dropped, and that of a name stays") {
  CHECK(!std::signbit(base::unsigned_nan(signed_nan)));
  CHECK(base::unsigned_nan(-0.5F) == -0.5F);
  CHECK(base::unsigned_nans("-nan") == "nan");
  CHECK(base::unsigned_nans("element 0 is -nan; (-nan, -inf), -nan: -1") == "element 0 is nan; (nan, -inf), nan: -1");
  for (const char* name : {"a-nan", "-nano", "out/-nan.csv", "'-nan'", "", "-na"})
    CHECK(base::unsigned_nans(name) == name);
}

TEST_CASE_TEMPLATE("no text shows a NaN with a sign", T, float, double) {
  const T nan = static_cast<T>(signed_nan);
  const Var<T> w = parameter(Array<T>{T(1), T(2)}, "w");
  optim::Optimizer<optim::SGD, T> optimizer({w}, {.learning_rate = 0.1});
  w.set_grad(Array<T>{T(1), nan});
  const std::string step = error_text([&] { optimizer.step(); });
  CHECK(contains(step, "element 1 is nan;"));
  CHECK(contains(error_text([&] { optimizer.set_learning_rate(signed_nan); }), " nan;"));
  CHECK(contains(error_text([&] { clip(w, signed_nan, 1.0); }), "low is nan and high is 1;"));
  CHECK(to_string(scalar(nan)) == "nan");
  CHECK(contains(to_string(Array<T>{nan, T(1)}), "nan"));
  CHECK(!contains(to_string(Array<T>{nan, T(1)}), "-nan"));
  CHECK(to_string(Attribute(signed_nan)) == "nan");
  CHECK(text(Symbol("x") + signed_nan) == "x + nan");
  CHECK(NotFinite("it is -nan").what() == std::string("it is nan"));
  nn::History history({"loss"});
  history.add({signed_nan});
  CHECK(history.csv() == "epoch,loss\n1,nan\n");
  CHECK(nn::metrics_text(std::array{nn::Metric{"loss", signed_nan}}) == " - loss: nan");
  const nn::Table table = nn::epoch_table("", {{.label = "loss", .values = {1.0, signed_nan}}});
  CHECK(contains(table.rows[1][1], "nan"));
  CHECK(!contains(table.rows[1][1], "-"));
}
