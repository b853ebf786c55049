#include <doctest/doctest.h>

#include <autograd/autograd.hpp>
#include <autograd/base/not_finite.hpp>
#include <autograd/tape/accumulate.hpp>
#include <autograd/tape/backward_pass.hpp>

#include <cstring>
#include <optional>

// A backward pass takes neighbouring steps together, group by group, and so does the forward pass of batch norm. Nobody
// can tell by the bits.

using namespace wengert;

namespace {

template <class T>
bool same_bits(const Array<T>& a, const Array<T>& b) {
  return a.shape() == b.shape() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

/// The adjoints of the inputs, one step after the other.
template <class T>
std::vector<Array<T>> step_by_step(const Tape<T>& tape, const Var<T>& y, const Array<T>& g,
                                   const std::vector<Var<T>>& inputs) {
  std::vector<std::size_t> slots;
  for (const Var<T>& input : inputs) slots.push_back(tape.slot_of("test", input));
  BackwardPass<T> pass(tape, tape.slot_of("test", y), Var<T>(g), slots);
  while (pass.step()) {
  }
  std::vector<Array<T>> adjoints;
  for (const std::size_t slot : slots)
    adjoints.push_back(expanded(*pass.adjoint(slot), tape.entry(slot).output.shape()).value());
  return adjoints;
}

/// Shapes that are cut along the channels, along the batch, along the features, and not at all.
struct Case {
  Shape x;
  Axes axes;
};
const std::vector<Case> cases{{{16, 12, 40, 25}, {0, 2, 3}},
                              {{9, 33, 17, 31}, {0, 2, 3}},
                              {{3, 5, 123, 127}, {0, 2, 3}},
                              {{700, 2, 15, 9}, {0, 2, 3}},
                              {{512, 300}, {0}},
                              {{512, 300}, {1}},
                              {{300, 7, 65}, {0, 2}},
                              {{4, 3, 5, 5}, {0, 2, 3}}};

template <class T>
struct Variables {
  Var<T> x, gamma, beta;
  Array<T> g;

  Variables(const Case& c, Generator& generator)
      : Variables(c, reduced_shape(c.x, normalise_axes("test", c.axes, c.x.size()), Dims::keep), generator) {}

 private:
  Variables(const Case& c, const Shape& groups, Generator& generator)
      : x(parameter(generator.normal<T>(c.x, 3.0, 2.0), "x")),
        gamma(parameter(generator.normal<T>(groups, 1.0, 0.1), "γ")),
        beta(parameter(generator.normal<T>(groups), "β")),
        g(generator.normal<T>(c.x)) {}
};

}  // namespace

TEST_CASE_TEMPLATE("the steps of a batch norm taken together give the bits of one after the other", T, float, double) {
  Generator generator(1);
  for (const Case& c : cases) {
    CAPTURE(to_string(c.x));
    const Variables<T> v(c, generator);
    for (const std::size_t count : {std::size_t{1}, std::size_t{3}}) {
      set_threads(count);
      Tape<T> tape;
      const Var<T> y = batch_norm(v.x, v.gamma, v.beta, c.axes, 1e-5).y;
      const std::vector<Array<T>> expected = step_by_step(tape, y, v.g, {v.x, v.gamma, v.beta});
      const std::vector<Array<T>> together = tape.pullback(y, v.g, {v.x, v.gamma, v.beta});
      for (std::size_t k = 0; k < expected.size(); ++k) CHECK(same_bits(expected[k], together[k]));

      const NoRecord pause;
      const auto squared_distance = [](const auto& x, const auto& mu) { return square(x - mu); };
      const Var<T> mu = mean(v.x, c.axes, keep_dims), variance = mean(c.axes, keep_dims, squared_distance, v.x, mu);
      CHECK(same_bits(y.value(), normalise(v.x, mu, variance, v.gamma, v.beta, 1e-5).value()));
      const Moments<T> m = moments(v.x, c.axes);
      CHECK(same_bits(m.mean.value(), mu.value()));
      CHECK(same_bits(m.variance.value(), variance.value()));
      const Var<T> scales(v.g);  // differ within a group
      CHECK(same_bits(normalise(v.x, scales, v.beta, c.axes, 1e-5).y.value(),
                      normalise(v.x, mu, variance, scales, v.beta, 1e-5).value()));
    }
    set_threads(1);
  }
}

TEST_CASE("a scale or a shift that would make the normalised array larger is refused") {
  const auto x = parameter(ones<double>({4, 3}), "x"), wide = parameter(ones<double>({2, 4, 3}), "γ");
  const Var<double> one(1.0);
  CHECK_THROWS_WITH_AS(
      normalise(x, wide, one, {0}, 1e-5),
      "[normalise] got 'x' (4, 3), 'γ' (2, 4, 3) and the variable (); expected a scale and a shift that "
      "broadcast to the first",
      Error);
  CHECK_THROWS_AS(normalise(x, one, wide, {0}, 1e-5), Error);
}

TEST_CASE("the steps of a batch norm of images are passes that are cut into the same pieces") {
  Generator generator(4);
  const Variables<float> v(cases.front(), generator);
  Tape<float> tape;
  const Var<float> y = batch_norm(v.x, v.gamma, v.beta, cases.front().axes, 1e-5).y;
  std::size_t slot = tape.slot_of("test", y), steps = 0;
  std::vector<std::optional<Var<float>>> adjoints(slot + 1);
  adjoints[slot] = Var<float>(v.g);
  kernel::PassesTogether<float> passes;
  for (++slot; slot-- > 0;) {
    const Entry<float>& entry = tape.entry(slot);
    if (entry.is_leaf()) continue;
    std::vector<Target<float>> targets;
    for (const Operand<float>& operand : entry.operands)
      targets.emplace_back(entry.operation->name(), operand.var, &adjoints[operand.slot]);
    auto pass = entry.operation->pull_back_pass(entry, *adjoints[slot], targets);
    REQUIRE(pass);
    CHECK(passes.fits(*pass, adjoints[slot]->value().data()));
    CHECK(pass->cut().pieces > 1);
    passes.add(std::move(pass));
    ++steps;
  }
  CHECK(steps == 3);
}

TEST_CASE("of a long chain only a few passes wait, for each keeps what it reads") {
  const Var<float> x = parameter(Array<float>{0.5f, 1.5f}, "x");
  Tape<float> tape;
  Var<float> y = x;
  for (int k = 0; k < 100; ++k) y = y * x;
  std::size_t slot = tape.slot_of("test", y);
  std::vector<std::optional<Var<float>>> adjoints(slot + 1);
  adjoints[slot] = Var<float>(ones<float>({2}));
  kernel::PassesTogether<float> passes;
  std::size_t waiting = 0;
  for (; slot > 0; --slot, ++waiting) {
    const Entry<float>& entry = tape.entry(slot);
    std::vector<Target<float>> targets;
    for (const Operand<float>& operand : entry.operands)
      targets.emplace_back(entry.operation->name(), operand.var, operand.slot == 0 ? nullptr : &adjoints[operand.slot]);
    auto pass = entry.operation->pull_back_pass(entry, *adjoints[slot], targets);
    REQUIRE(pass);
    if (!passes.fits(*pass, adjoints[slot]->value().data())) break;
    passes.add(std::move(pass));
  }
  CHECK(waiting == 16);
  passes.run();
}

TEST_CASE_TEMPLATE("what waits has run before anything else reads it", T, float, double) {
  Generator generator(2);
  for (const Case& c : cases) {
    CAPTURE(to_string(c.x));
    const Variables<T> v(c, generator);
    Tape<T> tape;
    // γ and β are shared, x goes around both, squares meet in one operand, and a sum hands its cotangent on.
    const Var<T> first = batch_norm(v.x, v.gamma, v.beta, c.axes, 1e-5).y;
    const Var<T> second = batch_norm(first * first, v.gamma, v.beta, c.axes, 1e-5).y;
    const Var<T> y = (second + v.x) * sum(v.gamma * v.beta) + relu(first);
    const std::vector<Array<T>> expected = step_by_step(tape, y, v.g, {v.x, v.gamma, v.beta});
    const std::vector<Array<T>> together = tape.pullback(y, v.g, {v.x, v.gamma, v.beta});
    for (std::size_t k = 0; k < expected.size(); ++k) CHECK(same_bits(expected[k], together[k]));
  }
}

TEST_CASE("batch norm by groups is the slow way where a mean's rounding shows or a square overflows") {
  Generator generator(3);
  const Case c{{16, 12, 40, 25}, {0, 2, 3}};
  Variables<float> v(c, generator);
  const Var<float> far(v.x.value() + 1e6f);
  const auto result = batch_norm(far, v.gamma, v.beta, c.axes, 1e-5);
  CHECK(same_bits(result.y.value(), normalise(far, moments(far, c.axes), v.gamma, v.beta, 1e-5).value()));
  Array<float> huge = v.x.value();
  huge.data()[7] = 3e38f;
  CHECK_THROWS_AS(batch_norm(Var<float>(huge), v.gamma, v.beta, c.axes, 1e-5), NotFinite);
}
