// Every mistake here gives an attempt that is wrong in one step, and what is printed names it.
#include <doctest/doctest.h>

#include <regex>

#include "../batch_norm_backward/exercise.hpp"
#include "../batch_norm_closed_form/exercise.hpp"
#include "../convolution/exercise.hpp"
#include "../layer_norm/exercise.hpp"
#include "../linear/exercise.hpp"
#include "../new_layer/exercise.hpp"
#include "../repair/exercise.hpp"
#include "../softmax_cross_entropy/exercise.hpp"
#include "../support/judge.hpp"
#include "../train_by_hand/exercise.hpp"

namespace exercises {

namespace {

/// A mistake that is made after the solution has computed everything, and what is said of it.
template <class Forward, class Backward>
struct Row {
  const char* step;
  const char* said;
  void (*make)(const Forward& f, Backward& d);
};

std::string in_one_line(const std::string& text) { return std::regex_replace(text, std::regex("\\s+"), " "); }

template <class Forward, class Backward>
void are_named(Trial (*tried)(const std::function<void(const Forward&, Backward&)>&, std::uint64_t),
               void (*solution)(const Forward&, Backward&),
               const std::vector<std::type_identity_t<Row<Forward, Backward>>>& rows) {
  for (const Row<Forward, Backward>& row : rows) {
    CAPTURE(row.step);
    CAPTURE(row.said);
    const auto wrong = [&](const Forward& f, Backward& d) {
      solution(f, d);
      row.make(f, d);
    };
    const Judgement found = judge([&](std::uint64_t seed) { return tried(wrong, seed); });
    CHECK(found.finding == Finding::wrong);
    CHECK(found.name == row.step);
    CHECK_MESSAGE(in_one_line(found.words).find(row.said) != std::string::npos, found.words);
  }
}

}  // namespace

TEST_CASE("mistakes in the backward pass of a linear layer are named") {
  using namespace linear;
  are_named(tried, solution::backward,
            {
                {"dproduct", "its sign is wrong", [](auto& f, auto& d) { d.product = -f.dy; }},
                {"db", "sum it from (8, 5) to (1, 5), and it is right", [](auto& f, auto& d) { d.b = f.dy; }},
                {"db", "1/8 is there once too often", [](auto& f, auto& d) { d.b = mean_over(f.dy, {0}); }},
                {"db", "shape: (8, 1) where (1, 5) is right", [](auto& f, auto& d) { d.b = sum_over(f.dy, {1}); }},
                {"dx", "its sign is wrong", [](auto& f, auto& d) { d.x = matmul(d.product, -f.w); }},
                {"dw", "it is transposed", [](auto& f, auto& d) { d.w = matmul(transposed(f.x), d.product); }},
                {"dw", "1/8 is there once too often", [](auto& f, auto& d) { d.w = d.w / rows_of(f.x); }},
            });
}

TEST_CASE("mistakes in the backward pass of softmax and cross-entropy are named") {
  using namespace softmax_cross_entropy;
  are_named(
      tried, solution::backward,
      {
          {"dlog_probability", "1/8 is missing", [](auto& f, auto& d) { d.log_probability = -f.target; }},
          {"dlog_probability", "its sign is wrong",
           [](auto& f, auto& d) { d.log_probability = f.target / rows_of(f.target); }},
          {"dlog_probability", "its sign is wrong, and 1/8 is missing",
           [](auto& f, auto& d) { d.log_probability = f.target; }},
          {"dlog_probability", "it divides by 5 where 8 elements count",
           [](auto& f, auto& d) { d.log_probability = -f.target / columns_of(f.target); }},
          {"dlog_total", "sum it from (8, 5) to (8, 1)", [](auto&, auto& d) { d.log_total = -d.log_probability; }},
          {"dtotal", "times total: a power of total is wrong", [](auto&, auto& d) { d.total = d.log_total; }},
          {"dexponential", "shape: (8, 1) where (8, 5) is right", [](auto&, auto& d) { d.exponential = d.total; }},
          {"dlogits", "without the path through exponential", [](auto&, auto& d) { d.logits = d.log_probability; }},
          {"dlogits", "`=` where `+=` belongs", [](auto& f, auto& d) { d.logits = d.exponential * f.exponential; }},
          {"dlogits_at_once", "1/8 is missing",
           [](auto& f, auto& d) { d.logits_at_once = f.exponential / f.total - f.target; }},
          {"dlogits_at_once", "its sign is wrong", [](auto&, auto& d) { d.logits_at_once = -d.logits; }},
          {"dlogits_at_once", "without the path through log_probability",
           [](auto& f, auto& d) { d.logits_at_once = f.exponential / f.total / rows_of(f.target); }},
      });
}

TEST_CASE("mistakes in the twelve steps of batch norm are named") {
  using namespace batch_norm_backward;
  are_named(
      tried, solution::backward,
      {
          {"dgamma_x_hat", "times gamma: a power of gamma is wrong",
           [](auto& f, auto& d) { d.gamma_x_hat = f.dy * f.gamma; }},
          {"dbeta", "the sum over the axes that were broadcast is missing", [](auto& f, auto& d) { d.beta = f.dy; }},
          {"dgamma", "a power of deviation is wrong",
           [](auto& f, auto& d) { d.gamma = sum_over(f.dy * f.x_minus_mean, {0}); }},
          {"dgamma", "sum it from (8, 3) to (1, 3), and it is right",
           [](auto& f, auto& d) { d.gamma = f.dy * f.x_hat; }},
          {"dx_hat", "a power of gamma is wrong", [](auto& f, auto& d) { d.x_hat = f.dy; }},
          {"dinverse_deviation", "a power of inverse_deviation is wrong",
           [](auto& f, auto& d) { d.inverse_deviation = sum_over(d.x_hat * f.x_hat, {0}); }},
          {"ddeviation", "its sign is wrong", [](auto&, auto& d) { d.deviation = -d.deviation; }},
          {"ddeviation", "a power of deviation is wrong",
           [](auto& f, auto& d) { d.deviation = -d.inverse_deviation / f.deviation; }},
          {"ddeviation", "epsilon is forgotten",
           [](auto& f, auto& d) { d.deviation = -d.inverse_deviation / f.variance; }},
          {"ddeviation", "its sign is wrong, and it is the right one times deviation",
           [](auto& f, auto& d) { d.deviation = d.inverse_deviation / f.deviation; }},
          {"dvariance_plus_epsilon", "it is 2 times what it should be",
           [](auto& f, auto& d) { d.variance_plus_epsilon = d.deviation / f.deviation; }},
          {"dvariance", "it is zero everywhere", [](auto& f, auto& d) { d.variance = zeros_like(f.variance); }},
          {"dsquared", "1/8 is missing", [](auto& f, auto& d) { d.squared = repeated_to(d.variance, f.x.shape()); }},
          {"dsquared", "it divides by 3 where 8 elements count",
           [](auto& f, auto& d) { d.squared = repeated_to(d.variance / columns_of(f.x), f.x.shape()); }},
          {"dsquared", "it divides by 7 where 8 elements count: N - 1 for N",
           [](auto& f, auto& d) { d.squared = d.squared * rows_of(f.x) / (rows_of(f.x) - 1.0); }},
          {"dsquared", "shape: (1, 3) where (8, 3) is right",
           [](auto& f, auto& d) { d.squared = d.variance / rows_of(f.x); }},
          {"dx_minus_mean", "without the path through squared",
           [](auto& f, auto& d) { d.x_minus_mean = d.x_hat * f.inverse_deviation; }},
          {"dx_minus_mean", "`=` where `+=` belongs",
           [](auto& f, auto& d) { d.x_minus_mean = 2.0 * f.x_minus_mean * d.squared; }},
          {"dx_minus_mean", "that through squared (2 · x_minus_mean · dsquared): it is 0.5 times",
           [](auto& f, auto& d) { d.x_minus_mean = d.x_hat * f.inverse_deviation + f.x_minus_mean * d.squared; }},
          {"dmean", "its sign is wrong", [](auto&, auto& d) { d.mean = sum_over(d.x_minus_mean, {0}); }},
          {"dmean", "the sum over the axes that were broadcast is missing",
           [](auto&, auto& d) { d.mean = -d.x_minus_mean; }},
          {"dx", "that through mean (dmean / 8): 1/8 is missing",
           [](auto&, auto& d) { d.x = d.x_minus_mean + d.mean; }},
          {"dx", "without the path through mean", [](auto&, auto& d) { d.x = d.x_minus_mean; }},
          {"dx", "none of the usual mistakes", [](auto&, auto& d) { d.x = d.x + 0.1; }},
      });
}

TEST_CASE("mistakes in the closed form of batch norm are named") {
  using namespace batch_norm_closed_form;
  are_named(
      tried, solution::backward,
      {
          {"dgamma", "the sum over the axes", [](auto& f, auto& d) { d.gamma = f.dy * f.x_hat; }},
          {"dx", "without the path through mean",
           [](auto& f, auto& d) { d.x = f.gamma / f.deviation * (f.dy - f.x_hat * d.gamma / rows_of(f.dy)); }},
          {"dx", "without the path through variance",
           [](auto& f, auto& d) { d.x = f.gamma / f.deviation * (f.dy - d.beta / rows_of(f.dy)); }},
          {"dx", "that through mean (dmean / 8): 1/8 is missing",
           [](auto& f, auto& d) { d.x = f.gamma / f.deviation * (f.dy - d.beta - f.x_hat * d.gamma / rows_of(f.dy)); }},
          {"dx", "8): its sign is wrong",
           [](auto& f, auto& d) {
             const double m = rows_of(f.dy);
             d.x = f.gamma / f.deviation * (f.dy - d.beta / m + f.x_hat * d.gamma / m);
           }},
          {"dx", "that through variance (2 · (x - mean) · dvariance / 8): it divides by 7 where 8 elements count",
           [](auto& f, auto& d) {
             const double m = rows_of(f.dy);
             d.x = f.gamma / f.deviation * (f.dy - d.beta / m - f.x_hat * d.gamma / (m - 1.0));
           }},
          {"dx", "a power of gamma is wrong", [](auto& f, auto& d) { d.x = d.x / f.gamma; }},
          {"dx", "a power of √(variance + 0.01) is wrong", [](auto& f, auto& d) { d.x = d.x / f.deviation; }},
          {"dx", "through y (gamma · dy · rsqrt(variance + ε)) alone: the other paths are left out",
           [](auto& f, auto& d) { d.x = f.gamma / f.deviation * f.dy; }},
          {"dx", "all but what comes through y (gamma · dy · rsqrt(variance + ε)) is wrong: 1/8 is missing",
           [](auto& f, auto& d) { d.x = f.gamma / f.deviation * (f.dy - d.beta - f.x_hat * d.gamma); }},
      });
}

TEST_CASE("mistakes in the backward pass of layer norm are named") {
  using namespace layer_norm;
  are_named(
      tried, solution::backward,
      {
          {"dbeta", "shape: (5, 1) where (1, 8) is right", [](auto& f, auto& d) { d.beta = sum_over(f.dy, {1}); }},
          {"dgamma", "sum it from (5, 8) to (1, 8)", [](auto& f, auto& d) { d.gamma = f.dy * f.x_hat; }},
          {"dvariance", "its sign is wrong", [](auto&, auto& d) { d.variance = -d.variance; }},
          {"dvariance", "it is 2 times", [](auto&, auto& d) { d.variance = 2.0 * d.variance; }},
          {"dmean", "a power of √(variance + 0.01) is wrong", [](auto&, auto& d) { d.mean = -sum_over(d.x_hat, {1}); }},
          {"dx", "the means are divided by the number of rows",
           [](auto& f, auto& d) {
             const double n = rows_of(f.x);
             d.x = d.x_hat / f.deviation + 2.0 * (f.x - f.mean) * d.variance / n + d.mean / n;
           }},
          {"dx", "without the path through variance",
           [](auto& f, auto& d) { d.x = d.x_hat / f.deviation + d.mean / columns_of(f.x); }},
      });
}

TEST_CASE("mistakes in the backward pass of a convolution are named") {
  using namespace convolution;
  are_named(tried, solution::backward,
            {
                {"db", "it is zero everywhere", [](auto& f, auto& d) { d.b = zeros_like(f.b); }},
                {"db", "1/5 is there once too often", [](auto& f, auto& d) { d.b = d.b / rows_of(f.x); }},
                {"dw", "only the last product of each number is in it",
                 [](auto& f, auto& d) {
                   for_each_product(f, [&](auto n, auto k, auto i, auto j, auto c, auto u, auto v) {
                     d.w(k, c, u, v) = f.dy(n, k, i, j) * f.x(n, c, i + u, j + v);
                   });
                 }},
                {"dw", "the window is turned round",
                 [](auto& f, auto& d) {
                   d.w = zeros_like(f.w);
                   for_each_product(f, [&](auto n, auto k, auto i, auto j, auto c, auto u, auto v) {
                     d.w(k, c, 2 - u, 2 - v) += f.dy(n, k, i, j) * f.x(n, c, i + u, j + v);
                   });
                 }},
                {"dx", "the window is turned round",
                 [](auto& f, auto& d) {
                   d.x = zeros_like(f.x);
                   for_each_product(f, [&](auto n, auto k, auto i, auto j, auto c, auto u, auto v) {
                     d.x(n, c, i + 2 - u, j + 2 - v) += f.dy(n, k, i, j) * f.w(k, c, u, v);
                   });
                 }},
                {"dx", "shape: (5, 4, 4, 5) where (5, 3, 6, 7) is right", [](auto& f, auto& d) { d.x = f.dy; }},
            });
}

TEST_CASE("mistakes in a new layer are named") {
  using namespace new_layer;
  are_named(
      tried, solution::layer,
      {
          {"y", "the mean is subtracted, as in layer norm",
           [](auto& in, auto& out) {
             const Array<double> x = in.x - mean_over(in.x, {1});
             out.y = in.gain * x / sqrt(mean_over(square(x), {1}) + in.epsilon);
           }},
          {"y", "epsilon stands outside the root",
           [](auto& in, auto& out) { out.y = in.gain * in.x / (sqrt(mean_over(square(in.x), {1})) + in.epsilon); }},
          {"y", "the squares are summed",
           [](auto& in, auto& out) { out.y = in.gain * in.x / sqrt(sum_over(square(in.x), {1}) + in.epsilon); }},
          {"y", "a power of root is wrong", [](auto& in, auto& out) { out.y = in.gain * in.x; }},
          {"dgain", "the sum over the axes", [](auto& in, auto& out) { out.dgain = in.dy * out.y / in.gain; }},
          {"dx", "without the path through squared",
           [](auto& in, auto& out) { out.dx = in.dy * in.gain / sqrt(mean_over(square(in.x), {1}) + in.epsilon); }},
      });
}

TEST_CASE("the four mistakes of the exercise to repair are named, one after the other") {
  using namespace repair;
  are_named(
      tried, solution::backward,
      {
          {"dy", "1/24 is missing", [](auto& f, auto& d) { d.y = 2.0 * (f.y - f.target); }},
          {"dhidden", "a square is missing", [](auto& f, auto& d) { d.hidden = d.active * (1.0 - f.active); }},
          {"dhidden", "the slope of a sigmoid",
           [](auto& f, auto& d) { d.hidden = d.active * f.active * (1.0 - f.active); }},
          {"db1", "the sum over the axes that were broadcast is missing", [](auto&, auto& d) { d.b1 = d.hidden; }},
          {"dx", "without the path through y", [](auto& f, auto& d) { d.x = matmul(d.hidden, f.w1); }},
          {"dx", "without the path through x_w1", [](auto&, auto& d) { d.x = d.y; }},
      });
}

TEST_CASE("mistakes in the backward pass of a network are named") {
  using namespace train_by_hand;
  are_named(tried, solution::backward,
            {
                {"dlogits", "1/8 is missing", [](auto& f, auto& d) { d.logits = f.probability - f.target; }},
                {"dy", "it is zero everywhere", [](auto& f, auto& d) { d.y = zeros_like(f.y); }},
                {"dz", "without the path through mean",
                 [](auto& f, auto& d) { d.z = f.gamma / f.deviation * (d.y - f.z_hat * d.gamma / rows_of(f.x)); }},
                {"dz", "without the path through variance",
                 [](auto& f, auto& d) { d.z = f.gamma / f.deviation * (d.y - d.beta / rows_of(f.x)); }},
                {"db2", "its sign is wrong", [](auto&, auto& d) { d.b2 = -d.b2; }},
                {"dw1", "it is transposed", [](auto&, auto& d) { d.w1 = transposed(d.w1); }},
            });
}

}  // namespace exercises
