#pragma once

// Everything of the room, on top of everything of autograd.
#include <autograd/autograd.hpp>
#include <nn/activations.hpp>
#include <nn/batch_norm.hpp>
#include <nn/batch_norm1d.hpp>
#include <nn/batch_norm2d.hpp>
#include <nn/batch_norm_options.hpp>
#include <nn/binary_cross_entropy.hpp>
#include <nn/cross_entropy.hpp>
#include <nn/dropout.hpp>
#include <nn/flatten.hpp>
#include <nn/group_norm.hpp>
#include <nn/init.hpp>
#include <nn/input_shape.hpp>
#include <nn/instance_norm.hpp>
#include <nn/layer_norm.hpp>
#include <nn/linear.hpp>
#include <nn/module.hpp>
#include <nn/normalisation.hpp>
#include <nn/regression_losses.hpp>
#include <nn/running_statistics.hpp>
#include <nn/sequential.hpp>
#include <nn/softmax.hpp>
#include <nn/training/callback.hpp>
#include <nn/training/figure.hpp>
#include <nn/training/history.hpp>
