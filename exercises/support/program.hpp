#pragma once

#include <filesystem>

#include "judge.hpp"

namespace exercises {

/// A backward pass by hand: how it is tried, and what it is used for once it is right.
struct Version {
  Attempt attempt;
  std::function<std::string()> finale = {};
};

struct Exercise {
  std::string name;  ///< of its folder
  std::string task;  ///< in one sentence
  Version attempt;
  Version solution;
};

/// An exercise whose versions are rules, a function for the one that is tried.
template <class Rule>
Exercise exercise_of(std::string name, std::string task, Trial (*tried)(const Rule&, std::uint64_t seed),
                     const std::type_identity_t<Rule>& attempt, const std::type_identity_t<Rule>& solution) {
  const auto version = [tried](const Rule& rule) {
    return Version{[=](std::uint64_t seed) { return tried(rule, seed); }};
  };
  return {std::move(name), std::move(task), version(attempt), version(solution)};
}

/// What is printed of a judged attempt.
std::string report(const Exercise& exercise, const Judgement& judgement);

/// The hint of a number, counted from 1, or what is said instead if there is none.
std::string hint(const Judgement& judgement, std::size_t number);

/// The hint behind the last one, which a file remembers; another step begins with its first.
std::string next_hint(const Judgement& judgement, const std::filesystem::path& memory);

/// The program of an exercise: judges the attempt, shows a hint or the solution. Returns 0 if what was judged is right,
/// 1 if not, and 2 after wrong options.
int program(const Exercise& exercise, int count, char** arguments);

}  // namespace exercises
