#include <autograd/arrays/shape.hpp>
#include <datasets/collections/mnist.hpp>
#include <datasets/formats/idx.hpp>

#include <array>
#include <cstdlib>
#include <optional>

namespace wengert::datasets {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t side = 28, classes = 10;
constexpr std::array<const char*, 4> file_names = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                                   "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

/// The names under which a file goes round: `train-images-idx3-ubyte`, `train-images.idx3-ubyte`, as some programs that
/// unpack it call it, and the same with `.idx` or `.gz` behind it.
std::vector<std::string> names_of(const std::string& name) {
  std::string dotted = name;
  dotted[dotted.rfind("-idx")] = '.';
  std::vector<std::string> names;
  for (const std::string& stem : {name, dotted}) {
    for (const char* end : {"", ".idx", ".gz", ".idx.gz"}) names.push_back(stem + end);
  }
  return names;
}

/// The file in the folder under one of its names; or in a folder of that name, as some archives unpack.
std::optional<fs::path> find_file(const fs::path& folder, const std::string& name) {
  std::error_code ignored;
  const std::vector<std::string> names = names_of(name);
  for (const std::string& candidate : names) {
    if (fs::is_regular_file(folder / candidate, ignored)) return folder / candidate;
    for (const std::string& inner : names) {
      if (fs::is_regular_file(folder / candidate / inner, ignored)) return folder / candidate / inner;
    }
  }
  return std::nullopt;
}

/// Where `mnist(folder)` looks.
std::vector<fs::path> candidates(const fs::path& folder) {
  if (!folder.empty()) return {folder};
  const char* variable = std::getenv("WENGERT_DATA");
  const fs::path data = variable == nullptr || *variable == '\0' ? "data" : variable;
  return {data / "mnist", data};
}

/// The first file that is missing in the folder; empty if none is.
std::string missing_file(const fs::path& folder) {
  for (const char* name : file_names) {
    if (!find_file(folder, name)) return name;
  }
  return "";
}

fs::path find_folder(const fs::path& folder) {
  std::string searched;
  for (const fs::path& candidate : candidates(folder)) {
    const std::string missing = missing_file(candidate);
    if (missing.empty()) return candidate;
    searched +=
        fmt::format("{}'{}' has no {}[.gz]", searched.empty() ? "" : ", ", fs::absolute(candidate).string(), missing);
  }
  fail("mnist", fmt::format("MNIST was not found: {}; expected its four IDX files, plain or .gz; download them with "
                            "`./run fetch-mnist`, or set WENGERT_DATA to the folder that holds them or their folder "
                            "mnist",
                            searched));
}

template <class T>
Array<T> scaled(const IdxFile& images) {
  std::array<T, 256> pixels;
  for (std::size_t byte = 0; byte < pixels.size(); ++byte) pixels[byte] = static_cast<T>(byte) / T(255);
  Array<T> inputs = empty<T>({images.shape[0], 1, side, side});  // (N, C, H, W)
  for (std::size_t i = 0; i < images.values.size(); ++i) inputs.data()[i] = pixels[images.values[i]];
  return inputs;
}

void check_part(const IdxFile& images, const IdxFile& labels) {
  const std::size_t count = images.shape[0];
  require(images.shape.size() == 3 && images.shape[1] == side && images.shape[2] == side, "mnist",
          "{}, byte 3: the shape does not fit: got {}, expected images (N, 28, 28); give the files of MNIST",
          images.name, images.shape);
  require(labels.shape.size() == 1, "mnist",
          "{}, byte 3: the shape does not fit: got {}, expected labels (N,); give the files of MNIST", labels.name,
          labels.shape);
  require(
      labels.shape[0] == count, "mnist",
      "{}, byte 4: images and labels disagree: got {} labels, expected {} as there are images in {}; take both files "
      "from one download",
      labels.name, labels.shape[0], count, images.name);
  for (std::size_t n = 0; n < count; ++n) {
    require(
        labels.values[n] < classes, "mnist",
        "{}, byte {} (after decompression): the label of image {} is out of range: got {}, expected 0 to 9; give the "
        "files of MNIST",
        labels.name, 8 + n, n, labels.values[n]);
  }
}

template <class T>
Dataset<T> read_part(const fs::path& folder, const std::string& images_name, const std::string& labels_name) {
  const IdxFile labels = read_idx(*find_file(folder, labels_name));
  const IdxFile images = read_idx(*find_file(folder, images_name));
  check_part(images, labels);
  return {.inputs = scaled<T>(images),
          .labels = {labels.values.begin(), labels.values.end()},
          .feature_names = {},
          .class_names = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}};
}

}  // namespace

template <class T>
Mnist<T> mnist(const fs::path& folder) {
  const fs::path found = find_folder(folder);
  return {.train = read_part<T>(found, file_names[0], file_names[1]),
          .test = read_part<T>(found, file_names[2], file_names[3])};
}

bool has_mnist(const fs::path& folder) {
  for (const fs::path& candidate : candidates(folder)) {
    if (missing_file(candidate).empty()) return true;
  }
  return false;
}

template Mnist<float> mnist(const fs::path&);
template Mnist<double> mnist(const fs::path&);

}  // namespace wengert::datasets
