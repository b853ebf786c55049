#include <autograd/base/error.hpp>
#include <nn/state/state_slots.hpp>

#include <fmt/format.h>

#include <map>

namespace wengert::nn {
namespace {

template <class T>
std::map<std::string_view, const StateSlot<T>*> by_name(const std::vector<StateSlot<T>>& slots) {
  std::map<std::string_view, const StateSlot<T>*> result;
  for (const StateSlot<T>& slot : slots) {
    require(result.emplace(slot.name, &slot).second, "state_dict",
            "two parameters or buffers of the network are called '{}'; expected one; change the names in its parts()",
            slot.name);
  }
  return result;
}

}  // namespace

template <class T>
std::vector<StateSlot<T>> state_slots(Module<T>& model) {
  std::vector<StateSlot<T>> slots;
  for (const auto& [name, parameter] : model.named_parameters()) {
    slots.push_back({name, &parameter.value(), [p = parameter](Array<T> value) { p.set_value(std::move(value)); }});
  }
  for (const auto& [name, buffer] : model.named_buffers()) {
    slots.push_back({name, buffer, [b = buffer](Array<T> value) { *b = std::move(value); }});
  }
  by_name(slots);
  return slots;
}

std::vector<std::string> StateDifferences::problems(const LoadOptions& options) const {
  std::vector<std::string> list = shapes;
  if (options.strict && !names.missing.empty()) {
    list.push_back(fmt::format("'{}' missing there", fmt::join(names.missing, "', '")));
  }
  if (options.strict && !names.unexpected.empty()) {
    list.push_back(fmt::format("'{}' unexpected here", fmt::join(names.unexpected, "', '")));
  }
  return list;
}

template <class T>
StateDifferences compare(const std::vector<StateSlot<T>>& slots, const std::vector<Named<Shape>>& offered) {
  StateDifferences differences;
  auto open = by_name(slots);
  for (const auto& [name, shape] : offered) {
    const auto found = open.find(name);
    if (found == open.end()) {
      differences.names.unexpected.push_back(name);
      continue;
    }
    const Shape expected = found->second->array->shape();
    if (shape != expected)
      differences.shapes.push_back(fmt::format("'{}' {} there and {} here", name, shape, expected));
    open.erase(found);
  }
  for (const StateSlot<T>& slot : slots) {
    if (open.contains(slot.name)) differences.names.missing.push_back(slot.name);
  }
  return differences;
}

template <class T>
void assign(const std::vector<StateSlot<T>>& slots, StateDict<T> state) {
  auto open = by_name(slots);
  for (auto& [name, array] : state) {
    const auto found = open.find(name);
    if (found == open.end()) continue;
    found->second->set(std::move(array));
    open.erase(found);
  }
}

template std::vector<StateSlot<float>> state_slots(Module<float>&);
template std::vector<StateSlot<double>> state_slots(Module<double>&);
template StateDifferences compare(const std::vector<StateSlot<float>>&, const std::vector<Named<Shape>>&);
template StateDifferences compare(const std::vector<StateSlot<double>>&, const std::vector<Named<Shape>>&);
template void assign(const std::vector<StateSlot<float>>&, StateDict<float>);
template void assign(const std::vector<StateSlot<double>>&, StateDict<double>);

}  // namespace wengert::nn
