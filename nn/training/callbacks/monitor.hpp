#pragma once

#include <nn/training/history.hpp>
#include <nn/training/progress.hpp>

#include <span>
#include <string>
#include <string_view>

namespace wengert::nn {

/// Which numbers of a column are better: by its name (an accuracy larger, anything else smaller), smaller, larger.
enum class Mode { automatic, min, max };

/// A column of the history that a callback watches.
class Monitor {
 public:
  /// Messages speak in the name of `callback`.
  Monitor(std::string_view callback, std::string column, Mode mode, double min_delta = 0.0);

  /// Throws an Error unless the training reports the column.
  void check(const History& history) const;
  /// Its number in the last epoch.
  double last(const History& history) const { return history[column_].back(); }
  /// Whether `value` is better than `reference` by more than min_delta; a NaN is not.
  bool improves(double value, double reference) const;
  /// What every finite number improves on.
  double worst() const;

  /// Writes what the callback remembers to the notes of a training, from where a checkpoint takes it: any number, and
  /// counts.
  void remember(Progress& progress, std::span<const double> numbers) const;
  /// Takes it from there, if the training was resumed. Callbacks of one kind that watch one column, which `watched`
  /// counts, have a note each, by their order. Throws an Error if those are other numbers than `numbers`.
  bool recall(const Progress& progress, std::map<std::string, std::size_t>& watched, std::span<double> numbers);

  const std::string& column() const& { return column_; }
  std::string column() && { return column_; }
  bool larger_is_better() const { return larger_is_better_; }

 private:
  std::string_view callback_;
  std::string column_, note_;
  bool larger_is_better_;
  double min_delta_;
};

}  // namespace wengert::nn
