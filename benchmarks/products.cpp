// Products of matrices, float, as a share of what the processor can multiply: large ones, and those of the training
// step of the MLP (784-128-64-10).

#include <fmt/core.h>
#include <autograd/autograd.hpp>

#include "ratios.hpp"

int main(int argc, char** argv) {
  wengert::Generator generator(1);
  std::vector<Work> work;
  const auto add_product = [&](std::size_t rows, std::size_t depth, std::size_t columns) {
    const wengert::Var<float> a(generator.normal<float>({rows, depth}));
    const wengert::Var<float> b(generator.normal<float>({depth, columns}));
    const std::string name = fmt::format("{}x{} · {}x{}", rows, depth, depth, columns);
    add_case(name, [=] { matmul(a, b); });
    work.push_back({name, 2.0 * static_cast<double>(rows * depth * columns)});
  };
  add_product(1024, 1024, 1024);
  add_product(512, 512, 512);
  for (const std::size_t batch : {std::size_t{32}, std::size_t{128}, std::size_t{512}}) {
    add_product(batch, 784, 128);
    add_product(batch, 128, 64);
    add_product(784, batch, 128);
  }
  return run_and_print_ratios(argc, argv, {}, work);
}
