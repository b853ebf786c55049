#include <optim/rules/form.hpp>

namespace wengert::optim {

std::string to_string(Form form) { return form == Form::keras ? "keras" : "torch"; }

EpsilonTerms epsilon_terms(Form form, double epsilon) {
  if (form == Form::keras) return {.inside = epsilon, .outside = 0.0};
  return {.inside = 0.0, .outside = epsilon};
}

RateFactors rate_factors(Form form, double learning_rate) {
  if (form == Form::keras) return {.entering = learning_rate, .leaving = 1.0};
  return {.entering = 1.0, .leaving = learning_rate};
}

}  // namespace wengert::optim
