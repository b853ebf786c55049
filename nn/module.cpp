#include <autograd/tape/scope.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/module.hpp>

#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <ostream>
#include <typeinfo>
#include <utility>

namespace wengert::nn {
namespace {

thread_local std::size_t evaluations = 0;  // in scope on this thread

template <class T>
thread_local WatchOutputs<T>* innermost = nullptr;  // of those in scope on this thread

template <class T>
thread_local Module<T>* caller = nullptr;  // the module whose forward is running on this thread

/// While it is in scope, a module's forward is running.
template <class T>
class Call {
 public:
  explicit Call(Module<T>& module) : outer_(std::exchange(caller<T>, &module)) {}
  ~Call() { caller<T> = outer_; }
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

 private:
  Module<T>* outer_;
};

template <class T>
bool is_same(const Var<T>& a, const Var<T>& b) {
  return same(a, b);
}
template <class Pointer>
bool is_same(Pointer* a, Pointer* b) {
  return a == b;
}

/// The items of one list of `parts`, of a module and of all modules in it.
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

template <class What>
std::vector<Named<What>> without_repetitions(const std::vector<Named<What>>& all) {
  std::vector<Named<What>> list;
  for (const Named<What>& item : all) {
    const auto repeats = [&](const Named<What>& other) { return is_same(other.value, item.value); };
    if (std::none_of(list.begin(), list.end(), repeats)) list.push_back(item);
  }
  return list;
}

/// Calls f with what a module holds and with what another of its kind holds in its place.
template <class T, class What, class F>
void for_each_pair(const Module<T>& module, const std::vector<Named<What>>& from, const std::vector<Named<What>>& to,
                   const F& f) {
  require(from.size() == to.size(), module.type(), "cannot be copied, as another() has made one that holds {} of {}",
          to.size(), from.size());
  for (std::size_t k = 0; k < from.size(); ++k) f(from[k].value, to[k].value);
}

/// A type as it is written in a program, `wengert::nn::Linear<float>`.
std::string demangled(const std::type_info& type) {
  const std::unique_ptr<char, void (*)(void*)> name(abi::__cxa_demangle(type.name(), nullptr, nullptr, nullptr),
                                                    &std::free);
  return name ? name.get() : type.name();
}

}  // namespace

EvaluationMode::EvaluationMode() { ++evaluations; }
EvaluationMode::~EvaluationMode() { --evaluations; }
bool EvaluationMode::active() { return evaluations > 0; }

template <class T>
std::string Module<T>::type() const {
  std::string name = demangled(typeid(*this));
  name = name.substr(0, name.find('<'));
  const std::size_t scope = name.rfind("::");
  return scope == std::string::npos ? name : name.substr(scope + 2);
}

template <class T>
std::unique_ptr<Module<T>> Module<T>::another() const {
  fail(type(), "cannot be copied, as its class does not say how; override another()");
}

template <class T>
std::unique_ptr<Module<T>> Module<T>::copy() {
  std::unique_ptr<Module<T>> result = another();
  for_each_pair(*this, named_parameters(Names::every), result->named_parameters(Names::every),
                [](const Var<T>& from, const Var<T>& to) { to.set_value(from.value()); });
  for_each_pair(*this, named_buffers(Names::every), result->named_buffers(Names::every),
                [](const Array<T>* from, Array<T>* to) { *to = *from; });
  for_each_pair(*this, named_generators(), result->named_generators(),
                [](const Generator* from, Generator* to) { *to = *from; });
  result->take_modes(*this);
  return result;
}

template <class T>
void Module<T>::take_modes(Module& from) {
  training_ = from.training_;
  for_each_pair(*this, from.parts().children, parts().children,
                [](Module* theirs, Module* ours) { ours->take_modes(*theirs); });
}

template <class T>
Var<T> Module<T>::operator()(const Var<T>& x) {
  std::optional<Scope> scope;
  if (caller<T> != nullptr && Tape<T>::recording() != nullptr) scope.emplace(scope_in(*caller<T>));
  const Call<T> call(*this);
  Var<T> y = forward(x);
  for (const WatchOutputs<T>* watch = innermost<T>; watch != nullptr; watch = watch->outer_) {
    watch->function_(*this, x, y);
  }
  return y;
}

/// The name of its scope when `forward` of another module calls it.
template <class T>
std::string Module<T>::scope_in(Module& caller) const {
  if (!scope_.empty()) return scope_;
  for (const auto& [name, child] : caller.parts().children) {
    if (child == this) return name + "." + type();
  }
  return type();
}

template <class T>
std::vector<Named<Var<T>>> Module<T>::named_parameters(Names names) {
  std::vector<Named<Var<T>>> list;
  list_all(*this, &Parts<T>::parameters, "", list);
  return names == Names::every ? list : without_repetitions(list);
}

template <class T>
std::vector<Var<T>> Module<T>::parameters() {
  std::vector<Var<T>> list;
  for (const auto& [name, parameter] : named_parameters()) list.push_back(parameter);
  return list;
}

template <class T>
std::vector<Named<Array<T>*>> Module<T>::named_buffers(Names names) {
  std::vector<Named<Array<T>*>> list;
  list_all(*this, &Parts<T>::buffers, "", list);
  return names == Names::every ? list : without_repetitions(list);
}

template <class T>
std::vector<Named<Generator*>> Module<T>::named_generators() {
  std::vector<Named<Generator*>> list;
  list_all(*this, &Parts<T>::generators, "", list);
  return without_repetitions(list);
}

template <class T>
std::vector<Named<std::string>> Module<T>::named_settings() {
  std::vector<Named<std::string>> list;
  list_all(*this, &Parts<T>::settings, "", list);
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

template <class T>
WatchOutputs<T>::WatchOutputs(Function function)
    : function_(std::move(function)), outer_(std::exchange(innermost<T>, this)) {}

template <class T>
WatchOutputs<T>::~WatchOutputs() {
  WatchOutputs** place = &innermost<T>;
  while (*place != nullptr && *place != this) place = &(*place)->outer_;
  if (*place == this) *place = outer_;
}

template <class T>
OutputShapes<T>::OutputShapes()
    : watch_([this](const Module<T>& module, const Var<T>&, const Var<T>& output) {
        shapes_.emplace_back(&module, output.shape());
      }) {}

template <class T>
std::optional<Shape> OutputShapes<T>::of(const Module<T>& module) const {
  for (const auto& [seen, shape] : shapes_) {
    if (seen == &module) return shape;
  }
  return std::nullopt;
}

template class Module<float>;
template class Module<double>;
template std::string to_string(const Module<float>&);
template std::string to_string(const Module<double>&);
template std::ostream& operator<<(std::ostream&, const Module<float>&);
template std::ostream& operator<<(std::ostream&, const Module<double>&);
template class WatchOutputs<float>;
template class WatchOutputs<double>;
template class OutputShapes<float>;
template class OutputShapes<double>;

}  // namespace wengert::nn
