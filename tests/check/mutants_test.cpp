#include "mutants.hpp"

#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

namespace wengert::mutants {
namespace {

Inputs parameters(const std::vector<std::pair<const char*, Shape>>& inputs) {
  Generator generator(42);
  Inputs result;
  for (const auto& [name, shape] : inputs)
    result.push_back(parameter(generator.uniform<double>(shape, 0.4, 1.9), name));
  return result;
}

/// The base with another rule.
Mutant with_rule(const char* name, Base base, std::size_t input, std::string hint, Rule rule) {
  base.rules[input] = std::move(rule);
  return {base.name + ": " + name, std::move(base), input, std::move(hint)};
}

/// What batch normalisation over axis 0 computes on the way.
struct Statistics {
  V scale;  // gamma / sqrt(variance + epsilon)
  V xhat;
  double count;

  explicit Statistics(const Inputs& x)
      : scale(x[1] * rsqrt(variance(x[0], {0}) + 0.1)),
        xhat((x[0] - mean(x[0], {0})) * rsqrt(variance(x[0], {0}) + 0.1)),
        count(static_cast<double>(x[0].shape()[0])) {}
};

}  // namespace

Function<double> function_of(const Base& base) {
  return [base](const Inputs& x) {
    std::vector<Edge<double>> edges;
    for (std::size_t k = 0; k < x.size(); ++k) {
      edges.push_back(wrt(x[k], [rule = base.rules[k], x](const V& g, const V& y) { return rule(g, x, y); }));
    }
    return record(Label(base.name), base.value(x), std::move(edges));
  };
}

Base multiply() {
  return {"multiply",
          parameters({{"x", {3, 3}}, {"w", {3, 3}}}),
          [](const Inputs& x) { return (x[0] * x[1]).value(); },
          {[](const V& g, const Inputs& x, const V&) { return g * x[1]; },
           [](const V& g, const Inputs& x, const V&) { return g * x[0]; }}};
}

Base broadcast_add() {
  return {"broadcast_add",
          parameters({{"x", {4, 3}}, {"b", {3}}}),
          [](const Inputs& x) { return (x[0] + x[1]).value(); },
          {[](const V& g, const Inputs&, const V&) { return g; },
           [](const V& g, const Inputs&, const V&) { return sum(g, {0}); }}};
}

Base matrix_product() {
  return {"matrix_product",
          parameters({{"a", {3, 3}}, {"b", {3, 3}}}),
          [](const Inputs& x) { return matmul(x[0], x[1]).value(); },
          {[](const V& g, const Inputs& x, const V&) { return matmul(g, x[1], {.transpose_b = true}); },
           [](const V& g, const Inputs& x, const V&) { return matmul(x[0], g, {.transpose_a = true}); }}};
}

Base mean_of_rows() {
  return {"mean_of_rows",
          parameters({{"x", {3, 5}}}),
          [](const Inputs& x) { return mean(x[0], {1}).value(); },
          {[](const V& g, const Inputs& x, const V&) {
            return broadcast_to(reshape(g, {3, 1}), x[0].shape()) / 5.0;
          }}};
}

Base softmax_of_rows() {
  return {"softmax_of_rows",
          parameters({{"x", {3, 4}}}),
          [](const Inputs& x) { return softmax(x[0]).value(); },
          {[](const V& g, const Inputs&, const V& p) { return p * (g - sum(g * p, {1}, keep_dims)); }}};
}

Base batch_normalisation() {
  return {"batch_normalisation",
          parameters({{"x", {8, 3}}, {"gamma", {3}}, {"beta", {3}}}),
          [](const Inputs& x) { return batch_norm(x[0], x[1], x[2], {0}, 0.1).y.value(); },
          {[](const V& g, const Inputs& x, const V&) {
             const Statistics s(x);
             return s.scale * (g - mean(g, {0}) - s.xhat * mean(g * s.xhat, {0}));
           },
           [](const V& g, const Inputs& x, const V&) { return sum(g * Statistics(x).xhat, {0}); },
           [](const V& g, const Inputs&, const V&) { return sum(g, {0}); }}};
}

Base middle_slice() {
  return {"middle_slice",
          parameters({{"x", {6}}}),
          [](const Inputs& x) { return slice(x[0], 0, 2, 5).value(); },
          {[](const V& g, const Inputs&, const V&) { return pad(g, 0, 2, 1); }}};
}

Base hyperbolic_tangent() {
  return {"hyperbolic_tangent",
          parameters({{"x", {7}}}),
          [](const Inputs& x) { return tanh(x[0]).value(); },
          {[](const V& g, const Inputs&, const V& y) { return g * (1.0 - y * y); }}};
}

std::vector<Base> all_bases() {
  return {multiply(),        broadcast_add(),       matrix_product(), mean_of_rows(),
          softmax_of_rows(), batch_normalisation(), middle_slice(),   hyperbolic_tangent()};
}

std::vector<Mutant> systematic_mutants() {
  const std::vector<std::tuple<const char*, double, const char*>> factors{
      {"wrong sign", -1, "negative"},
      {"counted twice", 2, "ratio is 2"},
      {"half", 0.5, "ratio is 1/2"},
      {"off by 1e-6", 1 + 1e-6, "same factor 1.000001"},
      {"no path", 0, "zero"}};
  std::vector<Mutant> mutants;
  for (const Base& base : all_bases()) {
    for (std::size_t input = 0; input < base.rules.size(); ++input) {
      for (const auto& [name, factor, hint] : factors) {
        const auto wrong = [right = base.rules[input], by = factor](const V& g, const Inputs& x, const V& y) {
          return right(g, x, y) * by;
        };
        mutants.push_back(with_rule(name, base, input, hint, wrong));
      }
    }
  }
  return mutants;
}

std::vector<Mutant> specific_mutants() {
  return {
      with_rule("stale value", multiply(), 0, "",
                [](const V& g, const Inputs& x, const V&) { return g * (x[1] + 0.01 * x[0]); }),
      with_rule("value of the other operand", multiply(), 0, "",
                [](const V& g, const Inputs& x, const V&) { return g * x[0]; }),
      with_rule("transposed", multiply(), 1, "transpose",
                [](const V& g, const Inputs& x, const V&) { return transpose(g * x[0]); }),
      with_rule("one wrong element", multiply(), 0, "1 of 9 elements are wrong",
                [](const V& g, const Inputs& x, const V&) {
                  Array<double> mask = ones<double>({3, 3});
                  mask.data()[5] = 1.001;
                  return g * x[1] * V(mask);
                }),
      with_rule("no sum over the broadcast axis", broadcast_add(), 1, "",
                [](const V& g, const Inputs&, const V&) { return reshape(slice(g, 0, 0, 1), {3}); }),
      with_rule("mean over the broadcast axis", broadcast_add(), 1, "ratio is 1/4",
                [](const V& g, const Inputs&, const V&) { return mean(g, {0}); }),
      with_rule("sum over both axes", broadcast_add(), 1, "does not vary along axis 0",
                [](const V& g, const Inputs&, const V&) { return broadcast_to(sum(g), {3}); }),
      with_rule("no transpose of b", matrix_product(), 0, "",
                [](const V& g, const Inputs& x, const V&) { return matmul(g, x[1]); }),
      with_rule("no transpose of a", matrix_product(), 1, "",
                [](const V& g, const Inputs& x, const V&) { return matmul(x[0], g); }),
      with_rule("result transposed", matrix_product(), 0, "transpose",
                [](const V& g, const Inputs& x, const V&) { return matmul(x[1], g, {.transpose_b = true}); }),
      with_rule("sum instead of mean", mean_of_rows(), 0, "ratio is 5",
                [](const V& g, const Inputs& x, const V&) {
                  return broadcast_to(reshape(g, {3, 1}), x[0].shape());
                }),
      with_rule("divided by the other extent", mean_of_rows(), 0, "",
                [](const V& g, const Inputs& x, const V&) {
                  return broadcast_to(reshape(g, {3, 1}), x[0].shape()) / 3.0;
                }),
      with_rule("divided by the size", mean_of_rows(), 0, "ratio is 1/3",
                [](const V& g, const Inputs& x, const V&) {
                  return broadcast_to(reshape(g, {3, 1}), x[0].shape()) / 15.0;
                }),
      with_rule("mean of the cotangent", mean_of_rows(), 0, "does not vary along axis 0",
                [](const V& g, const Inputs& x, const V&) { return broadcast_to(mean(g) / 5.0, x[0].shape()); }),
      with_rule("no second term", softmax_of_rows(), 0, "",
                [](const V& g, const Inputs&, const V& p) { return p * g; }),
      with_rule("sum over the wrong axis", softmax_of_rows(), 0, "",
                [](const V& g, const Inputs&, const V& p) { return p * (g - sum(g * p, {0}, keep_dims)); }),
      with_rule("mean instead of sum", softmax_of_rows(), 0, "",
                [](const V& g, const Inputs&, const V& p) { return p * (g - mean(g * p, {1}, keep_dims)); }),
      with_rule("no outer factor", softmax_of_rows(), 0, "",
                [](const V& g, const Inputs&, const V& p) { return g - sum(g * p, {1}, keep_dims); }),
      with_rule("no mean of g", batch_normalisation(), 0, "",
                [](const V& g, const Inputs& x, const V&) {
                  const Statistics s(x);
                  return s.scale * (g - s.xhat * mean(g * s.xhat, {0}));
                }),
      with_rule("no path through the variance", batch_normalisation(), 0, "",
                [](const V& g, const Inputs& x, const V&) { return Statistics(x).scale * (g - mean(g, {0})); }),
      with_rule("statistics detached", batch_normalisation(), 0, "",
                [](const V& g, const Inputs& x, const V&) { return Statistics(x).scale * g; }),
      with_rule("missing 1/N in the mean", batch_normalisation(), 0, "",
                [](const V& g, const Inputs& x, const V&) {
                  const Statistics s(x);
                  return s.scale * (g - sum(g, {0}) - s.xhat * mean(g * s.xhat, {0}));
                }),
      with_rule("missing 1/N in the variance", batch_normalisation(), 0, "",
                [](const V& g, const Inputs& x, const V&) {
                  const Statistics s(x);
                  return s.scale * (g - mean(g, {0}) - s.xhat * sum(g * s.xhat, {0}));
                }),
      with_rule("unbiased variance", batch_normalisation(), 0, "",
                [](const V& g, const Inputs& x, const V&) {
                  const Statistics s(x);
                  const V projected = sum(g * s.xhat, {0}) / (s.count - 1);
                  return s.scale * (g - mean(g, {0}) - s.xhat * projected);
                }),
      with_rule("no gamma", batch_normalisation(), 0, "",
                [](const V& g, const Inputs& x, const V&) {
                  const Statistics s(x);
                  return s.scale / x[1] * (g - mean(g, {0}) - s.xhat * mean(g * s.xhat, {0}));
                }),
      with_rule("epsilon of another size", batch_normalisation(), 0, "",
                [](const V& g, const Inputs& x, const V&) {
                  const V inverse = rsqrt(variance(x[0], {0}) + 0.1001);
                  const V xhat = (x[0] - mean(x[0], {0})) * inverse;
                  return x[1] * inverse * (g - mean(g, {0}) - xhat * mean(g * xhat, {0}));
                }),
      with_rule("statistics over the wrong axis", batch_normalisation(), 0, "",
                [](const V& g, const Inputs& x, const V&) {
                  const Statistics s(x);
                  return s.scale * (g - mean(g, {1}, keep_dims) - s.xhat * mean(g * s.xhat, {1}, keep_dims));
                }),
      with_rule("mean instead of sum", batch_normalisation(), 1, "ratio is 1/8",
                [](const V& g, const Inputs& x, const V&) { return mean(g * Statistics(x).xhat, {0}); }),
      with_rule("x in place of xhat", batch_normalisation(), 1, "",
                [](const V& g, const Inputs& x, const V&) { return sum(g * x[0], {0}); }),
      with_rule("y in place of xhat", batch_normalisation(), 1, "",
                [](const V& g, const Inputs&, const V& y) { return sum(g * y, {0}); }),
      with_rule("mean instead of sum", batch_normalisation(), 2, "ratio is 1/8",
                [](const V& g, const Inputs&, const V&) { return mean(g, {0}); }),
      with_rule("one row left out", batch_normalisation(), 2, "",
                [](const V& g, const Inputs&, const V&) { return sum(slice(g, 0, 0, 7), {0}); }),
      with_rule("off by one", middle_slice(), 0, "off by one",
                [](const V& g, const Inputs&, const V&) { return pad(g, 0, 1, 2); }),
      with_rule("off by one the other way", middle_slice(), 0, "off by one",
                [](const V& g, const Inputs&, const V&) { return pad(g, 0, 3, 0); }),
      with_rule("derivative at y instead of x", hyperbolic_tangent(), 0, "",
                [](const V& g, const Inputs&, const V& y) { return g * (1.0 - square(tanh(y))); }),
      with_rule("square forgotten", hyperbolic_tangent(), 0, "",
                [](const V& g, const Inputs&, const V& y) { return g * (1.0 - y); }),
      with_rule("NaN", hyperbolic_tangent(), 0, "not finite",
                [](const V& g, const Inputs&, const V& y) { return g * (1.0 - y * y) * log(y - 0.8) / log(y - 0.8); }),
  };
}

TEST_CASE("no right gradient fails the check") {
  for (const Base& base : all_bases()) {
    const GradcheckReport report = gradcheck(function_of(base), base.inputs, {.order = 2});
    CHECK_MESSAGE(report.verdict == Verdict::pass, base.name << ": " << report.text());
  }
}

TEST_CASE("every wrong gradient fails the check, at the right input and with the right hint") {
  std::vector<Mutant> mutants = systematic_mutants();
  for (Mutant& mutant : specific_mutants()) mutants.push_back(std::move(mutant));
  REQUIRE(mutants.size() >= 50);
  for (const Mutant& mutant : mutants) {
    const GradcheckReport report = gradcheck(function_of(mutant.base), mutant.base.inputs);
    CAPTURE(mutant.name);
    REQUIRE_MESSAGE(report.verdict == Verdict::fail, report.text());
    CHECK(report.worst->input == mutant.base.inputs[mutant.input].name());
    CHECK_MESSAGE(report.hint.find(mutant.hint) != std::string::npos, report.hint);
  }
}

TEST_CASE("every wrong gradient fails whatever the seed") {
  for (const Mutant& mutant : specific_mutants()) {
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
      const GradcheckReport report = gradcheck(function_of(mutant.base), mutant.base.inputs, {.seed = seed});
      CHECK_MESSAGE(report.verdict == Verdict::fail, mutant.name << ": " << report.text());
    }
  }
}

TEST_CASE("a gradient that is right but cannot be differentiated again fails at order two") {
  const V x = hyperbolic_tangent().inputs[0];
  const auto detached_square = [](const V& v) {
    return record("square", (v * v).value(), wrt(v, [v](const V& g) { return 2.0 * g * stop_gradient(v); }));
  };
  CHECK(gradcheck(detached_square, {x}));
  const GradcheckReport report = gradcheck(detached_square, {x}, {.order = 2});
  CHECK(report.verdict == Verdict::fail);
  CHECK(report.order == 2);
  // The variance of a normalisation without its path through the mean: right, for it is stationary there. Its own
  // derivative is not.
  const Base right = batch_normalisation();
  const auto detached_mean = [](const V& v) {
    return record("variance", variance(v, {0}).value(),
                  wrt(v, [v](const V& g) { return g * (2.0 / 8.0) * (v - stop_gradient(mean(v, {0}))); }));
  };
  CHECK(gradcheck(detached_mean, {right.inputs[0]}));
  CHECK(gradcheck(detached_mean, {right.inputs[0]}, {.order = 2}).verdict == Verdict::fail);
}

}  // namespace wengert::mutants
