#pragma once

#include <datasets/dataset.hpp>

#include <filesystem>

namespace wengert::datasets {

template <class T>
struct Mnist {
  Dataset<T> train, test;
};

/// The handwritten digits MNIST (LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based learning applied to document
/// recognition"): 60,000 images to train and 10,000 to test, inputs (N, 1, 28, 28) with pixels from 0 to 1 (byte /
/// 255), ten classes. Reads train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
/// t10k-labels-idx1-ubyte, each plain or with .gz, also as train-images.idx3-ubyte, from `folder`; if that is empty,
/// from the folder mnist in the data folder, or from the data folder itself. The data folder is the environment
/// variable WENGERT_DATA, or else `data` under the current folder, which `./run fetch-mnist` fills. Data sets in the
/// same format, as Fashion-MNIST, can be read too. Throws an Error if a file is missing or malformed, if images are not
/// 28 x 28, if there is not one label below ten for each image.
template <class T = float>
Mnist<T> mnist(const std::filesystem::path& folder = {});

/// Whether `mnist(folder)` finds its four files; says nothing about what is in them.
bool has_mnist(const std::filesystem::path& folder = {});

}  // namespace wengert::datasets
