#pragma once

#include "bench.hpp"

// What the trainings that were watched say of their layers. Layers and epochs count from 0.

namespace lab {

/// The norms of the gradients of the hidden layers' weights in the first step, for each layer one of each training.
Numbers gradient_norms(const std::vector<Outcome>& outcomes);

/// What goes into the activations in an epoch, and what comes out of them.
std::vector<const nn::LayerStatistics*> into_activations(const Outcome& outcome, std::size_t epoch);
std::vector<const nn::LayerStatistics*> out_of_activations(const Outcome& outcome, std::size_t epoch);

/// Of what goes into one activation, in the mean of the trainings.
double mean(const std::vector<Outcome>& outcomes, std::size_t epoch, std::size_t layer);
double deviation(const std::vector<Outcome>& outcomes, std::size_t epoch, std::size_t layer);
std::vector<double> histogram(const std::vector<Outcome>& outcomes, std::size_t epoch, std::size_t layer);
/// The axes that such a histogram is drawn on.
nn::Panel histogram_panel(const std::string& title);

/// How far the means of what comes out of the activations are from those in the epoch before, in deviations of then, in
/// the mean of the layers.
double shift(const Outcome& outcome, std::size_t epoch);

/// For every epoch and training, in the mean of the channels of a batch norm layer: how far the running mean is from
/// that of the batch, in deviations of the batch, and the running deviation by that of the batch.
Numbers distance_of_means(const std::vector<Outcome>& outcomes, std::size_t layer);
Numbers ratio_of_deviations(const std::vector<Outcome>& outcomes, std::size_t layer);

}  // namespace lab
