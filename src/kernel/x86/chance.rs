//! Binary32 rounded by chance to values of a format, 32 at a time.
//!
//! Noise is added to the magnitude's bits just below the last place that is kept, and what is below that is cut off. Results in the
//! lowest binade or below it are raised by that binade first, so that their last place is where the others' is; they lose what lies below
//! binary32's last place there, and that decides nothing unless the noise is finer still.

use core::arch::x86_64::*;

use super::noise::Ahead;
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
    let (ends, chance) = (Ends::new(q), Chance::new(q, FINER));
    let keep = _mm512_set1_epi32((u32::MAX << q.drop) as i32);
    let limit = _mm512_set1_epi32(q.limit as i32);
    each(&chance, noise, from, to, |x, share| {
        let limited = magnitude::<FIXES>(x, limit);
        if FIXES & LAYOUT != 0 {
            let rounded = _mm512_and_si512(_mm512_add_epi32(limited, chance.step::<false>(share)), keep);
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
    let chance = Chance::new(q, false);
    let (keep, nan) = ((u32::MAX << q.drop) as i32, q.ends[1].nan as i32);
    let (keep, nan) = (_mm512_set1_epi32(keep), _mm512_set1_epi32(nan));
    each(&chance, noise, from, to, |x, share| {
        let sum = _mm512_and_si512(_mm512_add_epi32(x, chance.step::<false>(share)), keep);
        _mm512_mask_mov_epi32(sum, super::words::is_nan(x), nan)
    });
}

/// Calls `f` with 16 numbers and their shares.
#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
#[inline]
fn each(
    chance: &Chance,
    noise: Noise,
    from: &[f32],
    to: &mut [f32],
    f: impl Fn(__m512i, __m512i) -> __m512i,
) {
    let mut words = chance.words(noise, from.len());
    for (from, to) in from.as_chunks::<32>().0.iter().zip(to.as_chunks_mut::<32>().0) {
        let shares = chance.shares(words.next());
        for (k, share) in shares.into_iter().enumerate() {
            let x = load_f32(&from.as_chunks::<16>().0[k]);
            store(&mut to.as_chunks_mut::<16>().0[k], f(x, share));
        }
    }
}

/// What noise needs: each element's as a share of the quantum.
pub(super) struct Chance {
    /// Which of 16 bits are noise; and below them, where they are the upper half of 32, the middle between two multiples that variant
    /// B takes.
    mask: __m512i,
    middle: __m512i,
    order: [__m512i; 2],
    /// By how much those 32 bits are turned right to be in the places that are cut off, and the value of the last of them.
    turn: __m512i,
    place: __m512,
    emin: __m512,
}

impl Chance {
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn new(q: &Quick<u32>, finer: bool) -> Chance {
        let all = |x: u32| _mm512_set1_epi32(x as i32);
        let bits = u32::BITS - q.noise_mask.leading_zeros();
        let turn = (16 + bits).wrapping_sub(q.drop);
        // In a sum of bits, what is below the last of them meets nothing.
        let kept = if finer || turn > 31 { u32::MAX } else { u32::MAX << turn };
        let middle = if q.mode == Mode::ChanceB { 1 << 15 & kept } else { 0 };
        // Each word of 16 bits to the upper half of 32. The compiler would make two instructions of the one, if it knew this.
        let order: [[u16; 32]; 2] = [0, 16].map(|from| core::array::from_fn(|at| from + at as u16 / 2));
        let order = core::hint::black_box(order);
        Chance {
            mask: _mm512_set1_epi16((q.noise_mask & kept >> 16) as i16),
            middle: all(middle),
            // SAFETY: 64 bytes are read of 64.
            order: order.each_ref().map(|x| unsafe { _mm512_loadu_si512(x.as_ptr().cast()) }),
            turn: all(turn),
            place: _mm512_castsi512_ps(all(q.emin.wrapping_sub((39 + bits - q.drop) << 23))),
            emin: _mm512_castsi512_ps(all(q.emin)),
        }
    }

    /// The words of an array's elements.
    #[target_feature(enable = "avx512f,avx512dq")]
    #[inline]
    pub(super) fn words(&self, noise: Noise, elements: usize) -> Ahead {
        Ahead::new(noise, self.mask, elements)
    }

    /// The shares of 32 elements in eight words.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn shares(&self, words: __m512i) -> [__m512i; 2] {
        const UPPER: __mmask32 = 0xaaaa_aaaa;
        self.order.map(|order| _mm512_mask_permutexvar_epi16(self.middle, UPPER, order, words))
    }

    /// A share in the places that are cut off. Turned, it has nothing below them that would come around: see [`Chance::new`].
    #[target_feature(enable = "avx512f")]
    #[inline]
    fn step<const FINER: bool>(&self, share: __m512i) -> __m512i {
        match FINER {
            true => _mm512_srlv_epi32(share, self.turn),
            false => _mm512_rorv_epi32(share, self.turn),
        }
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
        let (mut x, mut step) = (_mm512_castsi512_ps(magnitude), self.step::<FINER>(share));
        if FINER {
            // Before anything is lost.
            x = _mm512_mask3_fmadd_round_ps::<DOWN>(_mm512_cvtepu32_ps(share), self.place, x, low);
            step = _mm512_mask_mov_epi32(step, low, _mm512_setzero_si512());
        }
        let raised = _mm512_add_round_ps::<DOWN>(x, raise);
        (low, raise, _mm512_add_epi32(_mm512_castps_si512(raised), step))
    }
}
