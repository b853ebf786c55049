#pragma once

#include <memory>

namespace peer {

/// What a training step of the documents' convolutional network (batch 64, images of 28x28) asks of oneDNN: its
/// convolutions with ReLU, batch norms, pools and dense layers, forward and backward, each in the layout that oneDNN
/// prefers. Loss, update and what prepares the weights are left out.
class OneDnnCnn {
 public:
  explicit OneDnnCnn(bool batch_norm);
  ~OneDnnCnn();
  void step();

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace peer
