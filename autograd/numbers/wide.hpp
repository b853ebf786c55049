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
#if XSIMD_WITH_AVX512F
inline __m512d low(__m512 x) { return _mm512_cvtps_pd(_mm512_castps512_ps256(x)); }
inline __m512d high(__m512 x) {
  return _mm512_cvtps_pd(_mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(x), 1)));
}
#endif
#if XSIMD_WITH_AVX
inline __m256d low(__m256 x) { return _mm256_cvtps_pd(_mm256_castps256_ps128(x)); }
inline __m256d high(__m256 x) { return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1)); }
#endif
#if XSIMD_WITH_SSE2
inline __m128d low(__m128 x) { return _mm_cvtps_pd(x); }
inline __m128d high(__m128 x) { return _mm_cvtps_pd(_mm_movehl_ps(x, x)); }
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

}  // namespace wengert
