//! Stochastic rounding of binary32 to values of a format, 32 at a time.
//!
//! Noise is added to the bits of the magnitude just below the last place kept, and the sum is truncated. To results in the
//! lowest binade or below it, the power of two of that binade is added first, which aligns their last place with that of the others. The bits below
//! binary32's last place that are lost do not matter unless the noise is finer still.

use core::arch::x86_64::*;

use super::cpu::has_avx512;
use super::memory::load_f32;
use super::noise::Ahead;
use super::values::{SpecialResults, magnitude, plain, store};
use crate::kernel::base::Noise;
use crate::kernel::plan::magic_add::{ALL, FINITE_OR_IEEE, LAYOUT, MagicAdd, NAN, OVERFLOW};
use crate::kernel::plan::narrow::Mode;

/// Whether [`quantize_stochastic`] covers it: variants A and B with up to 16 bits of noise.
pub(in crate::kernel) fn serves_stochastic(q: &MagicAdd<u32>) -> bool {
    let few = matches!(q.mode, Mode::StochasticA | Mode::StochasticB) && q.noise_mask <= 0xffff;
    // The noise's last place is a normal number.
    let normal = q.fixups[1] & LAYOUT != 0 || (q.emin >> 23) + q.drop > 55;
    few && normal && SpecialResults::serve(q)
}

