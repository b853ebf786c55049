// A stranger's program with plain flags: its own formula runs on narrower lanes than the library's, side by side.
#include <autograd/autograd.hpp>

#include <cmath>

using namespace wengert;

namespace {

/// Whether the gradient of a formula that is compiled here is 2 x cos(x²).
bool own_formula_is_right() {
  const Var<double> x = parameter(Array<double>{0.1, 0.2, 0.3, 0.4, 0.5}, "x");
  Tape<double> tape;
  tape.backward(sum(map([](auto a) { return sin(a * a); }, x)));
  double worst = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double a = x.value().data()[i];
    worst = std::max(worst, std::abs(x.grad().data()[i] - 2.0 * a * std::cos(a * a)));
  }
  fmt::print("own formula: largest error {:.0e}\n", worst);
  return worst < 1e-15;
}

}  // namespace

int main() { return own_formula_is_right() ? 0 : 1; }
