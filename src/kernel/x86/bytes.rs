//! Codes of 8 bits and binary32, 64 at a time.

use core::arch::x86_64::*;

use super::cpu::has_avx512;
use super::fixups::Fixups;
use super::memory::{PICK, load, load_f32, store};
use super::stochastic::StochasticConstants;
use super::tables::{MIRRORED, ONE_ZERO, PERIODIC, Tables, WHOLE};
use crate::kernel::base::Noise;
use crate::kernel::plan::magic_add::{ALL, INFINITE, MagicAdd, NAN, OVERFLOW};
use crate::kernel::plan::split_table::{SplitTable, Symmetry};

/// Values of bytes.
///
/// Precondition: equal lengths, multiples of 64.
pub(in crate::kernel) fn decode(split: &SplitTable, from: &[u8], to: &mut [f32]) {
    assert!(has_avx512() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe {
        match split.symmetry {
            Symmetry::Whole => decode_whole::<WHOLE>(split, from, to),
            Symmetry::Mirrored(_) => decode_whole::<MIRRORED>(split, from, to),
            Symmetry::OneZero => decode_whole::<ONE_ZERO>(split, from, to),
            Symmetry::Periodic => decode_whole::<PERIODIC>(split, from, to),
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn decode_whole<const SYMMETRY: u8>(split: &SplitTable, from: &[u8], to: &mut [f32]) {
    let widening = Widening::new(split);
    for (from, to) in from.as_chunks::<64>().0.iter().zip(to.as_chunks_mut::<64>().0) {
        let values = widening.values::<SYMMETRY>(load(from));
        for (value, to) in values.into_iter().zip(to.as_chunks_mut::<16>().0) {
            // SAFETY: 16 values are written to 16.
            unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), value) }
        }
    }
}

/// The constants of decoding, in registers.
pub(super) struct Widening {
    tables: Tables,
    order: __m512i,
    upper: __m512i,
}

impl Widening {
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    #[inline]
    pub(super) fn new(split: &SplitTable) -> Widening {
        // Where each code goes so that the bytes, interleaved in their sixteens and then split in even and odd words, lie in order.
        let order: [u8; 64] = core::array::from_fn(|at| {
            let (quarter, byte) = (at / 16, at % 16);
            let (upper, word) = (byte / 8, quarter * 8 + byte % 8);
            (upper * 32 + word / 2 + word % 2 * 16) as u8
        });
        Widening {
            tables: Tables::new(split),
            order: load(&order),
            upper: _mm512_set1_epi32(0xffff_0000u32 as i32),
        }
    }

    /// The values of 64 codes, in order.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    #[inline]
    pub(super) fn values<const SYMMETRY: u8>(&self, codes: __m512i) -> [__m512i; 4] {
        let codes = _mm512_permutexvar_epi8(self.order, codes);
        let [low, high] = self.tables.look_up::<SYMMETRY>(codes);
        let (a, b) = (_mm512_unpacklo_epi8(low, high), _mm512_unpackhi_epi8(low, high));
        [
            _mm512_slli_epi32::<16>(a),
            _mm512_and_si512(a, self.upper),
            _mm512_slli_epi32::<16>(b),
            _mm512_and_si512(b, self.upper),
        ]
    }
}

/// Codes of values, to nearest even.
///
/// Precondition: equal lengths, multiples of 64; a plan without [`LAYOUT`](crate::kernel::plan::magic_add::LAYOUT).
pub(in crate::kernel) fn encode(q: &MagicAdd<u32>, from: &[f32], to: &mut [u8]) {
    assert!(has_avx512() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe {
        match q.fixups[0] {
            OVERFLOW => encode_whole::<OVERFLOW>(q, from, to),
            NAN => encode_whole::<NAN>(q, from, to),
            _ => encode_whole::<ALL>(q, from, to),
        }
    }
}

/// Codes of values under stochastic rounding, with noise that begins at a multiple of four and does not wrap around.
///
/// Precondition: equal lengths, multiples of 64; a plan without [`LAYOUT`](crate::kernel::plan::magic_add::LAYOUT) that
/// [`serves_stochastic`](super::serves_stochastic).
pub(in crate::kernel) fn encode_stochastic(q: &MagicAdd<u32>, noise: Noise, from: &[f32], to: &mut [u8]) {
    assert!(has_avx512() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe {
        match q.fixups[0] {
            OVERFLOW => encode_stochastic_whole::<OVERFLOW>(q, noise, from, to),
            NAN => encode_stochastic_whole::<NAN>(q, noise, from, to),
            _ => encode_stochastic_whole::<ALL>(q, noise, from, to),
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vbmi")]
fn encode_stochastic_whole<const FIXUPS: u8>(q: &MagicAdd<u32>, noise: Noise, from: &[f32], to: &mut [u8]) {
    // A significand's first bit, which the raised ones have not.
    let implicit = 1 << (23 - q.drop);
    // Formats of 8 bits lose more than noise has.
    let stochastic = StochasticConstants::new(q, false);
    let mut words = stochastic.words(noise, from.len());
    let narrowing = Narrowing::new(q, (q.base as u8).wrapping_sub(implicit));
    let implicit = _mm512_set1_epi32(implicit.into());
    for (from, to) in from.as_chunks::<64>().0.iter().zip(to.as_chunks_mut::<64>().0) {
        let values = load_64(from);
        let (first, second) = (stochastic.fractions(words.next()), stochastic.fractions(words.next()));
        let fractions = [first[0], first[1], second[0], second[1]];
        let mut rounded = values;
        for k in 0..4 {
            let (low, _, sum) = stochastic.add_noise::<false>(narrowing.limited(values[k]), fractions[k]);
            let code = _mm512_srlv_epi32(sum, narrowing.drop);
            rounded[k] = _mm512_mask_sub_epi32(code, low, code, implicit);
        }
        store(to, narrowing.together::<FIXUPS>(values, rounded));
    }
}

/// 64 values.
#[target_feature(enable = "avx512f")]
#[inline]
fn load_64(from: &[f32; 64]) -> [__m512i; 4] {
    let parts = from.as_chunks::<16>().0;
    [load_f32(&parts[0]), load_f32(&parts[1]), load_f32(&parts[2]), load_f32(&parts[3])]
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn encode_whole<const FIXUPS: u8>(q: &MagicAdd<u32>, from: &[f32], to: &mut [u8]) {
    let narrowing = Narrowing::new(q, q.base as u8);
    for (from, to) in from.as_chunks::<64>().0.iter().zip(to.as_chunks_mut::<64>().0) {
        store(to, narrowing.codes::<FIXUPS>(load_64(from)));
    }
}

/// The constants of encoding, in registers.
pub(super) struct Narrowing {
    limit: __m512i,
    emin: __m512i,
    unit: __m512,
    drop: __m512i,
    order: __m512i,
    fixups: Fixups,
}

impl Narrowing {
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn new(q: &MagicAdd<u32>, base: u8) -> Narrowing {
        let all = |x: u32| _mm512_set1_epi32(x as i32);
        let order: [u8; 64] = core::array::from_fn(|at| (at % 16 * 4 + at / 16) as u8);
        Narrowing {
            limit: all(q.limit),
            emin: all(q.emin),
            unit: _mm512_set1_ps(f32::from_bits((127 + q.drop) << 23)),
            drop: all(q.drop),
            order: load(&order),
            fixups: Fixups::new(q, base),
        }
    }

    /// The codes of 64 values, in order.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    #[inline]
    pub(super) fn codes<const FIXUPS: u8>(&self, x: [__m512i; 4]) -> __m512i {
        let mut rounded = x;
        for k in 0..4 {
            let limited = self.limited(x[k]);
            let field = _mm512_and_si512(limited, _mm512_set1_epi32(0x7f80_0000));
            let binade = _mm512_max_epu32(field, self.emin);
            let power = _mm512_castsi512_ps(binade);
            let sum = _mm512_fmadd_ps(power, self.unit, _mm512_castsi512_ps(limited));
            // Only the low byte counts, and a binade's is zero.
            let sum = _mm512_castps_si512(sum);
            rounded[k] = _mm512_add_epi32(sum, _mm512_srlv_epi32(binade, self.drop));
        }
        self.together::<FIXUPS>(x, rounded)
    }

    /// The limited magnitude.
    #[target_feature(enable = "avx512f")]
    #[inline]
    fn limited(&self, x: __m512i) -> __m512i {
        _mm512_min_epu32(_mm512_and_si512(x, _mm512_set1_epi32(0x7fff_ffff)), self.limit)
    }

    /// The codes of 64 values whose magnitudes' codes are in the low bytes.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    #[inline]
    fn together<const FIXUPS: u8>(&self, x: [__m512i; 4], rounded: [__m512i; 4]) -> __m512i {
        let (mut nan, mut infinite) = (0u64, 0u64);
        for (k, x) in x.iter().enumerate() {
            if FIXUPS & NAN != 0 {
                nan |= u64::from(super::words::is_nan(*x)) << (16 * k);
            }
            if FIXUPS & INFINITE != 0 {
                let size = _mm512_and_si512(*x, _mm512_set1_epi32(0x7fff_ffff));
                let is_infinite = _mm512_cmpeq_epi32_mask(size, _mm512_set1_epi32(0x7f80_0000));
                infinite |= u64::from(is_infinite) << (16 * k);
            }
        }
        let rounded = _mm512_permutexvar_epi8(self.order, low_bytes(rounded));
        let signs = _mm512_permutexvar_epi8(self.order, high_bytes(x));
        self.fixups.codes::<FIXUPS>(rounded, signs, nan, infinite)
    }
}

/// The low bytes of four vectors, that of the first lowest.
#[target_feature(enable = "avx512f")]
#[inline]
fn low_bytes([a, b, c, d]: [__m512i; 4]) -> __m512i {
    pick_bytes([a, _mm512_slli_epi32::<8>(b), _mm512_slli_epi32::<16>(c), _mm512_slli_epi32::<24>(d)])
}

/// The high bytes of four vectors, likewise.
#[target_feature(enable = "avx512f")]
#[inline]
fn high_bytes([a, b, c, d]: [__m512i; 4]) -> __m512i {
    pick_bytes([_mm512_srli_epi32::<24>(a), _mm512_srli_epi32::<16>(b), _mm512_srli_epi32::<8>(c), d])
}

/// The lowest byte of the first, the next of the second, and so on.
#[target_feature(enable = "avx512f")]
#[inline]
fn pick_bytes([a, b, c, d]: [__m512i; 4]) -> __m512i {
    let mask = |m: u32| _mm512_set1_epi32(m as i32);
    let low = _mm512_ternarylogic_epi32::<PICK>(mask(0xff), a, b);
    let high = _mm512_ternarylogic_epi32::<PICK>(mask(0xff_0000), c, d);
    _mm512_ternarylogic_epi32::<PICK>(mask(0xffff), low, high)
}
