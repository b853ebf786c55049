#pragma once

#include <nn/training/callback.hpp>

#include <filesystem>
#include <string>

namespace wengert::nn {

struct CSVLoggerOptions {
  /// Goes on writing a file that is there, as a training that is resumed wants it; the last rows, as far as they are of
  /// epochs that it goes through again, give way.
  bool append = false;
};

/// Writes the history to a CSV file as it comes, a row after every epoch, so that what was reached is there whatever
/// happens: the file is replaced by one with a row more, whole or not at all. A file that was there before stays until
/// the first epoch is complete.
template <class T = float>
class CSVLogger final : public Callback<T> {
 public:
  explicit CSVLogger(std::filesystem::path file, CSVLoggerOptions options = {});

  /// Throws an Error that names the file or its folder if that cannot be written, or the file has other columns than
  /// are to be appended.
  void on_train_begin(Training<T>& training) override;
  /// Throws an Error that names the file if it cannot be written.
  void on_epoch_end(Training<T>& training) override;

 private:
  std::filesystem::path file_;
  CSVLoggerOptions options_;
  std::string text_;  ///< of the file after the last epoch
};

}  // namespace wengert::nn
