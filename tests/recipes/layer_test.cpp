// The layer and the loss that CONTRIBUTING.md shows.
#include <doctest/doctest.h>
#include <autograd/check/gradcheck.hpp>
#include <nn/nn.hpp>

namespace wengert::nn {

/// y = s · x with a learnt `weight` s (D): x (N, D) -> y (N, D).
template <class T = float>
class Scale final : public Module<T> {
 public:
  explicit Scale(std::size_t features) : weight_(parameter(ones<T>({features}), "s")) {}

  Var<T> forward(const Var<T>& x) override { return x * weight_; }  // (N, D)
  Parts<T> parts() override { return {.parameters = {{"weight", weight_}}}; }

 private:
  Var<T> weight_;
};

/// The mean of log(cosh(y - t)) over all elements: like the square near 0, like the distance far out.
template <class T>
Var<T> log_cosh(const Var<T>& y, const std::type_identity_t<Var<T>>& targets) {
  require(y.shape() == targets.shape(), "log_cosh", "got {} and targets {}; expected one target for each output",
          described(y), targets.shape());
  const auto loss = [](const auto& a, const auto& t) {
    return abs(a - t) + softplus(-2.0 * abs(a - t)) - std::log(2.0);
  };
  return mean(every_axis, loss, y, targets);  // ()
}

}  // namespace wengert::nn

using namespace wengert;

TEST_CASE("a layer and a loss of one's own are differentiated with respect to inputs and parameters") {
  Generator generator(3);
  nn::Sequential<double> net{nn::Linear<double>(3, 2, generator), nn::Scale<double>(2)};
  const Var x = parameter(generator.normal<double>({5, 3}), "x");
  const Array<double> targets = generator.normal<double>({5, 2});
  std::vector<Var<double>> inputs = net.parameters();
  CHECK(inputs.size() == 3);
  inputs.push_back(x);
  const GradcheckReport report =
      gradcheck([&] { return nn::log_cosh(net(x), targets) * net(x); }, inputs, {.order = 2});
  CHECK_MESSAGE(report, report);
  CHECK(nn::log_cosh(Var<double>(3.0), Var<double>(1.0)).item() == doctest::Approx(std::log(std::cosh(2.0))));
}
