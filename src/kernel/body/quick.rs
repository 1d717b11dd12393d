//! The short way to a code: to the nearest, ties to even, by an addition; and from there to what another rounding has.
//!
//! Added to a power of two whose last place is the format's quantum at `x`, `|x|` is rounded to that quantum by the CPU's own
//! addition, to nearest even as it is by default; the sum's last bits are the multiple of the quantum, and the sum less the
//! power is the rounded value. Subnormal results need nothing more: below the lowest binade the quantum stays. Where the
//! format has the wide type's own exponents, adding to the bits does the same, and the carry goes where it belongs.
//!
//! The nearest value is compared with `|x|`: where it lies above, the code below is what is left when the rest is cut off; where it
//! differs, the result is not exact. The difference to it is exact, too, and shows a tie.
//!
//! By chance, `|x|` is first cut off (or, for variant C, rounded) to a multiple of the fraction of the quantum by which noise is counted;
//! that and the noise are added, which is exact, and the sum is cut off at the quantum.

use super::integer::{A, AWAY, B, C, DIRECTED, NEAREST, ODD};
use crate::kernel::lane::{Lane, select};
use crate::kernel::plan::quick::Quick;
pub(in crate::kernel) use crate::kernel::plan::quick::{
    ALL, FINITE_OR_IEEE, INFINITE, LAYOUT, NAN, PAST, ZERO,
};

pub(in crate::kernel) const UNSIGNED_ZERO: u8 = PAST | ZERO;
pub(in crate::kernel) const SAME_EXPONENTS: u8 = LAYOUT | NAN;
pub(in crate::kernel) const SAME_BUT_PAST: u8 = LAYOUT | PAST | NAN;
pub(in crate::kernel) const SAME_AND_ALL: u8 = LAYOUT | ALL;

/// Runs the loop of a mode with all corrections, and of the commonest one with those that it needs.
macro_rules! with_way {
    ($mode:expr, $fixes:expr, $f:ident, $m:ident, $run:expr) => {
        with_way!(@ $mode, $fixes, $f, $m, $run,
            Away AWAY, Directed DIRECTED, Odd ODD, ChanceA A, ChanceB B, ChanceC C)
    };
    (@ $mode:expr, $fixes:expr, $f:ident, $m:ident, $run:expr, $($variant:ident $constant:ident),*) => {{
        use $crate::kernel::body::quick;
        match $mode {
            $($crate::kernel::plan::narrow::Mode::$variant => {
                const $m: u8 = $crate::kernel::body::integer::$constant;
                if $fixes & quick::LAYOUT != 0 {
                    const $f: u8 = quick::SAME_AND_ALL;
                    $run
                } else if $fixes & (quick::INFINITE | quick::ZERO) == 0 {
                    const $f: u8 = quick::FINITE_OR_IEEE;
                    $run
                } else {
                    const $f: u8 = quick::ALL;
                    $run
                }
            })*
            _ => {
                const $m: u8 = $crate::kernel::body::integer::NEAREST;
                $crate::kernel::body::quick::with_fixes!($fixes, $f, $run)
            }
        }
    }};
}
pub(super) use with_way;

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

/// The multiple of the quantum in the last bits of the sum, by the rounding, from the nearest one.
#[inline(always)]
fn settled<L: Lane, const MODE: u8>(limited: L, power: L, sum: L, away: L) -> L {
    if MODE == NEAREST {
        return sum;
    }
    let one = L::of(1);
    let nearest = sum.float_minus(power);
    if MODE == AWAY {
        let half = power.minus(L::of(u64::from(L::TRAILING + 1)).left(L::of(u64::from(L::TRAILING))));
        return sum.plus(select(limited.float_minus(nearest) == half, one, L::of(0)));
    }
    let cut = sum.minus(select(nearest.float_above(limited), one, L::of(0)));
    let inexact = select(nearest != limited, one, L::of(0));
    match MODE {
        ODD => cut | inexact,
        DIRECTED => cut.plus(inexact & away),
        _ => cut,
    }
}

/// The nearest multiple of the last place of a power of two, or the one below.
#[inline(always)]
fn multiple<L: Lane, const NEAREST: bool>(x: L, power: L) -> L {
    let sum = x.float_plus(power);
    let nearest = sum.float_minus(power);
    if NEAREST {
        nearest
    } else {
        sum.minus(select(nearest.float_above(x), L::of(1), L::of(0))).float_minus(power)
    }
}

