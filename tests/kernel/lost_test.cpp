// What a sweep says of the digits that a fold has lost when it was rounded to an element.
#include <doctest/doctest.h>

#include "sweep_case.hpp"

using namespace wengert;

namespace {

/// Numbers around a thousand with so few digits that their sums are exact.
template <class T>
Array<T> short_numbers(Generator& generator, const Shape& shape) {
  Array<T> x = empty<T>(shape);
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = T(1000) + static_cast<T>(generator.below(16384)) / T(1024);
  return x;
}

template <class T>
std::vector<long double> exact_means(const Array<T>& x, const Shape& space, const Shape& part) {
  std::vector<long double> means(element_count(part));
  std::size_t i = 0;
  for_each_index(space, [&](const auto& index) {
    means[sweep_case::position(part, Shape(index.begin(), index.end()))] += static_cast<long double>(x.data()[i++]);
  });
  for (long double& mean : means) mean /= static_cast<long double>(x.size() / means.size());
  return means;
}

}  // namespace

TEST_CASE_TEMPLATE("a mean and what it has lost make up the mean, whatever the axes", T, float, double) {
  using L = Lane<T>;
  Generator generator(3);
  std::size_t with_loss = 0, folded = 0;
  for (int round = 0; round < 400; ++round) {
    const Shape space = sweep_case::random_space(generator), part = sweep_case::random_part(generator, space);
    if (element_count(space) == 0 || element_count(part) == element_count(space)) continue;
    CAPTURE(to_string(space));
    CAPTURE(to_string(part));
    const Array<T> x = short_numbers<T>(generator, space);
    const std::vector<long double> expected = exact_means(x, space, part);
    Array<T> mean = empty<T>(part), lost = empty<T>(part);
    kernel::Sweep<L, kernel::CompensatedSum<L>, 1, 1> sweep(
        space, {kernel::Input<T>{x.data(), &space}},
        {kernel::Output<T>{.data = mean.data(),
                           .shape = &part,
                           .add = false,
                           .divisor = static_cast<double>(x.size() / mean.size()),
                           .lost = lost.data()}});
    sweep.template operator()<kernel::Form<1u, 0u>>([](const std::array<L, 1>& a) { return a; });
    const long double digits = sizeof(T) == sizeof(float) ? 0x1p-46L : 0x1p-62L;
    for (std::size_t k = 0; k < expected.size(); ++k) {
      const long double whole = static_cast<long double>(mean.data()[k]) + static_cast<long double>(lost.data()[k]);
      CHECK(std::abs(whole - expected[k]) <= digits * expected[k]);
      CHECK(mean.data()[k] == static_cast<T>(whole));
      with_loss += lost.data()[k] != T(0);
      ++folded;
    }
  }
  CHECK(with_loss > folded / 4);
}
