#pragma once

#include <optim/optim.hpp>

#include <map>

#include "golden.hpp"

namespace wengert::golden::optimizer_rules {

/// Takes the options into the members of the same name, each of which must be there.
template <class Rule>
struct Options {
  std::map<std::string, double Rule::*> numbers;
  std::map<std::string, bool Rule::*> flags;

  Rule apply(const Json& options, Rule rule) const {
    for (const auto& [name, value] : options.items()) {
      if (value.is_boolean()) {
        rule.*flags.at(name) = value;
      } else {
        rule.*numbers.at(name) = value;
      }
    }
    return rule;
  }
};

inline const Options<optim::SGD> sgd{.numbers = {{"learning_rate", &optim::SGD::learning_rate},
                                                 {"momentum", &optim::SGD::momentum},
                                                 {"weight_decay", &optim::SGD::weight_decay}},
                                     .flags = {{"nesterov", &optim::SGD::nesterov}}};

/// Those of Adam and AdamW.
template <class Rule>
const Options<Rule> adam{.numbers = {{"learning_rate", &Rule::learning_rate},
                                     {"beta1", &Rule::beta1},
                                     {"beta2", &Rule::beta2},
                                     {"epsilon", &Rule::epsilon},
                                     {"weight_decay", &Rule::weight_decay}},
                         .flags = {}};

inline const Options<optim::RMSprop> rmsprop{.numbers = {{"learning_rate", &optim::RMSprop::learning_rate},
                                                         {"alpha", &optim::RMSprop::alpha},
                                                         {"epsilon", &optim::RMSprop::epsilon},
                                                         {"momentum", &optim::RMSprop::momentum},
                                                         {"weight_decay", &optim::RMSprop::weight_decay}},
                                             .flags = {}};

inline const Options<optim::Adagrad> adagrad{.numbers = {{"learning_rate", &optim::Adagrad::learning_rate},
                                                         {"initial_accumulator", &optim::Adagrad::initial_accumulator},
                                                         {"epsilon", &optim::Adagrad::epsilon},
                                                         {"weight_decay", &optim::Adagrad::weight_decay}},
                                             .flags = {}};

/// Calls f with the rule of that name, PyTorch's defaults and the given options.
template <class F>
auto with_rule(const std::string& name, const Json& options, const F& f) {
  if (name == "SGD") return f(sgd.apply(options, optim::SGD::torch()));
  if (name == "Adam") return f(adam<optim::Adam>.apply(options, optim::Adam::torch()));
  if (name == "AdamW") return f(adam<optim::AdamW>.apply(options, optim::AdamW::torch()));
  if (name == "RMSprop") return f(rmsprop.apply(options, optim::RMSprop::torch()));
  REQUIRE(name == "Adagrad");
  return f(adagrad.apply(options, optim::Adagrad::torch()));
}

}  // namespace wengert::golden::optimizer_rules
