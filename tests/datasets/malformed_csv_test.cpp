#include "../error_text.hpp"

#include <doctest/doctest.h>
#include <datasets/formats/csv.hpp>

#include <string>
#include <vector>

using namespace wengert;
using namespace wengert::datasets;
using namespace std::string_literals;

namespace {

struct Malformed {
  std::string text;
  std::vector<std::string> parts;  // of the message: place, cell, what was expected, what to do
};

const std::vector<Malformed> structures = {
    {"", {"line 1, column 1", "the text is empty", "expected a header line"}},
    {"\xEF\xBB\xBF", {"line 1, column 1", "the text is empty"}},
    {"\r\n\n", {"line 1, column 1", "the text is empty"}},
    {"x,,c\n", {"line 1, column 2", "the name of the column is empty", "name the column"}},
    {"x,c,\n", {"line 1, column 3", "the name of the column is empty"}},
    {"x,y,x\n", {"line 1, column 3", "'x' is repeated", "name of column 1", "rename"}},
    {"\n5.1,5.1\n4.9,3.0\n", {"line 2, column 2", "'5.1' is repeated", "add the header line"}},
    {"x,c\n1\n", {"line 2, column 2 ('c')", "1 cells", "last cell is '1'", "expected 2 as in the header"}},
    {"x,c\n1,a\n1,a,b\n", {"line 3, column 3:", "3 cells", "first cell too many is 'b'", "expected 2"}},
    {"x,c\n1,5,a\n", {"line 2, column 3", "quote a cell that contains a comma"}},
    {"x,c\n1,a\n\n2,b,\n", {"line 4, column 3", "first cell too many is ''"}},
    {"x,c\n\"two\nlines\",a\n1\n", {"line 4, column 2", "1 cells"}},
    {"x,c\n1,\"a\n2,b\n", {"line 2, column 2 ('c')", "'\"a\\x0a2,b\\x0a'", "never closed", "expected a closing quote"}},
    {"x,c\n1,\"", {"line 2, column 2", "never closed"}},
    {"\"x", {"line 1, column 1:", "never closed"}},
    {"x,c\n1,\"a\"b\n", {"line 2, column 2 ('c')", "'\"a\"b'", "after its closing quote", "twice"}},
    {"x,c\n1,\"a\" \n", {"line 2, column 2", "after its closing quote"}},
    {"x,c\n1,a\"b\n", {"line 2, column 2 ('c')", "'a\"b'", "has a quote inside", "quote the cell"}},
    {"x,c\n1, \"a\"\n", {"line 2, column 2", "' \"a\"'", "has a quote inside"}},
    {"x,c\n1,a\0b\n"s, {"line 2, column 2 ('c')", "'a\\x00b'", "NUL byte", "expected UTF-8 text"}},
    {"x,c\n1,\"a\0b\"\n"s, {"line 2, column 2", "NUL byte"}},
    {"x,c\n1,\"a\"\0\n"s, {"line 2, column 2", "NUL byte"}},
    {"\xFF\xFEx\0,\0"s, {"line 1, column 1", "NUL byte", "UTF-16"}},
    {"x,c\r1,a\r", {"line 1, column 2", "'c'", "carriage return", "LF or CRLF", "convert the line ends"}},
    {"x,c\n1,a\r", {"line 2, column 2 ('c')", "'a'", "carriage return"}},
    {"x,c\n1,\"a\"\r", {"line 2, column 2", "carriage return"}},
};

const std::vector<Malformed> cells = {
    {"x,c\n", {"no rows below its header", "add the data"}},
    {"c\na\n", {"1 column", "at least one feature", "is the separator a comma?"}},
    {"x;c\n1;a\n", {"1 column", "is the separator a comma?"}},
    {"x,kind\n1,a\n", {"no column 'c'", "'x', 'kind'", "expected one of them as label_column"}},
    {"x,c\n1,a\n5.1abc,b\n", {"line 3, column 1 ('x')", "'5.1abc'", "is not a number", "correct it"}},
    {"c,x,y\na,1,two\n", {"line 2, column 3 ('y')", "'two'", "is not a number", "remove the column"}},
    {"x,c\n,a\n", {"line 2, column 1 ('x')", "''", "is empty", "expected a number", "remove the row"}},
    {"x,c\n \t,a\n", {"line 2, column 1", "' \\x09'", "is empty"}},
    {"x,c\n\"\",a\n", {"line 2, column 1", "''", "is empty"}},
    {"x,c\n1 2,a\n", {"line 2, column 1", "'1 2'", "is not a number"}},
    {"x,c\n\"1,5\",a\n", {"line 2, column 1", "'1,5'", "is not a number"}},
    {"x,c\n0x10,a\n", {"line 2, column 1", "'0x10'", "is not a number"}},
    {"x,c\n1e,a\n", {"line 2, column 1", "'1e'", "is not a number"}},
    {"x,c\n++1,a\n", {"line 2, column 1", "'++1'", "is not a number"}},
    {"x,c\n+-1,a\n", {"line 2, column 1", "'+-1'", "is not a number"}},
    {"x,c\n+,a\n", {"line 2, column 1", "'+'", "is not a number"}},
    {"x,c\n1e400,a\n", {"line 2, column 1 ('x')", "'1e400'", "out of range", "rescale the column"}},
    {"x,c\n-1e400,a\n", {"line 2, column 1", "'-1e400'", "out of range"}},
    {"x,c\nnan,a\n", {"line 2, column 1 ('x')", "'nan'", "is not finite", "expected a finite number"}},
    {"x,c\nNaN,a\n", {"line 2, column 1", "'NaN'", "is not finite"}},
    {"x,c\ninf,a\n", {"line 2, column 1", "'inf'", "is not finite"}},
    {"x,c\n-Infinity,a\n", {"line 2, column 1", "'-Infinity'", "is not finite"}},
    {"x,c\nnan(1),a\n", {"line 2, column 1", "'nan(1)'"}},
    {"x,c\n1,\n", {"line 2, column 2 ('c')", "''", "is empty", "expected the name of a class"}},
    {"x,c\n1,a\n1, a\n", {"line 3, column 2 ('c')", "' a'", "begins or ends with a blank", "remove it"}},
    {"x,c\n\"1\n2\",a\n", {"line 2, column 1", "'1\\x0a2'", "is not a number"}},
    {"x,c\n" + std::string(50, 'z') + ",a\n", {"line 2, column 1", "'" + std::string(40, 'z') + "...'"}},
};

void check_message(const Malformed& malformed, const std::string& operation, const std::string& message) {
  INFO("text: ", malformed.text);
  INFO("message: ", message);
  CHECK(contains(message, "[" + operation + "] test.csv"));
  CHECK(contains(message, "; "));
  for (const std::string& part : malformed.parts) {
    INFO("part: ", part);
    CHECK(contains(message, part));
  }
}

}  // namespace

