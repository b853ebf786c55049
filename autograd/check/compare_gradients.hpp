#pragma once

#include <autograd/check/compare.hpp>
#include <autograd/explain/replay/replay.hpp>

#include <utility>

namespace wengert {

/// A gradient derived by hand beside that of the tape.
struct GradientRow {
  Comparison comparison;
  double relative = 0.0;                ///< the largest difference, over the largest element of the tape's
  double ulps = 0.0;                    ///< the largest difference, each counted in units of its element's last place
  std::vector<std::size_t> where = {};  ///< the index of the largest difference
  std::string by_hand = {}, by_tape = {};  ///< the elements there
};

/// What a comparison of several gradients has found.
struct GradientComparison {
  std::vector<GradientRow> rows;
  std::string diagnosis;  ///< of the first that disagrees, in the order of the backward pass; empty if all agree

  bool agrees() const;
  explicit operator bool() const { return agrees(); }
  /// A row for each gradient, and the diagnosis.
  std::string text() const;
};

/// Compares gradients derived by hand, by the names of variables (x) or of their adjoints (dx), with those of a record:
/// shapes first, which never broadcast, then bits, then values. The first that disagrees is explained by trying what is
/// often wrong: a sign, a path left out, `=` for `+=`, 1/m, N - 1 for N, a missing sum over the batch, a power of a
/// variable (σ for σ²), an epsilon outside of its root or forgotten, a transposition. Without an absolute tolerance,
/// what cancels to rounding beside the other gradients of the same operations agrees as well, up to 1e-8, as dμ of a
/// batch norm does, which is zero but for that; zeros by hand agree with what is rounding beside what arrives. Throws
/// an Error if the record has no such adjoint or not all its elements.
GradientComparison compare_gradients(const Replay& replay,
                                     const std::vector<std::pair<std::string, Array<double>>>& by_hand,
                                     CompareOptions options = {});

std::string to_string(const GradientComparison& comparison);

}  // namespace wengert
