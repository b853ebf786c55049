// What two threads gain over one: large operations, forward and backward, and a step of Adam. Wall-clock time, so the
// machine has to be idle; whatever the number of threads, the results have the same bits.

#include <autograd/autograd.hpp>
#include <optim/optim.hpp>

#include "ratios.hpp"

namespace {

using wengert::Array;
using wengert::Shape;
using wengert::Var;

/// The call on one thread and on two, and their ratio.
void add_pair(const std::string& name, const std::function<void()>& call, std::vector<Ratio>& ratios) {
  for (const std::size_t count : {std::size_t{1}, std::size_t{2}}) {
    add_case(
        name + (count == 1 ? ", 1 thread" : ", 2 threads"),
        [=] {
          wengert::set_threads(count);
          call();
        },
        Clock::wall);
  }
  ratios.push_back({name + ", 2 threads", name + ", 1 thread", 0.60});
}

}  // namespace

int main(int argc, char** argv) {
  wengert::Generator generator(1);
  std::vector<Ratio> ratios;

  const Shape images{64, 32, 26, 26};
  const Var<float> x = wengert::parameter(generator.normal<float>(images), "x");
  const Var<float> gamma = wengert::parameter(generator.normal<float>({32}), "γ");
  const Var<float> beta = wengert::parameter(generator.normal<float>({32}), "β");
  const Var<float> g(generator.normal<float>(images));
  add_pair(
      "batch norm 64x32x26x26",
      [=] {
        wengert::Tape<float> tape;
        tape.pullback(batch_norm(x, gamma, beta, {0, 2, 3}, 1e-5).y, g, {x, gamma, beta});
      },
      ratios);
  add_pair(
      "permute 64x32x26x26",
      [=] {
        permute(x, {3, 1, 2, 0});
      },
      ratios);

  const Var<float> rows = wengert::parameter(generator.normal<float>({40960, 10}), "rows");
  const Array<float> of_rows = generator.normal<float>({40960, 10});
  add_pair(
      "softmax 40960x10",
      [=] {
        wengert::Tape<float> tape;
        tape.pullback(softmax(rows), of_rows, {rows});
      },
      ratios);

  const Var<float> weight = wengert::parameter(generator.normal<float>({1024, 1024}), "W");
  {
    wengert::Tape<float> tape;
    tape.backward(sum(weight * weight));
  }
  auto adam = std::make_shared<wengert::optim::Optimizer<wengert::optim::Adam, float>>(std::vector{weight},
                                                                                       wengert::optim::Adam{});
  add_pair(
      "Adam 1024x1024", [=] { adam->step(); }, ratios);
  return run_and_print_ratios(argc, argv, ratios);
}