/// What noise makes of a number: it is to be cut off then.
#[inline(always)]
fn shaken<L: Lane, const MODE: u8>(q: &Quick<L>, limited: L, binade: L, noise: L) -> L {
    let trailing = L::of(u64::from(L::TRAILING));
    let bits = q.noise_bits.left(trailing);
    // The power of two whose last place is the fraction, and the fraction itself.
    let power = binade.plus(q.up).minus(bits);
    let fraction = power.minus(trailing.left(trailing));
    // An integer of less than a significand's bits as a number.
    let whole = L::of(L::BIAS as u64).plus(trailing).left(trailing);
    let number = (noise | whole).float_minus(whole);
    let cut =
        if MODE == C { multiple::<L, true>(limited, power) } else { multiple::<L, false>(limited, power) };
    cut.float_plus(number.float_times(fraction))
}

/// The noise of an element: the word's lower bits, and for variant B twice that and one.
#[inline(always)]
fn noise_in<L: Lane, const MODE: u8>(q: &Quick<L>, word: L) -> L {
    let (noise, one) = (word & q.noise_mask, L::of(1));
    if MODE == B { noise.left(one) | one } else { noise }
}

/// The same where adding to the bits rounds them: what is added.
#[inline(always)]
fn bias<L: Lane, const MODE: u8>(q: &Quick<L>, limited: L, away: L, noise: L) -> L {
    let one = L::of(1);
    if matches!(MODE, A | B | C) {
        let finer = q.drop.minus(q.noise_bits);
        let step = noise.left(finer);
        if MODE != C {
            return step;
        }
        // To the nearest fraction first.
        let (odd, unit) = (limited.right(finer) & one, one.left(finer));
        let up = select(unit == one, L::of(0), unit.right(one).minus(one).plus(odd));
        let sum = limited.plus(up);
        return sum.minus(sum & unit.minus(one)).minus(limited).plus(step);
    }
    let unit = one.left(q.drop);
    let odd = limited.right(q.drop) & one;
    match MODE {
        NEAREST => unit.right(one).minus(one).plus(odd),
        AWAY => unit.right(one),
        ODD => select(odd == one, L::of(0), unit.minus(one)),
        _ => unit.minus(one) & away,
    }
}

/// The code of some bits of the wide type, or the bits of its value.
#[inline(always)]
pub(in crate::kernel) fn result<L: Lane, const FIXES: u8, const MODE: u8, const VALUE: bool>(
    q: &Quick<L>,
    bits: L,
    noise: L,
) -> L {
    let magnitude = bits & L::magnitude();
    let limited = magnitude.lesser(q.limit);
    // All ones for a negative number, and what a sign takes of two.
    let negative = L::of(0).minus(bits.right(L::of(u64::from(L::BITS - 1))));
    let of = |by_sign: [L; 2]| by_sign[0] ^ (negative & (by_sign[0] ^ by_sign[1]));
    let away = if MODE == DIRECTED { of(q.away) } else { L::of(0) };
    let noise = noise_in::<L, MODE>(q, noise);
    let rounded = if FIXES & LAYOUT != 0 {
        let sum = limited.plus(bias::<L, MODE>(q, limited, away, noise));
        if VALUE { sum & L::of(0).minus(L::of(1).left(q.drop)) } else { sum.right(q.drop) }
    } else {
        let binade = (limited & L::infinity()).greater(q.emin);
        let power = binade.plus(q.up);
        let limited = match MODE {
            A | B | C => shaken::<L, MODE>(q, limited, binade, noise),
            _ => limited,
        };
        let sum = settled::<L, MODE>(limited, power, limited.float_plus(power), away);
        if VALUE {
            sum.float_minus(power)
        } else {
            sum.plus(binade.right(q.drop)).minus(binade).minus(q.base)
        }
    };
    let ends = &q.ends[VALUE as usize];
    let sign = bits & L::sign();
    let sign = if VALUE { sign } else { sign.right(q.sign) };
    let mut out = rounded | sign;
    if FIXES & ZERO != 0 {
        out = select(rounded == L::of(0), of(ends.zero), out);
    }
    if FIXES & PAST != 0 {
        out = out ^ select(rounded == ends.top, of(ends.flips), L::of(0));
    }
    if FIXES & INFINITE != 0 {
        out = select(magnitude == L::infinity(), of(ends.infinite), out);
    }
    if FIXES & NAN != 0 {
        out = select(bits.is_nan(), ends.nan, out);
    }
    out
}
