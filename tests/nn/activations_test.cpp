#include <doctest/doctest.h>
#include <nn/layers/activations.hpp>
#include <nn/layers/linear.hpp>
#include <nn/layers/softmax.hpp>
#include <nn/sequential.hpp>

#include <cmath>

#include "../error_text.hpp"

using namespace wengert;

TEST_CASE("activations stand in a network without saying their element type") {
  Generator generator(1);
  nn::Sequential net{nn::Linear(4, 4, generator),
                     nn::LeakyReLU(0.2),
                     nn::ELU(),
                     nn::GELU(),
                     nn::SiLU(),
                     nn::Sigmoid(),
                     nn::Tanh(),
                     nn::Softplus(),
                     nn::ReLU(),
                     nn::LogSoftmax(),
                     nn::Softmax(1)};
  CHECK(net.output_shape({3, 4}) == Shape{3, 4});
  CHECK(net.parameters().size() == 2);
  CHECK(net[5].type() == "Sigmoid");
  CHECK(net[9].type() == "LogSoftmax");
}

TEST_CASE_TEMPLATE("activations of a thousand neither overflow nor become NaN", T, float, double) {
  const Var<T> x(Array<T>{-1000, 1000});
  CHECK(nn::Sigmoid<T>()(x).value() == Array<T>{0, 1});
  CHECK(nn::Softplus<T>()(x).value() == Array<T>{0, 1000});
  CHECK(nn::SiLU<T>()(x).value() == Array<T>{0, 1000});
  CHECK(nn::GELU<T>()(x).value() == Array<T>{0, 1000});
  CHECK(nn::ELU<T>()(x).value() == Array<T>{-1, 1000});
  CHECK(nn::Softmax<T>()(x).value() == Array<T>{0, 1});
  CHECK(nn::LogSoftmax<T>()(x).value() == Array<T>{-2000, 0});
}

TEST_CASE("a slope or an alpha that is not finite is refused, and so is an axis that is not there") {
  for (const double number : {std::nan(""), HUGE_VAL}) {
    CHECK(contains(error_text([&] { nn::LeakyReLU<float>{number}; }), "[LeakyReLU] the slope is"));
    CHECK(contains(error_text([&] { nn::ELU<float>{number}; }), "[ELU] alpha is"));
  }
  CHECK(contains(error_text([] { nn::Softmax<float>(2).output_shape({3, 4}); }), "[Softmax]"));
  CHECK(contains(error_text([] { nn::LogSoftmax<float>(-3)(zeros<float>({3, 4})); }), "[LogSoftmax]"));
}
