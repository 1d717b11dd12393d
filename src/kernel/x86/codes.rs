//! Elementwise operations on codes of 8 bits in lanes of binary32, from codes to codes in one loop, rounded to nearest even.
//!
//! With up to 8 bits of precision the second rounding, after one to 24 bits, is innocuous for sums, products and quotients (Figueroa);
//! for fma the sum of the product and the third operand is rounded to odd.

use core::arch::x86_64::*;

use super::bytes::{Narrowing, Widening};
use super::cpu::has_avx512;
use super::memory::{load, store};
use super::tables::{MIRRORED, ONE_ZERO, PERIODIC, WHOLE};
use crate::kernel::base::{ADD, DIV, FMA, MUL, SUB};
use crate::kernel::plan::magic_add::{ALL, MagicAdd, NAN, OVERFLOW};
use crate::kernel::plan::split_table::{SplitTable, Symmetry};
use crate::op::Op;

/// Computes. Returns whether there is a loop for the operation.
///
/// Precondition: equal lengths, a plan without [`LAYOUT`](crate::kernel::plan::magic_add::LAYOUT), and that binary32 serves.
pub(in crate::kernel) fn compute(
    op: Op,
    split: &SplitTable,
    q: &MagicAdd<u32>,
    operands: [&[u8]; 3],
    to: &mut [u8],
) -> bool {
    assert!(has_avx512());
    // SAFETY: the CPU has the features.
    unsafe {
        match op {
            Op::Add => with_fixups::<ADD>(split, q, operands, to),
            Op::Sub => with_fixups::<SUB>(split, q, operands, to),
            Op::Mul => with_fixups::<MUL>(split, q, operands, to),
            Op::Div => with_fixups::<DIV>(split, q, operands, to),
            Op::Fma => with_fixups::<FMA>(split, q, operands, to),
            _ => return false,
        }
    }
    true
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn with_fixups<const OP: u8>(split: &SplitTable, q: &MagicAdd<u32>, operands: [&[u8]; 3], to: &mut [u8]) {
    match (q.fixups[0], split.symmetry) {
        (OVERFLOW, Symmetry::Mirrored(_)) => whole::<OP, OVERFLOW, MIRRORED>(split, q, operands, to),
        (NAN, Symmetry::Mirrored(_)) => whole::<OP, NAN, MIRRORED>(split, q, operands, to),
        (_, Symmetry::Mirrored(_)) => whole::<OP, ALL, MIRRORED>(split, q, operands, to),
        (_, Symmetry::OneZero) => whole::<OP, ALL, ONE_ZERO>(split, q, operands, to),
        (NAN, Symmetry::Periodic) => whole::<OP, NAN, PERIODIC>(split, q, operands, to),
        (_, Symmetry::Periodic) => whole::<OP, ALL, PERIODIC>(split, q, operands, to),
        (_, Symmetry::Whole) => whole::<OP, ALL, WHOLE>(split, q, operands, to),
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn whole<const OP: u8, const FIXUPS: u8, const SYMMETRY: u8>(
    split: &SplitTable,
    q: &MagicAdd<u32>,
    operands: [&[u8]; 3],
    to: &mut [u8],
) {
    let (widening, narrowing) = (Widening::new(split), Narrowing::new(q, q.base as u8));
    super::memory::by_64(operands, to, |[a, b, c], to| {
        let a = widening.values::<SYMMETRY>(load(a));
        let b = widening.values::<SYMMETRY>(load(b));
        let c = if OP == FMA { widening.values::<SYMMETRY>(load(c)) } else { a };
        let mut results = a;
        for k in 0..4 {
            results[k] = operate::<OP>(a[k], b[k], c[k]);
        }
        store(to, narrowing.codes::<FIXUPS>(results));
    });
}

#[target_feature(enable = "avx512f")]
#[inline]
fn operate<const OP: u8>(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    let (a, b, c) = (_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), _mm512_castsi512_ps(c));
    let result = match OP {
        ADD => _mm512_add_ps(a, b),
        SUB => _mm512_sub_ps(a, b),
        MUL => _mm512_mul_ps(a, b),
        DIV => _mm512_div_ps(a, b),
        _ => {
            let cut = _mm512_fmadd_round_ps::<{ _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC }>(a, b, c);
            let up = _mm512_fmadd_round_ps::<{ _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC }>(a, b, c);
            let down = _mm512_fmadd_round_ps::<{ _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC }>(a, b, c);
            // Exact results are the same either way; of others the odd neighbour is the one cut off, or the next.
            let inexact = _mm512_cmp_ps_mask::<_CMP_NEQ_OQ>(up, down);
            let cut = _mm512_castps_si512(cut);
            return _mm512_mask_or_epi32(cut, inexact, cut, _mm512_set1_epi32(1));
        }
    };
    _mm512_castps_si512(result)
}
