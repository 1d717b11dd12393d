//! Codes of 8 bits and binary32, 64 at a time.

use core::arch::x86_64::*;

use super::chance::Chance;
use super::fixing::Fixing;
use super::tables::{MIRRORED, ONE_ZERO, PERIODIC, Tables, WHOLE};
use super::{PICK, has_avx512, load, load_f32, store};
use crate::kernel::Noise;
use crate::kernel::plan::halves::{Extent, Halves};
use crate::kernel::plan::quick::{ALL, INFINITE, NAN, PAST, Quick};

/// Values of bytes.
///
/// Precondition: equal lengths, multiples of 64.
pub(in crate::kernel) fn decode(halves: &Halves, from: &[u8], to: &mut [f32]) {
    assert!(has_avx512() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe {
        match halves.extent {
            Extent::Whole => decode_whole::<WHOLE>(halves, from, to),
            Extent::Mirrored(_) => decode_whole::<MIRRORED>(halves, from, to),
            Extent::OneZero => decode_whole::<ONE_ZERO>(halves, from, to),
            Extent::Periodic => decode_whole::<PERIODIC>(halves, from, to),
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn decode_whole<const EXTENT: u8>(halves: &Halves, from: &[u8], to: &mut [f32]) {
    let widening = Widening::new(halves);
    for (from, to) in from.as_chunks::<64>().0.iter().zip(to.as_chunks_mut::<64>().0) {
        let values = widening.values::<EXTENT>(load(from));
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
    pub(super) fn new(halves: &Halves) -> Widening {
        // Where each code goes so that the bytes, interleaved in their sixteens and then split in even and odd words, lie in order.
        let order: [u8; 64] = core::array::from_fn(|at| {
            let (quarter, byte) = (at / 16, at % 16);
            let (upper, word) = (byte / 8, quarter * 8 + byte % 8);
            (upper * 32 + word / 2 + word % 2 * 16) as u8
        });
        Widening {
            tables: Tables::new(halves),
            order: load(&order),
            upper: _mm512_set1_epi32(0xffff_0000u32 as i32),
        }
    }

    /// The values of 64 codes, in order.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    #[inline]
    pub(super) fn values<const EXTENT: u8>(&self, codes: __m512i) -> [__m512i; 4] {
        let codes = _mm512_permutexvar_epi8(self.order, codes);
        let [low, high] = self.tables.look_up::<EXTENT>(codes);
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
/// Precondition: equal lengths, multiples of 64; a plan without [`LAYOUT`](crate::kernel::plan::quick::LAYOUT).
pub(in crate::kernel) fn encode(q: &Quick<u32>, from: &[f32], to: &mut [u8]) {
    assert!(has_avx512() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe {
        match q.fixes[0] {
            PAST => encode_whole::<PAST>(q, from, to),
            NAN => encode_whole::<NAN>(q, from, to),
            _ => encode_whole::<ALL>(q, from, to),
        }
    }
}

/// Codes of values by chance, with noise that begins at a multiple of four and does not begin anew.
///
/// Precondition: equal lengths, multiples of 64; a plan without [`LAYOUT`](crate::kernel::plan::quick::LAYOUT) that
/// [`takes_chance`](super::takes_chance).
pub(in crate::kernel) fn encode_by_chance(q: &Quick<u32>, noise: Noise, from: &[f32], to: &mut [u8]) {
    assert!(has_avx512() && from.len() == to.len());
    // SAFETY: the CPU has the features.
    unsafe {
        match q.fixes[0] {
            PAST => encode_by_chance_whole::<PAST>(q, noise, from, to),
            NAN => encode_by_chance_whole::<NAN>(q, noise, from, to),
            _ => encode_by_chance_whole::<ALL>(q, noise, from, to),
        }
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vbmi")]
fn encode_by_chance_whole<const FIXES: u8>(q: &Quick<u32>, noise: Noise, from: &[f32], to: &mut [u8]) {
    // A significand's first bit, which the raised ones have not.
    let implicit = 1 << (23 - q.drop);
    // Formats of 8 bits lose more than noise has.
    let chance = Chance::new(q, false);
    let mut words = chance.words(noise, from.len());
    let narrowing = Narrowing::new(q, (q.base as u8).wrapping_sub(implicit));
    let implicit = _mm512_set1_epi32(implicit.into());
    for (from, to) in from.as_chunks::<64>().0.iter().zip(to.as_chunks_mut::<64>().0) {
        let values = load_64(from);
        let (first, second) = (chance.shares(words.next()), chance.shares(words.next()));
        let shares = [first[0], first[1], second[0], second[1]];
        let mut rounded = values;
        for k in 0..4 {
            let (low, _, sum) = chance.shaken::<false>(narrowing.limited(values[k]), shares[k]);
            let code = _mm512_srlv_epi32(sum, narrowing.drop);
            rounded[k] = _mm512_mask_sub_epi32(code, low, code, implicit);
        }
        store(to, narrowing.together::<FIXES>(values, rounded));
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
fn encode_whole<const FIXES: u8>(q: &Quick<u32>, from: &[f32], to: &mut [u8]) {
    let narrowing = Narrowing::new(q, q.base as u8);
    for (from, to) in from.as_chunks::<64>().0.iter().zip(to.as_chunks_mut::<64>().0) {
        store(to, narrowing.codes::<FIXES>(load_64(from)));
    }
}

/// The constants of encoding, in registers.
pub(super) struct Narrowing {
    limit: __m512i,
    emin: __m512i,
    unit: __m512,
    drop: __m512i,
    order: __m512i,
    fixing: Fixing,
}

impl Narrowing {
    #[target_feature(enable = "avx512f,avx512bw")]
    #[inline]
    pub(super) fn new(q: &Quick<u32>, base: u8) -> Narrowing {
        let all = |x: u32| _mm512_set1_epi32(x as i32);
        let order: [u8; 64] = core::array::from_fn(|at| (at % 16 * 4 + at / 16) as u8);
        Narrowing {
            limit: all(q.limit),
            emin: all(q.emin),
            unit: _mm512_set1_ps(f32::from_bits((127 + q.drop) << 23)),
            drop: all(q.drop),
            order: load(&order),
            fixing: Fixing::new(q, base),
        }
    }

    /// The codes of 64 values, in order.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    #[inline]
    pub(super) fn codes<const FIXES: u8>(&self, x: [__m512i; 4]) -> __m512i {
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
        self.together::<FIXES>(x, rounded)
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
    fn together<const FIXES: u8>(&self, x: [__m512i; 4], rounded: [__m512i; 4]) -> __m512i {
        let (mut nan, mut infinite) = (0u64, 0u64);
        for (k, x) in x.iter().enumerate() {
            if FIXES & NAN != 0 {
                nan |= u64::from(super::words::is_nan(*x)) << (16 * k);
            }
            if FIXES & INFINITE != 0 {
                let size = _mm512_and_si512(*x, _mm512_set1_epi32(0x7fff_ffff));
                let is_infinite = _mm512_cmpeq_epi32_mask(size, _mm512_set1_epi32(0x7f80_0000));
                infinite |= u64::from(is_infinite) << (16 * k);
            }
        }
        let rounded = _mm512_permutexvar_epi8(self.order, low_bytes(rounded));
        let signs = _mm512_permutexvar_epi8(self.order, high_bytes(x));
        self.fixing.codes::<FIXES>(rounded, signs, nan, infinite)
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
