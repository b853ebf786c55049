#include "program.hpp"

#include "../../examples/support/options.hpp"

#include <autograd/base/read_file.hpp>
#include <autograd/explain/stepper/blocks.hpp>

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

int show_hint(const Judgement& judgement, std::size_t number, const char* program) {
  if (judgement) {
    fmt::print("Every step is right: no hint is needed.\n");
    return 0;
  }
  fmt::print("{}", number > 0 ? hint(judgement, number) : next_hint(judgement, std::string(program) + ".hints"));
  return 1;
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

}  // namespace

std::string report(const Exercise& exercise, const Judgement& judgement) {
  const std::string text = headline_of(exercise) + "\n" + judgement.table + "\n";
  if (judgement) return text + fmt::format("All {} steps are right, on three batches.\n", judgement.steps);
  const char* state = judgement.finding == Finding::wrong     ? "is wrong."
                      : judgement.finding == Finding::stopped ? "was not reached: the attempt stopped."
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
  CLI::App app(headline_of(exercise) + "Without options it judges " + file_of(exercise, "attempt.cpp") + ".",
               exercise.name);
  std::size_t number = 0;
  bool solution = false;
  CLI::Option* wants_hint =
      app.add_option("--hint", number, "the next hint, or that of a number")->expected(0, 1)->type_name("[NUMBER]");
  app.add_flag("--solution", solution, "print the solution, and judge it")->excludes(wants_hint);
  if (const auto status = examples::parse(app, count, arguments)) return *status;
  return examples::run([&] {
    if (solution) return show_solution(exercise);
    if (*wants_hint) return show_hint(judge(exercise.attempt.attempt), number, arguments[0]);
    return show_attempt(exercise);
  });
}

}  // namespace exercises
