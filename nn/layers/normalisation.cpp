#include <autograd/operations/movement.hpp>
#include <nn/layers/normalisation.hpp>

#include <cmath>

namespace wengert::nn {

template <class T>
Affine<T>::Affine(const Shape& shape, bool is_trained)
    : weight(is_trained ? parameter(ones<T>(shape), "γ") : Var<T>(ones<T>(shape)).named("γ")),
      bias(is_trained ? parameter(zeros<T>(shape), "β") : Var<T>(zeros<T>(shape)).named("β")) {}

template <class T>
std::vector<Named<Var<T>>> Affine<T>::parameters() const {
  if (!weight.is_parameter()) return {};
  return {{"weight", weight}, {"bias", bias}};
}

bool ChannelShapes::contains(const Shape& shape) const {
  return shape.size() >= least_rank && shape.size() <= most_rank && shape[1] == channels;
}

std::string to_string(const ChannelShapes& shapes) {
  static constexpr std::array<std::string_view, 3> positions{"", ", L", ", H, W"};
  std::string text;
  for (std::size_t rank = shapes.least_rank; rank <= std::min<std::size_t>(shapes.most_rank, 4); ++rank) {
    text += fmt::format("{}(N, {}{})", text.empty() ? "" : " or ", shapes.channels, positions[rank - 2]);
  }
  return text;
}

std::size_t positions_of(const Shape& shape) { return element_count(Shape(shape.begin() + 2, shape.end())); }

Axes position_axes(std::size_t rank) {
  Axes axes = all_axes(rank);
  axes.erase(axes.begin(), axes.begin() + 2);
  return axes;
}

template <class T>
Var<T> per_channel(const Var<T>& parameter, std::size_t rank) {
  if (rank == 2) return parameter;
  Shape shape(rank - 1, 1);
  shape[0] = parameter.size();
  return reshape(parameter, shape).named(parameter.name());
}

void require_epsilon(std::string_view layer, double epsilon) {
  require(std::isfinite(epsilon) && epsilon > 0.0, layer,
          "epsilon is {}; expected a positive number, which keeps a constant feature finite", epsilon);
}

template struct Affine<float>;
template struct Affine<double>;
template Var<float> per_channel(const Var<float>&, std::size_t);
template Var<double> per_channel(const Var<double>&, std::size_t);

}  // namespace wengert::nn
