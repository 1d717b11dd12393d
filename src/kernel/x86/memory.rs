//! Vectors from and to memory.

use core::arch::x86_64::*;

/// Bits of the second operand where the first is set, of the third elsewhere.
pub(super) const PICK: i32 = 0xca;

#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn load(from: &[u8; 64]) -> __m512i {
    // SAFETY: 64 bytes are read of 64.
    unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn store(to: &mut [u8; 64], x: __m512i) {
    // SAFETY: 64 bytes are written to 64.
    unsafe { _mm512_storeu_si512(to.as_mut_ptr().cast(), x) }
}

/// Calls `f` on 64 bytes of every operand at a time, what is missing at the end made up with zeros; absent operands are those of the
/// first.
#[inline(always)]
pub(super) fn by_64(operands: [&[u8]; 3], to: &mut [u8], f: impl Fn([&[u8; 64]; 3], &mut [u8; 64])) {
    let first = operands[0];
    let operands = operands.map(|x| if x.is_empty() { first } else { x });
    let [a, b, c] = operands.map(|x| x.as_chunks::<64>().0);
    let (to, rest) = to.as_chunks_mut::<64>();
    let mut last = [[0; 64]; 4];
    for (last, x) in last.iter_mut().zip(operands) {
        last[..rest.len()].copy_from_slice(&x[x.len() - rest.len()..]);
    }
    let [x, y, z, result] = &mut last;
    for i in 0..=to.len() {
        // One call, so that it is compiled into the loop.
        let (operands, to) = match (a.get(i), b.get(i), c.get(i), to.get_mut(i)) {
            (Some(a), Some(b), Some(c), Some(to)) => ([a, b, c], to),
            _ => ([&*x, &*y, &*z], &mut *result),
        };
        f(operands, to);
    }
    rest.copy_from_slice(&result[..rest.len()]);
}

#[target_feature(enable = "avx512f")]
#[inline]
pub(super) fn load_f32(from: &[f32; 16]) -> __m512i {
    // SAFETY: 16 values are read of 16.
    unsafe { _mm512_loadu_si512(from.as_ptr().cast()) }
}
