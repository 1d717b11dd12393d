//! Magic-number rounding: to nearest, ties to even, by one addition; other roundings adjust that result.
//!
//! If `|x|` is added to a power of two whose last place is the format's quantum at `x`, the CPU's addition rounds it to that quantum,
//! to nearest even by default. The last bits of the sum are the multiple of the quantum, and subtracting the
//! power of two gives the rounded value. Subnormal results need no special treatment: below the lowest binade the quantum is constant. If the
//! format has the exponent range of the wide type, an integer addition to the bits has the same effect, including the carry.
//!
//! The nearest value is compared with `|x|`: if it is greater, the truncated code is the one below; if it
//! differs, the result is inexact. The difference is exact, too, and reveals a tie.
//!
//! Under stochastic rounding `|x|` is first truncated (or, for variant C, rounded) to a multiple of the unit of the noise;
//! the noise is added to it, which is exact, and the sum is truncated at the quantum.

use super::integer::{A, AWAY, B, C, DIRECTED, NEAREST, ODD};
use crate::kernel::lane::{Lane, select};
use crate::kernel::plan::magic_add::MagicAdd;
pub(in crate::kernel) use crate::kernel::plan::magic_add::{
    ALL, FINITE_OR_IEEE, INFINITE, LAYOUT, NAN, OVERFLOW, ZERO,
};

pub(in crate::kernel) const UNSIGNED_ZERO: u8 = OVERFLOW | ZERO;
pub(in crate::kernel) const SAME_EXPONENTS: u8 = LAYOUT | NAN;
pub(in crate::kernel) const SAME_BUT_OVERFLOW: u8 = LAYOUT | OVERFLOW | NAN;
pub(in crate::kernel) const SAME_AND_ALL: u8 = LAYOUT | ALL;

/// Runs a mode's loop: with the fixups that it needs for round to nearest even, with a superset for the other modes.
macro_rules! with_mode_and_fixups {
    ($mode:expr, $fixups:expr, $f:ident, $m:ident, $run:expr) => {
        with_mode_and_fixups!(@ $mode, $fixups, $f, $m, $run,
            Away AWAY, Directed DIRECTED, Odd ODD, StochasticA A, StochasticB B, StochasticC C)
    };
    (@ $mode:expr, $fixups:expr, $f:ident, $m:ident, $run:expr, $($variant:ident $constant:ident),*) => {{
        use $crate::kernel::body::magic_add;
        match $mode {
            $($crate::kernel::plan::narrow::Mode::$variant => {
                const $m: u8 = $crate::kernel::body::integer::$constant;
                if $fixups & magic_add::LAYOUT != 0 {
                    const $f: u8 = magic_add::SAME_AND_ALL;
                    $run
                } else if $fixups & (magic_add::INFINITE | magic_add::ZERO) == 0 {
                    const $f: u8 = magic_add::FINITE_OR_IEEE;
                    $run
                } else {
                    const $f: u8 = magic_add::ALL;
                    $run
                }
            })*
            _ => {
                const $m: u8 = $crate::kernel::body::integer::NEAREST;
                $crate::kernel::body::magic_add::with_fixups!($fixups, $f, $run)
            }
        }
    }};
}
pub(super) use with_mode_and_fixups;

/// Runs the loop with these fixups or a superset: a fixup that is not needed changes nothing.
macro_rules! with_fixups {
    ($fixups:expr, $f:ident, $run:expr) => {
        with_fixups!(@ $fixups, $f, $run,
            OVERFLOW NAN FINITE_OR_IEEE UNSIGNED_ZERO SAME_EXPONENTS SAME_BUT_OVERFLOW)
    };
    (@ $fixups:expr, $f:ident, $run:expr, $($name:ident)*) => {{
        use $crate::kernel::body::magic_add;
        match $fixups {
            $(magic_add::$name => {
                const $f: u8 = magic_add::$name;
                $run
            })*
            fixups if fixups & magic_add::LAYOUT != 0 => {
                const $f: u8 = magic_add::SAME_AND_ALL;
                $run
            }
            _ => {
                const $f: u8 = magic_add::ALL;
                $run
            }
        }
    }};
}
pub(super) use with_fixups;

/// The multiple of the quantum in the last bits of the sum, by the rounding, from the nearest one.
#[inline(always)]
fn adjust_from_nearest<L: Lane, const MODE: u8>(limited: L, power: L, sum: L, away: L) -> L {
    if MODE == NEAREST {
        return sum;
    }
    let one = L::from_u64(1);
    let nearest = sum.float_sub(power);
    if MODE == AWAY {
        let half = power
            .wrapping_sub(L::from_u64(u64::from(L::TRAILING + 1)).shl(L::from_u64(u64::from(L::TRAILING))));
        return sum.wrapping_add(select(limited.float_sub(nearest) == half, one, L::from_u64(0)));
    }
    let cut = sum.wrapping_sub(select(nearest.float_gt(limited), one, L::from_u64(0)));
    let inexact = select(nearest != limited, one, L::from_u64(0));
    match MODE {
        ODD => cut | inexact,
        DIRECTED => cut.wrapping_add(inexact & away),
        _ => cut,
    }
}

