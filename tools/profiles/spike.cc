// SoftFloat's conversions to OFP8 as riscv-isa-sim has them, array by array. The library is C.
#include <cstddef>
#include <cstdint>

extern "C" {
#include "softfloat.h"
}

#define ROUNDED(SOURCE, TARGET, CALL, GIVEN, CODE, NAME, MODE, SAT, ON)                                                        \
  extern "C" void SOURCE##_##TARGET##_##NAME##_##SAT(const CODE *in, uint8_t *out, size_t n) {                                 \
    softfloat_roundingMode = MODE;                                                                                             \
    for (size_t i = 0; i < n; i++) out[i] = CALL(GIVEN{in[i]}, ON).v;                                                          \
  }
#define SATURATED(SOURCE, TARGET, CALL, GIVEN, CODE, SAT, ON)                                                                  \
  ROUNDED(SOURCE, TARGET, CALL, GIVEN, CODE, rne, softfloat_round_near_even, SAT, ON)                                          \
  ROUNDED(SOURCE, TARGET, CALL, GIVEN, CODE, rtz, softfloat_round_minMag, SAT, ON)                                             \
  ROUNDED(SOURCE, TARGET, CALL, GIVEN, CODE, rdn, softfloat_round_min, SAT, ON)                                                \
  ROUNDED(SOURCE, TARGET, CALL, GIVEN, CODE, rup, softfloat_round_max, SAT, ON)                                                \
  ROUNDED(SOURCE, TARGET, CALL, GIVEN, CODE, rna, softfloat_round_near_maxMag, SAT, ON)
#define BOTH(SOURCE, TARGET, CALL, GIVEN, CODE)                                                                                \
  SATURATED(SOURCE, TARGET, CALL, GIVEN, CODE, none, false)                                                                    \
  SATURATED(SOURCE, TARGET, CALL, GIVEN, CODE, finite, true)
BOTH(binary32, e4m3fn, f32_to_e4m3, float32_t, uint32_t)
BOTH(binary32, e5m2, f32_to_e5m2, float32_t, uint32_t)
BOTH(bfloat16, e4m3fn, bf16_to_e4m3, bfloat16_t, uint16_t)
BOTH(bfloat16, e5m2, bf16_to_e5m2, bfloat16_t, uint16_t)
