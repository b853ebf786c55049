#pragma once

#include <string>

namespace wengert::optim {

/// PyTorch and Keras 3 write the same rules differently, and a rule follows one of them:
///                     torch                                 keras
///   Adam, AdamW       sqrt(v / (1 - beta2^t)) + epsilon     (sqrt(v) + epsilon) / sqrt(1 - beta2^t)
///   RMSprop, Adagrad  sqrt(v) + epsilon                     sqrt(v + epsilon)
///   velocity          u ← momentum u + d                    u ← momentum u + learning_rate d
///                     w ← w - learning_rate u               w ← w - u
/// The first is the denominator of Kingma and Ba (2015), algorithm 1, or the "epsilon hat" of their section 2. The two
/// velocities give the same weights as long as the learning rate stays the same.
enum class Form { torch, keras };

std::string to_string(Form form);

/// epsilon in a denominator sqrt(v + inside) + outside.
struct EpsilonTerms {
  double inside;
  double outside;
};
EpsilonTerms epsilon_terms(Form form, double epsilon);

/// The learning rate in a velocity u ← momentum u + entering d, which moves the weight, w ← w - leaving u.
struct RateFactors {
  double entering;
  double leaving;
};
RateFactors rate_factors(Form form, double learning_rate);

}  // namespace wengert::optim
