#include <autograd/base/error.hpp>
#include <nn/state/state_slots.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

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
  for (const StateSlot<T>& slot : slots) {
    for (const std::string& name : slot.other_names) result.emplace(name, &slot);
  }
  return result;
}

/// The first name of each thing with its further ones.
template <class What, class Same>
std::vector<std::pair<Named<What>, std::vector<std::string>>> grouped(const std::vector<Named<What>>& every,
                                                                      const Same& is_same) {
  std::vector<std::pair<Named<What>, std::vector<std::string>>> groups;
  for (const Named<What>& item : every) {
    const auto found = std::find_if(groups.begin(), groups.end(),
                                    [&](const auto& group) { return is_same(group.first.value, item.value); });
    if (found == groups.end()) groups.push_back({item, {}});
    else found->second.push_back(item.name);
  }
  return groups;
}

}  // namespace

template <class T>
std::vector<StateSlot<T>> state_slots(Module<T>& model) {
  std::vector<StateSlot<T>> slots;
  const auto same_parameter = [](const Var<T>& a, const Var<T>& b) { return same(a, b); };
  for (const auto& [parameter, others] : grouped(model.named_parameters(Names::every), same_parameter)) {
    slots.push_back({parameter.name, &parameter.value.value(),
                     [p = parameter.value](Array<T> value) { p.set_value(std::move(value)); }, others});
  }
  for (const auto& [buffer, others] : grouped(model.named_buffers(Names::every), std::equal_to<>())) {
    slots.push_back({buffer.name, buffer.value, [b = buffer.value](Array<T> value) { *b = std::move(value); }, others});
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
  auto open = by_name(slots);  // the second of one name counts as unexpected
  std::set<const StateSlot<T>*> seen;
  for (const auto& [name, shape] : offered) {
    const auto found = open.find(name);
    if (found == open.end()) {
      differences.names.unexpected.push_back(name);
      continue;
    }
    const Shape expected = found->second->array->shape();
    if (shape != expected)
      differences.shapes.push_back(fmt::format("'{}' {} there and {} here", name, shape, expected));
    seen.insert(found->second);
    open.erase(found);
  }
  for (const StateSlot<T>& slot : slots) {
    if (!seen.contains(&slot)) differences.names.missing.push_back(slot.name);
  }
  return differences;
}

template <class T>
void check_tied(std::string_view operation, const std::vector<StateSlot<T>>& slots, const StateDict<T>& state) {
  const auto slot_of = by_name(slots);
  std::map<const StateSlot<T>*, const Named<Array<T>>*> seen;
  for (const Named<Array<T>>& item : state) {
    const auto found = slot_of.find(item.name);
    if (found == slot_of.end()) continue;
    const Named<Array<T>>& first = *seen.emplace(found->second, &item).first->second;
    if (first.name == item.name) continue;  // the second of one name counts as unexpected
    require(std::equal(first.value.data(), first.value.data() + first.value.size(), item.value.data()), operation,
            "'{}' and '{}' are one array of this network, but have different numbers there; expected the same",
            first.name, item.name);
  }
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
template void check_tied(std::string_view, const std::vector<StateSlot<float>>&, const StateDict<float>&);
template void check_tied(std::string_view, const std::vector<StateSlot<double>>&, const StateDict<double>&);
template void assign(const std::vector<StateSlot<float>>&, StateDict<float>);
template void assign(const std::vector<StateSlot<double>>&, StateDict<double>);

}  // namespace wengert::nn
