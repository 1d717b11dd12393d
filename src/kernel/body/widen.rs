//! Arithmetic conversion of codes to values.

use crate::kernel::lane::{Lane, select};
use crate::kernel::plan::widen::Widen;

/// The bits of a code's value in the wide type.
///
/// A normal value's bits are its magnitude code, moved up, with another bias. A subnormal one is put below the point of a power of two
/// whose last place is the quantum, which is then taken away: exact, and without a multiplication by a subnormal number.
#[inline(always)]
pub(in crate::kernel) fn value<L: Lane>(c: &Widen<L>, code: L) -> L {
    let zero = L::from_u64(0);
    let code = code & c.mask;
    let negative = code & c.negative != zero;
    let complement = select(negative, c.complement, zero);
    let magnitude = (code ^ complement).wrapping_sub(complement) & (c.mask ^ c.sign);
    let number = magnitude.wrapping_add(c.offset);
    let normal = number.shl(c.shift).wrapping_add(c.base);
    let subnormal = (c.magic | number).float_sub(c.magic);
    let of = |by_sign: [L; 2]| select(negative, by_sign[1], by_sign[0]);
    let out = select(number.shr(c.trailing) == zero, subnormal, normal);
    let out = out | select(negative, L::sign(), zero);
    let out = select(number < c.flush, of(c.flushed), out);
    let out = select(number == zero, of(c.zero), out);
    let special = select(magnitude == c.infinity, of(c.infinite), c.nan);
    select(magnitude > of(c.largest), special, out)
}
