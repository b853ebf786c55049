#pragma once

#include <nn/training/callback.hpp>

#include <fstream>

namespace wengert::nn {

struct CSVLoggerOptions {
  bool append = false;  ///< goes on writing a file that is there, as a training that is resumed wants it
};

/// Writes the history to a CSV file as it comes, a row after every epoch, so that what was reached is there whatever
/// happens. A file that was there before stays until the first epoch is complete.
template <class T = float>
class CSVLogger final : public Callback<T> {
 public:
  explicit CSVLogger(std::filesystem::path file, CSVLoggerOptions options = {});

  /// Throws an Error that names the file if it cannot be written, or has other columns than are to be appended.
  void on_train_begin(Training<T>& training) override;
  void on_epoch_end(Training<T>& training) override;
  void on_train_end(Training<T>& training) override;

 private:
  void open(std::ios::openmode mode);
  void check() const;

  std::filesystem::path file_;
  CSVLoggerOptions options_;
  std::ofstream out_;
};

}  // namespace wengert::nn
