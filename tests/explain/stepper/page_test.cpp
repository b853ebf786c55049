#include <autograd/explain/stepper/save_stepper.hpp>

#include <doctest/doctest.h>
#include <autograd/explain/replay/json.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "../../error_text.hpp"
#include "../networks.hpp"

using namespace wengert;
using namespace wengert::explain_tests;

namespace {

Replay batch_norm_record() {
  const BatchNormExample example;
  Tape<double> tape;
  return replay(tape, example.loss(BatchNorm::by_operators));
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t number = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++number;
  return number;
}

/// What stands in the script element that holds the record.
std::string record_in(const std::string& page) {
  const std::string mark = "id=\"record\">";
  const std::size_t begin = page.find(mark) + mark.size();
  return page.substr(begin, page.find("</script>", begin) - begin);
}

}  // namespace

TEST_CASE("the page of batch norm is one file of at most 300 kB that asks for nothing") {
  const std::string page = stepper_page(batch_norm_record());
  CHECK(page.size() <= 300000);
  CHECK(contains(page, "default-src 'none'"));
  CHECK(count(page, "http://") == count(page, "http://www.w3.org/1998/Math/MathML"));
  CHECK(count(page, "https://") == 0);
  CHECK(count(page, "src=") + count(page, "@import") + count(page, "url(") == 0);
  CHECK(count(page, "{{") == 0);
}

TEST_CASE("the page holds the record, and a listing for whoever has no JavaScript") {
  const Replay record = batch_norm_record();
  const std::string page = stepper_page(record);
  CHECK(nlohmann::json::parse(record_in(page)) == nlohmann::json::parse(to_json(record)));
  CHECK(contains(page.substr(page.find("<noscript>")), "dγ"));
}

TEST_CASE("names and titles that look like markup do no harm") {
  const Var<double> x = parameter(scalar(2.0), "</script><script>alert(1)</script>");
  Tape<double> tape;
  const Replay record = replay(tape, square(x));
  const std::string page = stepper_page(record, "<b>&\"title\"");
  CHECK_FALSE(contains(page, "alert(1)</script>"));
  CHECK(contains(page, "<title>&lt;b&gt;&amp;&quot;title&quot;</title>"));
  CHECK(nlohmann::json::parse(record_in(page)) == nlohmann::json::parse(to_json(record)));
}

TEST_CASE("a title that is no UTF-8, or has control characters, leaves a page that can be read") {
  const Var<double> x = parameter(scalar(2.0), "x");
  Tape<double> tape;
  const std::string page = stepper_page(replay(tape, square(x)), "gr\xF6\xDF\x01 日本 σ²");
  CHECK(contains(page, "<title>gr\uFFFD\uFFFD\uFFFD 日本 σ²</title>"));
}

TEST_CASE("the page of a network of large arrays stays below 2 MB") {
  Generator generator(5);
  const Var<double> x(generator.normal<double>({128, 784}));
  const Var<double> w1 = parameter(generator.normal<double>({784, 128}), "W1");
  const Var<double> w2 = parameter(generator.normal<double>({128, 10}), "W2");
  Tape<double> tape;
  const Var<double> loss = mean(square(matmul(relu(matmul(x, w1)), w2)));
  CHECK(stepper_page(replay(tape, loss)).size() < 2000000);
}

TEST_CASE("save_stepper writes the page and says where it cannot") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "wengert_save_stepper";
  const Replay record = batch_norm_record();
  save_stepper(record, folder / "step.html");
  std::ifstream file(folder / "step.html", std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  CHECK(text.str() == stepper_page(record));
  CHECK(contains(error_text([&] { save_stepper(record, folder / "step.html" / "below"); }), "[save_stepper]"));
  std::filesystem::remove_all(folder);
}
