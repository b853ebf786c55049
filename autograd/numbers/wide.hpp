#pragma once

#include <autograd/numbers/lane.hpp>

namespace wengert {

/// The elements of a lane of floats as doubles, which fill two lanes.
template <class Arch>
struct WideLane {
  Lane<double, Arch> low;
  Lane<double, Arch> high;
};

namespace widening {

// xsimd 8 has no conversion to a wider type; the processors that most programs run on have one instruction for it. On
// others there must be something by these names, which fits nothing.
struct Nothing;
void low(const Nothing&);
void high(const Nothing&);
void narrow(const Nothing&, const Nothing&);
#if XSIMD_WITH_AVX512F
inline __m512d low(__m512 x) { return _mm512_cvtps_pd(_mm512_castps512_ps256(x)); }
inline __m512d high(__m512 x) {
  return _mm512_cvtps_pd(_mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(x), 1)));
}
inline __m512 narrow(__m512d low, __m512d high) {
  const __m256d upper = _mm256_castps_pd(_mm512_cvtpd_ps(high));
  return _mm512_castpd_ps(_mm512_insertf64x4(_mm512_castps_pd(_mm512_castps256_ps512(_mm512_cvtpd_ps(low))), upper, 1));
}
#endif
#if XSIMD_WITH_AVX
inline __m256d low(__m256 x) { return _mm256_cvtps_pd(_mm256_castps256_ps128(x)); }
inline __m256d high(__m256 x) { return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1)); }
inline __m256 narrow(__m256d low, __m256d high) {
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm256_cvtpd_ps(low)), _mm256_cvtpd_ps(high), 1);
}
#endif
#if XSIMD_WITH_SSE2
inline __m128d low(__m128 x) { return _mm_cvtps_pd(x); }
inline __m128d high(__m128 x) { return _mm_cvtps_pd(_mm_movehl_ps(x, x)); }
inline __m128 narrow(__m128d low, __m128d high) { return _mm_movelh_ps(_mm_cvtpd_ps(low), _mm_cvtpd_ps(high)); }
#endif

}  // namespace widening

template <class Arch>
WideLane<Arch> widened(const Lane<float, Arch>& x) {
  using Wide = Lane<double, Arch>;
  if constexpr (requires { widening::low(x.batch.data); }) {
    return {typename Wide::Batch(widening::low(x.batch.data)), typename Wide::Batch(widening::high(x.batch.data))};
  } else {
    std::array<float, static_cast<std::size_t>(Lane<float, Arch>::width)> narrow;
    std::array<double, narrow.size()> wide;
    x.store(narrow.data());
    std::copy(narrow.begin(), narrow.end(), wide.begin());
    return {Wide::load(wide.data()), Wide::load(wide.data() + Wide::width)};
  }
}

/// The elements of a wide lane rounded to floats.
template <class Arch>
Lane<float, Arch> narrowed(const WideLane<Arch>& x) {
  if constexpr (requires { widening::narrow(x.low.batch.data, x.high.batch.data); }) {
    return typename Lane<float, Arch>::Batch(widening::narrow(x.low.batch.data, x.high.batch.data));
  } else {
    std::array<double, static_cast<std::size_t>(Lane<float, Arch>::width)> wide;
    std::array<float, wide.size()> narrow;
    x.low.store(wide.data());
    x.high.store(wide.data() + Lane<double, Arch>::width);
    for (std::size_t k = 0; k < wide.size(); ++k) narrow[k] = static_cast<float>(wide[k]);
    return Lane<float, Arch>::load(narrow.data());
  }
}

}  // namespace wengert
