#include "../error_text.hpp"

#include <doctest/doctest.h>
#include <datasets/formats/csv.hpp>

#include <cmath>
#include <fstream>
#include <string>

using namespace wengert;
using namespace wengert::datasets;

namespace {

using Cells = std::vector<std::string>;

Dataset<double> read(const std::string& text, const CsvOptions& options, const CsvFormat& format = {}) {
  const Dataset<double> in_one_pass = parse_csv_dataset<double>(text, "test.csv", options, format);
  const Dataset<double> by_table = to_dataset<double>(parse_csv(text, "test.csv", format), options);
  CHECK(in_one_pass.inputs == by_table.inputs);
  CHECK(in_one_pass.labels == by_table.labels);
  CHECK(in_one_pass.targets == by_table.targets);
  CHECK(in_one_pass.class_names == by_table.class_names);
  CHECK(in_one_pass.feature_names == by_table.feature_names);
  return in_one_pass;
}

/// Numbers below each other, (N, 1).
Array<double> column(const std::vector<double>& numbers) {
  Array<double> array = empty<double>({numbers.size(), 1});
  std::copy(numbers.begin(), numbers.end(), array.data());
  return array;
}

std::string refusal(const std::string& text, const CsvOptions& options, const CsvFormat& format = {}) {
  return error_text([&] { parse_csv_dataset<double>(text, "test.csv", options, format); });
}

/// Iris as the UCI repository has it: without a header, with a blank line at the end.
std::string uci_iris() {
  std::ifstream file(WENGERT_SOURCE_DIR "/datasets/data/iris.csv");
  std::string line, text;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const std::size_t name = line.rfind(',') + 1;
    text += line.substr(0, name) + "Iris-" + line.substr(name) + "\n";
  }
  return text + "\n";
}

}  // namespace

TEST_CASE("UCI's iris.data, without a header and with a blank line at the end, has 150 rows") {
  const Dataset<double> irises = read(uci_iris(), {.label_column = -1}, {.header = false});
  CHECK(irises.inputs.shape() == Shape{150, 4});
  CHECK(irises.class_names == Cells{"Iris-setosa", "Iris-versicolor", "Iris-virginica"});
  CHECK(irises.feature_names == Cells{"0", "1", "2", "3"});
  CHECK(irises.inputs(0, 0) == 5.1);
}

TEST_CASE("a first line of values is not taken for a header") {
  const std::string message = refusal(uci_iris(), {.label_column = "species"});
  CHECK(contains(message, "[parse_csv] test.csv, line 1, column 1: the first line looks like data: got '5.1'"));
  CHECK(contains(message, ".header = false"));
  CHECK(
      contains(refusal("6,148,33.6\n1,85,26.6\n", {}), "line 1, column 3: the first line looks like data: got '33.6'"));
  CHECK(contains(refusal("1e3,a\n2,b\n", {}), "looks like data: got '1e3'"));
  CHECK(contains(refusal("6,148,72\n1,85,66\n", {}), "line 1, column 3: the first line looks like data: got '72'"));
  CHECK(contains(refusal("5,a,3\n4,b,1\n", {}), "line 1, column 3: the first line looks like data: got '3'"));
  CHECK(contains(refusal("-1,2\n3,4\n", {}), "looks like data: got '-1'"));
  CHECK(contains(refusal("a, +0.5\nb,1\n", {}), "looks like data: got ' +0.5'"));
  CHECK(read("year,2019,2020\n5,6,7\n", {}).feature_names == Cells{"year", "2019", "2020"});
  CHECK(read("2020,2019,2018\n5,6,7\n", {}).feature_names == Cells{"2020", "2019", "2018"});
  CHECK(contains(refusal("2020,2018,2017\n5,6,7\n", {}), "line 1, column 2: the first line looks like data"));
  CHECK(contains(refusal("5,4,3\n1,2,3\n", {}), "line 1, column 2: the first line looks like data: got '4'"));
  CHECK(read("0,1,2\n5,6,7\n", {.label_column = "2"}).feature_names == Cells{"0", "1"});  // as pandas numbers columns
}

TEST_CASE("cells are separated by any character") {
  for (const char separator : {',', ';', '\t', '|', ' '}) {
    std::string text = "x_y_kind\n1_2.5_a\n3_\"4\"_\"b_b\"\n";
    for (char& c : text) c = c == '_' ? separator : c;
    const Dataset<double> data = read(text, {.label_column = 2}, {.separator = separator});
    CHECK(data.inputs == Array<double>{{1, 2.5}, {3, 4}});
    CHECK(data.class_names == Cells{"a", std::string("b") + separator + "b"});
  }
  CHECK(contains(refusal("x,y\n", {}, {.separator = '"'}), "the separator is a quote"));
  CHECK(contains(refusal("x,y\n", {}, {.separator = '\n'}), "a line end"));
}

