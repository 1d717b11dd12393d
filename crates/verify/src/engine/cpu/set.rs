//! Which instructions there are devices of.

/// Instructions that belong together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Set {
    /// ADDSS to SQRTSD, CVTSS2SD and CVTSD2SS.
    Sse,
    /// The same with the bits FTZ and DAZ of MXCSR set, whatever the policy: a device that flushes.
    SseFtzDaz,
    /// VFMADD213SS and VFMADD213SD.
    Fma,
    /// VCVTPS2PH and VCVTPH2PS.
    F16c,
    /// VADDSH to VFMADD213SH, and conversions between binary16 and binary64.
    Avx512Fp16,
    /// VCVTNEPS2BF16, and VDPBF16PS as an fma.
    Avx512Bf16,
}

impl Set {
    /// All of them.
    pub const ALL: [Set; 6] =
        [Set::Sse, Set::SseFtzDaz, Set::Fma, Set::F16c, Set::Avx512Fp16, Set::Avx512Bf16];

    /// The engine's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Set::Sse => "cpu:sse",
            Set::SseFtzDaz => "cpu:sse-ftz-daz",
            Set::Fma => "cpu:fma",
            Set::F16c => "cpu:f16c",
            Set::Avx512Fp16 => "cpu:avx512-fp16",
            Set::Avx512Bf16 => "cpu:avx512-bf16",
        }
    }
}
