//! The instruction sets of the kernels, and the loops that are compiled for them.

/// The instructions that a kernel uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Isa {
    /// AVX-512 F, BW, CD, DQ, VL, VBMI and VBMI2, and everything of AVX2; FP16 if the CPU has it.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// AVX2, FMA, F16C, BMI1, BMI2 and LZCNT.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// The instructions of the build target.
    Portable,
    /// No vector instructions: one element at a time.
    Scalar,
}

/// A loop. Its `run` and all that it calls must be `#[inline(always)]`, so that each kernel compiles them for its instructions.
pub(super) trait Job {
    type Output;
    fn run(self) -> Self::Output;
}

/// A loop whose results are the same with and without fused multiply-add.
pub(super) trait FusedJob {
    type Output;
    fn run<const FUSED: bool>(self) -> Self::Output;
}
