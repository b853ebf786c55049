#pragma once

#include <doctest/doctest.h>
#include <autograd/autograd.hpp>

#include "../operations/batch_norm/forms.hpp"

// The small networks whose tapes and derivations the tests print.

namespace wengert::explain_tests {

enum class BatchNorm { fused, by_operators, epsilon_outside };

/// x (8, 3), γ and β (1, 3), and loss = sum(w · y) with a constant w.
struct BatchNormExample {
  Generator generator{1};
  Var<double> x = parameter(generator.normal<double>({8, 3}), "x");
  Var<double> gamma = parameter(generator.normal<double>({1, 3}, 1.0, 0.2), "γ");
  Var<double> beta = parameter(generator.normal<double>({1, 3}), "β");
  Var<double> w = Var<double>(generator.normal<double>({8, 3})).named("w");
  static constexpr double epsilon = 1e-3;

  Var<double> output(BatchNorm form) const {
    switch (form) {
      case BatchNorm::fused:
        return batch_norm(x, gamma, beta, {0}, epsilon).y.named("y");
      case BatchNorm::by_operators:
        return batch_norm_forms::batch_norm_by_operators(x, gamma, beta, {0}, epsilon).y.named("y");
      case BatchNorm::epsilon_outside:
        break;
    }
    return batch_norm_forms::batch_norm_epsilon_outside(x, gamma, beta, {0}, epsilon).y.named("y");
  }

  Var<double> loss(BatchNorm form) const { return sum(output(form) * w).named("loss"); }
};

/// Two layers, x (4, 5) -> h (4, 6) -> z (4, 3), and the cross-entropy of labels.
struct NetworkExample {
  Generator generator{2};
  Var<double> x{generator.normal<double>({4, 5})};
  Var<double> w1 = parameter(generator.normal<double>({5, 6}), "W1");
  Var<double> b1 = parameter(generator.normal<double>({6}), "b1");
  Var<double> w2 = parameter(generator.normal<double>({3, 6}), "W2");

  Var<double> logits() const {
    x.named("x");
    const Var<double> h = relu(matmul(x, w1) + b1).named("h");
    return matmul(h, w2, {.transpose_b = true}).named("z");
  }
  Var<double> loss() const { return (-mean(pick(log_softmax(logits()), {0, 2, 1, 2}))).named("loss"); }
};

using Lines = std::vector<std::string>;

/// The lines of a text, each of which ends with a line break.
inline Lines split_lines(const std::string& text) {
  Lines result;
  std::size_t begin = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
    result.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return result;
}

inline void check_lines(const std::string& text, const Lines& expected) {
  const Lines got = split_lines(text);
  REQUIRE_MESSAGE(got.size() == expected.size(), text);
  for (std::size_t i = 0; i < got.size(); ++i) CHECK(got[i] == expected[i]);
}

}  // namespace wengert::explain_tests
