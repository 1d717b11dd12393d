//! Binary32 rounded to values of a format, 16 or 32 at a time.
//!
//! To nearest even by the addition that [`quick`](crate::kernel::body::quick) describes, the power of two being a binade times a constant
//! in one operation with it. By chance: noise is added to the magnitude, and the sum is cut off, both rounding toward zero, which is
//! what cutting off the exact sum gives.

use core::arch::x86_64::*;

use super::noise::Words;
use super::{has_avx512, load_f32, ymm};
use crate::kernel::Noise;
use crate::kernel::isa::Isa;
use crate::kernel::plan::narrow::Mode;
use crate::kernel::plan::quick::{INFINITE, LAYOUT, NAN, PAST, Quick, ZERO};

const ALL: u8 = PAST | NAN | INFINITE | ZERO;
const FINITE_OR_IEEE: u8 = PAST | NAN;

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
fn plain(q: &Quick<u32>) -> bool {
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
    let (limits, ends) = (Limits::new(q), Ends::new(q));
    for (from, to) in from.as_chunks::<16>().0.iter().zip(to.as_chunks_mut::<16>().0) {
        let x = load_f32(from);
        let (limited, binade) = limits.of(x);
        let sum = _mm512_fmadd_ps(binade, limits.unit, limited);
        let rounded = _mm512_fnmadd_ps(binade, limits.unit, sum);
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

/// Whether [`by_chance`] serves: variants A and B with up to 16 bits of noise.
pub(in crate::kernel) fn takes_chance(q: &Quick<u32>) -> bool {
    let few = matches!(q.mode, Mode::ChanceA | Mode::ChanceB) && q.noise_mask <= 0xffff;
    // The noise's last place is a normal number.
    let normal = q.fixes[1] & LAYOUT != 0 || (q.emin >> 23) + q.drop > 55;
    few && normal && Ends::serve(q)
}

/// Quantizes by chance.
///
/// Precondition: equal lengths, multiples of 32; noise that begins at a multiple of four and does not begin anew.
pub(in crate::kernel) fn by_chance(q: &Quick<u32>, noise: Noise, from: &[f32], to: &mut [f32]) {
    assert!(has_avx512() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe {
        match q.fixes[1] {
            PAST => by_chance_whole::<PAST>(q, noise, from, to),
            FINITE_OR_IEEE => by_chance_whole::<FINITE_OR_IEEE>(q, noise, from, to),
            fixes if fixes & LAYOUT == 0 => by_chance_whole::<ALL>(q, noise, from, to),
            _ if plain(q) => by_chance_in_layout(q, noise, from, to),
            _ => by_chance_whole::<{ LAYOUT | ALL }>(q, noise, from, to),
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
fn by_chance_whole<const FIXES: u8>(q: &Quick<u32>, noise: Noise, from: &[f32], to: &mut [f32]) {
    let (limits, ends, chance) = (Limits::new(q), Ends::new(q), Chance::new(q));
    let mut words = Words::new(noise);
    let keep = _mm512_set1_epi32((u32::MAX << q.drop) as i32);
    let down = _mm512_set1_epi32(32 - q.drop as i32);
    for (from, to) in from.as_chunks::<32>().0.iter().zip(to.as_chunks_mut::<32>().0) {
        let shares = chance.shares(words.next());
        for (k, share) in shares.into_iter().enumerate() {
            let x = load_f32(&from.as_chunks::<16>().0[k]);
            let (limited, binade) = limits.of(x);
            let rounded = if FIXES & LAYOUT != 0 {
                let step = _mm512_srlv_epi32(share, down);
                _mm512_and_si512(_mm512_add_epi32(_mm512_castps_si512(limited), step), keep)
            } else {
                let sum = chance.sum(limited, binade, limits.unit, share);
                _mm512_castps_si512(_mm512_fnmadd_ps(binade, limits.unit, sum))
            };
            store(&mut to.as_chunks_mut::<16>().0[k], ends.fixed::<FIXES>(x, rounded));
        }
    }
}

/// A carry goes where it belongs, whatever the sign; and less than a quantum more than infinity is infinity once it is cut off.
#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
fn by_chance_in_layout(q: &Quick<u32>, noise: Noise, from: &[f32], to: &mut [f32]) {
    let (chance, mut words, nan) =
        (Chance::new(q), Words::new(noise), _mm512_set1_epi32(q.ends[1].nan as i32));
    let keep = _mm512_set1_epi32((u32::MAX << q.drop) as i32);
    let down = _mm512_set1_epi32(32 - q.drop as i32);
    for (from, to) in from.as_chunks::<32>().0.iter().zip(to.as_chunks_mut::<32>().0) {
        let shares = chance.shares(words.next());
        for (k, share) in shares.into_iter().enumerate() {
            let x = load_f32(&from.as_chunks::<16>().0[k]);
            let sum = _mm512_and_si512(_mm512_add_epi32(x, _mm512_srlv_epi32(share, down)), keep);
            store(
                &mut to.as_chunks_mut::<16>().0[k],
                _mm512_mask_mov_epi32(sum, super::words::is_nan(x), nan),
            );
        }
    }
}

/// What noise needs: each element's as a fraction of 2^32.
pub(super) struct Chance {
    up: __m512i,
    last: __m512i,
    finer: __m512i,
}

impl Chance {
    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn new(q: &Quick<u32>) -> Chance {
        let all = |x: u32| _mm512_set1_epi32(x as i32);
        let up = q.noise_mask.leading_zeros();
        // Variant B takes the middle between two multiples.
        let last = if q.mode == Mode::ChanceB { 1 << (up - 1) } else { 0 };
        Chance { up: all(up), last: all(last), finer: all((55 - q.drop) << 23) }
    }

    /// The shares of 32 elements in eight words.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn shares(&self, words: __m512i) -> [__m512i; 2] {
        let low = _mm512_cvtepu16_epi32(_mm512_castsi512_si256(words));
        let high = _mm512_cvtepu16_epi32(_mm512_extracti64x4_epi64::<1>(words));
        [
            _mm512_or_si512(_mm512_sllv_epi32(low, self.up), self.last),
            _mm512_or_si512(_mm512_sllv_epi32(high, self.up), self.last),
        ]
    }

    /// The sum whose last places are the rounded multiple of the quantum.
    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn sum(&self, limited: __m512, binade: __m512, unit: __m512, share: __m512i) -> __m512 {
        const DOWN: i32 = _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC;
        let place = _mm512_castsi512_ps(_mm512_sub_epi32(_mm512_castps_si512(binade), self.finer));
        let shaken = _mm512_fmadd_round_ps::<DOWN>(_mm512_cvtepu32_ps(share), place, limited);
        _mm512_fmadd_round_ps::<DOWN>(binade, unit, shaken)
    }
}

/// What magnitudes are limited to, and the power of two that a binade is multiplied by.
pub(super) struct Limits {
    limit: __m512i,
    emin: __m512i,
    pub(super) unit: __m512,
}

impl Limits {
    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn new(q: &Quick<u32>) -> Limits {
        Limits {
            limit: _mm512_set1_epi32(q.limit as i32),
            emin: _mm512_set1_epi32(q.emin as i32),
            unit: _mm512_set1_ps(f32::from_bits((127 + q.drop) << 23)),
        }
    }

    /// The limited magnitude, and its binade.
    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn of(&self, x: __m512i) -> (__m512, __m512) {
        let limited = _mm512_min_epu32(_mm512_and_si512(x, _mm512_set1_epi32(0x7fff_ffff)), self.limit);
        let field = _mm512_and_si512(limited, _mm512_set1_epi32(0x7f80_0000));
        let binade = _mm512_max_epu32(field, self.emin);
        (_mm512_castsi512_ps(limited), _mm512_castsi512_ps(binade))
    }
}

/// What is put in the place of a result: what a sign leaves, and what it makes of that.
struct Ends {
    largest: __m512i,
    past: [__m512i; 2],
    infinite: [__m512i; 2],
    zero: [__m512i; 2],
    nan: __m512i,
}

impl Ends {
    /// Whether the ends differ by sign in their sign alone.
    fn serve(q: &Quick<u32>) -> bool {
        let ends = &q.ends[1];
        [ends.past, ends.infinite, ends.zero].iter().all(|x| (x[0] ^ x[1]) & 0x7fff_ffff == 0)
    }

    #[target_feature(enable = "avx512f")]
    #[inline]
    fn new(q: &Quick<u32>) -> Ends {
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
    fn fixed<const FIXES: u8>(&self, x: __m512i, rounded: __m512i) -> __m512i {
        // The first operand's bits, but the second's where the third, a sign at most, has any.
        let signed = |of: __m512i, sign: __m512i| _mm512_ternarylogic_epi32::<0x78>(of, x, sign);
        let mut out = signed(rounded, _mm512_set1_epi32(i32::MIN));
        if FIXES & ZERO != 0 {
            let zero = _mm512_testn_epi32_mask(rounded, rounded);
            out = _mm512_mask_mov_epi32(out, zero, signed(self.zero[0], self.zero[1]));
        }
        if FIXES & PAST != 0 {
            let past = _mm512_cmpgt_epu32_mask(rounded, self.largest);
            out = _mm512_mask_mov_epi32(out, past, signed(self.past[0], self.past[1]));
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
fn store(to: &mut [f32; 16], x: __m512i) {
    // SAFETY: 16 values are written to 16.
    unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), x) }
}