TEST_CASE("lines that begin with the comment character are skipped, and counted") {
  const CsvFormat format{.comment = '#'};
  const std::string text = "# made by hand\nx,y\n#,,,\"\n1,2\n\n#3,4\n5,#6\n# end";
  const Table table = parse_csv(text, "test.csv", format);
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0].line == 4);
  CHECK(table.rows[1].cells == Cells{"5", "#6"});
  CHECK(parse_csv("x,y\n#3,4\n", "test.csv").rows.size() == 1);
}

TEST_CASE("all line ends, marks and quotes read the same in one pass as in a table") {
  for (const char* text :
       {"x,c\n1,a\n2,b", "\xEF\xBB\xBFx,c\r\n1,a\r\n2,b\r\n\r\n", "\n\nx,c\n\n\"1\",\"a\"\n2,\"b\"\n"}) {
    const Dataset<double> data = read(text, {.label_column = "c"});
    CHECK(data.inputs == column({1, 2}));
    CHECK(data.labels == std::vector<std::size_t>{0, 1});
  }
}

TEST_CASE("without a label column there are inputs alone") {
  const Dataset<double> data = read("x,y\n1,2\n3,4\n", {});
  CHECK(data.inputs == Array<double>{{1, 2}, {3, 4}});
  CHECK(data.labels.empty());
  CHECK(read("7\n8\n", {}, {.header = false}).inputs == column({7, 8}));
}

TEST_CASE("columns are chosen by name or by place, from either end") {
  const std::string text = "a,b,c,d\n1,2,3,4\n";
  CHECK(read(text, {.label_column = 0}).feature_names == Cells{"b", "c", "d"});
  CHECK(read(text, {.label_column = -1}).feature_names == Cells{"a", "b", "c"});
  CHECK(read(text, {.label_column = "b", .input_columns = {"d", 0}}).inputs == Array<double>{{4, 1}});
  CHECK(contains(refusal(text, {.label_column = 4}), "has no column 4: got the columns 'a', 'b', 'c', 'd'"));
  CHECK(contains(refusal(text, {.label_column = -5}), "has no column -5"));
  CHECK(contains(refusal(text, {.label_column = "a", .input_columns = {0}}), "the column 'a' has two uses"));
  CHECK(contains(refusal(text, {.input_columns = {"e"}}), "no column 'e'"));
}

TEST_CASE("columns that are named keep the order in which they are named") {
  const std::string text = "a,b,c,d,e\n1,2,3,4,5\n6,7,8,,10\n11,12,13,14,15\n";
  const CsvOptions options{.target_columns = {"e", "a"}, .input_columns = {"d", "b"}, .missing = Missing::drop_row};
  const Dataset<double> data = read(text, options);
  CHECK(data.inputs == Array<double>{{4, 2}, {14, 12}});
  CHECK(data.targets == Array<double>{{5, 1}, {15, 11}});
  CHECK(data.feature_names == Cells{"d", "b"});
  const Dataset<double> rest = read("a,b,c,d\n1,2,3,4\n", {.label_column = "b", .target_columns = {"d"}});
  CHECK(rest.inputs == Array<double>{{1, 3}});
  CHECK(rest.feature_names == Cells{"a", "c"});
  CHECK(contains(refusal("a,b,c\n1,2,\n3,4,\n", {.input_columns = {"c", "a"}, .missing = Missing::mean}),
                 "the column 'c' has no value at all"));
}

TEST_CASE("the numbers of a regression are targets, one or several for each row") {
  const std::string text = "x,price,area\n1,0.5,70\n2,1.5,80\n";
  const Dataset<double> one = read(text, {.target_columns = {"price"}, .input_columns = {"x"}});
  CHECK(one.inputs == column({1, 2}));
  CHECK(one.targets == column({0.5, 1.5}));
  CHECK(one.labels.empty());
  CHECK(read(text, {.target_columns = {"price", "area"}}).targets == Array<double>{{0.5, 70}, {1.5, 80}});
  CHECK_FALSE(read(text, {}).targets.has_value());
}

TEST_CASE("numbers with decimals are not taken for classes") {
  const std::string text = "x,price\n1,0.5\n2,1.5\n3,2\n";
  const std::string message = refusal(text, {.label_column = "price"});
  CHECK(contains(message, "the column 'price' holds numbers such as '0.5'; expected classes"));
  CHECK(contains(message, "target_columns"));
  CHECK(read(text, {.label_column = "price", .class_names = {"0.5", "1.5", "2"}}).classes() == 3);
  CHECK(read("x,c\n1,0.5\n2,high\n", {.label_column = "c"}).classes() == 2);
}

TEST_CASE("the mean of a column is finite where its sum is not") {
  CHECK(read("x\n1.6e308\nNA\n1.6e308\n", {.missing = Missing::mean}).inputs == column({1.6e308, 1.6e308, 1.6e308}));
  CHECK(read("x\n-1e308\n-1e308\n-1e308\n?\n", {.missing = Missing::mean}).inputs(3, 0) == -1e308);
}

