//! Prefetching, and non-temporal stores. Every x86-64 CPU has the instructions.

use core::arch::x86_64::*;

use crate::kernel::element::Element;

/// Prefetches what is read next: the hardware prefetcher stops at page boundaries.
pub(in crate::kernel) fn fetch<T: Element>(soon: &[T]) {
    for line in soon.chunks(64 / size_of::<T>()) {
        // SAFETY: a hint, on an address within the slice.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(line.as_ptr().cast()) }
    }
}

/// Non-temporal stores: they bypass the cache, where data that is not read again soon would evict other data. Dropping the writer fences them.
pub(in crate::kernel) struct NonTemporalWriter(());

impl NonTemporalWriter {
    pub(in crate::kernel) fn new() -> NonTemporalWriter {
        NonTemporalWriter(())
    }

    /// Copies.
    ///
    /// Precondition: equal lengths.
    pub(in crate::kernel) fn write<T: Element>(&self, from: &[T], to: &mut [T]) {
        assert_eq!(from.len(), to.len());
        let lanes = 16 / size_of::<T>();
        let whole = from.len() - from.len() % lanes;
        if !to.as_ptr().addr().is_multiple_of(16) {
            return to.copy_from_slice(from);
        }
        let (source, destination) = (from.as_ptr().cast::<__m128i>(), to.as_mut_ptr().cast::<__m128i>());
        for i in 0..whole / lanes {
            // SAFETY: the destination is aligned, and both have `whole` elements, a multiple of 16 bytes of integers or floating-point
            // numbers; nobody else may read them before the fence in `drop`.
            unsafe { _mm_stream_si128(destination.add(i), _mm_loadu_si128(source.add(i))) }
        }
        to[whole..].copy_from_slice(&from[whole..]);
    }
}

impl Drop for NonTemporalWriter {
    fn drop(&mut self) {
        // SAFETY: it only orders writes.
        unsafe { _mm_sfence() }
    }
}
