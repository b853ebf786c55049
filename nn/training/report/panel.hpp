#pragma once

#include <nn/training/history.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wengert::nn {

/// Numbers over the epochs. One that is not finite leaves a gap.
struct Curve {
  std::string label;
  std::vector<double> values;
  std::size_t colour = 0;  ///< of a palette told apart by colour-blind eyes too; each has a marker of its own
  bool dashed = false;
  std::size_t first_epoch = 1;  ///< that of the first number; a training that was resumed has another one
  std::vector<std::array<double, 2>> ranges{};  ///< how far each number varies, drawn as bars; none, or one for each
};

/// Where the labels of the curves stand.
enum class Legend { below, lower_right, upper_right };

/// Curves over epochs on a pair of axes, with what a reader needs to understand them.
struct Panel {
  std::string title;
  std::string y_label;
  std::vector<Curve> curves{};
  bool logarithmic = false;  ///< the y axis; numbers that are not positive leave a gap
  std::optional<std::array<double, 2>> y_range = std::nullopt;  ///< by the data if there is none
  std::string x_label = "epoch";
  Legend legend = Legend::below;
  std::vector<std::string> places{};  ///< what stands under the x axis instead of 1, 2, ...; nothing under an empty one
  std::string note{};                 ///< what a report says under the drawing
};

/// Panels that are looked at together.
struct Figure {
  std::string title;
  std::vector<Panel> panels{};
  std::array<std::size_t, 2> size{};  ///< width and height of its file in pixels; by the number of panels if zero
  std::string text{};                 ///< what a report says above the drawings
};

/// The first epoch of some curves, and the one after their last; {1, 1} if there is none.
std::array<std::size_t, 2> epochs_of(const std::vector<Curve>& curves);

/// Whether a panel can show the number: it is finite, and positive where the y axis is logarithmic.
bool shows(const Panel& panel, double value);

/// Throws an Error in the name of `operation` if there is no panel, one has no curve, or a curve has nothing to show or
/// another number of ranges than of numbers.
void check_panels(std::string_view operation, const std::vector<Panel>& panels);

/// The columns loss and accuracy of some trainings, a panel for each: dashed in training and, where the history has
/// val_loss or val_accuracy, solid in validation; a colour for each training. A column that no history has gives no
/// panel.
std::vector<Panel> loss_and_accuracy(const std::vector<NamedHistory>& trainings);

/// One column of several trainings, a solid curve for each under the training's name. Throws an Error if a history
/// has no such column.
Panel comparison(const std::vector<NamedHistory>& trainings, const std::string& column, const std::string& title,
                 const std::string& y_label);

/// Gives panels that are to be compared one range of the y axis, which holds all that they show.
void same_scale(std::vector<Panel>& panels);

}  // namespace wengert::nn
