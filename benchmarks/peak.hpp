#pragma once

/// Multiplications and additions a second, in GFLOP/s, of one thread whose operands stay in registers: what the
/// processor does at most, here and now.
double fma_peak();
