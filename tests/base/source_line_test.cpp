#include <autograd/base/source_line.hpp>

#include <doctest/doctest.h>

using namespace wengert;

namespace {

SourceLine caller(SourceLine line = SourceLine::here()) { return line; }

}  // namespace

TEST_CASE("a line knows where it is and what is written there") {
  const SourceLine line = caller();  // this   one
  CHECK(std::string(line.file) == __FILE__);
  CHECK(line.number == __LINE__ - 2);
  CHECK(text_of(line) == "const SourceLine line = caller(); // this one");
}

TEST_CASE("what is not there has no text") {
  CHECK(text_of(SourceLine::none()).empty());
  CHECK(text_of({"/no/such/file.cpp", 1}).empty());
  CHECK(text_of({__FILE__, 0}).empty());
  CHECK(text_of({__FILE__, 1000}).empty());
}

TEST_CASE("a file of the library is told from one of a program") {
  const std::string root = WENGERT_SOURCE_DIR "/";
  CHECK(is_of_library({(root + "nn/layers/linear.cpp").c_str(), 1}));
  CHECK(is_of_library({(root + "autograd/tape/var.hpp").c_str(), 1}));
  CHECK_FALSE(is_of_library(caller()));
  CHECK_FALSE(is_of_library({(root + "examples/demo.cpp").c_str(), 1}));
  CHECK_FALSE(is_of_library({"nn/of_another_program.cpp", 1}));
  CHECK_FALSE(is_of_library(SourceLine::none()));
}
