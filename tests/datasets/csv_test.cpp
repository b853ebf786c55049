#include "../error_text.hpp"

#include <doctest/doctest.h>
#include <datasets/formats/csv.hpp>

#include <clocale>
#include <filesystem>
#include <fstream>
#include <string>

using namespace wengert;
using namespace wengert::datasets;

namespace {

using Cells = std::vector<std::string>;

/// A file that is removed at the end of the scope.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text)
      : path_(std::filesystem::temp_directory_path() / "wengert_csv_test.csv") {
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

template <class T>
Array<T> parsed_numbers(const std::string& cell) {
  return to_dataset<T>(parse_csv("x,c\n" + cell + ",a\n", "test.csv"), {.label_column = "c"}).inputs;
}

}  // namespace

TEST_CASE("a table keeps header, cells and the line of each row") {
  const Table table = parse_csv("x,y\n1,2\n3,4\n", "test.csv");
  CHECK(table.name == "test.csv");
  CHECK(table.header == Cells{"x", "y"});
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0].cells == Cells{"1", "2"});
  CHECK(table.rows[1].cells == Cells{"3", "4"});
  CHECK(table.rows[1].line == 3);
}

TEST_CASE("quoted cells hold commas, line ends and doubled quotes") {
  const Table table = parse_csv("\"x,1\",y\r\n\"two\r\nlines\",\"say \"\"hi\"\"\"\r\n\"\",\"\"\"\"\r\n", "test.csv");
  CHECK(table.header == Cells{"x,1", "y"});
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0].cells == Cells{"two\r\nlines", "say \"hi\""});
  CHECK(table.rows[1].cells == Cells{"", "\""});
  CHECK(table.rows[1].line == 4);
}

TEST_CASE("LF, CRLF, a missing last line end, blank lines and a byte order mark read the same") {
  for (const char* text : {"x,y\n1,2\n3,4\n", "x,y\r\n1,2\r\n3,4\r\n", "x,y\n1,2\n3,4", "x,y\r\n1,2\n3,4\r\n",
                           "\xEF\xBB\xBFx,y\n1,2\n3,4\n", "\n\nx,y\n\n1,2\r\n\r\n3,4\n\n\n"}) {
    const Table table = parse_csv(text, "test.csv");
    CHECK(table.header == Cells{"x", "y"});
    REQUIRE(table.rows.size() == 2);
    CHECK(table.rows[0].cells == Cells{"1", "2"});
    CHECK(table.rows[1].cells == Cells{"3", "4"});
  }
}

TEST_CASE("blank lines are skipped but counted") {
  CHECK(parse_csv("x,y\n\n\n1,2\n", "test.csv").rows.at(0).line == 4);
}

TEST_CASE("an empty last cell is a cell") {
  CHECK(parse_csv("x,y\n1,\n", "test.csv").rows.at(0).cells == Cells{"1", ""});
}

TEST_CASE_TEMPLATE("the label column may stand anywhere and the features keep their order", T, float, double) {
  const Table table = parse_csv("x,kind,y\n1,b,2\n3,a,4\n-5e-1,b,+6.5\n", "test.csv");
  const Dataset<T> dataset = to_dataset<T>(table, {.label_column = "kind"});
  CHECK(dataset.inputs == Array<T>{{1, 2}, {3, 4}, {-0.5, 6.5}});
  CHECK(dataset.labels == std::vector<std::size_t>{1, 0, 1});
  CHECK(dataset.feature_names == Cells{"x", "y"});
  CHECK(dataset.class_names == Cells{"a", "b"});
}

TEST_CASE("classes that are integers are sorted as numbers, others as text") {
  const auto classes = [](const std::string& text) {
    return to_dataset<float>(parse_csv(text, "test.csv"), {.label_column = "c"}).class_names;
  };
  CHECK(classes("x,c\n0,10\n0,9\n0,-1\n0,10\n") == Cells{"-1", "9", "10"});
  CHECK(classes("x,c\n0,10\n0,9\n0,b\n") == Cells{"10", "9", "b"});
}

TEST_CASE("given class names fix the labels, so that test data agree with training data") {
  const Table table = parse_csv("x,c\n1,b\n", "test.csv");
  const Dataset<float> dataset = to_dataset<float>(table, {.label_column = "c", .class_names = {"a", "b", "z"}});
  CHECK(dataset.labels == std::vector<std::size_t>{1});
  CHECK(dataset.classes() == 3);
}

TEST_CASE("numbers are read to the nearest value of their type, blanks and a sign allowed") {
  CHECK(parsed_numbers<double>("0.1")(0, 0) == 0.1);
  CHECK(parsed_numbers<float>("0.1")(0, 0) == 0.1f);
  CHECK(parsed_numbers<float>("1.00000017881393432617187499")(0, 0) ==
        1.00000011920928955078125f);  // double first gives ...238f
  CHECK(parsed_numbers<double>(" \t+2.50 ")(0, 0) == 2.5);
  CHECK(parsed_numbers<double>("\"-1e-3\"")(0, 0) == -0.001);
  CHECK(parsed_numbers<double>(".5")(0, 0) == 0.5);
  CHECK(parsed_numbers<double>("1e39")(0, 0) == 1e39);
}

TEST_CASE("the locale of the program does not change how numbers are read") {
  const std::string before = std::setlocale(LC_NUMERIC, nullptr);
  for (const char* locale : {"de_DE.UTF-8", "fr_FR.UTF-8", "C.UTF-8"}) {
    if (std::setlocale(LC_NUMERIC, locale) != nullptr) CHECK(parsed_numbers<double>("1.5")(0, 0) == 1.5);
  }
  std::setlocale(LC_NUMERIC, before.c_str());
}

TEST_CASE("a file reads as its text does") {
  const TemporaryFile file("x,c\r\n1.5,a\r\n");
  const Table table = read_csv(file.path());
  CHECK(table.name == file.path().string());
  CHECK(to_dataset<double>(table, {.label_column = "c"}).inputs == full<double>({1, 1}, 1.5));
}

TEST_CASE("a file that cannot be read is refused with its path and the reason") {
  const std::filesystem::path missing = std::filesystem::temp_directory_path() / "wengert_no_such_file.csv";
  const std::string text = error_text([&] { read_csv(missing); });
  CHECK(contains(text, "[read_csv] cannot open"));
  CHECK(contains(text, missing.string()));
  CHECK(contains(text, "No such file"));
  CHECK(contains(error_text([] { read_csv(std::filesystem::temp_directory_path()); }), "it is a directory"));
  const TemporaryFile empty("");
  CHECK(contains(error_text([&] { read_csv(empty.path()); }), empty.path().string() + ", line 1, column 1: "));
}

TEST_CASE("a table made by hand is checked too") {
  const Table table{"made", {"x", "c"}, {{2, {"1"}}}};
  CHECK(contains(error_text([&] { to_dataset<float>(table, {.label_column = "c"}); }), "line 2, column 2 ('c')"));
}
