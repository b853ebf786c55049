#include <autograd/base/error.hpp>
#include <autograd/base/write_file.hpp>
#include <nn/state/tensor_array.hpp>
#include <nn/state/weights.hpp>

#include <fmt/format.h>

namespace wengert::nn {

template <class T>
void save_weights(const std::filesystem::path& file, Module<T>& model) {
  // PyTorch's tools ask for the format of the arrays that were written.
  const SafeTensors content{.tensors = to_tensors(state_slots(model), "save_weights"), .metadata = {{"format", "pt"}}};
  base::write_file("save_weights", file, safetensors_bytes(content));
}

template <class T>
LoadedNames load_weights(const std::filesystem::path& file, Module<T>& model, const LoadOptions& options) {
  SafeTensors content = read_safetensors(file);
  if (is_checkpoint(content)) {
    std::erase_if(content.tensors, [](const Tensor& tensor) { return tensor.name.starts_with(optimizer_prefix); });
  }
  const std::vector<StateSlot<T>> slots = state_slots(model);
  StateDifferences differences = compare(slots, named_shapes(content.tensors));
  const std::vector<std::string> problems = differences.problems(options);
  require(
      problems.empty(), "load_weights",
      "'{}' does not fit this network: {}; expected the state of a network with the same layers; or leave names out "
      "with strict = false",
      file.string(), fmt::join(problems, "; "));
  StateDict<T> state = to_state(slots, content.tensors, "load_weights", "'" + file.string() + "'");
  check_tied("load_weights", slots, state);
  assign(slots, std::move(state));
  return std::move(differences.names);
}

template void save_weights(const std::filesystem::path&, Module<float>&);
template void save_weights(const std::filesystem::path&, Module<double>&);
template LoadedNames load_weights(const std::filesystem::path&, Module<float>&, const LoadOptions&);
template LoadedNames load_weights(const std::filesystem::path&, Module<double>&, const LoadOptions&);

}  // namespace wengert::nn
