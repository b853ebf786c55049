#pragma once

#include <autograd/check/gradcheck/slope.hpp>
#include <autograd/check/gradcheck/subject.hpp>

#include <vector>

namespace wengert::gradients {

/// The largest finite magnitude of an array; 0 if it has none.
double largest(const Array<double>& array);

/// One input under check, with what is needed to compare its elements.
struct Input {
  const Subject& subject;
  std::size_t number;
  const Array<double>& cotangent;
  const TapeGradient& tape;

  const std::string& name() const { return subject.names[number]; }
  const Array<double>& value() const { return subject.values[number]; }
  const Array<double>& gradient() const { return tape.gradients[number]; }
  Differences differences(std::size_t element) const;
};

/// What the comparison of one element says.
enum class Finding { right, wrong, unresolved, kink };

/// The gradient of one input compared element by element, in proportion to the largest derivative of that input.
class Comparison {
 public:
  Comparison(const Input& input, std::vector<std::size_t> elements);

  const std::vector<std::size_t>& elements() const { return elements_; }
  const Slope& slope(std::size_t k) const { return slopes_[k]; }
  double scale() const { return scale_; }
  double difference(std::size_t k) const;
  double tolerance(std::size_t k) const { return tolerance(slopes_[k]); }
  /// Whether neither the tape nor the differences show an influence that is more than rounding in f.
  bool is_silent() const;
  Finding judge(std::size_t k, double resolution) const;

 private:
  double tolerance(const Slope& slope) const;
  bool disagrees(std::size_t k, const Slope& slope) const;
  bool explained_by_noise(std::size_t k) const;

  const Input& input_;
  std::vector<std::size_t> elements_;
  std::vector<Slope> slopes_;
  double scale_;
};

}  // namespace wengert::gradients
