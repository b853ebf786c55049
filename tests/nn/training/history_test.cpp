#include <nn/training/history.hpp>

#include <doctest/doctest.h>

#include <limits>

#include "../../error_text.hpp"
#include "temporary_folder.hpp"

using namespace wengert;
using namespace wengert::training_tests;
using nn::History;

namespace {

History two_epochs() {
  History history({"loss", "accuracy"});
  history.add({0.1, 0.75});
  history.add({1.0 / 3.0, 1.0});
  return history;
}

}  // namespace

TEST_CASE("a history as CSV has a line of names and a line for each epoch, and every number comes back exactly") {
  CHECK(two_epochs().csv() == "epoch,loss,accuracy\n1,0.1,0.75\n2,0.3333333333333333,1\n");
  CHECK(std::stod("0.3333333333333333") == 1.0 / 3.0);
}

TEST_CASE("a history without epochs is a line of names") { CHECK(History({"loss"}).csv() == "epoch,loss\n"); }

TEST_CASE("names with commas and quotes are quoted, and numbers that are not finite are written as such") {
  History history({"loss, \"test\"", "µ"});
  history.add({std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()});
  CHECK(history.csv() == "epoch,\"loss, \"\"test\"\"\",µ\n1,nan,-inf\n");
}

TEST_CASE("a column is found by its name") {
  const History history = two_epochs();
  CHECK(history.epochs() == 2);
  CHECK(history["accuracy"] == std::vector{0.75, 1.0});
  CHECK(error_text([&] { history["acuracy"]; }) ==
        "[History] there is no column 'acuracy'; expected one of loss, accuracy");
}

TEST_CASE("an epoch with too many or too few numbers is refused, and the history is as before") {
  History history = two_epochs();
  const std::string before = history.csv();
  CHECK(error_text([&] { history.add({0.5}); }) ==
        "[History::add] got 1 numbers for epoch 3; expected 2: loss, accuracy");
  CHECK_THROWS_AS(history.add({0.5, 0.6, 0.7}), Error);
  CHECK_THROWS_AS(history.add({}), Error);
  CHECK(history.csv() == before);
}

TEST_CASE("columns without names, with one name, or called epoch are refused") {
  CHECK_THROWS_AS(History({}), Error);
  CHECK_THROWS_AS(History({"loss", ""}), Error);
  CHECK_THROWS_AS(History({"epoch"}), Error);
  CHECK(error_text([] {
          History({"loss", "accuracy", "loss"});
        }) == "[History] two columns are called 'loss'; give each a name of its own");
}

TEST_CASE("histories side by side keep their columns apart by name") {
  const History a = two_epochs(), b = two_epochs();
  History shorter({"loss"});
  shorter.add({1.0});
  CHECK(nn::side_by_side({{"a", a}, {"b", b}}).csv() ==
        "epoch,a_loss,a_accuracy,b_loss,b_accuracy\n1,0.1,0.75,0.1,0.75\n"
        "2,0.3333333333333333,1,0.3333333333333333,1\n");
  CHECK_THROWS_AS(nn::side_by_side({{"a", a}, {"a", b}}), Error);
  CHECK_THROWS_AS(nn::side_by_side({{"a", a}, {"b", shorter}}), Error);
  CHECK_THROWS_AS(nn::side_by_side({}), Error);
}

TEST_CASE("saving makes the folders above the file, replaces an older file, and leaves nothing else") {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "new" / "deep" / "history.csv";
  two_epochs().save_csv(file);
  two_epochs().save_csv(file);
  CHECK(text_of(file) == two_epochs().csv());
  CHECK(std::distance(std::filesystem::directory_iterator(file.parent_path()), {}) == 1);
}

TEST_CASE("where no file can be written the error names it, and nothing is half written") {
  const TemporaryFolder folder;
  SUBCASE("because its folder is a file") {
    write_text(folder.path() / "out", "kept");
    const std::filesystem::path file = folder.path() / "out" / "history.csv";
    const std::string error = error_text([&] { two_epochs().save_csv(file); });
    CHECK_MESSAGE(error.starts_with("[History::save_csv] '" + file.string() + "' cannot be written: "), error);
    CHECK(text_of(folder.path() / "out") == "kept");
  }
  SUBCASE("because a folder has its name") {
    std::filesystem::create_directories(folder.path() / "history.csv" / "full");
    CHECK(error_text([&] { two_epochs().save_csv(folder.path() / "history.csv"); }).find("history.csv'") !=
          std::string::npos);
  }
  SUBCASE("because its name is too long") {
    CHECK_THROWS_AS(two_epochs().save_csv(folder.path() / std::string(300, 'x')), Error);
    CHECK(folder.files() == 0);
    return;
  }
  CHECK(folder.files() == 1);
}

TEST_CASE("a history as JSON keeps the order of the columns; what is not finite is null") {
  CHECK(two_epochs().json() == "{\"epoch\":[1,2],\"loss\":[0.1,0.3333333333333333],\"accuracy\":[0.75,1.0]}\n");
  CHECK(History({"loss"}).json() == "{\"epoch\":[],\"loss\":[]}\n");
  History history({"a \"quoted\" name"});
  history.add({std::numeric_limits<double>::quiet_NaN()});
  CHECK(history.json() == "{\"epoch\":[1],\"a \\\"quoted\\\" name\":[null]}\n");
  const TemporaryFolder folder;
  two_epochs().save_json(folder.path() / "history.json");
  CHECK(text_of(folder.path() / "history.json") == two_epochs().json());
}

TEST_CASE("the history of a training that was resumed goes on counting") {
  History history({"loss"}, 4);
  history.add({0.5});
  history.add({0.25});
  CHECK(history.csv() == "epoch,loss\n4,0.5\n5,0.25\n");
  CHECK(history.json() == "{\"epoch\":[4,5],\"loss\":[0.5,0.25]}\n");
  CHECK(error_text([&] { history.add({}); }) == "[History::add] got 0 numbers for epoch 6; expected 1: loss");
}
