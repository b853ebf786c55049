#include "../error_text.hpp"
#include "../nn/training/temporary_folder.hpp"
#include "idx_bytes.hpp"

#include <doctest/doctest.h>
#include <autograd/arrays/shape.hpp>
#include <datasets/collections/mnist.hpp>

#include <cstdlib>
#include <fstream>

using namespace wengert;
using namespace wengert::datasets;
using training_tests::TemporaryFolder;

namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, const std::string& bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

/// Images of one byte value each, and their labels, as the files of one part.
void write_part(const fs::path& folder, const std::string& part, const std::string& values, const std::string& labels) {
  std::string pixels;
  for (const char value : values) pixels += std::string(28 * 28, value);
  const auto count = static_cast<std::uint32_t>(values.size());
  write(folder / (part + "-images-idx3-ubyte"), idx_bytes({count, 28, 28}, pixels));
  write(folder / (part + "-labels-idx1-ubyte"), idx_bytes({static_cast<std::uint32_t>(labels.size())}, labels));
}

void write_mnist(const fs::path& folder) {
  write_part(folder, "train", {'\0', '\x33', '\xFF'}, {'\x05', '\0', '\x09'});
  write_part(folder, "t10k", {'\x01'}, {'\x07'});
}

/// Sets WENGERT_DATA until the end of the scope.
class DataVariable {
 public:
  explicit DataVariable(const fs::path& value) {
    if (const char* before = std::getenv(name)) before_ = before;
    setenv(name, value.c_str(), 1);
  }
  ~DataVariable() {
    if (before_.empty()) {
      unsetenv(name);
    } else {
      setenv(name, before_.c_str(), 1);
    }
  }
  DataVariable(const DataVariable&) = delete;
  DataVariable& operator=(const DataVariable&) = delete;

 private:
  static constexpr const char* name = "WENGERT_DATA";
  std::string before_;
};

}  // namespace

TEST_CASE_TEMPLATE("images come with one channel and pixels from 0 to 1, labels as they are", T, float, double) {
  const TemporaryFolder folder;
  write_mnist(folder.path());
  const Mnist<T> data = mnist<T>(folder.path());
  CHECK(data.train.inputs.shape() == Shape{3, 1, 28, 28});
  CHECK(data.train.labels == std::vector<std::size_t>{5, 0, 9});
  CHECK(data.train.class_names.size() == 10);
  CHECK(data.train.inputs(0, 0, 27, 27) == T(0));
  CHECK(data.train.inputs(1, 0, 0, 0) == T(0.2));  // 51 / 255
  CHECK(data.train.inputs(2, 0, 13, 5) == T(1));
  CHECK(data.test.inputs == full<T>({1, 1, 28, 28}, T(1) / T(255)));
  CHECK(data.test.labels == std::vector<std::size_t>{7});
}

TEST_CASE("MNIST is found in mnist below WENGERT_DATA or there itself, in files plain or compressed") {
  const TemporaryFolder folder;
  const DataVariable variable(folder.path());
  CHECK(!has_mnist());
  for (const fs::path& place : {folder.path(), folder.path() / "mnist"}) {
    write_mnist(place);
    write(place / "train-labels-idx1-ubyte.gz", gzip_bytes(idx_bytes({3}, "\3\3\3")));
    fs::remove(place / "train-labels-idx1-ubyte");
    CHECK(has_mnist());
    CHECK(mnist().train.labels == std::vector<std::size_t>{3, 3, 3});
    fs::remove(place / "t10k-images-idx3-ubyte");
    CHECK(!has_mnist());
  }
}

TEST_CASE("MNIST is found under the names that other programs give its files") {
  const std::vector<std::array<const char*, 2>> renamed{{"train-images-idx3-ubyte", "train-images.idx3-ubyte"},
                                                        {"train-labels-idx1-ubyte", "train-labels-idx1-ubyte.idx"},
                                                        {"t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte.idx.gz"},
                                                        {"t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte.gz"}};
  const TemporaryFolder folder;
  write_mnist(folder.path());
  for (const auto& [name, other] : renamed) {
    fs::rename(folder.path() / name, folder.path() / other);
    CHECK(has_mnist(folder.path()));
  }
  CHECK(mnist(folder.path()).train.labels == std::vector<std::size_t>{5, 0, 9});
  for (const auto& [name, other] : renamed) {  // as the archives of Kaggle unpack: a folder with the file in it
    fs::rename(folder.path() / other, folder.path() / "moved");
    fs::create_directory(folder.path() / other);
    fs::rename(folder.path() / "moved", folder.path() / other / other);
    CHECK(has_mnist(folder.path()));
  }
  CHECK(mnist(folder.path()).test.labels == std::vector<std::size_t>{7});
}

TEST_CASE("a folder that is named is the only one where MNIST is looked for") {
  const TemporaryFolder here, there;
  const DataVariable variable(here.path());
  write_mnist(here.path());
  CHECK(has_mnist());
  CHECK(!has_mnist(there.path()));
  CHECK(contains(error_text([&] { mnist(there.path()); }), "'" + there.path().string() + "' has no train-images"));
}

TEST_CASE("where MNIST is missing, the message says where it was looked for and how to get it") {
  const TemporaryFolder folder;
  const DataVariable variable(folder.path());
  write_mnist(folder.path());
  fs::remove(folder.path() / "t10k-labels-idx1-ubyte");
  const std::string message = error_text([] { mnist(); });
  CHECK(contains(message, "[mnist] MNIST was not found: "));
  CHECK(contains(message, "'" + (folder.path() / "mnist").string() + "' has no train-images-idx3-ubyte[.gz], "));
  CHECK(contains(message, "'" + folder.path().string() + "' has no t10k-labels-idx1-ubyte[.gz]; "));
  CHECK(contains(message, "`./run fetch-mnist`"));
  CHECK(contains(message, "set WENGERT_DATA"));
}

TEST_CASE("files that do not belong together are refused with the file and the place") {
  const TemporaryFolder folder;
  const fs::path images = folder.path() / "train-images-idx3-ubyte", labels = folder.path() / "train-labels-idx1-ubyte";
  const auto refused = [&](const fs::path& path, const std::string& bytes) {
    write_mnist(folder.path());
    write(path, bytes);
    const std::string message = error_text([&] { mnist(folder.path()); });
    CHECK(contains(message, path.string() + ", byte "));
    return message;
  };
  CHECK(
      contains(refused(labels, idx_bytes({2}, "ab")), "byte 4: images and labels disagree: got 2 labels, expected 3"));
  CHECK(contains(refused(labels, idx_bytes({3}, "\1\2\x0A")), "byte 10 (after decompression): the label of image 2"));
  CHECK(contains(refused(labels, idx_bytes({3}, "\xFF\2\1")), "got 255, expected 0 to 9"));
  CHECK(contains(refused(labels, idx_bytes({3, 1}, "\1\2\3")), "got (3, 1), expected labels (N,)"));
  CHECK(contains(refused(images, idx_bytes({3}, "\1\2\3")), "got (3,), expected images (N, 28, 28)"));
  const std::string narrow(std::size_t{3} * 28 * 27, '\0');
  CHECK(contains(refused(images, idx_bytes({3, 28, 27}, narrow)), "got (3, 28, 27), expected images (N, 28, 28)"));
  CHECK(contains(refused(images, idx_bytes({3, 27, 28}, narrow)), "got (3, 27, 28)"));
  CHECK(contains(refused(images, "<html>"), "[read_idx]"));
}
