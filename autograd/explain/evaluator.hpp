#pragma once

#include <autograd/numbers/symbol.hpp>

#include <unordered_map>

namespace wengert::explain {

/// Computes a formula from its parts, each of them once. What they come to is said by `Meaning`: `leaf(symbol)` for a
/// number or a name, and `node(symbol, operands)` for what is computed from others.
template <class Value, class Meaning>
class Evaluator {
 public:
  explicit Evaluator(Meaning meaning) : meaning_(std::move(meaning)) {}

  Value operator()(const Symbol& symbol) {
    const auto found = done_.find(symbol.node());
    if (found != done_.end()) return found->second;
    Value value = compute(symbol);
    done_.emplace(symbol.node(), value);
    return value;
  }

 private:
  Value compute(const Symbol& symbol) {
    if (symbol.kind() == Symbol::Kind::number || symbol.kind() == Symbol::Kind::name) return meaning_.leaf(symbol);
    std::vector<Value> operands;
    for (const Symbol& operand : symbol.operands()) operands.push_back((*this)(operand));
    return meaning_.node(symbol, operands);
  }

  Meaning meaning_;
  std::unordered_map<const void*, Value> done_;
};

}  // namespace wengert::explain
