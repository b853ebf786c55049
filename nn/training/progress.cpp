#include <autograd/base/error.hpp>
#include <nn/training/progress.hpp>

#include <fmt/format.h>

#include <vector>

namespace wengert::nn {

Progress with_whole_epochs(Progress progress, std::size_t batches) {
  if (progress.batch < batches) return progress;
  ++progress.epoch;
  progress.batch = 0;
  progress.tallies.clear();
  return progress;
}

template <class T>
void resume(datasets::DataLoader<T>& loader, const Progress& progress) {
  if (progress.loading) {
    std::vector<std::string> differences;
    const auto compare = [&](const char* name, auto there, auto here) {
      if (there != here) differences.push_back(fmt::format("{} {} there and {} here", name, there, here));
    };
    const datasets::LoaderOptions &there = *progress.loading, &here = loader.options();
    compare("seed", there.seed, here.seed);
    compare("batch_size", there.batch_size, here.batch_size);
    compare("shuffle", there.shuffle, here.shuffle);
    compare("drop_last", there.drop_last, here.drop_last);
    compare("last_batch_of_one", static_cast<int>(there.last_batch_of_one), static_cast<int>(here.last_batch_of_one));
    if (progress.samples && progress.batch > 0) compare("samples", *progress.samples, loader.dataset().size());
    require(differences.empty(), "resume",
            "the loader serves other batches than that of the training that was saved: {}; expected the same; give the "
            "loader or fit these options and these samples",
            fmt::join(differences, "; "));
  }
  require(progress.batch <= loader.batches(), "resume",
          "{} batches of an epoch are done, but the loader has {}; expected as many at most; give it the samples and "
          "the batch size of the training that was saved",
          progress.batch, loader.batches());
  const Progress next = with_whole_epochs(progress, loader.batches());
  loader.set_epoch(next.epoch, next.batch);
}

template void resume(datasets::DataLoader<float>&, const Progress&);
template void resume(datasets::DataLoader<double>&, const Progress&);

}  // namespace wengert::nn
