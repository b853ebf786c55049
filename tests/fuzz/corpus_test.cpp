#include <doctest/doctest.h>

#include <autograd/base/read_file.hpp>

#include "readers.hpp"

#include <filesystem>

// What the fuzzers start from, files that are right and damaged ones (seeds.py), is read in every build.
TEST_CASE("every file of the fuzzers' corpus is read or refused with an Error, never anything else") {
  for (const fuzz::Reader& reader : fuzz::readers()) {
    CAPTURE(reader.name);
    int taken = 0, refused = 0;
    for (const auto& file : std::filesystem::directory_iterator(std::filesystem::path(WENGERT_SOURCE_DIR) /
                                                                "tests/fuzz/corpus" / reader.name)) {
      CAPTURE(file.path().string());
      const std::string bytes = wengert::base::read_file("test", file.path(), "a file of the corpus");
      bool is_taken = false;
      CHECK_NOTHROW(is_taken = fuzz::takes(reader, bytes));
      const std::string name = file.path().filename().string();
      const bool is_damaged = name.find(".cut") != name.npos || name.find(".turned") != name.npos;
      CHECK((is_taken || is_damaged));
      ++(is_taken ? taken : refused);
    }
    CHECK(taken >= 3);
    CHECK(refused >= 10);
  }
}
