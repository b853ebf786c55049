#pragma once

#include <autograd/arrays/array.hpp>

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace wengert {

/// A source of random numbers with a seed of its own: the 64-bit Mersenne Twister (Matsumoto and Nishimura 1998),
/// whose output the C++ standard fixes, with our own distributions, because those of the standard differ between
/// libraries. The same seed gives the same numbers everywhere.
class Generator {
 public:
  explicit Generator(std::uint64_t seed) : engine_(seed) {}

  /// A number of [low, high): low + (high - low) * k / 2^53 with k uniform in 0 .. 2^53 - 1.
  double uniform(double low = 0.0, double high = 1.0);

  /// A normal number by Box and Muller (1958): mean + deviation * sqrt(-2 ln u1) cos(2 pi u2).
  double normal(double mean = 0.0, double deviation = 1.0);

  /// An integer of 0 .. bound - 1, without bias. Throws an Error if `bound` is zero.
  std::size_t below(std::size_t bound);

  /// The numbers 0 .. count - 1 in random order (Fisher and Yates).
  std::vector<std::size_t> permutation(std::size_t count);

  /// A generator of its own for a part of a program, seeded with the next 64 bits of this one.
  Generator split() { return Generator(engine_()); }

  /// An array of uniform numbers, drawn in row-major order.
  template <class T>
  Array<T> uniform(const Shape& shape, double low = 0.0, double high = 1.0) {
    Array<T> result = empty<T>(shape);
    for (T& x : std::span(result.data(), result.size())) x = static_cast<T>(uniform(low, high));
    return result;
  }

  /// An array of normal numbers, drawn in row-major order.
  template <class T>
  Array<T> normal(const Shape& shape, double mean = 0.0, double deviation = 1.0) {
    Array<T> result = empty<T>(shape);
    for (T& x : std::span(result.data(), result.size())) x = static_cast<T>(normal(mean, deviation));
    return result;
  }

  /// An array of zeros with probability p and of `other` with 1 - p; p is rounded to a multiple of 2^-32, for one
  /// number of the engine decides two elements, with its lower half first. Throws an Error unless 0 <= p <= 1.
  template <class T>
  Array<T> zeros_or(double other, double p, const Shape& shape);

  /// Where it stands, as the text that the standard library writes of the engine.
  std::string state() const;

  /// The generator that stands where a text of `state` says. Throws an Error if it is no such text.
  static Generator from_state(const std::string& text);

  friend bool operator==(const Generator&, const Generator&) = default;

 private:
  std::mt19937_64 engine_;
};

}  // namespace wengert
