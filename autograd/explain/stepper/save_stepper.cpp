#include <autograd/base/markup.hpp>
#include <autograd/base/write_file.hpp>
#include <autograd/explain/replay/json.hpp>
#include <autograd/explain/replay/print_replay.hpp>
#include <autograd/explain/stepper/page.hpp>
#include <autograd/explain/stepper/save_stepper.hpp>

#include <map>

namespace wengert {
namespace {

/// The text with `{{name}}` replaced by what stands under the name.
std::string filled_in(const std::string& text, const std::map<std::string, std::string>& places) {
  std::string result;
  std::size_t begin = 0;
  for (std::size_t open = text.find("{{"); open != std::string::npos; open = text.find("{{", begin)) {
    const std::size_t close = text.find("}}", open);
    result += text.substr(begin, open - begin) + places.at(text.substr(open + 2, close - open - 2));
    begin = close + 2;
  }
  return result + text.substr(begin);
}

/// JSON inside of a script element: nothing in it looks like markup.
std::string inside_script(const std::string& json) {
  std::string result;
  for (const char c : json) result += c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : std::string(1, c);
  return result;
}

}  // namespace

std::string stepper_page(const Replay& replay, const std::string& title) {
  namespace page = explain::page;
  return filled_in(page::stepper_html(), {{"title", base::escaped(title)},
                                          {"style", page::stepper_css()},
                                          {"listing", base::escaped(print(replay))},
                                          {"record", inside_script(to_json(replay))},
                                          {"layout", page::layout_js()},
                                          {"graph", page::graph_js()},
                                          {"tables", page::tables_js()},
                                          {"elements", page::elements_js()},
                                          {"stepper", page::stepper_js()}});
}

void save_stepper(const Replay& replay, const std::filesystem::path& file, const std::string& title) {
  base::write_file("save_stepper", file, stepper_page(replay, title));
}

}  // namespace wengert
