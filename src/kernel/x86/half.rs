//! Sums and products of codes of 8 bits in lanes of binary16, from codes to codes in one loop, rounded to nearest even.

use core::arch::x86_64::*;

use super::cpu::has_half;
use super::fixups::Fixups;
use super::memory::{load, store};
use super::tables::{MIRRORED, ONE_ZERO, PERIODIC, Tables, WHOLE};
use crate::kernel::base::{ADD, MUL, SUB};
use crate::kernel::plan::magic_add::{MagicAdd, NAN, OVERFLOW, ZERO};
use crate::kernel::plan::split_table::{InHalf, Symmetry};
use crate::op::Op;

/// Computes, where the CPU can. Returns whether it was done.
///
/// Precondition: equal lengths, and that binary16 serves.
pub(in crate::kernel) fn compute_in_half(
    op: Op,
    c: &InHalf,
    q: &MagicAdd<u32>,
    operands: [&[u8]; 3],
    to: &mut [u8],
) -> bool {
    if !has_half() {
        return false;
    }
    // SAFETY: the CPU has the features.
    unsafe {
        match op {
            Op::Add => with_fixups::<ADD>(c, q, operands, to),
            Op::Sub => with_fixups::<SUB>(c, q, operands, to),
            Op::Mul => with_fixups::<MUL>(c, q, operands, to),
            _ => return false,
        }
    }
    true
}

const ALL: u8 = OVERFLOW | NAN | ZERO;

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512fp16")]
fn with_fixups<const OP: u8>(c: &InHalf, q: &MagicAdd<u32>, operands: [&[u8]; 3], to: &mut [u8]) {
    match (q.fixups[0], c.split.symmetry, c.layout) {
        (OVERFLOW, Symmetry::Mirrored(_), false) => {
            whole::<OP, OVERFLOW, MIRRORED, false>(c, q, operands, to)
        }
        (NAN, Symmetry::Mirrored(_), true) => whole::<OP, NAN, MIRRORED, true>(c, q, operands, to),
        (NAN, Symmetry::Periodic, false) => whole::<OP, NAN, PERIODIC, false>(c, q, operands, to),
        (_, Symmetry::OneZero, false) => whole::<OP, ALL, ONE_ZERO, false>(c, q, operands, to),
        (_, _, true) => whole::<OP, ALL, WHOLE, true>(c, q, operands, to),
        (_, _, false) => whole::<OP, ALL, WHOLE, false>(c, q, operands, to),
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi,avx512fp16")]
fn whole<const OP: u8, const FIXUPS: u8, const SYMMETRY: u8, const LAYOUT: bool>(
    c: &InHalf,
    q: &MagicAdd<u32>,
    operands: [&[u8]; 3],
    to: &mut [u8],
) {
    let tables = Tables::new(&c.split);
    let (rounding, fixups) = (Rounding::new(c), Fixups::new(q, c.base));
    let (magnitude, infinity) = (_mm512_set1_epi16(0x7fff), _mm512_set1_epi16(0x7c00));
    super::memory::by_64(operands, to, |[a, b, _], to| {
        // Packing below puts together what unpacking takes apart, and keeps the signs.
        let [low, high] = tables.look_up::<SYMMETRY>(load(a));
        let (a0, a1) = (_mm512_unpacklo_epi8(low, high), _mm512_unpackhi_epi8(low, high));
        let [low, high] = tables.look_up::<SYMMETRY>(load(b));
        let (b0, b1) = (_mm512_unpacklo_epi8(low, high), _mm512_unpackhi_epi8(low, high));
        let (x0, x1) = (operate::<OP>(a0, b0), operate::<OP>(a1, b1));
        let (size0, size1) = (_mm512_and_si512(x0, magnitude), _mm512_and_si512(x1, magnitude));
        let (r0, r1) = (rounding.codes::<LAYOUT>(size0), rounding.codes::<LAYOUT>(size1));
        let nan = if FIXUPS & NAN == 0 {
            0
        } else {
            let nan0 = _mm512_movm_epi16(_mm512_cmpgt_epu16_mask(size0, infinity));
            let nan1 = _mm512_movm_epi16(_mm512_cmpgt_epu16_mask(size1, infinity));
            _mm512_movepi8_mask(_mm512_packs_epi16(nan0, nan1))
        };
        let (bytes, signs) = (_mm512_packus_epi16(r0, r1), _mm512_packs_epi16(x0, x1));
        store(to, fixups.codes::<FIXUPS>(bytes, signs, nan, 0));
    });
}

/// The constants of rounding, in registers.
struct Rounding {
    limit: __m512i,
    emin: __m512i,
    unit: __m512h,
    drop: __m512i,
    half: __m512i,
}

impl Rounding {
    #[target_feature(enable = "avx512f,avx512bw,avx512fp16")]
    #[inline]
    fn new(c: &InHalf) -> Rounding {
        let all = |x: u16| _mm512_set1_epi16(x as i16);
        Rounding {
            limit: all(c.limit),
            emin: all(c.emin),
            unit: _mm512_castsi512_ph(all((15 + c.drop) << 10)),
            drop: all(c.drop),
            half: all((1 << (c.drop - 1)) - 1),
        }
    }

    /// The codes of magnitudes, without their base.
    #[target_feature(enable = "avx512f,avx512bw,avx512fp16")]
    #[inline]
    fn codes<const LAYOUT: bool>(&self, size: __m512i) -> __m512i {
        let limited = _mm512_min_epu16(size, self.limit);
        if LAYOUT {
            let odd = _mm512_and_si512(_mm512_srlv_epi16(limited, self.drop), _mm512_set1_epi16(1));
            let sum = _mm512_add_epi16(_mm512_add_epi16(limited, self.half), odd);
            return _mm512_srlv_epi16(sum, self.drop);
        }
        let binade = _mm512_max_epu16(_mm512_and_si512(limited, _mm512_set1_epi16(0x7c00)), self.emin);
        let (power, limited) = (_mm512_castsi512_ph(binade), _mm512_castsi512_ph(limited));
        let sum = _mm512_castph_si512(_mm512_fmadd_ph(power, self.unit, limited));
        // Only the low byte counts, and a binade's is zero.
        let sum = _mm512_add_epi16(sum, _mm512_srlv_epi16(binade, self.drop));
        _mm512_and_si512(sum, _mm512_set1_epi16(0xff))
    }
}

#[target_feature(enable = "avx512f,avx512fp16")]
#[inline]
fn operate<const OP: u8>(a: __m512i, b: __m512i) -> __m512i {
    let (a, b) = (_mm512_castsi512_ph(a), _mm512_castsi512_ph(b));
    let result = match OP {
        ADD => _mm512_add_ph(a, b),
        SUB => _mm512_sub_ph(a, b),
        _ => _mm512_mul_ph(a, b),
    };
    _mm512_castph_si512(result)
}
