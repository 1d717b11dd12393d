//! Running a loop compiled for an instruction set.

use super::isa::{FusedJob, Isa, Job};
#[cfg(target_arch = "x86_64")]
use super::x86;

impl Isa {
    /// Whether this CPU has the instructions.
    pub(super) fn is_available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => x86::has_avx512(),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => x86::has_avx2(),
            Isa::Portable | Isa::Scalar => true,
        }
    }

    /// Runs a loop with the instructions, or without them where the CPU lacks them.
    pub(super) fn run<J: Job>(self, job: J) -> J::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512 => x86::avx512(job),
            #[cfg(target_arch = "x86_64")]
            Isa::Avx2 => x86::avx2(job),
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
