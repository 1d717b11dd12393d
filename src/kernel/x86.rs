//! The kernels of x86-64, and all unsafe code of the library's arrays.

use super::isa::Job;

macro_rules! has {
    ($($feature:tt)*) => {{
        #[cfg(feature = "std")]
        { true $(&& std::is_x86_feature_detected!($feature))* }
        #[cfg(not(feature = "std"))]
        { true $(&& cfg!(target_feature = $feature))* }
    }};
}

/// Whether the CPU has what [`avx512`] uses.
pub(super) fn has_avx512() -> bool {
    has!("avx512f" "avx512bw" "avx512cd" "avx512dq" "avx512vl" "avx512vbmi" "avx512vbmi2" "avx512fp16")
        && has_avx2()
}

/// Whether the CPU has what [`avx2`] uses.
pub(super) fn has_avx2() -> bool {
    has!("avx2" "fma" "f16c" "bmi1" "bmi2" "lzcnt")
}

/// Runs a loop compiled for AVX-512, or as it is where the CPU lacks that.
pub(super) fn avx512<J: Job>(job: J) -> J::Output {
    if !has_avx512() {
        return job.run();
    }
    // SAFETY: the CPU has every feature that the function is compiled for.
    unsafe { with_avx512(job) }
}

/// Runs a loop compiled for AVX2, or as it is where the CPU lacks that.
pub(super) fn avx2<J: Job>(job: J) -> J::Output {
    if !has_avx2() {
        return job.run();
    }
    // SAFETY: the CPU has every feature that the function is compiled for.
    unsafe { with_avx2(job) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,avx512fp16")]
#[target_feature(enable = "avx2,fma,f16c,bmi1,bmi2,lzcnt")]
fn with_avx512<J: Job>(job: J) -> J::Output {
    job.run()
}

#[target_feature(enable = "avx2,fma,f16c,bmi1,bmi2,lzcnt")]
fn with_avx2<J: Job>(job: J) -> J::Output {
    job.run()
}
