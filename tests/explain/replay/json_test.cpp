#include <autograd/explain/replay/json.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <set>
#include <sstream>

#include "../../error_text.hpp"
#include "../networks.hpp"

using namespace wengert;
using namespace wengert::explain_tests;
using nlohmann::json;

namespace {

Replay batch_norm_record() {
  const BatchNormExample example;
  Tape<double> tape;
  return replay(tape, example.loss(BatchNorm::by_operators));
}

void collect_keys(const json& value, std::set<std::string>& keys) {
  if (value.is_object()) {
    for (const auto& [key, part] : value.items()) keys.insert(key);
  }
  if (value.is_structured()) {
    for (const json& part : value) collect_keys(part, keys);
  }
}

}  // namespace

TEST_CASE("the JSON of a record holds its numbers to the last bit") {
  const Replay record = batch_norm_record();
  const json parsed = json::parse(to_json(record));
  CHECK(parsed["format"] == "wengert-replay/1");
  REQUIRE(parsed["forward"].size() == record.forward.size());
  REQUIRE(parsed["backward"].size() == record.backward.size());
  const auto values = [&](const json& place) { return parsed["arrays"][place.get<std::size_t>()]["values"]; };
  for (std::size_t k = 0; k < record.forward.size(); ++k) {
    CHECK(parsed["forward"][k]["name"]["text"] == record.forward[k].name.text);
    CHECK(values(parsed["forward"][k]["value"]) == json(record.forward[k].value->values));
  }
  for (std::size_t k = 0; k < record.backward.size(); ++k) {
    const json& step = parsed["backward"][k];
    CHECK(values(step["contribution"]) == json(record.backward[k].contribution->values));
    CHECK(values(step["after"]) == json(record.backward[k].after->values));
    CHECK(step["before"].is_null() == record.backward[k].is_first());
  }
}

TEST_CASE("an array that steps share is written once") {
  const json parsed = json::parse(to_json(batch_norm_record()));
  const json& backward = parsed["backward"];
  for (std::size_t k = 0; k < backward.size(); ++k) {
    if (backward[k]["before"].is_null()) continue;
    std::size_t earlier = k - 1;
    while (backward[earlier]["target"] != backward[k]["target"]) --earlier;
    CHECK(backward[k]["before"] == backward[earlier]["after"]);
  }
}

TEST_CASE("an entry has the scope in which it was recorded and the line of the program that names it") {
  const Var<double> x = parameter(Array<double>{2.0, 1.0}, "x");
  Tape<double> tape;
  const Scope scope("encoder");
  const Var<double> y = square(x).named("y");
  const unsigned line = __LINE__ - 1;
  const json forward = json::parse(to_json(replay(tape, sum(y))))["forward"];
  CHECK(forward[1]["scope"] == "encoder");
  CHECK(forward[1]["line"]["file"] == "json_test.cpp");
  CHECK(forward[1]["line"]["number"] == line);
  CHECK(forward[1]["line"]["text"] == "const Var<double> y = square(x).named(\"y\");");
  CHECK(forward[2]["line"].is_null());
}

TEST_CASE("numbers that are not finite are texts, for JSON has none") {
  const Var<double> x = parameter(Array<double>{0.0, 1.0}, "x");
  Tape<double> tape;
  const json parsed = json::parse(to_json(replay(tape, sum(log(x)))));
  const json& logarithm = parsed["arrays"][parsed["forward"][1]["value"].get<std::size_t>()];
  CHECK(logarithm["values"] == json::array({"-inf", 0.0}));
  CHECK(logarithm["not_finite"] == 1);
}

TEST_CASE("the page about the format names every key") {
  std::set<std::string> keys;
  collect_keys(json::parse(to_json(batch_norm_record())), keys);
  keys.insert({"kept", "histogram"});
  std::ifstream file(WENGERT_SOURCE_DIR "/docs/reference/replay.md");
  std::ostringstream page;
  page << file.rdbuf();
  for (const std::string& key : keys) CHECK_MESSAGE(contains(page.str(), "`" + key + "`"), key);
}
