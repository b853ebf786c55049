#include <nn/training/report/panel.hpp>

#include <doctest/doctest.h>

#include "../../error_text.hpp"
#include "temporary_folder.hpp"

using namespace wengert;
using namespace wengert::training_tests;
using nn::History;
using nn::Panel;

namespace {

History history_with_validation() {
  History history({"loss", "accuracy", "val_loss", "val_accuracy"});
  history.add({0.5, 0.8, 0.6, 0.7});
  history.add({0.25, 0.9, 0.5, 0.75});
  return history;
}

}  // namespace

TEST_CASE("loss and accuracy are a panel each: training dashed, validation solid, a colour for each training") {
  const History with = history_with_validation(), without = history_with_validation();
  const std::vector<Panel> panels = nn::loss_and_accuracy({{"with BN", with}, {"without BN", without}});
  REQUIRE(panels.size() == 2);
  CHECK(panels[0].title == "Training and validation loss");
  CHECK(panels[1].y_label == "accuracy");
  REQUIRE(panels[1].curves.size() == 4);
  CHECK(panels[1].curves[0].label == "with BN, training");
  CHECK(panels[1].curves[0].values == std::vector{0.8, 0.9});
  CHECK(panels[1].curves[0].dashed);
  CHECK(panels[1].curves[1].label == "with BN, validation");
  CHECK(panels[1].curves[1].values == std::vector{0.7, 0.75});
  CHECK_FALSE(panels[1].curves[1].dashed);
  CHECK(panels[1].curves[1].colour == panels[1].curves[0].colour);
  CHECK(panels[1].curves[2].label == "without BN, training");
  CHECK(panels[1].curves[2].colour != panels[1].curves[0].colour);
}

TEST_CASE("what a history does not have is left out, and a training alone needs no name") {
  History history({"loss"});
  history.add({0.5});
  const std::vector<Panel> panels = nn::loss_and_accuracy({{"", history}});
  REQUIRE(panels.size() == 1);
  REQUIRE(panels[0].curves.size() == 1);
  CHECK(panels[0].curves[0].label == "training");
}

TEST_CASE("the curves of a training that was resumed begin with its first epoch") {
  History resumed({"loss"}, 4);
  resumed.add({0.5});
  resumed.add({0.25});
  History whole({"loss"});
  for (const double loss : {3.0, 2.0, 1.0}) whole.add({loss});
  const Panel panel = nn::loss_and_accuracy({{"", resumed}}).front();
  CHECK(panel.curves[0].first_epoch == 4);
  CHECK((nn::epochs_of(panel.curves) == std::array<std::size_t, 2>{4, 6}));
  const Panel both = nn::comparison({{"resumed", resumed}, {"whole", whole}}, "loss", "Loss", "loss");
  CHECK(both.curves[0].first_epoch == 4);
  CHECK((nn::epochs_of(both.curves) == std::array<std::size_t, 2>{1, 6}));
}

TEST_CASE("one column of several trainings is a panel with a curve for each") {
  const History small = history_with_validation(), large = history_with_validation();
  const Panel panel = nn::comparison({{"batch size 32", small}, {"batch size 512", large}}, "val_accuracy",
                                     "Validation accuracy", "accuracy");
  CHECK(panel.title == "Validation accuracy");
  CHECK(panel.y_label == "accuracy");
  REQUIRE(panel.curves.size() == 2);
  CHECK(panel.curves[1].label == "batch size 512");
  CHECK(panel.curves[1].values == std::vector{0.7, 0.75});
  CHECK(panel.curves[1].colour == 1);
  CHECK(error_text([&] {
          nn::comparison({{"batch size 32", small}}, "val_error", "", "");
        }).find("val_error") != std::string::npos);
}

TEST_CASE("panels that are to be compared get one scale") {
  std::vector<nn::Panel> panels{{.title = "a", .y_label = "y", .curves = {{.label = "a", .values = {1.0, 2.0}}}},
                                {.title = "b", .y_label = "y", .curves = {{.label = "b", .values = {0.0, 1.0}}}}};
  nn::same_scale(panels);
  for (const nn::Panel& panel : panels) {
    REQUIRE(panel.y_range.has_value());
    CHECK((*panel.y_range)[0] == doctest::Approx(-0.06));
    CHECK((*panel.y_range)[1] == doctest::Approx(2.06));
  }
}
