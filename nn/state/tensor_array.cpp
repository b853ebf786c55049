#include <autograd/base/holds_exactly.hpp>
#include <autograd/base/not_finite.hpp>
#include <autograd/kernel/finite.hpp>
#include <nn/state/tensor_array.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <set>

namespace wengert::nn {
namespace {

template <class Element>
std::string bytes_of(const Element* elements, std::size_t count) {
  std::string bytes(count * sizeof(Element), '\0');
  if (count > 0) std::memcpy(bytes.data(), elements, bytes.size());
  return bytes;
}

template <class T>
void require_finite(const StateSlot<T>& slot, std::string_view operation) {
  const std::size_t place = first_not_finite(*slot.array);
  if (place == slot.array->size()) return;
  throw NotFinite(
      fmt::format("[{}] '{}' {} is not finite: element {} is {}; nothing was written, a file that was there "
                  "stays; load the last good state",
                  operation, slot.name, Shape(slot.array->shape()), place, slot.array->data()[place]));
}

template <class T>
std::string counter_bytes(const StateSlot<T>& slot, std::string_view operation) {
  std::vector<std::int64_t> numbers;
  for (const T number : std::span(slot.array->data(), slot.array->size())) {
    require(number == std::trunc(number) && std::abs(number) < T(0x1p63), operation,
            "'{}' counts, but is {}; expected an integer below 2^63", slot.name, number);
    numbers.push_back(static_cast<std::int64_t>(number));
  }
  return bytes_of(numbers.data(), numbers.size());
}

/// What an error about a tensor needs.
struct Source {
  const Tensor& tensor;
  std::string_view operation;
  const std::string& file;
};

template <class To, class From>
To converted(From number, const Source& source) {
  const To result = static_cast<To>(number);
  bool fits = true;
  if constexpr (std::is_integral_v<From>) fits = base::holds_exactly<To>(number);
  else if constexpr (!std::is_same_v<To, From>) fits = std::isfinite(result) || !std::isfinite(number);
  require(fits, source.operation, "'{}' of {} has the number {}, which {} cannot hold; expected smaller numbers{}",
          source.tensor.name, source.file, number, dtype_of<To>, sizeof(To) == 4 ? "; read it as double" : "");
  return result;
}

template <class To, class From>
Array<To> convert(const Source& source) {
  Array<To> array = empty<To>(source.tensor.shape);
  const char* bytes = source.tensor.bytes.data();
  for (To& x : std::span(array.data(), array.size())) {
    From number;
    std::memcpy(&number, bytes, sizeof number);  // it may lie anywhere
    x = converted<To>(number, source);
    bytes += sizeof number;
  }
  return array;
}

template <class T>
Array<T> numbers_of(const Source& source) {
  const std::string& dtype = source.tensor.dtype;
  if (dtype == "F32") return convert<T, float>(source);
  if (dtype == "F64") return convert<T, double>(source);
  require(dtype == "I64", source.operation,
          "'{}' of {} has the dtype {}; expected F32, F64 or I64; convert it where the file comes from",
          source.tensor.name, source.file, dtype);
  return convert<T, std::int64_t>(source);
}

/// The name itself if it has no dot.
std::string_view last_part(std::string_view name) { return name.substr(name.rfind('.') + 1); }

template <class T>
Array<T> to_array(const Source& source) {
  Array<T> numbers = numbers_of<T>(source);
  const bool is_variance = last_part(source.tensor.name) == "running_var";
  if (!is_variance && !is_counter(source.tensor.name)) return numbers;
  require(std::none_of(numbers.begin(), numbers.end(), [](T number) { return number < T(0); }), source.operation,
          "'{}' of {} {}, but is below 0; expected {}", source.tensor.name, source.file,
          is_variance ? "is a variance" : "counts",
          is_variance ? "what a batch norm has saved" : "a number of batches");
  return numbers;
}

}  // namespace

bool is_counter(std::string_view name) { return last_part(name) == "num_batches_tracked"; }

template <class T>
std::vector<Tensor> to_tensors(const std::vector<StateSlot<T>>& slots, std::string_view operation) {
  std::vector<Tensor> tensors;
  for (const StateSlot<T>& slot : slots) {
    const bool counter = is_counter(slot.name);
    if (!counter) require_finite(slot, operation);
    tensors.push_back(
        {.name = slot.name,
         .dtype = counter ? "I64" : dtype_of<T>,
         .shape = Shape(slot.array->shape()),
         .bytes = counter ? counter_bytes(slot, operation) : bytes_of(slot.array->data(), slot.array->size())});
  }
  return tensors;
}

template <class T>
StateDict<T> to_state(const std::vector<StateSlot<T>>& slots, const std::vector<Tensor>& tensors,
                      std::string_view operation, const std::string& file) {
  std::set<std::string_view> wanted;
  for (const StateSlot<T>& slot : slots) {
    wanted.insert(slot.name);
    wanted.insert(slot.other_names.begin(), slot.other_names.end());
  }
  StateDict<T> state;
  for (const Tensor& tensor : tensors) {
    if (wanted.contains(tensor.name)) state.push_back({tensor.name, to_array<T>({tensor, operation, file})});
  }
  return state;
}

bool is_checkpoint(const SafeTensors& content) { return content.metadata.contains(rule_key); }

std::vector<Named<Shape>> named_shapes(const std::vector<Tensor>& tensors) {
  std::vector<Named<Shape>> list;
  for (const Tensor& tensor : tensors) list.push_back({tensor.name, tensor.shape});
  return list;
}

template std::vector<Tensor> to_tensors(const std::vector<StateSlot<float>>&, std::string_view);
template std::vector<Tensor> to_tensors(const std::vector<StateSlot<double>>&, std::string_view);
template StateDict<float> to_state(const std::vector<StateSlot<float>>&, const std::vector<Tensor>&, std::string_view,
                                   const std::string&);
template StateDict<double> to_state(const std::vector<StateSlot<double>>&, const std::vector<Tensor>&, std::string_view,
                                    const std::string&);

}  // namespace wengert::nn
