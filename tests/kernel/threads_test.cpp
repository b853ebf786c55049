#include <doctest/doctest.h>

#include <autograd/kernel/copy.hpp>
#include <autograd/kernel/in_place.hpp>

#include <cmath>
#include <cstring>

#include "sweep_case.hpp"

using namespace wengert;
using namespace sweep_case;

namespace {

/// A space, an operand that is repeated in it, and the shape that results are folded to.
struct Case {
  Shape space, operand, folded;
};

// Tiny, prime and large; with long and short rows; folded over rows, columns, the middle and everything.
const std::vector<Case> cases{
    {{}, {}, {}},
    {{7}, {1}, {1}},
    {{131}, {}, {}},
    {{1000003}, {1}, {}},
    {{211, 499}, {211, 1}, {211, 1}},
    {{211, 499}, {499}, {499}},
    {{100003, 2}, {100003, 1}, {100003, 1}},
    {{30011, 5}, {5}, {1, 5}},
    {{40009, 3}, {40009, 1}, {}},
    {{64, 32, 7, 7}, {32, 1, 1}, {1, 32, 1, 1}},
    {{16, 8, 30, 31}, {8, 1, 1}, {1, 8, 1, 1}},
    {{3, 50021, 2}, {3, 1, 2}, {3, 1, 2}},
    {{2, 3, 40009}, {3, 1}, {2, 1, 40009}},
    {{97, 13, 2, 13, 2}, {13, 1, 13, 1}, {97, 13, 1, 13, 1}},
};

template <class T>
using Results = std::vector<Array<T>>;

template <class T>
bool same_bits(const Results<T>& a, const Results<T>& b) {
  for (std::size_t k = 0; k < a.size(); ++k) {
    if (std::memcmp(a[k].data(), b[k].data(), a[k].size() * sizeof(T)) != 0) return false;
  }
  return true;
}

template <class T, template <class> class Fold, std::size_t O, class Body>
void sweep(const Shape& space, const std::array<kernel::Input<T>, 3>& inputs, const std::array<Array<T>*, O>& arrays,
           const Body& body) {
  std::array<Shape, O> shapes;
  std::array<kernel::Output<T>, O> outputs;
  for (std::size_t o = 0; o < O; ++o) {
    shapes[o] = arrays[o]->shape();
    outputs[o] = {.data = arrays[o]->data(), .shape = &shapes[o]};
  }
  using L = Lane<T>;
  kernel::Sweep<L, Fold<L>, 3, O>(space, inputs, outputs).template operator()<kernel::Form<5u, O == 1 ? 0u : 1u>>(body);
}

/// A map, a sum, a maximum, the adjoints of a map and copies, all of one case.
template <class T>
Results<T> results_of(const Case& c, const Array<T>& x, const Array<T>& operand, const Array<T>& g) {
  using L = Lane<T>;
  const std::array<kernel::Input<T>, 3> inputs{
      {{x.data(), &c.space}, {operand.data(), &c.operand}, {g.data(), &c.space}}};
  Results<T> y{empty<T>(c.space),
               empty<T>(c.folded),
               empty<T>(c.folded),
               empty<T>(c.space),
               empty<T>(c.operand),
               empty<T>(c.folded),
               empty<T>(Shape(c.space.rbegin(), c.space.rend()))};
  const auto value = [](const std::array<L, 3>& v) { return std::array<L, 1>{v[0] * v[1] - v[2]}; };
  sweep<T, kernel::PlainSum, 1>(c.space, inputs, {&y[0]}, value);
  sweep<T, kernel::CompensatedSum, 1>(c.space, inputs, {&y[1]}, value);
  sweep<T, kernel::Largest, 1>(c.space, inputs, {&y[2]}, value);
  sweep<T, kernel::PlainSum, 3>(c.space, inputs, {&y[3], &y[4], &y[5]}, [](const std::array<L, 3>& v) {
    return std::array<L, 3>{v[2] * v[1], v[2] * v[0], v[2] - v[0] * v[1]};
  });
  const kernel::Strides strides = kernel::row_major_strides(c.space);
  kernel::copy(Shape(y[6].shape()), x.data(), kernel::Strides(strides.rbegin(), strides.rend()), y[6].data(),
               kernel::row_major_strides(y[6].shape()));
  return y;
}

}  // namespace

TEST_CASE_TEMPLATE("every bit is the same at 1, 2, 4 and 8 threads", T, float, double) {
  Generator generator(1);
  for (const Case& c : cases) {
    CAPTURE(to_string(c.space));
    const Array<T> x = generator.normal<T>(c.space), operand = generator.normal<T>(c.operand);
    const Array<T> g = generator.normal<T>(c.space);
    const Results<T> expected = results_of(c, x, operand, g);
    for (const std::size_t count : {std::size_t{2}, std::size_t{4}, std::size_t{8}}) {
      CAPTURE(count);
      set_threads(count);
      CHECK(same_bits(expected, results_of(c, x, operand, g)));
    }
    set_threads(1);
  }
}

