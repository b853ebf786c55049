#pragma once

#include <array>

// Written by tools/lane_coefficients.py with mpmath 1.3.0.

namespace wengert::lanes {

/// Polynomials, the highest power first; what they approximate and how closely stands above each.
template <class T>
struct Coefficients;

template <>
struct Coefficients<double> {
  /// (exp(r) - 1 - r) / r² in r, |r| <= ln(2) / 2: within 1.1e-16.
  static constexpr std::array<double, 10> exp_tail{
      2.510038549551031908e-8, 2.762008844540974816e-7, 2.755726845999706477e-6, 2.480152129595437513e-5,
      1.984126986305361688e-4, 1.388888891721371690e-3, 8.333333333330061833e-3, 4.166666666662412787e-2,
      0.1666666666666666745,   0.5000000000000001022};
  /// (2 atanh(s) / s - 2) / s² in s², |s| <= 0.1716: within 3.1e-16.
  static constexpr std::array<double, 7> log_tail{0.1461658542488862199, 0.1533171061821077157, 0.1818288945567494604,
                                                  0.2222221113025987703, 0.2857142862600326874, 0.3999999999989944323,
                                                  0.6666666666666669688};
  /// erf(x) / x - 1 in x², |x| <= 1: within 7.4e-18.
  static constexpr std::array<double, 12> erf_core{
      -7.795898827002142242e-10, 1.372006454677768560e-8, -1.620848380187170590e-7, 1.644742470331736241e-6,
      -1.492473690741966034e-5,  1.205529490483970792e-4, -8.548325975389692081e-4, 5.223977607116422732e-3,
      -2.686617064323777036e-2,  0.1128379167094500627,   -0.3761263890318354044,   0.1283791670955125665};
  /// (1 + 2a) exp(a²) erfc(a) in (a - 4) / (a + 4), for all a that do not underflow: within 6.8e-17.
  static constexpr std::array<double, 22> erfc_core{
      -8.906208663934622286e-9, -9.456271524915691588e-9, 1.018124747514997112e-7,  5.883230632914435011e-8,
      -8.187662562915785587e-7, 3.099440201083154529e-7,  5.706827475068263676e-6,  -1.123208602340473403e-5,
      -2.439860935351290404e-5, 1.506256714136943200e-4,  -1.992566964042562374e-4, -7.577743061693370745e-4,
      5.031969952329152916e-3,  -1.619773389595985487e-2, 3.716751554242075772e-2,  -6.633036582729278983e-2,
      9.373283499798462900e-2,  -0.1010390660355806292,   6.809705425470212740e-2,  1.537965210260613265e-2,
      -0.1396211168405625547,   1.232995118625552552};
  /// (sin(r) - r) / r³ in r², |r| <= pi / 4: within 2.0e-17.
  static constexpr std::array<double, 6> sin_tail{1.591811526326597519e-10, -2.505113165023518147e-8,
                                                  2.755731610161787444e-6,  -1.984126983675677253e-4,
                                                  8.333333333330947294e-3,  -0.1666666666666666462};
  /// (cos(r) - 1 + r² / 2) / r⁴ in r², |r| <= pi / 4: within 1.3e-18.
  static constexpr std::array<double, 6> cos_tail{-1.138262364747460463e-11, 2.087614614655861158e-9,
                                                  -2.755731727114514596e-7,  2.480158729876456077e-5,
                                                  -1.388888888888739649e-3,  4.166666666666666539e-2};
};

template <>
struct Coefficients<float> {
  /// (exp(r) - 1 - r) / r² in r, |r| <= ln(2) / 2: within 6.5e-8.
  static constexpr std::array<float, 5> exp_tail{1.392618359e-3f, 8.363179053e-3f, 4.166655462e-2f, 0.1666657699f,
                                                 0.5000000000f};
  /// (2 atanh(s) / s - 2) / s² in s², |s| <= 0.1716: within 1.9e-7.
  static constexpr std::array<float, 3> log_tail{0.2958005304f, 0.3998877828f, 0.6666668505f};
  /// erf(x) / x - 1 in x², |x| <= 1: within 1.2e-9.
  static constexpr std::array<float, 7> erf_core{7.875875063e-5f, -8.016864287e-4f, 5.189087423e-3f, -2.685421201e-2f,
                                                 0.1128359472f,   -0.3761262667f,   0.1283791658f};
  /// (1 + 2a) exp(a²) erfc(a) in (a - 4) / (a + 4), for all a that do not underflow: within 2.2e-8.
  static constexpr std::array<float, 11> erfc_core{7.428427849e-4f,  6.598002504e-3f, -1.629235708e-2f, 3.638347371e-2f,
                                                   -6.650937819e-2f, 9.386348787e-2f, -0.1010014298f,   6.808839902e-2f,
                                                   1.537759265e-2f,  -0.1396209362f,  1.232995135f};
  /// (sin(r) - r) / r³ in r², |r| <= pi / 4: within 2.0e-8.
  static constexpr std::array<float, 3> sin_tail{-1.958786570e-4f, 8.332748154e-3f, -0.1666666466f};
  /// (cos(r) - 1 + r² / 2) / r⁴ in r², |r| <= pi / 4: within 2.0e-9.
  static constexpr std::array<float, 3> cos_tail{2.454791685e-5f, -1.388830292e-3f, 4.166666466e-2f};
};

}  // namespace wengert::lanes
