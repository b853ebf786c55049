#include <autograd/kernel/pass.hpp>

#include <algorithm>
#include <utility>

namespace wengert::kernel {
namespace {

// Those of a normalisation written with operators. A pass that waits keeps the cotangent that it reads, and each new
// one is compared with all of them.
constexpr std::size_t most_together = 16;

}  // namespace

template <class T>
bool PassesTogether<T>::fits(Pass<T>& pass, const T* array) const {
  if (is_empty()) return true;
  if (passes_.size() == most_together) return false;
  const auto merges = [array](const std::unique_ptr<Pass<T>>& earlier) { return earlier->merges_into(array); };
  return std::none_of(passes_.begin(), passes_.end(), merges) && pass.cut_like(passes_.front()->cut());
}

template <class T>
void PassesTogether<T>::run() {
  const std::vector<std::unique_ptr<Pass<T>>> passes = std::exchange(passes_, {});
  if (passes.empty()) return;
  for (const std::unique_ptr<Pass<T>>& pass : passes) pass->start();
  parallel_for(passes.front()->cut().pieces, [&](std::size_t piece) {
    for (const std::unique_ptr<Pass<T>>& pass : passes) pass->run(piece);
  });
  for (const std::unique_ptr<Pass<T>>& pass : passes) pass->finish();
}

template class PassesTogether<float>;
template class PassesTogether<double>;

}  // namespace wengert::kernel
