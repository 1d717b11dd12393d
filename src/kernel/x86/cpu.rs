//! What the CPU has.

/// Whether the CPU has all of these; asked once.
macro_rules! has {
    ($($feature:tt)*) => {{
        #[cfg(feature = "std")]
        {
            static ALL: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
            *ALL.get_or_init(|| true $(&& std::is_x86_feature_detected!($feature))*)
        }
        #[cfg(not(feature = "std"))]
        { true $(&& cfg!(target_feature = $feature))* }
    }};
}

/// Whether the CPU has what [`avx512`](super::avx512) uses.
pub(in crate::kernel) fn has_avx512() -> bool {
    has!("avx512f" "avx512bw" "avx512cd" "avx512dq" "avx512vl" "avx512vbmi" "avx512vbmi2") && has_avx2()
}

/// Whether the CPU has arithmetic of binary16, too.
pub(in crate::kernel) fn has_half() -> bool {
    has!("avx512fp16") && has_avx512()
}

/// Whether the CPU has what [`avx2`](fn@super::avx2) uses.
pub(in crate::kernel) fn has_avx2() -> bool {
    has!("avx2" "fma" "f16c" "bmi1" "bmi2" "lzcnt")
}
