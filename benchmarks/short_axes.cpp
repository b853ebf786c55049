// Short rows against long ones: the same 401,408 floats as (n, k), forward and backward. An inner axis of a few classes
// must not cost much more, element for element, than one of 784 pixels.

#include <fmt/core.h>
#include <autograd/autograd.hpp>

#include "ratios.hpp"

namespace {

using wengert::Array;
using wengert::Var;

constexpr std::size_t elements = 401408;
constexpr std::size_t long_row = 784;

/// One operation on rows of k elements.
struct Subject {
  std::string name;
  Var<float> (*call)(const Var<float>& x, const Var<float>& column);
};

const std::vector<Subject> subjects{
    {"a * column", [](const auto& x, const auto& column) { return x * column; }},
    {"sum(-1)", [](const auto& x, const auto&) { return sum(x, {-1}); }},
    {"max(-1)", [](const auto& x, const auto&) { return max(x, {-1}); }},
    {"variance(-1)", [](const auto& x, const auto&) { return variance(x, {-1}); }},
    {"softmax(-1)", [](const auto& x, const auto&) { return softmax(x, {-1}); }},
};

std::string label(const Subject& subject, const char* pass, std::size_t k) {
  return fmt::format("{}, {}, k = {}", subject.name, pass, k);
}

void add_cases(const Subject& subject, std::size_t k, wengert::Generator& generator) {
  const std::size_t n = elements / k;
  const Var<float> x = wengert::parameter(generator.normal<float>({n, k}), "x");
  const Var<float> column = wengert::parameter(generator.normal<float>({n, 1}), "column");
  const Array<float> g = generator.normal<float>(subject.call(x, column).shape());
  add_case(label(subject, "forward", k), [=, &subject] { subject.call(x, column); });
  add_case(label(subject, "and backward", k), [=, &subject] {
    wengert::Tape<float> tape;
    tape.pullback(subject.call(x, column), g, {x, column});
  });
}

}  // namespace

int main(int argc, char** argv) {
  wengert::Generator generator(1);
  std::vector<Ratio> ratios;
  for (const Subject& subject : subjects) {
    for (const std::size_t k : {std::size_t{2}, std::size_t{4}, std::size_t{10}, std::size_t{16}, long_row}) {
      add_cases(subject, k, generator);
      for (const char* pass : {"forward", "and backward"}) {
        if (k != long_row) ratios.push_back({label(subject, pass, k), label(subject, pass, long_row), 3.0});
      }
    }
  }
  ratios.push_back({label(subjects[2], "forward", long_row), label(subjects[1], "forward", long_row), 2.0});
  return run_and_print_ratios(argc, argv, ratios);
}