// Sums in pieces and short rows must also be right, and copies go where they belong.
TEST_CASE_TEMPLATE("what pieces compute is what plain loops give", T, float, double) {
  Generator generator(2);
  for (const Case& c : cases) {
    CAPTURE(to_string(c.space));
    const Array<T> x = generator.normal<T>(c.space), operand = generator.normal<T>(c.operand);
    const Array<T> g = generator.normal<T>(c.space);
    set_threads(2);
    const Results<T> y = results_of(c, x, operand, g);
    set_threads(1);
    constexpr T lowest = -std::numeric_limits<T>::infinity();
    std::vector<double> sum(y[1].size()), size(y[1].size()), of_operand(y[4].size()), size_of_operand(y[4].size());
    std::vector<T> largest(y[2].size(), lowest);
    std::size_t wrong = 0, k = 0;
    for_each_index(c.space, [&](const Shape& index) {
      const T a = x.data()[k], b = operand.data()[position(c.operand, index)], d = g.data()[k];
      const std::size_t place = position(c.folded, index), of_b = position(c.operand, index);
      const T term = a * b - d;
      wrong += y[0].data()[k] != term || y[3].data()[k] != d * b;
      sum[place] += static_cast<double>(term);
      size[place] += std::abs(static_cast<double>(term));
      largest[place] = std::max(largest[place], term);
      of_operand[of_b] += static_cast<double>(d * a);
      size_of_operand[of_b] += std::abs(static_cast<double>(d * a));
      wrong += y[6].data()[position(Shape(y[6].shape()), Shape(index.rbegin(), index.rend()))] != a;
      ++k;
    });
    // A run adds at most 130 terms in the precision of T; the plain loop up to a million in doubles.
    const double unit = std::numeric_limits<T>::epsilon() * 130.0 + 1e-10;
    for (std::size_t j = 0; j < sum.size(); ++j) {
      const double rounded = std::numeric_limits<T>::epsilon() * std::abs(sum[j]) + 1e-10 * size[j];
      wrong += !(std::abs(static_cast<double>(y[1].data()[j]) - sum[j]) <= rounded);
      wrong += !(std::abs(static_cast<double>(y[5].data()[j]) + sum[j]) <= unit * size[j]);
      wrong += y[2].data()[j] != largest[j];
    }
    for (std::size_t j = 0; j < of_operand.size(); ++j) {
      wrong += !(std::abs(static_cast<double>(y[4].data()[j]) - of_operand[j]) <= unit * size_of_operand[j]);
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE_TEMPLATE("an update in place has the same bits at 1, 2, 4 and 8 threads, up to the last element", T, float,
                   double) {
  Generator generator(3);
  for (const std::size_t size : {std::size_t{5}, std::size_t{32768}, std::size_t{32771}, std::size_t{300007}}) {
    CAPTURE(size);
    const Array<T> w = generator.normal<T>({size}), m = generator.normal<T>({size}), g = generator.normal<T>({size});
    const auto updated = [&] {
      Results<T> next{w, m};
      const kernel::InPlace<T, 2, 1> arrays{
          .size = size, .written = {next[0].data(), next[1].data()}, .read = {g.data()}};
      kernel::update_in_place(arrays, [](const auto& a, const auto& b, const auto& c) {
        const auto next_b = 0.9 * b + c;
        return std::array{a - 0.1 * next_b, next_b};
      });
      return next;
    };
    const Results<T> expected = updated();
    const std::size_t last = size - 1;
    CHECK(expected[1].data()[last] == T(0.9) * m.data()[last] + g.data()[last]);
    for (const std::size_t count : {std::size_t{2}, std::size_t{4}, std::size_t{8}}) {
      set_threads(count);
      CHECK(same_bits(expected, updated()));
    }
    set_threads(1);
  }
}

TEST_CASE_TEMPLATE("the largest element is found whatever the axes, and NaN is larger than all", T, float, double) {
  using L = Lane<T>;
  constexpr T nan = std::numeric_limits<T>::quiet_NaN(), infinity = std::numeric_limits<T>::infinity();
  Generator generator(4);
  for (int repetition = 0; repetition < 300; ++repetition) {
    const Shape space = random_space(generator), kept = random_part(generator, space);
    if (element_count(space) == 0) continue;
    Array<T> x = generator.normal<T>(space), y = empty<T>(kept);
    for (std::size_t k = 0; k < x.size(); ++k) {
      const std::size_t kind = generator.below(500);
      x.data()[k] = kind == 0 ? nan : kind == 1 ? infinity : kind < 100 ? -infinity : x.data()[k];
    }
    const std::array<kernel::Input<T>, 1> inputs{{{x.data(), &space}}};
    const std::array<kernel::Output<T>, 1> outputs{{{.data = y.data(), .shape = &kept}}};
    kernel::Sweep<L, kernel::Largest<L>, 1, 1>(space, inputs, outputs)
        .template operator()<kernel::Form<1u, 0u>>([](const std::array<L, 1>& v) { return v; });
    std::vector<T> expected(y.size(), -infinity);
    std::size_t element = 0, wrong = 0;
    for_each_index(space, [&](const Shape& index) {
      T& best = expected[position(kept, index)];
      const T candidate = x.data()[element++];
      if (candidate > best || std::isnan(candidate)) best = std::isnan(best) ? best : candidate;
    });
    for (std::size_t k = 0; k < y.size(); ++k) {
      wrong += std::isnan(expected[k]) ? !std::isnan(y.data()[k]) : y.data()[k] != expected[k];
    }
    CAPTURE(to_string(space));
    CAPTURE(to_string(kept));
    CHECK(wrong == 0);
  }
}
