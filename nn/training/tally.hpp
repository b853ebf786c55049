#pragma once

namespace wengert::nn {

/// A mean over a part of the data, kept so that parts add up: its sum and how many things it is over.
struct Tally {
  double sum = 0.0;
  double count = 0.0;

  double mean() const { return sum / count; }
  Tally& operator+=(const Tally& more) {
    sum += more.sum;
    count += more.count;
    return *this;
  }
};

}  // namespace wengert::nn
