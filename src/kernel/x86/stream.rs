//! Copies past the cache.

use core::arch::x86_64::*;

use super::has_avx512;
use crate::kernel::element::Element;

/// Copies past the cache, which is not to be filled with what is not read again soon.
pub(in crate::kernel) fn stream<T: Element>(from: &[T], to: &mut [T]) {
    assert_eq!(from.len(), to.len());
    let lanes = 64 / size_of::<T>();
    let whole = from.len() - from.len() % lanes;
    if !has_avx512() || !to.as_ptr().addr().is_multiple_of(64) {
        return to.copy_from_slice(from);
    }
    // SAFETY: the CPU has the features; the destination is aligned, and both have `whole` elements, a multiple of 64 bytes of
    // integers or floating-point numbers.
    unsafe { stream_whole(from.as_ptr().cast(), to.as_mut_ptr().cast(), whole / lanes) }
    to[whole..].copy_from_slice(&from[whole..]);
}

/// # Safety
/// Both pointers are to `count` times 64 bytes, the destination's a multiple of 64.
#[target_feature(enable = "avx512f")]
unsafe fn stream_whole(from: *const __m512i, to: *mut __m512i, count: usize) {
    for i in 0..count {
        // SAFETY: within the bytes that the caller answers for.
        unsafe { _mm512_stream_si512(to.add(i), _mm512_loadu_si512(from.add(i))) }
    }
    // Before anything else is written, as Rust expects of a write.
    _mm_sfence();
}
