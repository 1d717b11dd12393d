//! Binary32 rounded to values of a format, 16 or 32 at a time.
//!
//! To nearest even by the addition that [`quick`](crate::kernel::body::quick) describes, the power of two being a binade times a constant
//! in one operation with it.

use core::arch::x86_64::*;

use super::{has_avx512, load_f32, ymm};
use crate::kernel::isa::Isa;
use crate::kernel::plan::quick::{ALL, FINITE_OR_IEEE, INFINITE, LAYOUT, NAN, PAST, Quick, ZERO};

/// Quantizes to nearest even.
pub(in crate::kernel) type Quantizer = fn(&Quick<u32>, &[f32], &mut [f32]);

/// The loop for a format, if there is one; slices of equal lengths, multiples of 16.
pub(in crate::kernel) fn quantizer(isa: Isa, q: &Quick<u32>) -> Option<Quantizer> {
    let serves = q.fixes[1] & LAYOUT == 0 || plain(q);
    match isa {
        Isa::Avx512 if serves && Ends::serve(q) => Some(quantize),
        Isa::Avx2 if serves && Ends::serve(q) => Some(ymm::quantize),
        _ => None,
    }
}

/// Whether up to infinity every magnitude has its place, and every sign.
pub(super) fn plain(q: &Quick<u32>) -> bool {
    let infinities = [0x7f80_0000, 0xff80_0000];
    let ends = &q.ends[1];
    [ends.past, ends.infinite] == [infinities; 2] && ends.zero == [0, 1 << 31] && q.limit == infinities[0]
}

fn quantize(q: &Quick<u32>, from: &[f32], to: &mut [f32]) {
    assert!(has_avx512() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe {
        match q.fixes[1] {
            PAST => by_addition::<PAST>(q, from, to),
            NAN => by_addition::<NAN>(q, from, to),
            FINITE_OR_IEEE => by_addition::<FINITE_OR_IEEE>(q, from, to),
            fixes if fixes & LAYOUT == 0 => by_addition::<ALL>(q, from, to),
            _ => in_layout(q, from, to),
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
fn by_addition<const FIXES: u8>(q: &Quick<u32>, from: &[f32], to: &mut [f32]) {
    let all = |x: u32| _mm512_set1_epi32(x as i32);
    let (limit, infinity, emin) = (all(q.limit), all(0x7f80_0000), all(q.emin));
    let (unit, ends) = (_mm512_castsi512_ps(all((127 + q.drop) << 23)), Ends::new(q));
    for (from, to) in from.as_chunks::<16>().0.iter().zip(to.as_chunks_mut::<16>().0) {
        let x = load_f32(from);
        // What has no binade, and what has none left for its power, comes out as NaN: past the largest value, too.
        let limited = magnitude::<FIXES>(x, limit);
        let binade = _mm512_castsi512_ps(_mm512_max_epu32(_mm512_and_si512(limited, infinity), emin));
        let sum = _mm512_fmadd_ps(binade, unit, _mm512_castsi512_ps(limited));
        let rounded = _mm512_fnmadd_ps(binade, unit, sum);
        store(to, ends.fixed::<FIXES>(x, _mm512_castps_si512(rounded)));
    }
}

#[target_feature(enable = "avx512f")]
fn in_layout(q: &Quick<u32>, from: &[f32], to: &mut [f32]) {
    let all = |x: u32| _mm512_set1_epi32(x as i32);
    let (half, keep) = (all((1 << (q.drop - 1)) - 1), all(u32::MAX << q.drop));
    let (one, drop, nan) = (all(1), all(q.drop), all(q.ends[1].nan));
    for (from, to) in from.as_chunks::<16>().0.iter().zip(to.as_chunks_mut::<16>().0) {
        let x = load_f32(from);
        let odd = _mm512_and_si512(_mm512_srlv_epi32(x, drop), one);
        let sum = _mm512_and_si512(_mm512_add_epi32(_mm512_add_epi32(x, half), odd), keep);
        store(to, _mm512_mask_mov_epi32(sum, super::words::is_nan(x), nan));
    }
}

/// The magnitude; limited, unless what lies past the largest value is seen by the result.
#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn magnitude<const FIXES: u8>(x: __m512i, limit: __m512i) -> __m512i {
    let magnitude = _mm512_and_si512(x, _mm512_set1_epi32(0x7fff_ffff));
    if FIXES & PAST != 0 { magnitude } else { _mm512_min_epu32(magnitude, limit) }
}

/// What is put in the place of a result: what a sign leaves, and what it makes of that.
pub(super) struct Ends {
    largest: __m512i,
    past: [__m512i; 2],
    infinite: [__m512i; 2],
    zero: [__m512i; 2],
    nan: __m512i,
}

impl Ends {
    /// Whether the ends differ by sign in their sign alone.
    pub(super) fn serve(q: &Quick<u32>) -> bool {
        let ends = &q.ends[1];
        [ends.past, ends.infinite, ends.zero].iter().all(|x| (x[0] ^ x[1]) & 0x7fff_ffff == 0)
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn new(q: &Quick<u32>) -> Ends {
        let all = |x: u32| _mm512_set1_epi32(x as i32);
        let pair = |x: [u32; 2]| [all(x[0]), all(x[0] ^ x[1])];
        let ends = &q.ends[1];
        Ends {
            largest: all(ends.largest),
            past: pair(ends.past),
            infinite: pair(ends.infinite),
            zero: pair(ends.zero),
            nan: all(ends.nan),
        }
    }

    #[target_feature(enable = "avx512f,avx512dq")]
    #[inline]
    pub(super) fn fixed<const FIXES: u8>(&self, x: __m512i, rounded: __m512i) -> __m512i {
        // The first operand's bits, but the second's where the third, a sign at most, has any.
        let signed = |of: __m512i, sign: __m512i| _mm512_ternarylogic_epi32::<0x78>(of, x, sign);
        let mut out = signed(rounded, _mm512_set1_epi32(i32::MIN));
        if FIXES & ZERO != 0 {
            let zero = _mm512_testn_epi32_mask(rounded, rounded);
            out = _mm512_mask_mov_epi32(out, zero, signed(self.zero[0], self.zero[1]));
        }
        if FIXES & PAST != 0 {
            let past = _mm512_cmpgt_epu32_mask(rounded, self.largest);
            // Where NaN needs no correction of its own it is what lies past the largest value.
            let end = if FIXES & NAN != 0 { signed(self.past[0], self.past[1]) } else { self.nan };
            out = _mm512_mask_mov_epi32(out, past, end);
        }
        if FIXES & INFINITE != 0 {
            let infinite = _mm512_fpclass_ps_mask::<0x18>(_mm512_castsi512_ps(x));
            out = _mm512_mask_mov_epi32(out, infinite, signed(self.infinite[0], self.infinite[1]));
        }
        if FIXES & NAN != 0 {
            out = _mm512_mask_mov_epi32(out, super::words::is_nan(x), self.nan);
        }
        out
    }
}

#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn store(to: &mut [f32; 16], x: __m512i) {
    // SAFETY: 16 values are written to 16.
    unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), x) }
}