TEST_CASE("text that is not well-formed CSV is refused with its place, the cell and the remedy") {
  for (const Malformed& malformed : structures) {
    check_message(malformed, "parse_csv", error_text([&] { parse_csv(malformed.text, "test.csv"); }));
  }
}

TEST_CASE_TEMPLATE("a cell that is not what it should be is refused with its place and the remedy", T, float, double) {
  for (const Malformed& malformed : cells) {
    const Table table = parse_csv(malformed.text, "test.csv");
    check_message(malformed, "to_dataset", error_text([&] { to_dataset<T>(table, {.label_column = "c"}); }));
  }
}

TEST_CASE("a number that only double can hold is refused for float, which is said") {
  const Table table = parse_csv("x,c\n1e39,a\n", "test.csv");
  const std::string message = error_text([&] { to_dataset<float>(table, {.label_column = "c"}); });
  CHECK(contains(message, "line 2, column 1 ('x'): the cell '1e39' is out of range"));
  CHECK(contains(message, "read it as double"));
}

TEST_CASE("a class that is not among the given names is refused with the names") {
  const Table table = parse_csv("x,c\n1,a\n1,b\n", "test.csv");
  const auto message = [&](std::vector<std::string> names) {
    return error_text([&] { to_dataset<float>(table, {.label_column = "c", .class_names = names}); });
  };
  CHECK(contains(message({"a", "z"}), "line 3, column 2 ('c'): the cell 'b' is not a known class"));
  CHECK(contains(message({"a", "z"}), "expected one of 'a', 'z'"));
  CHECK(contains(message({"a", "b", "a"}), "the class 'a' is repeated in class_names"));
}

TEST_CASE("an excerpt of a long cell does not cut a character of several bytes") {
  std::string cell(39, 'z');
  for (int i = 0; i < 5; ++i) cell += "\xC3\xA9";  // e with an acute accent
  const Table table = parse_csv("x,c\n" + cell + ",a\n", "test.csv");
  const std::string message = error_text([&] { to_dataset<float>(table, {.label_column = "c"}); });
  CHECK(contains(message, "'" + std::string(39, 'z') + "...'"));
}
