#include <autograd/explain/replay/json.hpp>

#include <nlohmann/json.hpp>

#include <cmath>
#include <unordered_map>

namespace wengert {
namespace {

using Json = nlohmann::ordered_json;

Json number(double x) {
  if (std::isnan(x)) return "nan";
  if (std::isinf(x)) return x > 0 ? "inf" : "-inf";
  return x;
}

Json numbers(const std::vector<double>& values) {
  Json list = Json::array();
  for (double x : values) list.push_back(number(x));
  return list;
}

Json json(const Notation& formula) {
  return {{"text", formula.text}, {"latex", formula.latex}, {"mathml", formula.mathml}};
}

Json json(const Snapshot& array) {
  Json result{{"shape", std::vector<std::size_t>(array.shape.begin(), array.shape.end())}};
  if (!array.is_whole()) result["kept"] = array.kept;
  result["values"] = numbers(array.values);
  result["mean"] = array.mean;
  result["deviation"] = array.deviation;
  result["smallest"] = array.smallest;
  result["largest"] = array.largest;
  result["norm"] = number(array.norm);
  result["not_finite"] = array.not_finite;
  if (!array.is_whole()) result["histogram"] = array.histogram;
  return result;
}

Json json(const ReplayLine& line) { return {{"file", line.file}, {"number", line.number}, {"text", line.text}}; }

const char* text(Vanishing vanishing) {
  switch (vanishing) {
    case Vanishing::exactly:
      return "exactly";
    case Vanishing::to_rounding:
      return "to_rounding";
    case Vanishing::no:
      break;
  }
  return "no";
}

/// Writes each array once; steps refer to it by its number.
class Writer {
 public:
  Json json_of(const Replay& replay) {
    Json forward = Json::array(), backward = Json::array();
    for (const ForwardStep& step : replay.forward) forward.push_back(forward_step(step));
    for (const BackwardStep& step : replay.backward) backward.push_back(backward_step(step));
    return {{"format", "wengert-replay/1"},
            {"element_size", replay.element_size},
            {"forward", forward},
            {"backward", backward},
            {"arrays", arrays_}};
  }

 private:
  Json place(const SharedSnapshot& array) {
    if (array == nullptr) return nullptr;
    const auto [found, is_new] = places_.emplace(array.get(), arrays_.size());
    if (is_new) arrays_.push_back(json(*array));
    return found->second;
  }

  Json operands(const std::vector<ReplayOperand>& list) {
    Json result = Json::array();
    for (const ReplayOperand& operand : list) {
      result.push_back({{"name", json(operand.name)},
                        {"slot", operand.slot ? Json(*operand.slot) : Json(nullptr)},
                        {"value", place(operand.value)}});
    }
    return result;
  }

  static Json epsilons(const std::vector<ReplayEpsilon>& list) {
    Json result = Json::array();
    for (const ReplayEpsilon& epsilon : list) result.push_back({{"slot", epsilon.slot}, {"value", epsilon.value}});
    return result;
  }

  Json forward_step(const ForwardStep& step) {
    return {{"name", json(step.name)},
            {"adjoint", json(step.adjoint)},
            {"operation", step.operation},
            {"formula", step.formula ? json(*step.formula) : Json(nullptr)},
            {"operands", operands(step.operands)},
            {"value", place(step.value)},
            {"scope", step.scope},
            {"line", step.line ? json(*step.line) : Json(nullptr)},
            {"epsilons", epsilons(step.epsilons)}};
  }

  Json backward_step(const BackwardStep& step) {
    return {{"through", step.through ? Json(*step.through) : Json(nullptr)},
            {"operand", step.operand},
            {"target", step.target},
            {"rule", json(step.rule)},
            {"reads", operands(step.reads)},
            {"incoming", place(step.incoming)},
            {"before", place(step.before)},
            {"contribution", place(step.contribution)},
            {"after", place(step.after)},
            {"vanishing", text(step.vanishing)},
            {"why", step.why}};
  }

  Json arrays_ = Json::array();
  std::unordered_map<const Snapshot*, std::size_t> places_;
};

}  // namespace

std::string to_json(const Replay& replay) {
  return Writer().json_of(replay).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace wengert
