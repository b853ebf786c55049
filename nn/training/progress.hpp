#pragma once

#include <datasets/loader.hpp>
#include <nn/training/tally.hpp>

#include <map>
#include <optional>
#include <string>

namespace wengert::nn {

/// How far a training has come, beside what its network, optimizer and generators hold.
struct Progress {
  std::size_t epoch = 0;                             ///< how many are complete
  std::map<std::string, std::string> notes{};        ///< whatever else is to be kept, as texts (UTF-8)
  std::size_t batch = 0;                             ///< how many of the next epoch are done
  std::map<std::string, Tally> tallies{};            ///< of these batches: the loss and the metrics
  std::optional<datasets::LoaderOptions> loading{};  ///< how the batches are served
  std::optional<std::size_t> samples{};              ///< of how many samples
};

/// The progress of a loop over a loader, of whose present epoch `batch` batches are done; none if it is complete.
template <class T>
Progress progress_of(const datasets::DataLoader<T>& loader, std::size_t batch = 0) {
  const bool inside = batch > 0 && batch < loader.batches();
  return {.epoch = loader.epoch() - (inside ? 1 : 0),
          .batch = inside ? batch : 0,
          .loading = loader.options(),
          .samples = loader.dataset().size()};
}

/// The same, with an epoch of which all batches are done as complete.
Progress with_whole_epochs(Progress progress, std::size_t batches);

/// Makes the loader serve what comes next: the rest of the epoch that was begun, or the next one. Throws an Error that
/// names both values, and changes nothing, if it serves other batches than the loader of the progress did; inside an
/// epoch also if it has another number of samples.
///   nn::resume(loader, nn::load_checkpoint("run.safetensors", net, optimizer));
template <class T>
void resume(datasets::DataLoader<T>& loader, const Progress& progress);

extern template void resume(datasets::DataLoader<float>&, const Progress&);
extern template void resume(datasets::DataLoader<double>&, const Progress&);

}  // namespace wengert::nn
