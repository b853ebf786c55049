#pragma once

#include <datasets/csv.hpp>
#include <datasets/dataset.hpp>
#include <datasets/digits.hpp>
#include <datasets/idx.hpp>
#include <datasets/iris.hpp>
#include <datasets/loader.hpp>
#include <datasets/mnist.hpp>
#include <datasets/scaler.hpp>
#include <datasets/split.hpp>
