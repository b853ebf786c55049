#include <autograd/base/read_file.hpp>
#include <autograd/base/write_file.hpp>

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "../error_text.hpp"
#include "../nn/state/child.hpp"
#include "../nn/training/temporary_folder.hpp"

using namespace wengert;
using namespace wengert::checkpoint_tests;
using training_tests::TemporaryFolder;
using training_tests::text_of;
using training_tests::write_text;
namespace fs = std::filesystem;

namespace {

std::string failure(const fs::path& file, std::string_view bytes) {
  return error_text([&] { base::write_file("save", file, bytes); });
}

/// What `work` returns in a process of its own, whose rights and limits it may change.
std::string in_child(const std::function<std::string()>& work) {
  return Child([&](const Child::Tell& tell) { tell(work()); }).rest();
}

}  // namespace

TEST_CASE("a file keeps its permissions when it is replaced, even if they forbid to write it") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "file";
  for (const unsigned mode : {0600U, 0444U, 0640U}) {
    base::write_file("save", file, "old");
    fs::permissions(file, static_cast<fs::perms>(mode));
    base::write_file("save", file, "new");
    CHECK(fs::status(file).permissions() == static_cast<fs::perms>(mode));
    CHECK(text_of(file) == "new");
  }
  CHECK(folder.files() == 1);
}

TEST_CASE("a symbolic link stays one, and its target is replaced") {
  const TemporaryFolder folder, elsewhere;
  write_text(elsewhere.path() / "target", "old");
  fs::create_symlink(elsewhere.path() / "target", folder.path() / "link");
  base::write_file("save", folder.path() / "link", "new");
  CHECK(fs::is_symlink(folder.path() / "link"));
  CHECK(text_of(elsewhere.path() / "target") == "new");
  CHECK(elsewhere.files() == 1);
}

TEST_CASE("what a writer left that was killed is written over, whatever it is") {
  const TemporaryFolder folder;
  write_text(folder.path() / "file.partial", "longer than what is written now");
  base::write_file("save", folder.path() / "file", "new");
  CHECK(text_of(folder.path() / "file") == "new");
  CHECK(folder.files() == 1);
  fs::create_symlink(folder.path() / "file", folder.path() / "file.partial");  // would be followed into the file
  CHECK(contains(failure(folder.path() / "file", "newer"), "/file' cannot be written: "));
  CHECK(text_of(folder.path() / "file") == "new");
}

TEST_CASE("a folder and a pipe are not replaced") {
  const TemporaryFolder folder;
  fs::create_directory(folder.path() / "folder");
  REQUIRE(mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
  for (const char* name : {"folder", "pipe"}) {
    const std::string error = failure(folder.path() / name, "new");
    CHECK_MESSAGE(contains(error, "[save] '" + (folder.path() / name).string() + "' cannot be written: it is a folder"),
                  error);
  }
  CHECK(folder.files() == 2);
}

TEST_CASE("where the disk is full the old file stays, the new one is removed, and the error says why") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "file";
  write_text(file, "old");
  const std::string error = in_child([&] {
    const rlimit limit{.rlim_cur = 1 << 16, .rlim_max = 1 << 16};  // of the size of files, as a disk has one
    setrlimit(RLIMIT_FSIZE, &limit);
    signal(SIGXFSZ, SIG_IGN);
    return failure(file, std::string(1 << 20, 'n'));
  });
  CHECK_MESSAGE(contains(error,
                         "cannot be written: File too large; expected a file in a folder that can be written and "
                         "has room for 1048576 bytes; choose another folder"),
                error);
  CHECK(text_of(file) == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("where nothing may be written the old file stays, and the error says why") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "file";
  write_text(file, "old");
  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec | fs::perms::others_exec);
  const std::string error = in_child([&] {
    if (geteuid() == 0 && seteuid(65534) != 0) return std::string("the rights of root cannot be given away");
    return failure(file, "new");
  });
  fs::permissions(folder.path(), fs::perms::owner_all);
  CHECK_MESSAGE(contains(error, "cannot be written: Permission denied; "), error);
  CHECK(text_of(file) == "old");
  CHECK(folder.files() == 1);
}

TEST_CASE("several processes that write the same file wait for each other, and it is always one of theirs") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "file";
  const auto work = [&](char letter) {
    return [&file, letter](const Child::Tell& tell) {
      for (std::size_t k = 0; k < 15; ++k) {
        const std::string error = failure(file, std::string(100'000 + 1000 * k, letter));
        if (error != "(no Error)") tell(error);
      }
    };
  };
  base::write_file("save", file, "start");
  Child a(work('a')), b(work('b')), c(work('c'));
  std::string text;
  for (int k = 0; k < 100; ++k) {
    text = text_of(file);
    REQUIRE(text == (text == "start" ? text : std::string(text.size(), text[0])));
    REQUIRE((text == "start" || text.size() % 1000 == 0));
  }
  for (Child* child : {&a, &b, &c}) {
    CHECK(child->rest() == "");
    CHECK(child->ends_well());
  }
  CHECK(text_of(file).size() == 114'000);
  CHECK(folder.files() == 1);
}

TEST_CASE("a name of a file cannot write on the terminal by way of an error") {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "a\x1b[2J\n" / "b\r";
  fs::create_directories(file);
  const std::string expected = "a\\x1b[2J\\x0a/b\\x0d'";
  for (const std::string& text :
       {failure(file, "bytes"), error_text([&] { base::read_file("read", file, "a file"); })}) {
    CHECK_MESSAGE(contains(text, expected), text);
    CHECK(std::none_of(text.begin(), text.end(), [](unsigned char byte) { return byte < 0x20; }));
  }
}
