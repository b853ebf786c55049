#include <autograd/arrays/for_each_index.hpp>
#include <autograd/kernel/plan.hpp>

#include <algorithm>
#include <map>

namespace wengert::kernel {
namespace {

// From row to row a run goes over the same lanes again and again, and fewer of them are enough.
constexpr std::ptrdiff_t least_lanes_of_rows = 4;

constexpr std::ptrdiff_t least_elements_per_merge = 32;
// A piece that does not lie in one stretch of memory should lie in long ones.
constexpr std::ptrdiff_t least_elements_together = 64;

std::size_t wanted_pieces(std::ptrdiff_t elements) {
  return static_cast<std::size_t>(std::min(most_pieces_of_a_pass, elements / elements_of_a_piece));
}

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
    : nest_(space, arrays),
      inputs_(inputs),
      arrays_(arrays.size()),
      elements_(static_cast<std::ptrdiff_t>(element_count(space))),
      along_(arrays.size()) {
  if (is_empty()) return;
  choose_lanes(width);
  find_rows();
  choose_run();
  cut_along(0, 1);
  choose_pieces();
}

bool Plan::moves(std::size_t array) const {
  return runs_along_lanes() ? along(array) != Along::stays : nest_.stride(run_loop_, array) != 0;
}

bool Plan::folds_rows(std::size_t array) const {
  if (is_empty() || !runs_along_lanes() || !has_repetitions(array)) return false;
  for (std::size_t loop = 0; loop <= lane_loop_; ++loop) {
    if (nest_.stride(loop, array) == 0) return false;
  }
  return true;
}

void Plan::choose_lanes(std::ptrdiff_t width) {
  lane_loop_ = nest_.depth() - 1;
  const bool is_long = nest_.extent(lane_loop_) >= least_lanes_of_rows * width;
  if (is_long && (keeps_an_array() || find_line_loop())) return;
  while (lane_loop_ > 0 && row_ * nest_.extent(lane_loop_) < least_lanes * width) row_ *= nest_.extent(lane_loop_--);
}

void Plan::find_rows() {
  for (std::size_t array = 0; array < arrays_; ++array) {
    bool stays = true, advances = true;
    std::ptrdiff_t next = 1;
    for (std::size_t loop = nest_.depth(); loop-- > lane_loop_; next *= nest_.extent(loop)) {
      stays = stays && nest_.stride(loop, array) == 0;
      advances = advances && nest_.stride(loop, array) == next;
    }
    along_[array] = stays ? Along::stays : advances ? Along::advances : Along::repeats;
  }
  if (row_ == 1) return;
  places_.resize(arrays_);
  groups_.resize(arrays_);
  for (std::size_t array = 0; array < arrays_; ++array) {
    if (!has_repetitions(array)) continue;
    places_[array] = places_of_row(nest_, lane_loop_, array);
    const auto is_first = [](std::ptrdiff_t place) { return place == 0; };
    if (std::all_of(places_[array].begin(), places_[array].end(), is_first)) along_[array] = Along::by_rows;
    if (array >= inputs_) groups_[array] = groups_of(places_[array]);
  }
}

/// Whether a run along the loop around the lane loop meets lanes that do not change.
bool Plan::keeps_an_array() const {
  if (lane_loop_ == 0 || nest_.extent(lane_loop_ - 1) < 4) return false;
  for (std::size_t array = 0; array < arrays_; ++array) {
    bool is_lane = false;
    for (std::size_t loop = lane_loop_; loop < nest_.depth(); ++loop)
      is_lane = is_lane || nest_.stride(loop, array) != 0;
    if (is_lane && nest_.stride(lane_loop_ - 1, array) == 0) return true;
  }
  return false;
}

void Plan::choose_run() {
  run_loop_ = lane_loop_;
  if (row_ == 1) line_loop_ = find_line_loop();
  if (!keeps_an_array()) return;
  for (std::size_t array = 0; array < arrays_; ++array) {
    const bool is_copied_anew = has_repetitions(array) && nest_.stride(lane_loop_ - 1, array) != 0;
    if (is_copied_anew) return;
  }
  run_loop_ = lane_loop_ - 1;
  line_loop_.reset();
}

std::optional<std::size_t> Plan::find_line_loop() const {
  std::optional<std::size_t> best;
  for (std::size_t loop = 0; loop < lane_loop_; ++loop) {
    bool stays = true;
    for (std::size_t array = 0; array < arrays_; ++array) {
      if (nest_.stride(lane_loop_, array) == 0) stays = stays && nest_.stride(loop, array) == 0;
    }
    if (stays && (!best || nest_.extent(loop) > nest_.extent(*best))) best = loop;
  }
  return best;
}

/// Cuts the outermost loop that gives enough pieces: one along which every output differs, so that all that is folded
/// to an element is in one piece, or else one where not many sums have to be merged.
void Plan::choose_pieces() {
  const std::size_t wanted = wanted_pieces(elements_);
  const auto is_enough = [wanted](std::size_t pieces) { return 2 * pieces >= wanted; };
  for (std::size_t loop = 0; loop < lane_loop_ && !is_enough(pieces()); ++loop) {
    if (keeps_groups_whole(loop) && is_enough(most_pieces(loop))) cut_along(loop, most_pieces(loop));
  }
  for (std::size_t loop = 0; loop <= lane_loop_ && !is_enough(pieces()); ++loop) {
    if (most_pieces(loop) > pieces()) cut_along(loop, most_pieces(loop));
  }
}

bool Plan::keeps_groups_whole(std::size_t loop) const {
  if (inner_elements(loop) < least_elements_together) return false;
  for (std::size_t array = inputs_; array < arrays_; ++array) {
    if (nest_.stride(loop, array) == 0) return false;
  }
  return true;
}

std::size_t Plan::most_pieces(std::size_t loop) const {
  std::ptrdiff_t merged = 0;
  for (std::size_t array = inputs_; array < arrays_; ++array) {
    if (nest_.stride(loop, array) == 0) merged += size_of(nest_, array);
  }
  std::ptrdiff_t most = nest_.extent(loop) / granule(loop);
  if (merged > 0) most = std::min(most, elements_ / (merged * least_elements_per_merge));
  return std::min(wanted_pieces(elements_), static_cast<std::size_t>(most));
}

void Plan::cut_along(std::size_t loop, std::size_t pieces) {
  cut_loop_ = loop;
  cut_ = {pieces, nest_.extent(loop), inner_elements(loop), granule(loop)};
}

bool Plan::cut_like(const Cut& cut) {
  if (cut_ == cut) return true;
  if (is_empty()) return false;
  for (std::size_t array = inputs_; array < arrays_; ++array) {
    if (is_summed(array)) return false;
  }
  for (std::size_t loop = 0; loop <= lane_loop_; ++loop) {
    if (nest_.extent(loop) != cut.extent || inner_elements(loop) != cut.inner) continue;
    cut_loop_ = loop;
    cut_ = cut;
    return true;
  }
  return false;
}

bool Plan::is_in_one_piece(std::size_t output) const {
  return !is_empty() && (pieces() == 1 || nest_.stride(cut_loop_, output) != 0);
}

std::ptrdiff_t Plan::inner_elements(std::size_t loop) const {
  std::ptrdiff_t inner = 1;
  for (std::size_t k = loop + 1; k < nest_.depth(); ++k) inner *= nest_.extent(k);
  return inner;
}

/// The steps of a loop that belong together: enough elements to fill lanes and cache lines.
std::ptrdiff_t Plan::granule(std::size_t loop) const {
  if (loop != lane_loop_) return 1;
  return row_ == 1 ? 64 : 16;
}

Piece Plan::piece(std::size_t number) const {
  if (pieces() == 1) return {cut_loop_, 0, cut_.extent};
  const auto count = static_cast<std::ptrdiff_t>(pieces());
  const auto bound = [&](std::ptrdiff_t k) {
    return k == count ? cut_.extent : cut_.extent / cut_.unit * k / count * cut_.unit;
  };
  return {cut_loop_, bound(static_cast<std::ptrdiff_t>(number)), bound(static_cast<std::ptrdiff_t>(number) + 1)};
}

}  // namespace wengert::kernel
