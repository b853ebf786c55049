#include <autograd/base/source_line.hpp>

#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <string_view>
#include <vector>

namespace wengert {
namespace {

std::vector<std::string> lines_of(const char* file) {
  std::vector<std::string> lines;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string text;
    for (std::string word; words >> word;) text += (text.empty() ? "" : " ") + word;
    lines.push_back(std::move(text));
  }
  return lines;
}

/// The folder that holds the library's own ones, with a slash.
std::string_view root() {
  constexpr std::string_view here = __FILE__;
  return here.substr(0, here.size() - std::string_view("autograd/base/source_line.cpp").size());
}

}  // namespace

std::string text_of(SourceLine line) {
  static std::mutex mutex;
  static std::map<std::string, std::vector<std::string>, std::less<>> files;
  if (line.file == nullptr) return "";
  const std::lock_guard lock(mutex);
  const auto found = files.find(line.file);
  const std::vector<std::string>& lines =
      found != files.end() ? found->second : files.emplace(line.file, lines_of(line.file)).first->second;
  return line.number == 0 || line.number > lines.size() ? "" : lines[line.number - 1];
}

bool is_of_library(SourceLine line) {
  if (line.file == nullptr) return false;
  std::string_view file = line.file;
  if (!file.starts_with(root())) return false;
  file.remove_prefix(root().size());
  for (const std::string_view room : {"autograd/", "nn/", "optim/", "datasets/"}) {
    if (file.starts_with(room)) return true;
  }
  return false;
}

}  // namespace wengert
