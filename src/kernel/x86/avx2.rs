//! Hand-written loops of the kernel `avx2`, with 256-bit vectors: binary32 to codes, rounded to nearest even, and back.
//!
//! The methods are those of the wider vectors ([`bytes`](super::bytes), [`values`](super::values), [`words`](super::words)); bits are
//! selected by masks, which is cheaper here than blending.

mod half;

pub(super) use half::{decode_half, encode_half};

use core::arch::x86_64::*;

use super::cpu::has_avx2;
use crate::kernel::element::Wide;
use crate::kernel::plan::magic_add::{
    self, ALL, FINITE_OR_IEEE, INFINITE, LAYOUT, MagicAdd, NAN, OVERFLOW, ZERO,
};

/// Codes of 8 bits, of values.
///
/// Precondition: equal lengths, multiples of 32; a plan without [`LAYOUT`].
pub(super) fn encode(q: &MagicAdd<u32>, from: &[f32], to: &mut [u8]) {
    assert!(has_avx2() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe {
        match q.fixups[0] {
            OVERFLOW => encode_whole::<OVERFLOW>(q, from, to),
            NAN => encode_whole::<NAN>(q, from, to),
            _ => encode_whole::<ALL>(q, from, to),
        }
    }
}

#[target_feature(enable = "avx2,fma")]
fn encode_whole<const FIXUPS: u8>(q: &MagicAdd<u32>, from: &[f32], to: &mut [u8]) {
    let bytes = |x: u32| _mm256_set1_epi8(x as i8);
    let (limits, special) = (Limits::new(q), SpecialResults::new(&q.special[0], bytes));
    let (drop, down) = (_mm_cvtsi32_si128(q.drop as i32), _mm_cvtsi32_si128(q.sign as i32 - 24));
    let (low, base, sign, nothing) = (all(0xff), bytes(q.base), bytes(0x80), all(0));
    for (from, to) in from.as_chunks::<32>().0.iter().zip(to.as_chunks_mut::<32>().0) {
        let (mut rounded, mut signs, mut nan, mut infinite) = ([low; 4], [low; 4], [low; 4], [low; 4]);
        for (k, from) in from.as_chunks::<8>().0.iter().enumerate() {
            let x = load(from);
            let (limited, binade) = limits.of(x);
            // Only the low byte counts, and a binade's is zero.
            let sum = _mm256_castps_si256(_mm256_fmadd_ps(binade, limits.unit, limited));
            let place = _mm256_srl_epi32(_mm256_castps_si256(binade), drop);
            rounded[k] = _mm256_and_si256(_mm256_add_epi32(sum, place), low);
            signs[k] = x;
            nan[k] = is_nan(x);
            infinite[k] = _mm256_cmpeq_epi32(_mm256_and_si256(x, all(MAGNITUDE)), all(INFINITY));
        }
        let low_words = |[a, b, c, d]: [__m256i; 4]| [_mm256_packus_epi32(a, b), _mm256_packus_epi32(c, d)];
        let [a, b] = low_words(rounded);
        let rounded = _mm256_sub_epi8(_mm256_packus_epi16(a, b), base);
        let signs = saturated(signs);
        let negative = _mm256_cmpgt_epi8(nothing, signs);
        let moved = _mm256_srl_epi16(_mm256_and_si256(signs, sign), down);
        let mut out = _mm256_or_si256(rounded, moved);
        if FIXUPS & ZERO != 0 {
            out = put(out, _mm256_cmpeq_epi8(rounded, nothing), by_sign(special.zero, negative));
        }
        if FIXUPS & OVERFLOW != 0 {
            let overflow = _mm256_cmpeq_epi8(rounded, special.top);
            out = _mm256_xor_si256(out, _mm256_and_si256(overflow, by_sign(special.flips, negative)));
        }
        if FIXUPS & INFINITE != 0 {
            out = put(out, saturated(infinite), by_sign(special.infinite, negative));
        }
        if FIXUPS & NAN != 0 {
            out = put(out, saturated(nan), special.nan);
        }
        // Packing goes by halves of a vector.
        let order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
        // SAFETY: 32 bytes are written to 32.
        unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), _mm256_permutevar8x32_epi32(out, order)) }
    }
}

