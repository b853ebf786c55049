#include <autograd/base/error.hpp>
#include <nn/training/report/panel.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace wengert::nn {
namespace {

void check_panel(std::string_view operation, const Panel& panel) {
  require(!panel.curves.empty(), operation, "'{}' has no curve; expected one or more", panel.title);
  for (const Curve& curve : panel.curves) {
    const auto visible = [&](double value) { return shows(panel, value); };
    require(std::any_of(curve.values.begin(), curve.values.end(), visible), operation,
            "the curve '{}' of '{}' has nothing to show: got {} numbers, none of which is finite{}; leave it out",
            curve.label, panel.title, curve.values.size(), panel.logarithmic ? " and positive" : "");
    require(curve.ranges.empty() || curve.ranges.size() == curve.values.size(), operation,
            "the curve '{}' of '{}' has {} numbers and {} ranges; expected none or one for each", curve.label,
            panel.title, curve.values.size(), curve.ranges.size());
  }
}

bool has_column(const History& history, const std::string& name) {
  return std::find(history.columns().begin(), history.columns().end(), name) != history.columns().end();
}

std::string label_of(const NamedHistory& training, const char* part) {
  return training.name.empty() ? part : training.name + ", " + part;
}

/// A column in training and in validation.
Panel training_panel(const std::vector<NamedHistory>& trainings, const std::string& column) {
  Panel panel{.title = "Training and validation " + column, .y_label = column};
  for (std::size_t i = 0; i < trainings.size(); ++i) {
    for (const bool validation : {false, true}) {
      const std::string name = (validation ? "val_" : "") + column;
      if (!has_column(trainings[i].history, name)) continue;
      panel.curves.push_back({.label = label_of(trainings[i], validation ? "validation" : "training"),
                              .values = trainings[i].history[name],
                              .colour = i,
                              .dashed = !validation,
                              .first_epoch = trainings[i].history.first_epoch()});
    }
  }
  return panel;
}

}  // namespace

std::array<std::size_t, 2> epochs_of(const std::vector<Curve>& curves) {
  if (curves.empty()) return {1, 1};
  std::array<std::size_t, 2> range{curves.front().first_epoch, 0};
  for (const Curve& curve : curves) {
    range[0] = std::min(range[0], curve.first_epoch);
    range[1] = std::max(range[1], curve.first_epoch + curve.values.size());
  }
  return range;
}

// Where numbers are larger, gnuplot's own arithmetic overflows, and it draws nothing.
bool shows(const Panel& panel, double value) { return std::abs(value) <= 1e300 && (!panel.logarithmic || value > 0.0); }

void check_panels(std::string_view operation, const std::vector<Panel>& panels) {
  require(!panels.empty(), operation, "got no panels; expected one or more");
  for (const Panel& panel : panels) check_panel(operation, panel);
}

std::vector<Panel> loss_and_accuracy(const std::vector<NamedHistory>& trainings) {
  std::vector<Panel> panels;
  for (const char* column : {"loss", "accuracy"}) {
    Panel panel = training_panel(trainings, column);
    if (!panel.curves.empty()) panels.push_back(std::move(panel));
  }
  return panels;
}

Panel comparison(const std::vector<NamedHistory>& trainings, const std::string& column, const std::string& title,
                 const std::string& y_label) {
  Panel panel{.title = title, .y_label = y_label};
  for (std::size_t i = 0; i < trainings.size(); ++i) {
    const auto& [name, history] = trainings[i];
    panel.curves.push_back(
        {.label = name, .values = history[column], .colour = i, .first_epoch = history.first_epoch()});
  }
  return panel;
}

void same_scale(std::vector<Panel>& panels) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Panel& panel : panels) {
    for (const Curve& curve : panel.curves) {
      for (const double value : curve.values) {
        if (!shows(panel, value)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
  }
  if (low >= high) return;
  const double margin = 0.03 * (high - low);
  for (Panel& panel : panels) panel.y_range = {panel.logarithmic ? low : low - margin, high + margin};
}

}  // namespace wengert::nn
