#include <autograd/kernel/finite.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/sequential.hpp>
#include <nn/training/not_finite.hpp>

namespace wengert::nn {
namespace {

/// The first module whose output is not finite, in words; empty if there is none. `x` goes through the module.
template <class T>
std::string first_not_finite(Module<T>& module, const std::string& name, Var<T>& x) {
  if (dynamic_cast<Sequential<T>*>(&module) == nullptr) {
    const std::string layer = name.empty() ? fmt::format("the network ({})", module.type())
                                           : fmt::format("layer '{}' ({})", name, module.type());
    try {
      x = module(x);
    } catch (const NotFinite& error) {
      return fmt::format("{} cannot go on: {}", layer, error.what());
    }
    return all_finite(x.value()) ? "" : "the first output that is not finite is that of " + layer;
  }
  for (const auto& [inner, child] : module.parts().children) {
    std::string found = first_not_finite(*child, name.empty() ? inner : name + "." + inner, x);
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace

template <class T>
void ForwardState<T>::keep() {
  kept_buffers_.resize(buffers_.size());
  for (std::size_t i = 0; i < buffers_.size(); ++i) kept_buffers_[i] = *buffers_[i].value;
  kept_generators_.clear();
  for (const auto& [name, generator] : generators_) kept_generators_.push_back(*generator);
}

template <class T>
void ForwardState<T>::restore() const {
  for (std::size_t i = 0; i < kept_buffers_.size(); ++i) *buffers_[i].value = kept_buffers_[i];
  for (std::size_t i = 0; i < kept_generators_.size(); ++i) *generators_[i].value = kept_generators_[i];
}

template <class T>
std::string where_not_finite(Module<T>& model, const datasets::Batch<T>& batch) {
  if (!all_finite(batch.inputs)) return "the inputs of the batch are not finite";
  if (batch.targets && !all_finite(*batch.targets)) return "the targets of the batch are not finite";
  for (const auto& [name, parameter] : model.named_parameters()) {
    if (!all_finite(parameter.value()))
      return fmt::format("the parameter '{}' is not finite since an earlier step", name);
  }
  const NoRecord pause;
  Var<T> x(batch.inputs);
  const std::string found = first_not_finite(model, "", x);
  if (found.empty()) return "the outputs of all layers are finite, so it is the loss function that makes it so";
  return found;
}

template class ForwardState<float>;
template class ForwardState<double>;
template std::string where_not_finite(Module<float>&, const datasets::Batch<float>&);
template std::string where_not_finite(Module<double>&, const datasets::Batch<double>&);

}  // namespace wengert::nn
