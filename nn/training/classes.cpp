#include <autograd/arrays/shape.hpp>
#include <autograd/base/text.hpp>
#include <autograd/base/unsigned_nan.hpp>
#include <nn/training/classes.hpp>

#include <algorithm>
#include <cmath>

namespace wengert::nn {
namespace {

constexpr std::size_t most_classes = std::size_t{1} << 20U;

/// K x K counts; K is checked before it is squared.
std::vector<std::size_t> counts_of(std::size_t classes) {
  require(classes <= most_classes, "ConfusionMatrix", "got {} classes; expected at most {}", classes, most_classes);
  return std::vector<std::size_t>(classes * classes);
}

double share(std::size_t part, std::size_t all) {
  return base::unsigned_nan(static_cast<double>(part) / static_cast<double>(all));
}

}  // namespace

template <class T>
std::vector<std::size_t> argmax(const Array<T>& outputs) {
  require(outputs.dimension() > 0 && outputs.shape().back() > 0, "argmax",
          "got {}; expected (..., K), a row of K outputs for each sample", Shape(outputs.shape()));
  const std::size_t classes = outputs.shape().back();
  std::vector<std::size_t> places;
  for (const T* row = outputs.data(); row != outputs.data() + outputs.size(); row += classes) {
    require(std::none_of(row, row + classes, [](T y) { return std::isnan(y); }), "argmax",
            "row {} has a NaN, so it has no largest element", places.size());
    places.push_back(static_cast<std::size_t>(std::max_element(row, row + classes) - row));
  }
  return places;
}

std::vector<std::string> names_of(const std::vector<std::size_t>& classes,
                                  const std::vector<std::string>& class_names) {
  std::vector<std::string> names;
  for (const std::size_t k : classes) {
    require(k < class_names.size(), "names_of", "class {} has no name: there are {} names", k, class_names.size());
    names.push_back(class_names[k]);
  }
  return names;
}

ConfusionMatrix::ConfusionMatrix(const std::vector<std::size_t>& labels, const std::vector<std::size_t>& predicted,
                                 std::size_t classes)
    : classes_(classes), counts_(counts_of(classes)) {
  require(labels.size() == predicted.size(), "ConfusionMatrix",
          "got {} labels and {} predictions; expected one of each for each sample", labels.size(), predicted.size());
  for (std::size_t n = 0; n < labels.size(); ++n) {
    require(labels[n] < classes && predicted[n] < classes, "ConfusionMatrix",
            "sample {} has label {} and prediction {}; expected both below {}, the number of classes", n, labels[n],
            predicted[n], classes);
    ++counts_[labels[n] * classes + predicted[n]];
  }
}

std::size_t ConfusionMatrix::operator()(std::size_t label, std::size_t predicted) const {
  require(label < classes_ && predicted < classes_, "ConfusionMatrix", "({}, {}) is not there: there are {} classes",
          label, predicted, classes_);
  return counts_[label * classes_ + predicted];
}

double ConfusionMatrix::accuracy() const {
  std::size_t right = 0, all = 0;
  for (std::size_t k = 0; k < classes_; ++k) right += (*this)(k, k);
  for (const std::size_t count : counts_) all += count;
  return share(right, all);
}

double ConfusionMatrix::recall(std::size_t label) const {
  std::size_t all = 0;
  for (std::size_t k = 0; k < classes_; ++k) all += (*this)(label, k);
  return share((*this)(label, label), all);
}

double ConfusionMatrix::precision(std::size_t predicted) const {
  std::size_t all = 0;
  for (std::size_t k = 0; k < classes_; ++k) all += (*this)(k, predicted);
  return share((*this)(predicted, predicted), all);
}

std::string ConfusionMatrix::text(const std::vector<std::string>& class_names) const {
  require(class_names.empty() || class_names.size() == classes_, "ConfusionMatrix", "got {} names for {} classes",
          class_names.size(), classes_);
  const auto name = [&](std::size_t k) {
    return class_names.empty() ? std::to_string(k) : base::printable(class_names[k]);
  };
  std::size_t width = 1;
  for (std::size_t k = 0; k < classes_; ++k) width = std::max(width, base::display_width(name(k)));
  for (const std::size_t count : counts_) width = std::max(width, std::to_string(count).size());
  std::vector<std::vector<std::string>> rows(1, {"label \\ predicted"});
  for (std::size_t k = 0; k < classes_; ++k) rows[0].push_back(base::aligned_right(name(k), width));
  for (std::size_t label = 0; label < classes_; ++label) {
    rows.push_back({name(label)});
    for (std::size_t k = 0; k < classes_; ++k) {
      rows.back().push_back(base::aligned_right(std::to_string((*this)(label, k)), width));
    }
  }
  return base::columns(rows);
}

template std::vector<std::size_t> argmax(const Array<float>&);
template std::vector<std::size_t> argmax(const Array<double>&);

}  // namespace wengert::nn
