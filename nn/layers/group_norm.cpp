#include <autograd/operations/movement.hpp>
#include <autograd/operations/normalisation.hpp>
#include <autograd/tape/tape.hpp>
#include <nn/layers/group_norm.hpp>

#include <limits>

namespace wengert::nn {

template <class T>
GroupNorm<T>::GroupNorm(std::size_t groups, std::size_t channels, const GroupNormOptions& options)
    : groups_(groups), options_(options), affine_({channels}, options.affine) {
  require(groups > 0 && channels > 0 && channels % groups == 0, "GroupNorm",
          "got {} group(s) of {} channels; expected a number of groups that divides the number of channels", groups,
          channels);
  require_epsilon("GroupNorm", options.epsilon);
}

template <class T>
void GroupNorm<T>::check(const InputShape& input) const {
  const Var<T>& weight = affine_.weight;
  const ChannelShapes inputs{weight.size(), 2, std::numeric_limits<std::size_t>::max()};
  require(inputs.contains(input.shape), "GroupNorm",
          "got {}; expected {} or more axes, as '{}' {} has one value for each channel", input, inputs, weight.name(),
          weight.shape());
  const std::size_t count = weight.size() / groups_ * positions_of(input.shape);
  require(count >= 2, "GroupNorm",
          "got {} in {} groups, {} value(s) a group, whose variance says nothing; expected 2 or more; use fewer groups",
          input, groups_, count);
}

template <class T>
Var<T> GroupNorm<T>::forward(const Var<T>& x) {
  const AllOrNothing<T> whole;
  check(input_of(x));
  const std::size_t members = affine_.weight.size() / groups_;
  const auto per_member = [&](const Var<T>& p) { return reshape(p, {groups_, members, 1}).named(p.name()); };
  const Var<T> grouped = reshape(x, {x.shape()[0], groups_, members, positions_of(x.shape())});  // (N, G, C/G, H·W)
  const Var<T> gamma = per_member(affine_.weight), beta = per_member(affine_.bias);              // (G, C/G, 1)
  return reshape(normalise(grouped, gamma, beta, {2, 3}, options_.epsilon).y, x.shape());
}

template <class T>
Shape GroupNorm<T>::output_shape(const Shape& input) const {
  check({input});
  return input;
}

template <class T>
Parts<T> GroupNorm<T>::parts() {
  return {.parameters = affine_.parameters(),
          .settings = {{"epsilon", fmt::format("{}", options_.epsilon)}, {"groups", fmt::format("{}", groups_)}}};
}

template class GroupNorm<float>;
template class GroupNorm<double>;

}  // namespace wengert::nn
