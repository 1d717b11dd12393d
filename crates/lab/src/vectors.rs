//! The widest vectors that the CPU has.

use multiversion::multiversion;

/// Runs `f` as compiled for the widest vectors that the CPU has. What it computes is the same by all: Rust joins no multiplication with an
/// addition that is not written as one.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512cd+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
#[inline]
pub(crate) fn widest<R>(f: impl FnOnce() -> R) -> R {
    f()
}
