#pragma once

#include <nn/training/callback.hpp>

#include <functional>

namespace wengert::nn {

/// A callback made of functions; those that are left out do nothing.
///   nn::LambdaCallback<float> print({.on_epoch_end = [](auto& training) { ... }});
template <class T = float>
class LambdaCallback final : public Callback<T> {
 public:
  using Function = std::function<void(Training<T>&)>;
  struct Functions {
    Function on_train_begin{}, on_epoch_begin{}, on_batch_end{}, on_epoch_end{}, on_train_end{};
  };

  explicit LambdaCallback(Functions functions) : functions_(std::move(functions)) {}

  void on_train_begin(Training<T>& training) override { call(functions_.on_train_begin, training); }
  void on_epoch_begin(Training<T>& training) override { call(functions_.on_epoch_begin, training); }
  void on_batch_end(Training<T>& training) override { call(functions_.on_batch_end, training); }
  void on_epoch_end(Training<T>& training) override { call(functions_.on_epoch_end, training); }
  void on_train_end(Training<T>& training) override { call(functions_.on_train_end, training); }

 private:
  static void call(const Function& function, Training<T>& training) {
    if (function) function(training);
  }

  Functions functions_;
};

}  // namespace wengert::nn
