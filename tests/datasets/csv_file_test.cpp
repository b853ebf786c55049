#include <doctest/doctest.h>

#include <autograd/arrays/random.hpp>
#include <datasets/formats/csv.hpp>

#include <filesystem>
#include <fstream>
#include <random>

#include "../error_text.hpp"

using namespace wengert;
using namespace wengert::datasets;

namespace {

namespace fs = std::filesystem;

constexpr std::size_t size_of_part = std::size_t{1} << 20;  // of a file that is in memory at a time

/// A file that is there as long as this is.
struct File {
  explicit File(const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
  ~File() { fs::remove(path); }
  fs::path path = fs::temp_directory_path() / fmt::format("wengert_csv_file_test_{}.csv", std::random_device()());
};

/// Reads the file, and its text at once, and compares.
void check_alike(const std::string& text, const CsvOptions& options, const CsvFormat& format = {}) {
  const File file(text);
  const Dataset<double> parts = read_csv_dataset<double>(file.path, options, format);
  const Dataset<double> whole = parse_csv_dataset<double>(text, "text", options, format);
  CHECK(parts.inputs == whole.inputs);
  CHECK(parts.labels == whole.labels);
  CHECK(parts.class_names == whole.class_names);
}

/// Rows of two numbers and a class in quotes, which may hold line ends, until the text has `bytes` or more.
std::string quoted_rows(std::size_t bytes, Generator& generator, const char* line_end) {
  const std::vector<std::string> names{"\"a\nb\"", "\"c,\"\"d\"\"\"", "plain", "\"\n\n\n\""};
  std::string text;
  while (text.size() < bytes) {
    text += std::to_string(generator.below(1000)) + "," + std::to_string(generator.below(7)) + "," +
            names[generator.below(4)] + line_end;
    if (generator.below(50) == 0) text += line_end;
  }
  return text;
}

}  // namespace

TEST_CASE("a file of several parts reads as its text does, whatever stands where a part ends") {
  Generator generator(1);
  const CsvOptions options{.label_column = -1};
  for (const char* line_end : {"\n", "\r\n"}) {
    const std::string rows = quoted_rows(size_of_part + 1000, generator, line_end);
    check_alike(std::string("x,y,class") + line_end + rows, options);
    check_alike("\xEF\xBB\xBF" + rows.substr(0, rows.size() - std::string(line_end).size()), options,
                {.header = false});
  }
  for (const std::size_t more : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {  // a line end just at the end
    const std::string first(size_of_part - 5 + more, '1');
    check_alike("a,b,c\n1,2," + first + "\n3,4,5\n", {.label_column = -1});
  }
}

TEST_CASE("comments and a row larger than a part are read") {
  std::string text = "# don't stop at one quote\n\n";
  for (int k = 0; k < 120000; ++k) text += "# \"comment\n";
  text += "1,2\n# last\n3,4\n";
  check_alike(text, {}, {.header = false, .comment = '#'});
  check_alike("a,b\n1,\"" + std::string(size_of_part + 1, '\n') + "x\"\n2,y\n", {.label_column = -1});
}

TEST_CASE("what is wrong behind the first part is refused with its line") {
  std::string text = "a,b\n";
  std::size_t line = 1;
  for (; text.size() <= size_of_part; ++line) text += "1,2\n";
  const File wrong(text + "1,x\n");
  CHECK(contains(error_text([&] { read_csv_dataset<float>(wrong.path, {}); }),
                 fmt::format("line {}, column 2", line + 1)));
  const File open(text + "1,\"2\n" + text);
  CHECK(contains(error_text([&] { read_csv_dataset<float>(open.path, {}); }), "opens a quote that is never closed"));
}

TEST_CASE("an empty file, and one of a header alone, are refused as their texts are") {
  const File empty_file("");
  CHECK(contains(error_text([&] { read_csv_dataset<float>(empty_file.path, {}); }), "the text is empty"));
  const File header("a,b\n");
  CHECK(contains(error_text([&] { read_csv_dataset<float>(header.path, {}); }), "has no rows below its header"));
}
