//! Codes of binary16, by the CPU's own conversions.

use core::arch::x86_64::*;

use super::{MAGNITUDE, all, is_nan, load, put, store};
use crate::kernel::plan::magic_add::MagicAdd;
use crate::kernel::x86::cpu::has_avx2;

/// Values of binary16's codes by the CPU's own conversion, all NaNs as one.
///
/// Precondition: equal lengths, multiples of 8.
pub(in crate::kernel) fn decode_half(from: &[u16], to: &mut [f32]) {
    assert!(has_avx2() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe { decode_half_whole(from, to) }
}

#[target_feature(enable = "avx2,f16c")]
fn decode_half_whole(from: &[u16], to: &mut [f32]) {
    for (from, to) in from.as_chunks::<8>().0.iter().zip(to.as_chunks_mut::<8>().0) {
        // SAFETY: 8 words are read of 8.
        let x = _mm256_cvtph_ps(unsafe { _mm_loadu_si128(from.as_ptr().cast()) });
        let x = _mm256_castps_si256(x);
        store(to, put(x, is_nan(x), all(0x7fc0_0000)));
    }
}

/// Codes of binary16, where the CPU's own conversion serves ([`encoder`](super::super::encoder)).
///
/// Precondition: equal lengths, multiples of 8.
pub(in crate::kernel) fn encode_half(q: &MagicAdd<u32>, from: &[f32], to: &mut [u16]) {
    assert!(has_avx2() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe { encode_half_whole(q, from, to) }
}

#[target_feature(enable = "avx2,f16c")]
fn encode_half_whole(q: &MagicAdd<u32>, from: &[f32], to: &mut [u16]) {
    let (magnitude, limit, nan) = (all(MAGNITUDE), all(q.limit), _mm_set1_epi16(q.special[0].nan as i16));
    for (from, to) in from.as_chunks::<8>().0.iter().zip(to.as_chunks_mut::<8>().0) {
        let x = load(from);
        let limited = _mm256_min_epu32(_mm256_and_si256(x, magnitude), limit);
        let signed = _mm256_castsi256_ps(put(x, magnitude, limited));
        let half = _mm256_cvtps_ph::<_MM_FROUND_TO_NEAREST_INT>(signed);
        let is_nan = is_nan(x);
        let is_nan = _mm_packs_epi32(_mm256_castsi256_si128(is_nan), _mm256_extracti128_si256::<1>(is_nan));
        // SAFETY: 8 words are written to 8.
        unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), _mm_blendv_epi8(half, nan, is_nan)) }
    }
}
