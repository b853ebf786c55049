#pragma once

// Everything of the room, on top of everything of autograd.
#include <autograd/autograd.hpp>
#include <nn/batch_norm1d.hpp>
#include <nn/batch_norm_options.hpp>
#include <nn/cross_entropy.hpp>
#include <nn/flatten.hpp>
#include <nn/linear.hpp>
#include <nn/module.hpp>
#include <nn/relu.hpp>
#include <nn/running_statistics.hpp>
#include <nn/sequential.hpp>
#include <nn/training/callback.hpp>
#include <nn/training/callbacks/csv_logger.hpp>
#include <nn/training/callbacks/early_stopping.hpp>
#include <nn/training/callbacks/lambda_callback.hpp>
#include <nn/training/callbacks/learning_rate_scheduler.hpp>
#include <nn/training/callbacks/model_checkpoint.hpp>
#include <nn/training/callbacks/reduce_lr_on_plateau.hpp>
#include <nn/training/evaluate.hpp>
#include <nn/training/figure.hpp>
#include <nn/training/fit.hpp>
#include <nn/training/history.hpp>
#include <nn/training/panel.hpp>
#include <nn/training/report.hpp>
#include <nn/training/summary.hpp>