TEST_CASE("the classes are those of the rows that stay") {
  const CsvOptions drop{.label_column = "c", .missing = Missing::drop_row};
  const Dataset<double> data = read("x,c\n1,b\nNA,a\n2,d\nNA,d\n3,b\n", drop);
  CHECK(data.class_names == Cells{"b", "d"});
  CHECK(data.labels == std::vector<std::size_t>{0, 1, 0});
  const Dataset<double> integers = read("x,c\n1,10\nNA,other\n2,9\n", drop);
  CHECK(integers.class_names == Cells{"9", "10"});
  CHECK(integers.labels == std::vector<std::size_t>{1, 0});
}

TEST_CASE("a missing label is not a class") {
  const std::string text = "x,c\n1,a\n2,NA\n";
  CHECK(contains(refusal(text, {.label_column = "c", .missing = Missing::mean}),
                 "line 3, column 2 ('c'): the cell 'NA' is missing; expected the name of a class"));
  CHECK(contains(refusal("x,c\n1,?\n2,b\n", {.label_column = "c", .missing = Missing::mean}), "cell '?' is missing"));
  CHECK(read(text, {.label_column = "c", .missing = Missing::drop_row}).class_names == Cells{"a"});
  CHECK(read(text, {.label_column = "c"}).class_names == Cells{"NA", "a"});
}

TEST_CASE("what is missing is refused, left out, or replaced by the mean of its column") {
  const std::string text = "x,y,c\n1,10,a\n,20,b\nNA,?,a\n4,nan,b\n";
  CHECK(contains(refusal(text, {.label_column = "c"}), "line 3, column 1 ('x'): the cell '' is empty"));
  const Dataset<double> dropped = read(text, {.label_column = "c", .missing = Missing::drop_row});
  CHECK(dropped.inputs == Array<double>{{1, 10}});
  CHECK(dropped.labels == std::vector<std::size_t>{0});
  const Dataset<double> filled = read(text, {.label_column = "c", .missing = Missing::mean});
  CHECK(filled.inputs == Array<double>{{1, 10}, {2.5, 20}, {2.5, 15}, {4, 15}});
  CHECK(filled.labels == std::vector<std::size_t>{0, 1, 0, 1});
  CHECK(read("x\n-999\n3\n", {.missing = Missing::mean, .missing_texts = {"-999"}}).inputs == column({3, 3}));
  CHECK(read("x\n999\n3\n", {.missing = Missing::drop_row, .missing_texts = {"999"}}).inputs == column({3}));
  CHECK(contains(refusal("x,y\n1,\n2,\n", {.missing = Missing::mean}), "the column 'y' has no value at all"));
  CHECK(
      contains(refusal("x,c\n1,\n", {.label_column = "c", .missing = Missing::mean}), "expected the name of a class"));
  CHECK(contains(refusal("x,y\n1,\n,2\n", {.missing = Missing::drop_row}),
                 "every row, 2 in all, has a cell without a value, and all were dropped"));
  CHECK(contains(refusal("x,c\n1,2,3\n", {.missing = Missing::drop_row}), "the row has 3 cells"));
  CHECK(contains(refusal("x,c\n1,two\n", {.missing = Missing::drop_row}), "'two' is not a number"));
}

TEST_CASE("whole numbers are read alike by the short way and by the long one") {
  for (const char* text : {"0", "7", "0009", "255", "1234567", "9999999", "12345678", "16777217"}) {
    const std::string cells = std::string("x\n") + text + "\n";
    CHECK(read(cells, {}).inputs(0, 0) == std::strtod(text, nullptr));
    CHECK(parse_csv_dataset<float>(cells, "test.csv", {}).inputs(0, 0) == std::strtof(text, nullptr));
  }
  CHECK(contains(refusal("x\n12a\n", {}), "'12a' is not a number"));
  CHECK(contains(refusal("x\n1 2\n", {}), "'1 2' is not a number"));
}

TEST_CASE("ten thousand rows of random cells come back, whatever their form") {
  std::string text = "x,y,c\n";
  std::uint64_t state = 1;
  std::vector<double> expected;
  for (int row = 0; row < 10000; ++row) {
    for (int k = 0; k < 2; ++k) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      const double value = k == 0 ? static_cast<double>(state >> 56) : static_cast<double>(state >> 11) * 0x1p-40;
      expected.push_back(value);
      text += fmt::format("{},", value);
    }
    text += row % 3 == 0 ? "\"a\"\r\n" : "b\n";
  }
  const Dataset<double> data = read(text, {.label_column = "c"});
  REQUIRE(data.inputs.size() == expected.size());
  CHECK(std::equal(expected.begin(), expected.end(), data.inputs.data()));
}
