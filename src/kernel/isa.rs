//! The instruction sets of the kernels, and running a loop compiled for one.

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

impl Isa {
    /// Whether this CPU has the instructions.
    pub(super) fn is_available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => super::x86::has_avx512(),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => super::x86::has_avx2(),
            Isa::Portable | Isa::Scalar => true,
        }
    }

    /// Runs a loop with the instructions, or without them where the CPU lacks them.
    pub(super) fn run<J: Job>(self, job: J) -> J::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => super::x86::avx512(job),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => super::x86::avx2(job),
            Isa::Portable | Isa::Scalar => job.run(),
        }
    }

    /// Runs a loop, with fused multiply-add where the CPU has it.
    pub(super) fn run_fused<J: FusedJob>(self, job: J) -> J::Output {
        match self {
            #[cfg(all(target_arch = "x86_64", feature = "std"))]
            Isa::Avx512 | Isa::Avx2 if self.is_available() => self.run(WithFma::<J, true>(job)),
            _ => self.run(WithFma::<J, false>(job)),
        }
    }
}

struct WithFma<J, const FUSED: bool>(J);

impl<J: FusedJob, const FUSED: bool> Job for WithFma<J, FUSED> {
    type Output = J::Output;

    #[inline(always)]
    fn run(self) -> J::Output {
        self.0.run::<FUSED>()
    }
}
