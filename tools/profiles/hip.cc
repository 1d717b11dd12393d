// cast_to_f8 of amd_hip_fp8.h on a host, array by array. The function is cut out of the header into cast_to_f8.inc.
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace __hip_internal {
template <typename A, typename B> using is_same = std::is_same<A, B>;
}
#define __FP8_HOST_DEVICE_STATIC__ static inline
typedef unsigned char __hip_fp8_storage_t;
#include "cast_to_f8.inc"

#define CAST(SOURCE, FROM, TARGET, FNUZ, WM, WE)                                                                               \
  extern "C" void SOURCE##_##TARGET##_finite(const FROM *in, uint8_t *out, size_t n) {                                         \
    for (size_t i = 0; i < n; i++) out[i] = cast_to_f8<FROM, FNUZ>(in[i], WM, WE, true);                                       \
  }                                                                                                                            \
  extern "C" void SOURCE##_##TARGET##_none(const FROM *in, uint8_t *out, size_t n) {                                           \
    for (size_t i = 0; i < n; i++) out[i] = cast_to_f8<FROM, FNUZ>(in[i], WM, WE, false);                                      \
  }
#define ALL(SOURCE, FROM)                                                                                                      \
  CAST(SOURCE, FROM, e4m3fn, false, 3, 4)                                                                                      \
  CAST(SOURCE, FROM, e5m2, false, 2, 5)                                                                                        \
  CAST(SOURCE, FROM, e4m3fnuz, true, 3, 4)                                                                                     \
  CAST(SOURCE, FROM, e5m2fnuz, true, 2, 5)
ALL(binary16, _Float16)
ALL(binary32, float)
ALL(binary64, double)