/// Quantizes with stochastic rounding.
///
/// Precondition: equal lengths, multiples of 32; noise that begins at a multiple of four and does not wrap around.
pub(in crate::kernel) fn quantize_stochastic(q: &MagicAdd<u32>, noise: Noise, from: &[f32], to: &mut [f32]) {
    assert!(has_avx512() && from.len() == to.len());
    // Counted as it is in a plan: variant B has a bit more.
    let finer = q.noise_bits > q.drop;
    // SAFETY: the CPU has the features.
    unsafe {
        match q.fixups[1] {
            fixups if fixups & LAYOUT != 0 && plain(q) => quantize_stochastic_in_layout(q, noise, from, to),
            fixups if fixups & LAYOUT != 0 => {
                quantize_stochastic_whole::<{ LAYOUT | ALL }, false>(q, noise, from, to)
            }
            FINITE_OR_IEEE if finer => quantize_stochastic_whole::<FINITE_OR_IEEE, true>(q, noise, from, to),
            _ if finer => quantize_stochastic_whole::<ALL, true>(q, noise, from, to),
            OVERFLOW => quantize_stochastic_whole::<OVERFLOW, false>(q, noise, from, to),
            NAN => quantize_stochastic_whole::<NAN, false>(q, noise, from, to),
            FINITE_OR_IEEE => quantize_stochastic_whole::<FINITE_OR_IEEE, false>(q, noise, from, to),
            _ => quantize_stochastic_whole::<ALL, false>(q, noise, from, to),
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
fn quantize_stochastic_whole<const FIXUPS: u8, const FINER: bool>(
    q: &MagicAdd<u32>,
    noise: Noise,
    from: &[f32],
    to: &mut [f32],
) {
    let (special, stochastic) = (SpecialResults::new(q), StochasticConstants::new(q, FINER));
    let keep = _mm512_set1_epi32((u32::MAX << q.drop) as i32);
    let limit = _mm512_set1_epi32(q.limit as i32);
    each(&stochastic, noise, from, to, |x, fraction| {
        let limited = magnitude::<FIXUPS>(x, limit);
        if FIXUPS & LAYOUT != 0 {
            let rounded =
                _mm512_and_si512(_mm512_add_epi32(limited, stochastic.step::<false>(fraction)), keep);
            return special.fix_up::<FIXUPS>(x, rounded);
        }
        let (_, raise, sum) = stochastic.add_noise::<FINER>(limited, fraction);
        let cut = _mm512_castsi512_ps(_mm512_and_si512(sum, keep));
        special.fix_up::<FIXUPS>(x, _mm512_castps_si512(_mm512_sub_ps(cut, raise)))
    });
}

/// A carry goes where it belongs, whatever the sign; and less than a quantum more than infinity is infinity once it is cut off.
#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
fn quantize_stochastic_in_layout(q: &MagicAdd<u32>, noise: Noise, from: &[f32], to: &mut [f32]) {
    let stochastic = StochasticConstants::new(q, false);
    let (keep, nan) = ((u32::MAX << q.drop) as i32, q.special[1].nan as i32);
    let (keep, nan) = (_mm512_set1_epi32(keep), _mm512_set1_epi32(nan));
    each(&stochastic, noise, from, to, |x, fraction| {
        let sum = _mm512_and_si512(_mm512_add_epi32(x, stochastic.step::<false>(fraction)), keep);
        _mm512_mask_mov_epi32(sum, super::words::is_nan(x), nan)
    });
}

/// Calls `f` with 16 numbers and their noise.
#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
#[inline]
fn each(
    stochastic: &StochasticConstants,
    noise: Noise,
    from: &[f32],
    to: &mut [f32],
    f: impl Fn(__m512i, __m512i) -> __m512i,
) {
    let mut words = stochastic.words(noise, from.len());
    for (from, to) in from.as_chunks::<32>().0.iter().zip(to.as_chunks_mut::<32>().0) {
        let fractions = stochastic.fractions(words.next());
        for (k, fraction) in fractions.into_iter().enumerate() {
            let x = load_f32(&from.as_chunks::<16>().0[k]);
            store(&mut to.as_chunks_mut::<16>().0[k], f(x, fraction));
        }
    }
}

/// The constants of adding noise, as a fraction of the quantum.
pub(super) struct StochasticConstants {
    /// Which of 16 bits are noise; and below them, where they are the upper half of 32, the middle between two multiples that variant
    /// B takes.
    mask: __m512i,
    middle: __m512i,
    order: [__m512i; 2],
    /// By how much those 32 bits are rotated right to reach the places that are cut off, and the value of the last of these.
    turn: __m512i,
    place: __m512,
    emin: __m512,
}

impl StochasticConstants {
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn new(q: &MagicAdd<u32>, finer: bool) -> StochasticConstants {
        let all = |x: u32| _mm512_set1_epi32(x as i32);
        let bits = u32::BITS - q.noise_mask.leading_zeros();
        let turn = (16 + bits).wrapping_sub(q.drop);
        // In a sum of bits, what is below the last of them meets nothing.
        let kept = if finer || turn > 31 { u32::MAX } else { u32::MAX << turn };
        let middle = if q.mode == Mode::StochasticB { 1 << 15 & kept } else { 0 };
        // Each word of 16 bits to the upper half of 32. The compiler would make two instructions of the one, if it knew this.
        let order: [[u16; 32]; 2] = [0, 16].map(|from| core::array::from_fn(|at| from + at as u16 / 2));
        let order = core::hint::black_box(order);
        StochasticConstants {
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

    /// The noise of 32 elements, of eight words.
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn fractions(&self, words: __m512i) -> [__m512i; 2] {
        const UPPER: __mmask32 = 0xaaaa_aaaa;
        self.order.map(|order| _mm512_mask_permutexvar_epi16(self.middle, UPPER, order, words))
    }

    /// The noise at the places that are cut off. It has no bits below them that the rotation would bring back at the top: see [`StochasticConstants::new`].
    #[target_feature(enable = "avx512f")]
    #[inline]
    fn step<const FINER: bool>(&self, fraction: __m512i) -> __m512i {
        match FINER {
            true => _mm512_srlv_epi32(fraction, self.turn),
            false => _mm512_rorv_epi32(fraction, self.turn),
        }
    }

    /// Where a magnitude is below the lowest binade, what it is raised by: that binade there, zero elsewhere; and the sum's bits with
    /// its noise.
    #[target_feature(enable = "avx512f")]
    #[inline]
    pub(super) fn add_noise<const FINER: bool>(
        &self,
        magnitude: __m512i,
        fraction: __m512i,
    ) -> (__mmask16, __m512, __m512i) {
        const DOWN: i32 = _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC;
        let low = _mm512_cmplt_epu32_mask(magnitude, _mm512_castps_si512(self.emin));
        let raise = _mm512_maskz_mov_ps(low, self.emin);
        let (mut x, mut step) = (_mm512_castsi512_ps(magnitude), self.step::<FINER>(fraction));
        if FINER {
            // Before anything is lost.
            x = _mm512_mask3_fmadd_round_ps::<DOWN>(_mm512_cvtepu32_ps(fraction), self.place, x, low);
            step = _mm512_mask_mov_epi32(step, low, _mm512_setzero_si512());
        }
        let raised = _mm512_add_round_ps::<DOWN>(x, raise);
        (low, raise, _mm512_add_epi32(_mm512_castps_si512(raised), step))
    }
}
