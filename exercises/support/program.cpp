#include "program.hpp"

#include <autograd/base/read_file.hpp>
#include <autograd/explain/stepper/blocks.hpp>

#include <fmt/format.h>

#include <charconv>
#include <fstream>

namespace exercises {

namespace {

std::string paragraph(const std::string& text) { return wengert::explain::wrapped(text, 80, 2) + "\n"; }

std::string file_of(const Exercise& exercise, const char* file) {
  return fmt::format("exercises/{}/{}", exercise.name, file);
}

std::string headline_of(const Exercise& exercise) {
  return paragraph(fmt::format("{}: {}", exercise.name, exercise.task));
}

int show_solution(const Exercise& exercise) {
  const std::filesystem::path path = std::filesystem::path(WENGERT_SOURCE_DIR) / file_of(exercise, "solution.cpp");
  fmt::print("{}\n", wengert::base::read_file("exercises", path, "a solution"));
  const Judgement judgement = judge(exercise.solution.attempt);
  fmt::print("{}{}", judgement.table, judgement.words);
  if (judgement && exercise.solution.finale) fmt::print("\n{}", exercise.solution.finale());
  return judgement ? 0 : 1;
}

int show_attempt(const Exercise& exercise) {
  const Judgement judgement = judge(exercise.attempt.attempt);
  fmt::print("{}", report(exercise, judgement));
  if (judgement && exercise.attempt.finale) fmt::print("\n{}", exercise.attempt.finale());
  return judgement ? 0 : 1;
}

int show_help(const Exercise& exercise) {
  fmt::print(
      "{}Without options it judges {}.\n\n"
      "  --hint         the next hint for the first step that is not right\n"
      "  --hint NUMBER  the hint of that number\n"
      "  --solution     print the solution, and judge it\n",
      headline_of(exercise), file_of(exercise, "attempt.cpp"));
  return 0;
}

int refuse(const std::vector<std::string>& words) {
  fmt::print(stderr, "got '{}'; expected nothing, --hint, --hint NUMBER, --solution or --help\n",
             fmt::join(words, " "));
  return 2;
}

/// The next hint, or that of the number behind --hint.
int show_hint(const Exercise& exercise, const std::vector<std::string>& words, const std::string& program) {
  std::size_t number = 0;
  if (words.size() == 2) {
    const char* end = words[1].data() + words[1].size();
    const auto [rest, error] = std::from_chars(words[1].data(), end, number);
    if (error != std::errc{} || rest != end) return refuse(words);
  }
  const Judgement judgement = judge(exercise.attempt.attempt);
  if (judgement) fmt::print("Every step is right: no hint is needed.\n");
  else fmt::print("{}", words.size() == 2 ? hint(judgement, number) : next_hint(judgement, program + ".hints"));
  return judgement ? 0 : 1;
}

}  // namespace

std::string report(const Exercise& exercise, const Judgement& judgement) {
  const std::string text = headline_of(exercise) + "\n" + judgement.table + "\n";
  if (judgement) return text + fmt::format("All {} steps are right, on three batches.\n", judgement.steps);
  const char* state = judgement.finding == Finding::wrong            ? "is wrong."
                      : judgement.finding == Finding::stopped        ? "was not reached: the attempt stopped."
                      : judgement.finding == Finding::stopped_behind ? "is right, but then the attempt stopped."
                                                                     : "is not written yet.";
  return text + fmt::format("Step {} of {}, {}, {}\n", judgement.place, judgement.steps, judgement.name, state) +
         judgement.words + "\n" + fmt::format("Edit {}; --hint gives a hint.\n", file_of(exercise, "attempt.cpp"));
}

std::string hint(const Judgement& judgement, std::size_t number) {
  const std::size_t count = judgement.hints.size();
  if (number == 0 || number > count)
    return fmt::format("Step {}, {}, has {} hints; --solution shows the solution.\n", judgement.place, judgement.name,
                       count);
  return paragraph(fmt::format("Step {}, {}, hint {} of {}: {}", judgement.place, judgement.name, number, count,
                               judgement.hints[number - 1]));
}

std::string next_hint(const Judgement& judgement, const std::filesystem::path& memory) {
  std::string step;
  std::size_t seen = 0;
  std::ifstream(memory) >> step >> seen;
  const std::size_t number = step == judgement.name ? seen + 1 : 1;
  std::ofstream(memory) << judgement.name << " " << number << "\n";
  return hint(judgement, number);
}

int program(const Exercise& exercise, int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  try {
    if (words.empty()) return show_attempt(exercise);
    if (words[0] == "--hint" && words.size() <= 2) return show_hint(exercise, words, arguments[0]);
    if (words.size() == 1 && words[0] == "--solution") return show_solution(exercise);
    if (words.size() == 1 && (words[0] == "--help" || words[0] == "-h")) return show_help(exercise);
    return refuse(words);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}

}  // namespace exercises