/// Signed numbers as bytes: masks stay masks, and signs uppermost.
#[target_feature(enable = "avx2")]
#[inline]
fn saturated([a, b, c, d]: [__m256i; 4]) -> __m256i {
    _mm256_packs_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d))
}

/// Values to values.
///
/// Precondition: equal lengths, multiples of 16; special results that differ by sign in their sign alone, and in a plan with [`LAYOUT`] none but
/// infinities.
pub(super) fn quantize(q: &MagicAdd<u32>, from: &[f32], to: &mut [f32]) {
    assert!(has_avx2() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe {
        match q.fixups[1] {
            OVERFLOW => by_addition::<OVERFLOW>(q, from, to),
            NAN => by_addition::<NAN>(q, from, to),
            FINITE_OR_IEEE => by_addition::<FINITE_OR_IEEE>(q, from, to),
            fixups if fixups & LAYOUT == 0 => by_addition::<ALL>(q, from, to),
            _ => in_layout(q, from, to),
        }
    }
}

#[target_feature(enable = "avx2,fma")]
fn by_addition<const FIXUPS: u8>(q: &MagicAdd<u32>, from: &[f32], to: &mut [f32]) {
    let (limits, special) = (Limits::new(q), SpecialResults::new(&q.special[1], |x| all(x)));
    for (from, to) in from.as_chunks::<8>().0.iter().zip(to.as_chunks_mut::<8>().0) {
        let x = load(from);
        let (limited, binade) = limits.of(x);
        let sum = _mm256_fmadd_ps(binade, limits.unit, limited);
        let rounded = _mm256_castps_si256(_mm256_fnmadd_ps(binade, limits.unit, sum));
        let sign = _mm256_and_si256(x, all(!MAGNITUDE));
        let mut out = _mm256_or_si256(rounded, sign);
        if FIXUPS & ZERO != 0 {
            out = put(out, _mm256_cmpeq_epi32(rounded, all(0)), by_sign(special.zero, sign));
        }
        if FIXUPS & OVERFLOW != 0 {
            let overflow = _mm256_cmpeq_epi32(rounded, special.top);
            out = _mm256_xor_si256(out, _mm256_and_si256(overflow, by_sign(special.flips, sign)));
        }
        if FIXUPS & INFINITE != 0 {
            let infinite = _mm256_cmpeq_epi32(_mm256_and_si256(x, all(MAGNITUDE)), all(INFINITY));
            out = put(out, infinite, by_sign(special.infinite, sign));
        }
        if FIXUPS & NAN != 0 {
            out = put(out, is_nan(x), special.nan);
        }
        store(to, out);
    }
}

#[target_feature(enable = "avx2")]
fn in_layout(q: &MagicAdd<u32>, from: &[f32], to: &mut [f32]) {
    let (half, keep) = (all((1 << (q.drop - 1)) - 1), all(u32::MAX << q.drop));
    let (one, drop, nan) = (all(1), _mm_cvtsi32_si128(q.drop as i32), all(q.special[1].nan));
    for (from, to) in from.as_chunks::<8>().0.iter().zip(to.as_chunks_mut::<8>().0) {
        let x = load(from);
        let odd = _mm256_and_si256(_mm256_srl_epi32(x, drop), one);
        let sum = _mm256_and_si256(_mm256_add_epi32(_mm256_add_epi32(x, half), odd), keep);
        store(to, put(sum, is_nan(x), nan));
    }
}

/// Values of codes of 8 bits.
///
/// Precondition: equal lengths, multiples of 8.
pub(in crate::kernel) fn decode<W: Wide>(table: &[W::Lane; 256], from: &[u8], to: &mut [W]) {
    assert!(has_avx2() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe { decode_whole(table, from, to) }
}

#[target_feature(enable = "avx2")]
fn decode_whole<W: Wide>(table: &[W::Lane; 256], from: &[u8], to: &mut [W]) {
    for (from, to) in from.as_chunks::<8>().0.iter().zip(to.as_chunks_mut::<8>().0) {
        let to: *mut __m256i = to.as_mut_ptr().cast();
        // SAFETY: 8 bytes are read of 8; a byte is an index of the table; 8 values of 32 or of 64 bits are written to 8 of them.
        unsafe {
            let index = _mm256_cvtepu8_epi32(_mm_loadl_epi64(from.as_ptr().cast()));
            if size_of::<W>() == 4 {
                _mm256_storeu_si256(to, _mm256_i32gather_epi32::<4>(table.as_ptr().cast(), index));
            } else {
                let halves = [_mm256_castsi256_si128(index), _mm256_extracti128_si256::<1>(index)];
                for (k, half) in halves.into_iter().enumerate() {
                    _mm256_storeu_si256(to.add(k), _mm256_i32gather_epi64::<8>(table.as_ptr().cast(), half));
                }
            }
        }
    }
}

const MAGNITUDE: u32 = 0x7fff_ffff;
const INFINITY: u32 = 0x7f80_0000;

/// What magnitudes are limited to, and the power of two that a binade is multiplied by.
struct Limits {
    limit: __m256i,
    emin: __m256i,
    unit: __m256,
}

impl Limits {
    #[target_feature(enable = "avx2")]
    #[inline]
    fn new(q: &MagicAdd<u32>) -> Limits {
        let unit = _mm256_set1_ps(f32::from_bits((127 + q.drop) << 23));
        Limits { limit: all(q.limit), emin: all(q.emin), unit }
    }

    /// The limited magnitude, and its binade.
    #[target_feature(enable = "avx2")]
    #[inline]
    fn of(&self, x: __m256i) -> (__m256, __m256) {
        let limited = _mm256_min_epu32(_mm256_and_si256(x, all(MAGNITUDE)), self.limit);
        let binade = _mm256_max_epu32(_mm256_and_si256(limited, all(INFINITY)), self.emin);
        (_mm256_castsi256_ps(limited), _mm256_castsi256_ps(binade))
    }
}

/// The special results: that of a positive operand, and the bits in which that of a negative one differs.
struct SpecialResults {
    top: __m256i,
    flips: [__m256i; 2],
    infinite: [__m256i; 2],
    zero: [__m256i; 2],
    nan: __m256i,
}

impl SpecialResults {
    #[target_feature(enable = "avx2")]
    #[inline]
    fn new(special: &magic_add::SpecialResults<u32>, of: impl Fn(u32) -> __m256i) -> SpecialResults {
        let pair = |x: [u32; 2]| [of(x[0]), of(x[0] ^ x[1])];
        SpecialResults {
            top: of(special.top),
            flips: pair(special.flips),
            infinite: pair(special.infinite),
            zero: pair(special.zero),
            nan: of(special.nan),
        }
    }
}

/// One of two by sign: by a mask, or by the sign alone where they differ in no more.
#[target_feature(enable = "avx2")]
#[inline]
fn by_sign(special: [__m256i; 2], negative: __m256i) -> __m256i {
    _mm256_xor_si256(special[0], _mm256_and_si256(special[1], negative))
}

/// Bits of `new` where the mask has them, of `old` elsewhere.
#[target_feature(enable = "avx2")]
#[inline]
fn put(old: __m256i, mask: __m256i, new: __m256i) -> __m256i {
    _mm256_or_si256(_mm256_and_si256(mask, new), _mm256_andnot_si256(mask, old))
}

#[target_feature(enable = "avx2")]
#[inline]
fn is_nan(x: __m256i) -> __m256i {
    let x = _mm256_castsi256_ps(x);
    _mm256_castps_si256(_mm256_cmp_ps::<_CMP_UNORD_Q>(x, x))
}

#[target_feature(enable = "avx2")]
#[inline]
fn all(x: u32) -> __m256i {
    _mm256_set1_epi32(x as i32)
}

#[target_feature(enable = "avx2")]
#[inline]
fn load(from: &[f32; 8]) -> __m256i {
    // SAFETY: 8 values are read of 8.
    unsafe { _mm256_loadu_si256(from.as_ptr().cast()) }
}

#[target_feature(enable = "avx2")]
#[inline]
fn store(to: &mut [f32; 8], x: __m256i) {
    // SAFETY: 8 values are written to 8.
    unsafe { _mm256_storeu_si256(to.as_mut_ptr().cast(), x) }
}
