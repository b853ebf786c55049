#include <autograd/explain/exports/rounding.hpp>

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

namespace wengert::explain {
namespace {

using Kind = Symbol::Kind;

/// Operations whose result is a sum of elements, or is made of them.
bool is_linear(const std::string& name) {
  static const std::set<std::string> linear{"sum",
                                            "mean",
                                            "matmul",
                                            "transpose",
                                            "permute",
                                            "reshape",
                                            "broadcast_to",
                                            "slice",
                                            "pad",
                                            "concat",
                                            "stack",
                                            "gather",
                                            "scatter_add",
                                            "pick",
                                            "conv2d_input_gradient",
                                            "conv2d_weight_gradient",
                                            "take",
                                            "put",
                                            "unfold",
                                            "fold",
                                            "conv2d",
                                            "avg_pool2d_gradient"};
  return linear.contains(name);
}

/// A formula of the absolute values of all terms.
class Terms {
 public:
  Symbol operator()(const Symbol& part) {
    const auto found = done_.find(part.node());
    if (found != done_.end()) return found->second;
    Symbol result = terms_of(part);
    done_.emplace(part.node(), result);
    return result;
  }

 private:
  Symbol terms_of(const Symbol& part) {
    const std::vector<Symbol>& x = part.operands();
    if (part.kind() == Kind::negate) return (*this)(x[0]);
    if (part.kind() == Kind::add || part.kind() == Kind::subtract) return (*this)(x[0]) + (*this)(x[1]);
    if (part.kind() == Kind::multiply) return (*this)(x[0]) * (*this)(x[1]);
    if (part.kind() == Kind::divide) return (*this)(x[0]) / Symbol::call("abs", {x[1]});
    if (part.kind() != Kind::call || !is_linear(part.name())) return Symbol::call("abs", {part});
    std::vector<Symbol> operands;
    for (const Symbol& operand : x) operands.push_back((*this)(operand));
    return Symbol::call(part.name(), operands, part.attributes());
  }

  std::unordered_map<const void*, Symbol> done_;
};

}  // namespace

double size_of_terms(const Symbol& formula, const Values& values) {
  double largest = 0.0;
  for (const double x : evaluate(Terms()(formula), values)) largest = std::isfinite(x) ? std::max(largest, x) : largest;
  return largest;
}

}  // namespace wengert::explain
