#pragma once

#include <autograd/explain/program.hpp>

namespace wengert::explain {

/// What counts the steps of a loop, upwards or downwards: t = first ... last.
struct StepRange {
  std::string variable;
  std::ptrdiff_t first;
  std::ptrdiff_t last;
};

/// Lines as they are printed: those of one step of a loop, whose names count along, h_t and v_{3t+1}; or, without a
/// range, lines that do not repeat.
struct Section {
  std::vector<AdjointLine> lines;
  std::optional<StepRange> range;
};

/// The lines of a program, with one section for what comes four times or more in a row and differs in numbers of names
/// alone, by as much from each step to the next: h20, h19, h18, h17.
std::vector<Section> sections(const std::vector<AdjointLine>& lines);

}  // namespace wengert::explain
