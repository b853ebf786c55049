#include <autograd/base/error.hpp>
#include <datasets/formats/csv_classes.hpp>
#include <datasets/formats/csv_error.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

namespace wengert::datasets {
namespace {

template <class Number>
std::optional<Number> to(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

}  // namespace

CsvClasses::CsvClasses(const std::vector<std::string>& names) : given_(!names.empty()), names_(names) {
  for (const std::string& name : names_) {
    require(numbers_.emplace(name, numbers_.size()).second, "to_dataset",
            "the class {} is repeated in class_names: got {}; expected each class once; remove one", excerpt(name),
            excerpts(names_));
  }
}

std::size_t CsvClasses::number(std::string_view name, std::string& complaint) {
  const auto found = numbers_.find(name);
  if (found != numbers_.end()) return found->second;
  if (given_) {
    complaint =
        fmt::format("is not a known class; expected one of {}; correct it or extend class_names", excerpts(names_));
    return 0;
  }
  names_.emplace_back(name);
  return numbers_.emplace(names_.back(), names_.size() - 1).first->second;
}

std::vector<std::string> CsvClasses::finish(std::vector<std::size_t>& labels) const {
  if (given_) return names_;
  const std::set<std::size_t> used(labels.begin(), labels.end());  // a row that was dropped may have had another
  std::vector<std::size_t> order(used.begin(), used.end()), places(names_.size());
  const bool integers =
      std::all_of(order.begin(), order.end(), [&](std::size_t i) { return to<long long>(names_[i]); });
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (integers && to<long long>(names_[a]) != to<long long>(names_[b])) {
      return to<long long>(names_[a]) < to<long long>(names_[b]);
    }
    return names_[a] < names_[b];
  });
  std::vector<std::string> sorted;
  for (std::size_t place = 0; place < order.size(); ++place) {
    places[order[place]] = place;
    sorted.push_back(names_[order[place]]);
  }
  for (std::size_t& label : labels) label = places[label];
  return sorted;
}

std::string_view CsvClasses::suspicious() const {
  const bool numbers = std::all_of(names_.begin(), names_.end(), to<double>);
  if (given_ || !numbers) return "";
  const auto found = std::find_if(names_.begin(), names_.end(), [](const auto& name) { return !to<long long>(name); });
  return found == names_.end() ? std::string_view() : *found;
}

}  // namespace wengert::datasets
