#pragma once

#include <autograd/explain/replay/replay.hpp>

#include <filesystem>

namespace wengert {

/// Writes a record as one HTML page that steps through it in a browser, forward and back, with the values of each
/// step. It needs nothing but itself, and no network. Throws an Error that names the file if it cannot be written.
void save_stepper(const Replay& replay, const std::filesystem::path& file,
                  const std::string& title = "The tape, step by step");

/// The page as a text.
std::string stepper_page(const Replay& replay, const std::string& title = "The tape, step by step");

}  // namespace wengert
