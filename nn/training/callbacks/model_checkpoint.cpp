#include <autograd/base/text.hpp>
#include <autograd/base/write_file.hpp>
#include <nn/training/callbacks/model_checkpoint.hpp>
#include <nn/training/checkpoint.hpp>

#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <span>
#include <vector>

namespace wengert::nn {
namespace {

/// The path with places for names, `{1:.2f}` for `{largest error:.2f}`, as fmt's own names have no blanks.
std::string with_places(std::string_view path, const std::vector<std::string>& names) {
  std::string text;
  while (!path.empty()) {
    const bool is_brace = path.starts_with("{{");
    text += path.substr(0, is_brace ? 2 : 1);
    const bool opens = !is_brace && path.front() == '{';
    path.remove_prefix(is_brace ? 2 : 1);
    const auto is_next = [&](const std::string& name) {
      return path.starts_with(name + ":") || path.starts_with(name + "}");
    };
    auto name = names.end();
    for (auto next = names.begin(); opens && next != names.end(); ++next) {
      if (is_next(*next) && (name == names.end() || next->size() > name->size())) name = next;
    }
    if (name == names.end()) continue;
    text += std::to_string(name - names.begin());
    path.remove_prefix(name->size());
  }
  return text;
}

/// The path with the epoch and the last numbers of the history put in; zeros if there is none yet.
std::string file_name(const std::string& path, std::size_t epoch, const History& history) {
  std::vector<std::string> names{"epoch"};
  fmt::dynamic_format_arg_store<fmt::format_context> arguments;
  arguments.push_back(epoch);
  for (const std::string& column : history.columns()) {
    names.push_back(column);
    arguments.push_back(history.epochs() == 0 ? 0.0 : history[column].back());
  }
  try {
    return fmt::vformat(with_places(path, names), arguments);
  } catch (const fmt::format_error& error) {
    fail("ModelCheckpoint",
         fmt::format("the path '{}' cannot be filled in ({}); expected {{epoch}}, {{{}}}, such as "
                     "{{epoch:02d}}-{{{}:.2f}}",
                     path, error.what(), fmt::join(history.columns(), "}, {"), history.columns().front()));
  }
}

template <class T>
void save_all(const std::filesystem::path& file, const Training<T>& training) {
  Progress progress = training.progress;
  if (progress.batch == 0) progress.epoch = training.epoch;
  save_checkpoint(file, training.model, training.optimizer, progress);
}

}  // namespace

template <class T>
ModelCheckpoint<T>::ModelCheckpoint(std::string path, ModelCheckpointOptions options)
    : ModelCheckpoint(std::move(path), save_all<T>, std::move(options)) {
  writes_files_ = true;
}

template <class T>
ModelCheckpoint<T>::ModelCheckpoint(std::string path, Save save, ModelCheckpointOptions options)
    : path_(std::move(path)),
      save_(std::move(save)),
      options_(std::move(options)),
      monitor_("ModelCheckpoint", options_.monitor, options_.mode) {
  require(!path_.empty() && save_ != nullptr, "ModelCheckpoint", "got no path or no function that saves");
  require(!options_.save_best_only || options_.every_batches == 0, "ModelCheckpoint",
          "got save_best_only and every_batches = {}, which would replace the best by what is not; expected one of "
          "them; use two ModelCheckpoints, each with a file of its own",
          options_.every_batches);
}

template <class T>
void ModelCheckpoint<T>::on_train_begin(Training<T>& training) {
  if (options_.save_best_only) monitor_.check(training.history);
  const std::filesystem::path first = file_name(path_, 1, training.history);
  const bool is_known = std::filesystem::path(path_).parent_path().string().find('{') == std::string::npos;
  if (writes_files_ && is_known)
    base::require_writable("ModelCheckpoint", first.has_parent_path() ? first.parent_path() : ".");
  best_.reset();
  double best = 0.0;
  if (options_.save_best_only && monitor_.recall(training.progress, training.watched, std::span(&best, 1)))
    best_ = best;
}

template <class T>
void ModelCheckpoint<T>::on_batch_end(Training<T>& training) {
  const bool last = training.batch == training.batches;  // then the epoch's end saves
  if (options_.every_batches == 0 || last || training.batch % options_.every_batches != 0) return;
  save_(file_name(path_, training.epoch, training.history), training);
}

template <class T>
void ModelCheckpoint<T>::on_epoch_end(Training<T>& training) {
  const std::string file = file_name(path_, training.epoch, training.history);
  if (options_.save_best_only && !improved(training, file)) return;
  if (!options_.save_best_only) say(training, fmt::format("saving model to {}", file));
  save_(file, training);
}

template <class T>
bool ModelCheckpoint<T>::improved(Training<T>& training, const std::string& file) {
  const std::string before = best_ ? fmt::format("{:.5f}", *best_) : "None";
  const double value = monitor_.last(training.history);
  if (!monitor_.improves(value, best_.value_or(monitor_.worst()))) {
    say(training, fmt::format("{} did not improve from {}", monitor_.column(), before));
    return false;
  }
  say(training,
      fmt::format("{} improved from {} to {:.5f}, saving model to {}", monitor_.column(), before, value, file));
  best_ = value;
  monitor_.remember(training.progress, std::span(&value, 1));
  return true;
}

template <class T>
void ModelCheckpoint<T>::say(const Training<T>& training, std::string_view text) const {
  if (options_.verbose) training.messages << fmt::format("Epoch {}: {}\n", training.epoch, base::printable(text));
}

template class ModelCheckpoint<float>;
template class ModelCheckpoint<double>;

}  // namespace wengert::nn
