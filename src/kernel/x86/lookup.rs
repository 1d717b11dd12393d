//! Results from tables in memory.

use core::arch::x86_64::*;

use super::cpu::has_avx512;
use crate::kernel::plan::tables::Table;

/// Looks up `table[a << 8 | b]`, 16 at a time.
pub(in crate::kernel) fn lookup(table: &Table, a: &[u8], b: &[u8], to: &mut [u8]) {
    let index = |a: u8, b: u8| usize::from(a) << 8 | usize::from(b);
    let whole = if has_avx512() { to.len() & !15 } else { 0 };
    for i in (0..whole).step_by(64) {
        let end = whole.min(i + 64);
        // SAFETY: the CPU has the features.
        unsafe { lookup_whole(table, &a[i..end], &b[i..end], &mut to[i..end]) }
    }
    for i in whole..to.len() {
        to[i] = table[index(a[i], b[i])];
    }
}

/// Precondition: equal lengths, multiples of 16.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
#[inline]
fn lookup_whole(table: &Table, a: &[u8], b: &[u8], to: &mut [u8]) {
    let rows = a.as_chunks::<16>().0.iter().zip(b.as_chunks::<16>().0);
    for ((a, b), to) in rows.zip(to.as_chunks_mut::<16>().0) {
        // SAFETY: the pointers are to 16 bytes each; a gathered index is below 2^16, and the table has three bytes more.
        unsafe {
            let a = _mm512_cvtepu8_epi32(_mm_loadu_si128(a.as_ptr().cast()));
            let b = _mm512_cvtepu8_epi32(_mm_loadu_si128(b.as_ptr().cast()));
            let index = _mm512_or_si512(_mm512_slli_epi32::<8>(a), b);
            let found = _mm512_i32gather_epi32::<1>(index, table.as_ptr().cast());
            _mm_storeu_si128(to.as_mut_ptr().cast(), _mm512_cvtepi32_epi8(found));
        }
    }
}