/// The nearest multiple of the last place of a power of two, or the one below.
#[inline(always)]
fn multiple<L: Lane, const NEAREST: bool>(x: L, power: L) -> L {
    let sum = x.float_add(power);
    let nearest = sum.float_sub(power);
    if NEAREST {
        nearest
    } else {
        sum.wrapping_sub(select(nearest.float_gt(x), L::from_u64(1), L::from_u64(0))).float_sub(power)
    }
}

/// Adds noise to a number, which is truncated afterwards.
#[inline(always)]
fn add_noise<L: Lane, const MODE: u8>(q: &MagicAdd<L>, limited: L, binade: L, noise: L) -> L {
    let trailing = L::from_u64(u64::from(L::TRAILING));
    let bits = q.noise_bits.shl(trailing);
    // The power of two whose last place is the fraction, and the fraction itself.
    let power = binade.wrapping_add(q.up).wrapping_sub(bits);
    let fraction = power.wrapping_sub(trailing.shl(trailing));
    // An integer of less than a significand's bits as a number.
    let whole = L::from_u64(L::BIAS as u64).wrapping_add(trailing).shl(trailing);
    let number = (noise | whole).float_sub(whole);
    let cut =
        if MODE == C { multiple::<L, true>(limited, power) } else { multiple::<L, false>(limited, power) };
    cut.float_add(number.float_mul(fraction))
}

/// The noise of an element: the word's lower bits, and for variant B twice that and one.
#[inline(always)]
fn noise_in<L: Lane, const MODE: u8>(q: &MagicAdd<L>, word: L) -> L {
    let (noise, one) = (word & q.noise_mask, L::from_u64(1));
    if MODE == B { noise.shl(one) | one } else { noise }
}

/// The same where adding to the bits rounds them: what is added.
#[inline(always)]
fn bias<L: Lane, const MODE: u8>(q: &MagicAdd<L>, limited: L, away: L, noise: L) -> L {
    let one = L::from_u64(1);
    if matches!(MODE, A | B | C) {
        let finer = q.drop.wrapping_sub(q.noise_bits);
        let step = noise.shl(finer);
        if MODE != C {
            return step;
        }
        // To the nearest fraction first.
        let (odd, unit) = (limited.shr(finer) & one, one.shl(finer));
        let up = select(unit == one, L::from_u64(0), unit.shr(one).wrapping_sub(one).wrapping_add(odd));
        let sum = limited.wrapping_add(up);
        return sum.wrapping_sub(sum & unit.wrapping_sub(one)).wrapping_sub(limited).wrapping_add(step);
    }
    let unit = one.shl(q.drop);
    let odd = limited.shr(q.drop) & one;
    match MODE {
        NEAREST => unit.shr(one).wrapping_sub(one).wrapping_add(odd),
        AWAY => unit.shr(one),
        ODD => select(odd == one, L::from_u64(0), unit.wrapping_sub(one)),
        _ => unit.wrapping_sub(one) & away,
    }
}

/// The code of some bits of the wide type, or the bits of its value.
#[inline(always)]
pub(in crate::kernel) fn result<L: Lane, const FIXUPS: u8, const MODE: u8, const VALUE: bool>(
    q: &MagicAdd<L>,
    bits: L,
    noise: L,
) -> L {
    let magnitude = bits & L::magnitude();
    let limited = magnitude.lesser(q.limit);
    // All ones for a negative number, and what a sign takes of two.
    let negative = L::from_u64(0).wrapping_sub(bits.shr(L::from_u64(u64::from(L::BITS - 1))));
    let of = |by_sign: [L; 2]| by_sign[0] ^ (negative & (by_sign[0] ^ by_sign[1]));
    let away = if MODE == DIRECTED { of(q.away) } else { L::from_u64(0) };
    let noise = noise_in::<L, MODE>(q, noise);
    let rounded = if FIXUPS & LAYOUT != 0 {
        let sum = limited.wrapping_add(bias::<L, MODE>(q, limited, away, noise));
        if VALUE { sum & L::from_u64(0).wrapping_sub(L::from_u64(1).shl(q.drop)) } else { sum.shr(q.drop) }
    } else {
        let binade = (limited & L::infinity()).greater(q.emin);
        let power = binade.wrapping_add(q.up);
        let limited = match MODE {
            A | B | C => add_noise::<L, MODE>(q, limited, binade, noise),
            _ => limited,
        };
        let sum = adjust_from_nearest::<L, MODE>(limited, power, limited.float_add(power), away);
        if VALUE {
            sum.float_sub(power)
        } else {
            sum.wrapping_add(binade.shr(q.drop)).wrapping_sub(binade).wrapping_sub(q.base)
        }
    };
    let special = &q.special[VALUE as usize];
    let sign = bits & L::sign();
    let sign = if VALUE { sign } else { sign.shr(q.sign) };
    let mut out = rounded | sign;
    if FIXUPS & ZERO != 0 {
        out = select(rounded == L::from_u64(0), of(special.zero), out);
    }
    if FIXUPS & OVERFLOW != 0 {
        out = out ^ select(rounded == special.top, of(special.flips), L::from_u64(0));
    }
    if FIXUPS & INFINITE != 0 {
        out = select(magnitude == L::infinity(), of(special.infinite), out);
    }
    if FIXUPS & NAN != 0 {
        out = select(bits.is_nan(), special.nan, out);
    }
    out
}
