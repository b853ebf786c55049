#include <autograd/error.hpp>
#include <datasets/one_hot.hpp>

namespace wengert::datasets {

template <class T>
Array<T> one_hot(std::span<const std::size_t> labels, std::size_t classes) {
  Array<T> result = zeros<T>({labels.size(), classes});  // (N, K)
  for (std::size_t row = 0; row < labels.size(); ++row) {
    require(
        labels[row] < classes, "one_hot",
        "the label of row {} is out of range: got {}, expected a label below {}, the number of classes; correct the "
        "label or raise classes",
        row, labels[row], classes);
    result.data()[row * classes + labels[row]] = T(1);
  }
  return result;
}

template Array<float> one_hot(std::span<const std::size_t>, std::size_t);
template Array<double> one_hot(std::span<const std::size_t>, std::size_t);

}  // namespace wengert::datasets
