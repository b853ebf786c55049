#pragma once

#include <nn/module.hpp>

#include <utility>

namespace wengert::nn {

/// Remembers for a module and every module in it whether it is training, and brings that back in the end, also when an
/// exception passes.
template <class T>
class KeepModes {
 public:
  explicit KeepModes(Module<T>& module) { list(module); }
  /// Outer modules come first: to switch one switches all modules in it.
  ~KeepModes() {
    for (const auto& [module, training] : modes_) module->train(training);
  }
  KeepModes(const KeepModes&) = delete;
  KeepModes& operator=(const KeepModes&) = delete;

 private:
  void list(Module<T>& module) {
    modes_.emplace_back(&module, module.is_training());
    for (const auto& [name, child] : module.parts().children) list(*child);
  }

  std::vector<std::pair<Module<T>*, bool>> modes_;
};

}  // namespace wengert::nn
