//! Binary32 rounded by chance to values of a format, 32 at a time.
//!
//! Noise is added to the magnitude's bits just below the last place that is kept, and what is below that is cut off. Results in the
//! lowest binade or below it are raised by that binade first, so that their last place is where the others' is; they lose what lies below
//! binary32's last place there, and that decides nothing unless the noise is finer still.

use core::arch::x86_64::*;

use super::noise::{AHEAD, Ahead};
use super::values::{Ends, magnitude, plain, store};
use super::{has_avx512, load_f32};
use crate::kernel::Noise;
use crate::kernel::plan::narrow::Mode;
use crate::kernel::plan::quick::{ALL, FINITE_OR_IEEE, LAYOUT, NAN, PAST, Quick};

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
    // Counted as it is in a plan: variant B has a bit more.
    let finer = q.noise_bits > q.drop;
    // SAFETY: the CPU has the features.
    unsafe {
        match q.fixes[1] {
            fixes if fixes & LAYOUT != 0 && plain(q) => by_chance_in_layout(q, noise, from, to),
            fixes if fixes & LAYOUT != 0 => by_chance_whole::<{ LAYOUT | ALL }, false>(q, noise, from, to),
            FINITE_OR_IEEE if finer => by_chance_whole::<FINITE_OR_IEEE, true>(q, noise, from, to),
            _ if finer => by_chance_whole::<ALL, true>(q, noise, from, to),
            PAST => by_chance_whole::<PAST, false>(q, noise, from, to),
            NAN => by_chance_whole::<NAN, false>(q, noise, from, to),
            FINITE_OR_IEEE => by_chance_whole::<FINITE_OR_IEEE, false>(q, noise, from, to),
            _ => by_chance_whole::<ALL, false>(q, noise, from, to),
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
fn by_chance_whole<const FIXES: u8, const FINER: bool>(
    q: &Quick<u32>,
    noise: Noise,
    from: &[f32],
    to: &mut [f32],
) {
    let (ends, chance) = (Ends::new(q), Chance::new(q));
    let keep = _mm512_set1_epi32((u32::MAX << q.drop) as i32);
    let limit = _mm512_set1_epi32(q.limit as i32);
    each(&chance, noise, from, to, |x, share| {
        let limited = magnitude::<FIXES>(x, limit);
        if FIXES & LAYOUT != 0 {
            let rounded = _mm512_and_si512(_mm512_add_epi32(limited, chance.step(share)), keep);
            return ends.fixed::<FIXES>(x, rounded);
        }
        let (_, raise, sum) = chance.shaken::<FINER>(limited, share);
        let cut = _mm512_castsi512_ps(_mm512_and_si512(sum, keep));
        ends.fixed::<FIXES>(x, _mm512_castps_si512(_mm512_sub_ps(cut, raise)))
    });
}

/// A carry goes where it belongs, whatever the sign; and less than a quantum more than infinity is infinity once it is cut off.
#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
fn by_chance_in_layout(q: &Quick<u32>, noise: Noise, from: &[f32], to: &mut [f32]) {
    let chance = Chance::new(q);
    let (keep, nan) = ((u32::MAX << q.drop) as i32, q.ends[1].nan as i32);
    let (keep, nan) = (_mm512_set1_epi32(keep), _mm512_set1_epi32(nan));
    each(&chance, noise, from, to, |x, share| {
        let sum = _mm512_and_si512(_mm512_add_epi32(x, chance.step(share)), keep);
        _mm512_mask_mov_epi32(sum, super::words::is_nan(x), nan)
    });
}

/// Calls `f` with 16 numbers and their shares. Words are made ahead: their multiplications would keep what follows waiting.
#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
#[inline]
fn each(
    chance: &Chance,
    noise: Noise,
    from: &[f32],
    to: &mut [f32],
    f: impl Fn(__m512i, __m512i) -> __m512i,
) {
    let mut words = Ahead::new(noise);
    for (from, to) in from.chunks(AHEAD).zip(to.chunks_mut(AHEAD)) {
        let words = words.next(from.len());
        let parts = from.as_chunks::<32>().0.iter().zip(to.as_chunks_mut::<32>().0);
        for ((from, to), words) in parts.zip(words) {
            let shares = chance.shares(*words);
            for (k, share) in shares.into_iter().enumerate() {
                let x = load_f32(&from.as_chunks::<16>().0[k]);
                store(&mut to.as_chunks_mut::<16>().0[k], f(x, share));
            }
        }
    }
}

/// What noise needs: each element's as a share of the quantum, in parts of 2^32.
pub(super) struct Chance {
    /// A power of two that takes 16 bits up to lose those that are no noise; and the middle between two multiples that variant B takes:
    /// in them, or below them where all are noise.
    up: __m512i,
    middle: [__m512i; 2],
    order: [__m512i; 2],
    down: __m512i,
    place: __m512,
    emin: __m512,
}

impl Chance {
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn new(q: &Quick<u32>) -> Chance {
        let all = |x: u32| _mm512_set1_epi32(x as i32);
        let up = q.noise_mask.leading_zeros() - 16;
        let middle = if q.mode == Mode::ChanceB { 1 << (15 + up) } else { 0 };
        // Each word of 16 bits to the upper half of 32. The compiler would make two instructions of the one, if it knew this.
        let order: [[u16; 32]; 2] = [0, 16].map(|from| core::array::from_fn(|at| from + at as u16 / 2));
        let order = core::hint::black_box(order);
        Chance {
            up: _mm512_set1_epi16(1 << up),
            middle: [_mm512_set1_epi16((middle >> 16) as i16), all(middle & 0xffff)],
            // SAFETY: 64 bytes are read of 64.
            order: order.each_ref().map(|x| unsafe { _mm512_loadu_si512(x.as_ptr().cast()) }),
            down: all(32 - q.drop),
            place: _mm512_castsi512_ps(all(q.emin.wrapping_sub((55 - q.drop) << 23))),
            emin: _mm512_castsi512_ps(all(q.emin)),
        }
    }

    /// The shares of 32 elements in eight words.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn shares(&self, words: __m512i) -> [__m512i; 2] {
        const UPPER: __mmask32 = 0xaaaa_aaaa;
        let words = _mm512_or_si512(_mm512_mullo_epi16(words, self.up), self.middle[0]);
        [
            _mm512_mask_permutexvar_epi16(self.middle[1], UPPER, self.order[0], words),
            _mm512_mask_permutexvar_epi16(self.middle[1], UPPER, self.order[1], words),
        ]
    }

    /// A share in the places that are cut off. What falls below them would meet nothing there.
    #[target_feature(enable = "avx512f")]
    #[inline]
    fn step(&self, share: __m512i) -> __m512i {
        _mm512_srlv_epi32(share, self.down)
    }

    /// Where a magnitude is below the lowest binade, what it is raised by: that binade there, zero elsewhere; and the sum's bits with
    /// its share.
    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn shaken<const FINER: bool>(
        &self,
        magnitude: __m512i,
        share: __m512i,
    ) -> (__mmask16, __m512, __m512i) {
        const DOWN: i32 = _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC;
        let low = _mm512_cmplt_epu32_mask(magnitude, _mm512_castps_si512(self.emin));
        let raise = _mm512_maskz_mov_ps(low, self.emin);
        let (mut x, mut step) = (_mm512_castsi512_ps(magnitude), self.step(share));
        if FINER {
            // Before anything is lost.
            x = _mm512_mask3_fmadd_round_ps::<DOWN>(_mm512_cvtepu32_ps(share), self.place, x, low);
            step = _mm512_mask_mov_epi32(step, low, _mm512_setzero_si512());
        }
        let raised = _mm512_add_round_ps::<DOWN>(x, raise);
        (low, raise, _mm512_add_epi32(_mm512_castps_si512(raised), step))
    }
}
