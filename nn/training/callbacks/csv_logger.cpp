#include <autograd/base/write_file.hpp>
#include <nn/training/callbacks/csv_logger.hpp>

#include <fstream>
#include <iterator>

namespace wengert::nn {
namespace {

/// What a file holds, nothing if there is none.
std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

template <class T>
CSVLogger<T>::CSVLogger(std::filesystem::path file, CSVLoggerOptions options)
    : file_(std::move(file)), options_(options) {}

template <class T>
void CSVLogger<T>::on_train_begin(Training<T>& training) {
  const std::string columns = training.history.csv_header();
  text_ = options_.append ? text_of(file_) : "";
  const std::string found = text_.substr(0, text_.find('\n'));
  require(found.empty() || found == columns, "CSVLogger",
          "'{}' has the columns {}; expected {} to append to; name another file or remove this one", file_.string(),
          found, columns);
  base::require_writable("CSVLogger", file_.has_parent_path() ? file_.parent_path() : ".");
  if (found.empty()) text_ = columns;
  if (!text_.ends_with('\n')) text_ += '\n';
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
