#include <doctest/doctest.h>

#include <sched.h>
#include <sys/mount.h>

#include <set>

#include "../error_text.hpp"
#include "../nn/state/child.hpp"
#include "../nn/training/temporary_folder.hpp"
#include "../support/sources.hpp"
#include "failing_calls.hpp"
#include "writers.hpp"

using namespace wengert;
using namespace wengert::endurance;
using namespace wengert::training_tests;
using wengert::checkpoint_tests::Child;
namespace fs = std::filesystem;

namespace {

/// The names of the files in a folder but `file` and the script of a figure, which stays beside it.
std::string others(const fs::path& folder, const fs::path& file) {
  std::string names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.path() != file && name != file.filename().string() + ".gp") names += name + " ";
  }
  return names;
}

std::string written_by(const Writer& writer) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / ("file" + writer.ending);
  writer.write(file);
  return text_of(file);
}

/// What is wrong with a writer on a disk on which nothing can be written; nothing if it refuses and leaves the old
/// file.
std::string problem(const Writer& writer, const fs::path& folder, const std::string& reason) {
  const fs::path file = folder / ("file" + writer.ending);
  const std::string error = error_text([&] { writer.write(file); });
  const std::string text = text_of(file);
  if (error.starts_with("[CSVLogger] nothing can be written to '" + folder.string() + "'") && text == "old") return "";
  if (error.find("'" + file.string()) == std::string::npos || error.find(reason) == std::string::npos)
    return writer.name + " says '" + error + "'\n";
  if (text != "old") return writer.name + " leaves '" + text + "'\n";
  return "";
}

/// A disk of a megabyte in memory that this process alone has; false if it may not have one.
bool mount_small_disk(const fs::path& folder) {
  return (unshare(CLONE_NEWNS) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) &&
         mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("small", folder.c_str(), "tmpfs", 0, "size=1m") == 0;
}

/// The problems of all writers on a small disk after `change` has changed it.
std::string problems_on_small_disk(const std::string& reason, const std::function<bool(const fs::path&)>& change) {
  const TemporaryFolder folder;
  return Child([&](const Child::Tell& tell) {
           if (!mount_small_disk(folder.path())) return tell("no disk");
           for (const Writer& writer : writers()) write_text(folder.path() / ("file" + writer.ending), "old");
           if (!change(folder.path())) return tell("the disk cannot be changed");
           for (const Writer& writer : writers()) tell(problem(writer, folder.path(), reason));
         })
      .rest();
}

void check_none(const std::string& problems) {
  if (problems == "no disk") MESSAGE("this process may mount no disk of its own, skipped");
  else CHECK(problems == "");
}

}  // namespace

TEST_CASE("every function that writes a file is among the writers") {
  std::set<std::string> expected, names;
  for (const char* room : {"autograd", "nn", "datasets", "optim"}) {
    for (const auto& name :
         found_in_sources(room, {".hpp"}, R"(\b(?:void|bool) ((?:save|write)_\w+)\([^;{]*\bfilesystem::path\b)"))
      expected.insert(name);
  }
  expected.erase("write_file");  // by which they all write
  for (const Writer& writer : writers()) names.insert(writer.name);
  REQUIRE(expected.size() > 10);
  for (const std::string& name : expected) CHECK_MESSAGE(names.contains(name), name << " is not among the writers");
}

TEST_CASE("whichever call of the system fails while a file is written, the file is the old or the new one, whole") {
  for (const Writer& writer : writers()) {
    CAPTURE(writer.name);
    const std::string whole = written_by(writer);
    std::set<std::string> failed;
    bool has_failed = true;
    for (std::size_t failing = 1; has_failed; ++failing) {
      const TemporaryFolder folder;
      const fs::path file = folder.path() / ("file" + writer.ending);
      write_text(file, "old");
      std::string error, name;
      {
        FailingCalls calls(failing);
        error = error_text([&] { writer.write(file); });
        has_failed = calls.has_failed();
        if (has_failed) failed.insert(name = calls.calls()[failing - 1]);
      }
      CAPTURE(failing);
      CAPTURE(name);
      CAPTURE(error);
      const std::string text = text_of(file);
      CHECK((text == "old" || text == whole));
      CHECK(others(folder.path(), file) == "");
      if (!has_failed) CHECK((error == "(no Error)" && text == whole));
      else CHECK(error.find("cannot be written: No space left on device; ") != std::string::npos);
      if (has_failed) CHECK(error.find("'" + file.string()) != std::string::npos);
      REQUIRE(failing < 100);
    }
    CHECK(failed == std::set<std::string>{"fchmod", "fsync", "ftruncate", "rename", "write"});
  }
}

TEST_CASE("a file is synchronised with the disk before it has its name, and its folder afterwards") {
  const TemporaryFolder folder;
  FailingCalls none(0);
  writers().front().write(folder.path() / "file");
  CHECK(none.calls() == std::vector<std::string>{"ftruncate", "write", "fsync", "rename", "fsync"});
}

TEST_CASE("on a disk that is full every writer says so, and the old file stays") {
  const std::string problems =
      problems_on_small_disk("cannot be written: No space left on device; ", [](const fs::path& disk) {
        std::ofstream(disk / "filler") << std::string(std::size_t{1} << 20, 'f');
        return fs::file_size(disk / "filler") > 0;
      });
  check_none(problems);
}

TEST_CASE("on a disk that is read-only every writer says so, and the old file stays") {
  const std::string problems = problems_on_small_disk(
      "cannot be written: Read-only file system; ",
      [](const fs::path& disk) { return mount(nullptr, disk.c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) == 0; });
  check_none(problems);
}
