#include <autograd/arrays/for_each_index.hpp>
#include <autograd/kernel/plan.hpp>

#include <map>

namespace wengert::kernel {
namespace {

// A run costs as much as some tens of lanes of a simple formula, so that loops are joined until there are this many.
// From row to row it goes over the same lanes again and again, and fewer of them are enough.
constexpr std::ptrdiff_t least_lanes = 8;
constexpr std::ptrdiff_t least_lanes_of_rows = 4;

// A piece of a simple formula takes as long as waking a thread.
constexpr std::ptrdiff_t elements_of_a_piece = 32768;
constexpr std::ptrdiff_t most_pieces = 64;
constexpr std::ptrdiff_t least_elements_per_merge = 32;

/// The offsets of an array at the elements of one row of the space: the loops inside `lane_loop`.
std::vector<std::ptrdiff_t> places_of_row(const LoopNest& nest, std::size_t lane_loop, std::size_t array) {
  std::vector<std::ptrdiff_t> extents;
  for (std::size_t loop = lane_loop + 1; loop < nest.depth(); ++loop) extents.push_back(nest.extent(loop));
  std::vector<std::ptrdiff_t> places;
  for_each_index(extents, [&](const std::vector<std::ptrdiff_t>& index) {
    std::ptrdiff_t place = 0;
    for (std::size_t k = 0; k < index.size(); ++k) place += index[k] * nest.stride(lane_loop + 1 + k, array);
    places.push_back(place);
  });
  return places;
}

std::vector<Group> groups_of(std::span<const std::ptrdiff_t> places) {
  std::map<std::ptrdiff_t, std::vector<std::ptrdiff_t>> elements;
  for (std::size_t k = 0; k < places.size(); ++k) elements[places[k]].push_back(static_cast<std::ptrdiff_t>(k));
  std::vector<Group> groups;
  for (auto& [place, of_place] : elements) groups.push_back({place, std::move(of_place)});
  return groups;
}

/// The number of elements that an array has, whatever its axes.
std::ptrdiff_t size_of(const LoopNest& nest, std::size_t array) {
  std::ptrdiff_t size = 1;
  for (std::size_t loop = 0; loop < nest.depth(); ++loop) size *= nest.stride(loop, array) == 0 ? 1 : nest.extent(loop);
  return size;
}

}  // namespace

Plan::Plan(const Shape& space, std::span<const Shape* const> arrays, std::size_t inputs, std::ptrdiff_t width)
    : nest_(space, arrays), elements_(static_cast<std::ptrdiff_t>(element_count(space))), along_(arrays.size()) {
  if (is_empty()) return;
  choose_lanes(arrays.size(), width);
  find_rows(arrays.size(), inputs);
  choose_run(arrays.size());
  choose_pieces(arrays.size(), inputs);
}

bool Plan::moves(std::size_t array) const {
  return runs_along_lanes() ? along(array) != Along::stays : nest_.stride(run_loop_, array) != 0;
}

bool Plan::folds_rows(std::size_t array) const {
  if (is_empty() || !runs_along_lanes() || along(array) != Along::repeats) return false;
  for (std::size_t loop = 0; loop <= lane_loop_; ++loop) {
    if (nest_.stride(loop, array) == 0) return false;
  }
  return true;
}

void Plan::choose_lanes(std::size_t arrays, std::ptrdiff_t width) {
  lane_loop_ = nest_.depth() - 1;
  if (nest_.extent(lane_loop_) >= least_lanes_of_rows * width && keeps_an_array(arrays)) return;
  while (lane_loop_ > 0 && row_ * nest_.extent(lane_loop_) < least_lanes * width) row_ *= nest_.extent(lane_loop_--);
}

void Plan::find_rows(std::size_t arrays, std::size_t inputs) {
  for (std::size_t array = 0; array < arrays; ++array) {
    bool stays = true, advances = true;
    std::ptrdiff_t next = 1;
    for (std::size_t loop = nest_.depth(); loop-- > lane_loop_; next *= nest_.extent(loop)) {
      stays = stays && nest_.stride(loop, array) == 0;
      advances = advances && nest_.stride(loop, array) == next;
    }
    along_[array] = stays ? Along::stays : advances ? Along::advances : Along::repeats;
  }
  if (row_ == 1) return;
  places_.resize(arrays);
  groups_.resize(arrays);
  for (std::size_t array = 0; array < arrays; ++array) {
    if (along(array) != Along::repeats) continue;
    places_[array] = places_of_row(nest_, lane_loop_, array);
    if (array >= inputs) groups_[array] = groups_of(places_[array]);
  }
}

/// Whether a run along the loop around the lane loop meets lanes that do not change.
bool Plan::keeps_an_array(std::size_t arrays) const {
  if (lane_loop_ == 0 || nest_.extent(lane_loop_ - 1) < 4) return false;
  for (std::size_t array = 0; array < arrays; ++array) {
    bool is_lane = false;
    for (std::size_t loop = lane_loop_; loop < nest_.depth(); ++loop)
      is_lane = is_lane || nest_.stride(loop, array) != 0;
    if (is_lane && nest_.stride(lane_loop_ - 1, array) == 0) return true;
  }
  return false;
}

void Plan::choose_run(std::size_t arrays) {
  run_loop_ = lane_loop_;
  if (!keeps_an_array(arrays)) return;
  for (std::size_t array = 0; array < arrays; ++array) {
    const bool is_copied_anew = along(array) == Along::repeats && nest_.stride(lane_loop_ - 1, array) != 0;
    if (is_copied_anew) return;
  }
  run_loop_ = lane_loop_ - 1;
}

/// Cuts the outermost loop that gives enough pieces without making many sums that have to be merged.
void Plan::choose_pieces(std::size_t arrays, std::size_t inputs) {
  const std::ptrdiff_t wanted = std::min(most_pieces, elements_ / elements_of_a_piece);
  for (std::size_t loop = 0; loop <= lane_loop_ && 2 * static_cast<std::ptrdiff_t>(pieces_) < wanted; ++loop) {
    std::ptrdiff_t merged = 0;
    for (std::size_t array = inputs; array < arrays; ++array) {
      if (nest_.stride(loop, array) == 0) merged += size_of(nest_, array);
    }
    std::ptrdiff_t possible = std::min(wanted, nest_.extent(loop) / granule(loop));
    if (merged > 0) possible = std::min(possible, elements_ / (merged * least_elements_per_merge));
    if (possible <= static_cast<std::ptrdiff_t>(pieces_)) continue;
    pieces_ = static_cast<std::size_t>(possible);
    cut_loop_ = loop;
  }
}

/// The steps of a loop that belong together: enough elements to fill lanes and cache lines.
std::ptrdiff_t Plan::granule(std::size_t loop) const {
  if (loop != lane_loop_) return 1;
  return row_ == 1 ? 64 : 16;
}

Piece Plan::piece(std::size_t number) const {
  if (pieces_ == 1) return {cut_loop_, 0, nest_.extent(cut_loop_)};
  const std::ptrdiff_t extent = nest_.extent(cut_loop_), unit = granule(cut_loop_);
  const auto count = static_cast<std::ptrdiff_t>(pieces_);
  const auto bound = [&](std::ptrdiff_t k) { return k == count ? extent : extent / unit * k / count * unit; };
  return {cut_loop_, bound(static_cast<std::ptrdiff_t>(number)), bound(static_cast<std::ptrdiff_t>(number) + 1)};
}

}  // namespace wengert::kernel
