#pragma once

#include <datasets/collections/mnist.hpp>

#include <cstdio>
#include <filesystem>
#include <optional>

/// What to give `mnist`: nothing if it finds MNIST by itself, else the data folder of the project; nullopt, which is
/// said, if MNIST is not there either. CTest then reports this folder's program as skipped: every case asks here first.
inline std::optional<std::filesystem::path> mnist_here() {
  using wengert::datasets::has_mnist;
  for (const std::filesystem::path folder : {"", WENGERT_SOURCE_DIR "/data/mnist"}) {
    if (has_mnist(folder)) return folder;
  }
  std::puts("MNIST is not here, skipped: ./run fetch-mnist downloads it, or WENGERT_DATA names its folder");
  return std::nullopt;
}
