#include <nn/module.hpp>

#include <cxxabi.h>

#include <cstdlib>
#include <ostream>
#include <typeinfo>

namespace wengert::nn {
namespace {

template <class T>
bool contains(const std::vector<Named<Var<T>>>& list, const Var<T>& x) {
  return std::any_of(list.begin(), list.end(), [&](const Named<Var<T>>& item) { return same(item.value, x); });
}

template <class T>
void list_parameters(Module<T>& module, const std::string& prefix, std::vector<Named<Var<T>>>& list) {
  const Parts<T> parts = module.parts();
  for (const auto& [name, parameter] : parts.parameters) {
    if (!contains(list, parameter)) list.push_back({prefix + name, parameter});
  }
  for (const auto& [name, child] : parts.children) list_parameters(*child, prefix + name + ".", list);
}

/// The items of one list of `parts`, of it and of all modules in it.
template <class T, class What>
void list_all(Module<T>& module, std::vector<Named<What>> Parts<T>::*items, const std::string& prefix,
              std::vector<Named<What>>& list) {
  const Parts<T> parts = module.parts();
  for (const auto& [name, item] : parts.*items) list.push_back({prefix + name, item});
  for (const auto& [name, child] : parts.children) list_all(*child, items, prefix + name + ".", list);
}

template <class T>
std::string lines_of(Module<T>& module, const std::string& indent) {
  const Parts<T> parts = module.parts();
  std::string text = module.type();
  for (const auto& [name, parameter] : parts.parameters) text += fmt::format(", {} {}", name, parameter.shape());
  for (const auto& [name, buffer] : parts.buffers) text += fmt::format(", {} {}", name, Shape(buffer->shape()));
  for (const auto& [name, child] : parts.children) {
    text += fmt::format("\n{}{}: {}", indent, name, lines_of(*child, indent + "  "));
  }
  return text;
}

/// A type as it is written in a program, `wengert::nn::Linear<float>`.
std::string demangled(const std::type_info& type) {
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, nullptr),
                                                    &std::free);
  return name ? name.get() : type.name();
}

}  // namespace

template <class T>
std::string Module<T>::type() const {
  std::string name = demangled(typeid(*this));
  name = name.substr(0, name.find('<'));
  const std::size_t scope = name.rfind("::");
  return scope == std::string::npos ? name : name.substr(scope + 2);
}

template <class T>
std::vector<Named<Var<T>>> Module<T>::named_parameters() {
  std::vector<Named<Var<T>>> list;
  list_parameters(*this, "", list);
  return list;
}

template <class T>
std::vector<Var<T>> Module<T>::parameters() {
  std::vector<Var<T>> list;
  for (const auto& [name, parameter] : named_parameters()) list.push_back(parameter);
  return list;
}

template <class T>
std::vector<Named<Array<T>*>> Module<T>::named_buffers() {
  std::vector<Named<Array<T>*>> list;
  list_all(*this, &Parts<T>::buffers, "", list);
  return list;
}

template <class T>
std::vector<Named<Generator*>> Module<T>::named_generators() {
  std::vector<Named<Generator*>> list;
  list_all(*this, &Parts<T>::generators, "", list);
  return list;
}

template <class T>
void Module<T>::train(bool on) {
  training_ = on;
  for (const auto& [name, child] : parts().children) child->train(on);
}

template <class T>
void Module<T>::zero_grad() {
  for (const Var<T>& parameter : parameters()) parameter.zero_grad();
}

template <class T>
std::string to_string(const Module<T>& module) {
  return lines_of(const_cast<Module<T>&>(module), "  ");  // `parts` hands out what it lists, and so is not const
}

template <class T>
std::ostream& operator<<(std::ostream& out, const Module<T>& module) {
  return out << to_string(module);
}

template class Module<float>;
template class Module<double>;
template std::string to_string(const Module<float>&);
template std::string to_string(const Module<double>&);
template std::ostream& operator<<(std::ostream&, const Module<float>&);
template std::ostream& operator<<(std::ostream&, const Module<double>&);

}  // namespace wengert::nn
