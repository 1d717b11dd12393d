//! The short way to the nearest code, ties to even.
//!
//! Added to a power of two whose last place is the format's quantum at `x`, `|x|` is rounded to that quantum by the CPU's own
//! addition, to nearest even as it is by default; the sum's last bits are the multiple of the quantum, and the sum less the
//! power is the rounded value. Subnormal results need nothing more: below the lowest binade the quantum stays. Where the
//! format has the wide type's own exponents, adding to the bits does the same, and the carry goes where it belongs.

use crate::kernel::lane::{Lane, select};
use crate::kernel::plan::quick::Quick;
pub(in crate::kernel) use crate::kernel::plan::quick::{INFINITE, LAYOUT, NAN, PAST, ZERO};

/// All corrections.
pub(in crate::kernel) const ALL: u8 = PAST | NAN | INFINITE | ZERO;
pub(in crate::kernel) const FINITE_OR_IEEE: u8 = PAST | NAN;
pub(in crate::kernel) const UNSIGNED_ZERO: u8 = PAST | ZERO;
pub(in crate::kernel) const SAME_EXPONENTS: u8 = LAYOUT | NAN;
pub(in crate::kernel) const SAME_BUT_PAST: u8 = LAYOUT | PAST | NAN;
pub(in crate::kernel) const SAME_AND_ALL: u8 = LAYOUT | ALL;

/// Runs the loop that makes the corrections, or more than those: a correction that is not needed changes nothing.
macro_rules! with_fixes {
    ($fixes:expr, $f:ident, $run:expr) => {
        with_fixes!(@ $fixes, $f, $run,
            PAST NAN FINITE_OR_IEEE UNSIGNED_ZERO SAME_EXPONENTS SAME_BUT_PAST)
    };
    (@ $fixes:expr, $f:ident, $run:expr, $($name:ident)*) => {{
        use $crate::kernel::body::quick;
        match $fixes {
            $(quick::$name => {
                const $f: u8 = quick::$name;
                $run
            })*
            fixes if fixes & quick::LAYOUT != 0 => {
                const $f: u8 = quick::SAME_AND_ALL;
                $run
            }
            _ => {
                const $f: u8 = quick::ALL;
                $run
            }
        }
    }};
}
pub(super) use with_fixes;

/// The code of some bits of the wide type, or the bits of its value.
#[inline(always)]
pub(in crate::kernel) fn result<L: Lane, const FIXES: u8, const VALUE: bool>(q: &Quick<L>, bits: L) -> L {
    let magnitude = bits & L::magnitude();
    let limited = magnitude.min(q.limit);
    let rounded = if FIXES & LAYOUT != 0 {
        let one = L::of(1);
        let odd = limited.right(q.drop) & one;
        let half = one.left(q.drop).right(one).minus(one);
        let sum = limited.plus(half).plus(odd).right(q.drop);
        if VALUE { sum.left(q.drop) } else { sum }
    } else {
        let binade = (limited & L::infinity()).max(q.emin);
        let power = binade.plus(q.up);
        let sum = limited.float_plus(power);
        if VALUE {
            sum.float_minus(power)
        } else {
            sum.plus(binade.right(q.drop)).minus(binade).minus(q.base)
        }
    };
    let ends = &q.ends[VALUE as usize];
    let sign = bits & L::sign();
    let sign = if VALUE { sign } else { sign.right(q.sign) };
    // The two ends differ in the sign alone, if at all.
    let of = |by_sign: [L; 2]| by_sign[0] | (sign & by_sign[1]);
    let mut out = rounded | sign;
    if FIXES & ZERO != 0 {
        out = select(rounded == L::of(0), of(ends.zero), out);
    }
    if FIXES & PAST != 0 {
        out = select(rounded > ends.largest, of(ends.past), out);
    }
    if FIXES & INFINITE != 0 {
        out = select(magnitude == L::infinity(), of(ends.infinite), out);
    }
    if FIXES & NAN != 0 {
        out = select(magnitude > L::infinity(), ends.nan, out);
    }
    out
}
