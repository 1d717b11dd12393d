// VCVTPS2PH with its rounding as an immediate, array by array.
#include <cstddef>
#include <cstdint>
#include <immintrin.h>

#define CONVERT(NAME, IMMEDIATE)                                                                                               \
  extern "C" void binary32_binary16_##NAME(const float *in, uint16_t *out, size_t n) {                                         \
    for (size_t i = 0; i < n; i++) {                                                                                           \
      __m128 x = _mm_castsi128_ps(_mm_cvtsi32_si128(reinterpret_cast<const int *>(in)[i]));                                    \
      out[i] = static_cast<uint16_t>(_mm_extract_epi16(_mm_cvtps_ph(x, IMMEDIATE), 0));                                        \
    }                                                                                                                          \
  }
CONVERT(rne, 0)
CONVERT(rdn, 1)
CONVERT(rup, 2)
CONVERT(rtz, 3)
