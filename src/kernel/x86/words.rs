//! Binary32 to 16-bit codes and back, for formats that the CPU supports: binary16, and formats with the exponent range of binary32.

use core::arch::x86_64::*;

use super::avx2;
use super::cpu::has_avx512;
use super::memory::{PICK, load_f32};
use crate::kernel::isa::Isa;
use crate::kernel::plan::magic_add::{LAYOUT, MagicAdd, NAN};

/// Encodes to words of 16 bits; slices of equal lengths, multiples of 32.
type Encoder = fn(&MagicAdd<u32>, &[f32], &mut [u16]);

/// The loop for a format that the CPU converts to by itself.
pub(in crate::kernel) fn encoder(isa: Isa, q: &MagicAdd<u32>) -> Option<Encoder> {
    let half = q.emin == (127 - 14) << 23 && q.drop == 13 && q.sign == 16 && q.special[0].largest == 0x7bff;
    let upper = q.drop == 16 && q.sign == 16;
    match q.fixups[0] {
        NAN if half && isa == Isa::Avx2 => Some(avx2::encode_half),
        _ if isa != Isa::Avx512 => None,
        NAN if half => Some(|q, from, to| {
            assert!(has_avx512() && from.len() == to.len());
            // SAFETY: the CPU has the features.
            unsafe {
                // Without saturation the CPU does with larger magnitudes as the plan.
                match q.limit > 0x477f_e000 {
                    true => encode_half::<false>(q, from, to),
                    false => encode_half::<true>(q, from, to),
                }
            }
        }),
        fixups if fixups == NAN | LAYOUT && upper => Some(|q, from, to| {
            assert!(has_avx512() && from.len() == to.len());
            // SAFETY: the CPU has the features.
            unsafe {
                // Up to infinity every magnitude has its place.
                match q.limit == 0x7f80_0000 {
                    true => encode_upper::<false>(q, from, to),
                    false => encode_upper::<true>(q, from, to),
                }
            }
        }),
        _ => None,
    }
}

/// The CPU's own conversion to binary16 rounds to nearest even, subnormal results too; larger magnitudes than the limit are
/// delivered as that, and NaN as the plan says.
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn encode_half<const CLAMPS: bool>(q: &MagicAdd<u32>, from: &[f32], to: &mut [u16]) {
    let all = |x: u32| _mm512_set1_epi32(x as i32);
    let (magnitude, limit) = (all(0x7fff_ffff), all(q.limit));
    let nan = _mm256_set1_epi16(q.special[0].nan as i16);
    for (from, to) in from.as_chunks::<16>().0.iter().zip(to.as_chunks_mut::<16>().0) {
        let x = load_f32(from);
        let signed = if CLAMPS { clamp(x, magnitude, limit) } else { x };
        let half =
            _mm512_cvtps_ph::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(_mm512_castsi512_ps(signed));
        let half = _mm256_mask_mov_epi16(half, is_nan(x), nan);
        // SAFETY: 16 words are written to 16.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), half) }
    }
}

/// A number with its magnitude limited.
#[target_feature(enable = "avx512f")]
#[inline]
fn clamp(x: __m512i, magnitude: __m512i, limit: __m512i) -> __m512i {
    let limited = _mm512_min_epu32(_mm512_and_si512(x, magnitude), limit);
    _mm512_ternarylogic_epi32::<PICK>(magnitude, limited, x)
}

#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn is_nan(x: __m512i) -> __mmask16 {
    let x = _mm512_castsi512_ps(x);
    _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(x, x)
}

/// The upper half of the bits, rounded to nearest even by adding to them.
#[target_feature(enable = "avx512f,avx512bw")]
fn encode_upper<const CLAMPS: bool>(q: &MagicAdd<u32>, from: &[f32], to: &mut [u16]) {
    let all = |x: u32| _mm512_set1_epi32(x as i32);
    let (magnitude, limit) = (all(0x7fff_ffff), all(q.limit));
    let (half, one, nan) = (all(0x7fff), all(1), all(q.special[0].nan << 16));
    let upper = all(0xffff_0000);
    let order: [u16; 32] = core::array::from_fn(|at| (at % 16 * 2 + at / 16) as u16);
    // SAFETY: 64 bytes are read of 64.
    let order = unsafe { _mm512_loadu_si512(order.as_ptr().cast()) };
    for (from, to) in from.as_chunks::<32>().0.iter().zip(to.as_chunks_mut::<32>().0) {
        let bits = from.as_chunks::<16>().0;
        let rounded = [&bits[0], &bits[1]].map(|from| {
            let x = load_f32(from);
            let signed = if CLAMPS { clamp(x, magnitude, limit) } else { x };
            let odd = _mm512_and_si512(_mm512_srli_epi32::<16>(signed), one);
            let sum = _mm512_add_epi32(_mm512_add_epi32(signed, half), odd);
            _mm512_mask_mov_epi32(sum, is_nan(x), nan)
        });
        let low = _mm512_srli_epi32::<16>(rounded[0]);
        let words = _mm512_ternarylogic_epi32::<PICK>(upper, rounded[1], low);
        // SAFETY: 32 words are written to 32.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), _mm512_permutexvar_epi16(order, words)) }
    }
}

/// Values of binary16's codes by the CPU's own conversion, all NaNs as one; multiples of 16.
pub(in crate::kernel) fn decode_half(from: &[u16], to: &mut [f32]) {
    assert!(has_avx512() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe { decode_half_whole(from, to) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn decode_half_whole(from: &[u16], to: &mut [f32]) {
    let nan = _mm512_set1_ps(f32::from_bits(0x7fc0_0000));
    for (from, to) in from.as_chunks::<16>().0.iter().zip(to.as_chunks_mut::<16>().0) {
        // SAFETY: 16 words are read of 16.
        let x = _mm512_cvtph_ps(unsafe { _mm256_loadu_si256(from.as_ptr().cast()) });
        let x = _mm512_mask_mov_ps(x, _mm512_cmp_ps_mask::<_CMP_UNORD_Q>(x, x), nan);
        // SAFETY: 16 values are written to 16.
        unsafe { _mm512_storeu_ps(to.as_mut_ptr(), x) }
    }
}
