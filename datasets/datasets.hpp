#pragma once

#include <datasets/collections/digits.hpp>
#include <datasets/collections/iris.hpp>
#include <datasets/collections/mnist.hpp>
#include <datasets/dataset.hpp>
#include <datasets/formats/csv.hpp>
#include <datasets/formats/idx.hpp>
#include <datasets/formats/npy.hpp>
#include <datasets/loader.hpp>
#include <datasets/scaler.hpp>
#include <datasets/split.hpp>
