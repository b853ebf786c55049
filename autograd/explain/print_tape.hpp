#pragma once

#include <autograd/tape/tape.hpp>

#include <iosfwd>

namespace wengert {

/// Which lines of a long tape are printed: the first and the last few, or all if neither is given.
struct PrintOptions {
  std::optional<std::size_t> first = std::nullopt;
  std::optional<std::size_t> last = std::nullopt;
  bool values = false;  ///< also what each line has computed: behind it, or below it if that takes more room
};

/// The tape as text, one line for each entry: slot, name, shape, and the formula in terms of the names above it.
///   0  x   (8, 3)  parameter
///   1  μ   (1, 3)  mean{0}(x)
///   2  σ²  (1, 3)  mean{0}((x - μ)²)
/// An entry without a name is called by its slot, v3; of two that share a name the later one gets its slot as a suffix.
template <class T>
std::string print(const Tape<T>& tape, PrintOptions options = {});

template <class T>
std::string to_string(const Tape<T>& tape) {
  return print(tape);
}
template <class T>
std::ostream& operator<<(std::ostream& out, const Tape<T>& tape);

}  // namespace wengert

template <class T>
struct fmt::formatter<wengert::Tape<T>> : wengert::TextFormatter {};
