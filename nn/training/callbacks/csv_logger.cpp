#include <autograd/base/read_file.hpp>
#include <autograd/base/text.hpp>
#include <autograd/base/write_file.hpp>
#include <nn/training/callbacks/csv_logger.hpp>

#include <charconv>

namespace wengert::nn {
namespace {

/// What a file holds, nothing if there is none.
std::string text_of(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return "";
  return base::read_file("CSVLogger", file, "a CSV file to append to");
}

/// Drops the last rows as far as they are of an epoch or of later ones, which a training that is resumed from an older
/// checkpoint goes through again.
void drop_rows_from(std::size_t epoch, std::size_t columns, std::string& text) {
  while (true) {
    const std::size_t begin = text.rfind('\n', text.size() - 2) + 1;
    std::size_t of_row = 0;
    std::from_chars(text.data() + begin, text.data() + text.size(), of_row);
    if (begin <= columns || of_row < epoch) return;
    text.resize(begin);
  }
}

}  // namespace

template <class T>
CSVLogger<T>::CSVLogger(std::filesystem::path file, CSVLoggerOptions options)
    : file_(std::move(file)), options_(options) {}

template <class T>
void CSVLogger<T>::on_train_begin(Training<T>& training) {
  const std::string columns = training.history.csv_header();
  text_ = options_.append ? text_of(file_) : "";
  if (text_.find_first_not_of("\r\n") == std::string::npos) text_.clear();
  require(text_.empty() || text_ == columns || text_.starts_with(columns + '\n'), "CSVLogger",
          "'{}' has the columns {}; expected {} to append to; name another file or remove this one", file_.string(),
          base::printable(text_.substr(0, text_.find('\n'))), base::printable(columns));
  base::require_writable("CSVLogger", file_.has_parent_path() ? file_.parent_path() : ".");
  if (text_.empty()) text_ = columns;
  if (!text_.ends_with('\n')) text_ += '\n';
  const Progress& before = training.progress;
  if (before.epoch > 0 || before.batch > 0) drop_rows_from(before.epoch + 1, columns.size(), text_);
}

template <class T>
void CSVLogger<T>::on_epoch_end(Training<T>& training) {
  const History& history = training.history;
  text_ += history.csv_row(history.epochs() - 1) + '\n';
  base::write_file("CSVLogger", file_, text_);
}

template class CSVLogger<float>;
template class CSVLogger<double>;

}  // namespace wengert::nn
