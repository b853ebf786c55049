#include <nn/training/callbacks/csv_logger.hpp>

namespace wengert::nn {
namespace {

/// The first line of a file, empty if there is none.
std::string first_line(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  std::getline(in, line);
  return line;
}

}  // namespace

template <class T>
CSVLogger<T>::CSVLogger(std::filesystem::path file, CSVLoggerOptions options)
    : file_(std::move(file)), options_(options) {}

template <class T>
void CSVLogger<T>::check() const {
  require(out_.good(), "CSVLogger", "'{}' cannot be written; check its folder, its permissions and the space left",
          file_.string());
}

template <class T>
void CSVLogger<T>::open(std::ios::openmode mode) {
  out_ = std::ofstream(file_, mode | std::ios::binary);
  check();
}

template <class T>
void CSVLogger<T>::on_train_begin(Training<T>& training) {
  const std::string found = first_line(file_), columns = training.history.csv_header();
  require(!options_.append || found.empty() || found == columns, "CSVLogger",
          "'{}' has the columns {}; expected {} to append to; name another file or remove this one", file_.string(),
          found, columns);
  std::error_code ignored;  // if there is no folder, the file says so
  if (file_.has_parent_path()) std::filesystem::create_directories(file_.parent_path(), ignored);
  open(std::ios::app);
}

template <class T>
void CSVLogger<T>::on_epoch_end(Training<T>& training) {
  const History& history = training.history;
  const bool first = history.epochs() == 1;
  if (first && !options_.append) open(std::ios::trunc);
  if (first && first_line(file_).empty()) out_ << history.csv_header() << '\n';
  out_ << history.csv_row(history.epochs() - 1) << std::endl;
  check();
}

template <class T>
void CSVLogger<T>::on_train_end(Training<T>&) {
  out_.close();
}

template class CSVLogger<float>;
template class CSVLogger<double>;

}  // namespace wengert::nn
