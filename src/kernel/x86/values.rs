//! Binary32 rounded to values of a format, 16 or 32 at a time.
//!
//! To nearest even by [magic-number rounding](crate::kernel::body::magic_add); the power of two is a binade times a constant,
//! combined with the addition in a single operation.

use core::arch::x86_64::*;

use super::avx2;
use super::cpu::has_avx512;
use super::memory::load_f32;
use crate::kernel::isa::Isa;
use crate::kernel::plan::magic_add::{ALL, FINITE_OR_IEEE, INFINITE, LAYOUT, MagicAdd, NAN, OVERFLOW, ZERO};

/// Quantizes to nearest even.
pub(in crate::kernel) type Quantizer = fn(&MagicAdd<u32>, &[f32], &mut [f32]);

/// The loop for a format, if there is one; slices of equal lengths, multiples of 16.
pub(in crate::kernel) fn quantizer(isa: Isa, q: &MagicAdd<u32>) -> Option<Quantizer> {
    let serves = q.fixups[1] & LAYOUT == 0 || plain(q);
    match isa {
        Isa::Avx512 if serves && SpecialResults::serve(q) => Some(quantize),
        Isa::Avx2 if serves && SpecialResults::serve(q) => Some(avx2::quantize),
        _ => None,
    }
}

/// Whether up to infinity every magnitude has its place, and every sign.
pub(super) fn plain(q: &MagicAdd<u32>) -> bool {
    let infinities = [0x7f80_0000, 0xff80_0000];
    let special = &q.special[1];
    [special.overflow, special.infinite] == [infinities; 2]
        && special.zero == [0, 1 << 31]
        && q.limit == infinities[0]
}

fn quantize(q: &MagicAdd<u32>, from: &[f32], to: &mut [f32]) {
    assert!(has_avx512() && from.len() == to.len());
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

#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
fn by_addition<const FIXUPS: u8>(q: &MagicAdd<u32>, from: &[f32], to: &mut [f32]) {
    let all = |x: u32| _mm512_set1_epi32(x as i32);
    let (limit, infinity, emin) = (all(q.limit), all(0x7f80_0000), all(q.emin));
    let (unit, special) = (_mm512_castsi512_ps(all((127 + q.drop) << 23)), SpecialResults::new(q));
    for (from, to) in from.as_chunks::<16>().0.iter().zip(to.as_chunks_mut::<16>().0) {
        let x = load_f32(from);
        // What has no binade, and what has none left for its power, comes out as NaN: past the largest value, too.
        let limited = magnitude::<FIXUPS>(x, limit);
        let binade = _mm512_castsi512_ps(_mm512_max_epu32(_mm512_and_si512(limited, infinity), emin));
        let sum = _mm512_fmadd_ps(binade, unit, _mm512_castsi512_ps(limited));
        let rounded = _mm512_fnmadd_ps(binade, unit, sum);
        store(to, special.fix_up::<FIXUPS>(x, _mm512_castps_si512(rounded)));
    }
}

#[target_feature(enable = "avx512f")]
fn in_layout(q: &MagicAdd<u32>, from: &[f32], to: &mut [f32]) {
    let all = |x: u32| _mm512_set1_epi32(x as i32);
    let (half, keep) = (all((1 << (q.drop - 1)) - 1), all(u32::MAX << q.drop));
    let (one, drop, nan) = (all(1), all(q.drop), all(q.special[1].nan));
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
pub(super) fn magnitude<const FIXUPS: u8>(x: __m512i, limit: __m512i) -> __m512i {
    let magnitude = _mm512_and_si512(x, _mm512_set1_epi32(0x7fff_ffff));
    if FIXUPS & OVERFLOW != 0 { magnitude } else { _mm512_min_epu32(magnitude, limit) }
}

/// The special results: that of a positive operand, and the bits in which that of a negative one differs.
pub(super) struct SpecialResults {
    largest: __m512i,
    overflow: [__m512i; 2],
    infinite: [__m512i; 2],
    zero: [__m512i; 2],
    nan: __m512i,
}

impl SpecialResults {
    /// Whether the special results of the two signs differ in their sign alone.
    pub(super) fn serve(q: &MagicAdd<u32>) -> bool {
        let special = &q.special[1];
        [special.overflow, special.infinite, special.zero].iter().all(|x| (x[0] ^ x[1]) & 0x7fff_ffff == 0)
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn new(q: &MagicAdd<u32>) -> SpecialResults {
        let all = |x: u32| _mm512_set1_epi32(x as i32);
        let pair = |x: [u32; 2]| [all(x[0]), all(x[0] ^ x[1])];
        let special = &q.special[1];
        SpecialResults {
            largest: all(special.largest),
            overflow: pair(special.overflow),
            infinite: pair(special.infinite),
            zero: pair(special.zero),
            nan: all(special.nan),
        }
    }

    #[target_feature(enable = "avx512f,avx512dq")]
    #[inline]
    pub(super) fn fix_up<const FIXUPS: u8>(&self, x: __m512i, rounded: __m512i) -> __m512i {
        // The first operand's bits, but the second's where the third, a sign at most, has any.
        let signed = |of: __m512i, sign: __m512i| _mm512_ternarylogic_epi32::<0x78>(of, x, sign);
        let mut out = signed(rounded, _mm512_set1_epi32(i32::MIN));
        if FIXUPS & ZERO != 0 {
            let zero = _mm512_testn_epi32_mask(rounded, rounded);
            out = _mm512_mask_mov_epi32(out, zero, signed(self.zero[0], self.zero[1]));
        }
        if FIXUPS & OVERFLOW != 0 {
            let overflow = _mm512_cmpgt_epu32_mask(rounded, self.largest);
            // A NaN without a fixup of its own has the result of an overflow.
            let end = if FIXUPS & NAN != 0 { signed(self.overflow[0], self.overflow[1]) } else { self.nan };
            out = _mm512_mask_mov_epi32(out, overflow, end);
        }
        if FIXUPS & INFINITE != 0 {
            let infinite = _mm512_fpclass_ps_mask::<0x18>(_mm512_castsi512_ps(x));
            out = _mm512_mask_mov_epi32(out, infinite, signed(self.infinite[0], self.infinite[1]));
        }
        if FIXUPS & NAN != 0 {
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
