#include <autograd/explain/exports/explicit_calls.hpp>
#include <autograd/operations/windows.hpp>

#include <map>

namespace wengert::explain {
namespace {

using Kind = Symbol::Kind;

const std::string& comparison_name(const std::string& sign) {
  static const std::map<std::string, std::string> names{
      {"<", "less"},  {"≤", "less_equal"},  {">", "greater"},   {"≥", "greater_equal"},
      {"=", "equal"}, {"∧", "logical_and"}, {"∨", "logical_or"}};
  return names.at(sign);
}

Shape both(const Size2d& size) { return {size.height, size.width}; }

class Explicit {
 public:
  explicit Explicit(const Values& values) : values_(values) {}

  Symbol operator()(const Symbol& formula) const {
    return formula.replaced([this](const Symbol& part) -> std::optional<Symbol> {
      if (part.kind() == Kind::compare) return Symbol::call(comparison_name(part.name()), operands_of(part));
      if (part.kind() != Kind::call) return std::nullopt;
      if (part.name() == "not") return Symbol::call("logical_not", operands_of(part));
      if (part.name() == "max_pool2d") return max_pool(part);
      if (part.name() == "conv2d") return conv2d(part);
      if (part.name() == "conv2d_input_gradient")
        return convolution(part, told(part), told(part), shape_of(part.operands()[1]));
      if (part.name() == "conv2d_weight_gradient")
        return convolution(part, told(part), shape_of(part.operands()[0]), told(part));
      return std::nullopt;
    });
  }

 private:
  std::vector<Symbol> operands_of(const Symbol& call) const {
    std::vector<Symbol> operands;
    for (const Symbol& operand : call.operands()) operands.push_back((*this)(operand));
    return operands;
  }

  Shape shape_of(const Symbol& formula) const { return evaluate(formula, values_).shape(); }
  static Shape told(const Symbol& call) { return *find_attribute<Shape>(call.attributes(), "shape"); }

  /// conv2d(x, w, bias, shape, stride, dilation, before), with a bias that broadcasts, or 0.
  Symbol conv2d(const Symbol& call) const {
    const Shape x = shape_of(call.operands()[0]), w = shape_of(call.operands()[1]);
    Symbol result = convolution(call, shape_of(call), x, w);
    std::vector<Symbol> operands = result.operands();
    if (operands.size() == 2) operands.emplace_back(0.0);
    else operands[2] = Symbol::call("reshape", {operands[2]}, {{"shape", Shape{w[0], 1, 1}}});
    return Symbol::call("conv2d", operands, result.attributes());
  }

  /// The padding in front as a number, as it follows for x and w.
  Symbol convolution(const Symbol& call, const Shape& shape, const Shape& x, const Shape& w) const {
    Sliding sliding = told_sliding(call.attributes());
    sliding.size = {w[2], w[3]};
    const WindowsOfPlane windows = windows_of_plane(call.name(), "a recorded convolution", {x[2], x[3]}, sliding);
    return Symbol::call(call.name(), operands_of(call),
                        {{"shape", shape},
                         {"stride", both(sliding.stride)},
                         {"dilation", both(sliding.dilation)},
                         {"before", Shape{windows.rows.before, windows.columns.before}}});
  }

  Symbol max_pool(const Symbol& call) const {
    const Size2d size = told_size(call.attributes(), "size", 1);
    return Symbol::call(call.name(), operands_of(call),
                        {{"shape", shape_of(call)},
                         {"size", both(size)},
                         {"stride", both(told_size(call.attributes(), "stride", size))},
                         {"before", both(told_size(call.attributes(), "padding", 0))}});
  }

  const Values& values_;
};

}  // namespace

Symbol with_explicit_calls(const Symbol& formula, const Values& values) { return Explicit(values)(formula); }

}  // namespace wengert::explain
