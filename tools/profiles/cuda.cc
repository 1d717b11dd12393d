// The host code of CUDA's conversion headers, array by array.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp4.h>
#include <cuda_fp6.h>
#include <cuda_fp8.h>

template <typename From, typename To, typename F>
static void each(const void *in, void *out, size_t n, F f) {
  const From *from = static_cast<const From *>(in);
  To *to = static_cast<To *>(out);
  for (size_t i = 0; i < n; i++) to[i] = f(from[i]);
}

static __half_raw half_of(uint16_t code) { __half_raw raw; raw.x = code; return raw; }
static __nv_bfloat16_raw bfloat16_of(uint16_t code) { __nv_bfloat16_raw raw; raw.x = code; return raw; }

#define NARROW(SOURCE, FROM, CALL, GIVEN)                                                                                      \
  FP8(SOURCE, FROM, CALL, GIVEN, e4m3fn, __NV_E4M3)                                                                            \
  FP8(SOURCE, FROM, CALL, GIVEN, e5m2, __NV_E5M2)                                                                              \
  SMALL(SOURCE, FROM, CALL, GIVEN, e2m3, fp6, __NV_E2M3)                                                                       \
  SMALL(SOURCE, FROM, CALL, GIVEN, e3m2, fp6, __NV_E3M2)                                                                       \
  SMALL(SOURCE, FROM, CALL, GIVEN, e2m1, fp4, __NV_E2M1)

#define FP8(SOURCE, FROM, CALL, GIVEN, TARGET, KIND)                                                                           \
  extern "C" void SOURCE##_##TARGET##_finite(const void *in, void *out, size_t n) {                                            \
    each<FROM, uint8_t>(in, out, n, [](FROM x) { return __nv_cvt_##CALL##_to_fp8(GIVEN, __NV_SATFINITE, KIND); });             \
  }                                                                                                                            \
  extern "C" void SOURCE##_##TARGET##_none(const void *in, void *out, size_t n) {                                              \
    each<FROM, uint8_t>(in, out, n, [](FROM x) { return __nv_cvt_##CALL##_to_fp8(GIVEN, __NV_NOSAT, KIND); });                 \
  }

#define SMALL(SOURCE, FROM, CALL, GIVEN, TARGET, WIDTH, KIND)                                                                  \
  ROUNDED(SOURCE, FROM, CALL, GIVEN, TARGET, WIDTH, KIND, rne, cudaRoundNearest)                                               \
  ROUNDED(SOURCE, FROM, CALL, GIVEN, TARGET, WIDTH, KIND, rtz, cudaRoundZero)

#define ROUNDED(SOURCE, FROM, CALL, GIVEN, TARGET, WIDTH, KIND, NAME, MODE)                                                    \
  extern "C" void SOURCE##_##TARGET##_##NAME(const void *in, void *out, size_t n) {                                            \
    each<FROM, uint8_t>(in, out, n, [](FROM x) { return __nv_cvt_##CALL##_to_##WIDTH(GIVEN, KIND, MODE); });                   \
  }

#define SCALE(SOURCE, FROM, CALL, GIVEN)                                                                                       \
  SCALED(SOURCE, FROM, CALL, GIVEN, rtz, cudaRoundZero, finite, __NV_SATFINITE)                                                \
  SCALED(SOURCE, FROM, CALL, GIVEN, rup, cudaRoundPosInf, finite, __NV_SATFINITE)                                              \
  SCALED(SOURCE, FROM, CALL, GIVEN, rtz, cudaRoundZero, none, __NV_NOSAT)                                                      \
  SCALED(SOURCE, FROM, CALL, GIVEN, rup, cudaRoundPosInf, none, __NV_NOSAT)

#define SCALED(SOURCE, FROM, CALL, GIVEN, NAME, MODE, SAT, KIND)                                                               \
  extern "C" void SOURCE##_e8m0_##NAME##_##SAT(const void *in, void *out, size_t n) {                                          \
    each<FROM, uint8_t>(in, out, n, [](FROM x) { return __nv_cvt_##CALL##_to_e8m0(GIVEN, KIND, MODE); });                      \
  }

NARROW(binary32, float, float, x)
NARROW(binary64, double, double, x)
NARROW(binary16, uint16_t, halfraw, half_of(x))
NARROW(bfloat16, uint16_t, bfloat16raw, bfloat16_of(x))
SCALE(binary32, float, float, x)
SCALE(binary64, double, double, x)
SCALE(bfloat16, uint16_t, bfloat16raw, bfloat16_of(x))

#define SIXTEEN(SOURCE, FROM, TARGET, CALL)                                                                                    \
  extern "C" void SOURCE##_##TARGET(const void *in, void *out, size_t n) {                                                     \
    each<FROM, uint16_t>(in, out, n, [](FROM x) {                                                                              \
      auto given = CALL(x);                                                                                                    \
      uint16_t code;                                                                                                           \
      std::memcpy(&code, &given, 2);                                                                                           \
      return code;                                                                                                             \
    });                                                                                                                        \
  }

SIXTEEN(binary32, float, bfloat16, __float2bfloat16)
SIXTEEN(binary64, double, bfloat16, __double2bfloat16)
SIXTEEN(binary32, float, binary16, __float2half)
SIXTEEN(binary64, double, binary16, __double2half)
