// Batch norm in training mode, float, forward and backward: the formula's derived gradient against a closed form
// written by hand and, where it is installed, against libtorch.

#include <fmt/core.h>
#include <autograd/autograd.hpp>

#include "../tests/operations/batch_norm/forms.hpp"
#include "hand_batch_norm.hpp"
#include "ratios.hpp"
#ifdef WENGERT_HAVE_TORCH
#include "torch_peer.hpp"
#endif

namespace {

using wengert::Array;
using wengert::Shape;
using wengert::Var;

/// One batch, and every way to normalise it.
struct Problem {
  std::string size;
  Shape shape;
  Var<float> x, gamma, beta, cotangent;
  wengert::Axes axes;
  HandBatchNorm hand;
  Array<float> y, dx;
  Array<float> dgamma, dbeta;

  Problem(std::string name, const Shape& extents, wengert::Generator& generator)
      : size(std::move(name)),
        shape(extents),
        x(wengert::parameter(generator.normal<float>(extents, 3.0, 2.0), "x")),
        gamma(wengert::parameter(generator.normal<float>({extents[1]}, 1.0, 0.1), "γ")),
        beta(wengert::parameter(generator.normal<float>({extents[1]}), "β")),
        cotangent(generator.normal<float>(extents)),
        hand(extents[0], extents[1], wengert::element_count(extents) / extents[0] / extents[1], 1e-5),
        y(wengert::empty<float>(extents)),
        dx(wengert::empty<float>(extents)),
        dgamma(wengert::empty<float>({extents[1]})),
        dbeta(wengert::empty<float>({extents[1]})) {
    for (std::size_t axis = 0; axis < extents.size(); ++axis) {
      if (axis != 1) axes.push_back(static_cast<std::ptrdiff_t>(axis));
    }
  }

  template <class BatchNorm>
  std::vector<Array<float>> derived(const BatchNorm& batch_norm) {
    wengert::Tape<float> tape;
    return tape.pullback(batch_norm(x, gamma, beta, axes, 1e-5).y, cotangent, {x, gamma, beta});
  }

  void by_hand() {
    hand.forward(x.value().data(), gamma.value().data(), beta.value().data(), y.data());
    hand.backward(x.value().data(), gamma.value().data(), cotangent.value().data(), dx.data(), dgamma.data(),
                  dbeta.data());
  }
};

std::vector<float> floats(const Array<float>& array) { return {array.data(), array.data() + array.size()}; }

double largest_difference(const float* a, const Array<float>& b) {
  double difference = 0.0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    difference = std::max(difference, std::abs(static_cast<double>(a[i]) - static_cast<double>(b.data()[i])));
  }
  return difference;
}

}  // namespace

int main(int argc, char** argv) {
  wengert::Generator generator(1);
  std::vector<std::unique_ptr<Problem>> problems;
  problems.push_back(std::make_unique<Problem>("64x32x26x26", Shape{64, 32, 26, 26}, generator));
  problems.push_back(std::make_unique<Problem>("32x128", Shape{32, 128}, generator));
  std::vector<Ratio> ratios;
#ifdef WENGERT_HAVE_TORCH
  std::vector<std::unique_ptr<peer::BatchNorm>> peers;
  peer::use_threads(1);
#endif
  for (const auto& problem : problems) {
    Problem& p = *problem;
    const auto fused = [&p] { return p.derived(wengert::batch_norm<float>); };
    const auto operators = [&p] { return p.derived(wengert::batch_norm_forms::batch_norm_by_operators<float>); };
    add_case("formula, fused " + p.size, fused);
    add_case("formula, operators " + p.size, operators);
    add_case("closed form by hand " + p.size, [&p] { p.by_hand(); });
    p.by_hand();
    fmt::print("{}: dx of the formula differs from the closed form by at most {:.1e}\n", p.size,
               largest_difference(p.dx.data(), fused()[0]));
    const bool large = p.shape.size() == 4;
    if (large) ratios.push_back({"formula, fused " + p.size, "closed form by hand " + p.size, 1.10});
#ifdef WENGERT_HAVE_TORCH
    const std::vector<std::size_t> shape(p.shape.begin(), p.shape.end());
    peers.push_back(std::make_unique<peer::BatchNorm>(shape, floats(p.x.value()), floats(p.gamma.value()),
                                                      floats(p.beta.value()), floats(p.cotangent.value())));
    peer::BatchNorm* torch = peers.back().get();
    torch->native();
    fmt::print("{}: ... and from libtorch {} by at most {:.1e}\n", p.size, peer::version(),
               largest_difference(torch->gradient().data(), fused()[0]));
    add_case("libtorch native " + p.size, [torch] { torch->native(); });
    add_case("libtorch composed " + p.size, [torch] { torch->composed(); });
    ratios.push_back({"formula, fused " + p.size, "libtorch native " + p.size, large ? 0.35 : 0.6});
    if (large) ratios.push_back({"formula, operators " + p.size, "libtorch composed " + p.size, 0.35});
#endif
  }
  return run_and_print_ratios(argc, argv, ratios);
}
