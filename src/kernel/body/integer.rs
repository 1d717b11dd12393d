//! Rounding with integer operations: any rounding, and any format whose lowest binade is normal in the wide type.
//!
//! The significand of `x`, including the hidden bit, is shifted right by the number of dropped bits, and further by the distance of the
//! exponent below the format's lowest. Because consecutive magnitude codes are consecutive multiples of the quantum, the
//! code is the sum of a base for the binade and the shifted significand. The neighbour is selected by adding, before the
//! shift, a bias of less than one unit in the last place kept.

use crate::kernel::lane::{Lane, select};
use crate::kernel::plan::narrow::{Mode, Narrow};

pub(in crate::kernel) const NEAREST: u8 = Mode::Nearest as u8;
pub(in crate::kernel) const AWAY: u8 = Mode::Away as u8;
pub(in crate::kernel) const DIRECTED: u8 = Mode::Directed as u8;
pub(in crate::kernel) const ODD: u8 = Mode::Odd as u8;
pub(in crate::kernel) const A: u8 = Mode::StochasticA as u8;
pub(in crate::kernel) const B: u8 = Mode::StochasticB as u8;
pub(in crate::kernel) const C: u8 = Mode::StochasticC as u8;

/// Runs the loop of a mode.
macro_rules! with_mode {
    ($mode:expr, $m:ident, $run:expr) => {
        with_mode!(@ $mode, $m, $run,
            Nearest NEAREST, Away AWAY, Directed DIRECTED, Odd ODD, StochasticA A, StochasticB B, StochasticC C)
    };
    (@ $mode:expr, $m:ident, $run:expr, $($variant:ident $constant:ident),*) => {
        match $mode {
            $($crate::kernel::plan::narrow::Mode::$variant => {
                const $m: u8 = $crate::kernel::body::integer::$constant;
                $run
            })*
        }
    };
}
pub(super) use with_mode;

/// A magnitude at the format's quantum: the significand, how far it is shifted, and the code at which its binade starts.
#[derive(Clone, Copy)]
struct AtQuantum<L> {
    significand: L,
    shift: L,
    base: L,
}

#[inline(always)]
fn align_to_quantum<L: Lane>(c: &Narrow<L>, magnitude: L) -> AtQuantum<L> {
    let one = L::from_u64(1);
    let trailing = L::from_u64(u64::from(L::TRAILING));
    let field = magnitude.shr(trailing);
    let hidden = select(field == L::from_u64(0), L::from_u64(0), one.shl(trailing));
    let significand = (magnitude & one.shl(trailing).wrapping_sub(one)) | hidden;
    let own = field.max(one);
    let at = own.max(c.emin_field);
    AtQuantum {
        significand,
        shift: at.wrapping_sub(own).wrapping_add(c.drop),
        base: at.wrapping_sub(c.emin_field).shl(c.trailing),
    }
}

/// The magnitude code under a deterministic rounding.
#[inline(always)]
fn round_magnitude<L: Lane, const MODE: u8>(c: &Narrow<L>, magnitude: L, negative: bool) -> L {
    let one = L::from_u64(1);
    let AtQuantum { significand, shift, base } = align_to_quantum(c, magnitude);
    // Where all is cut off it is less than half, with this shift as with any longer one.
    let shift = shift.min(L::from_u64(u64::from(L::BITS - 1)));
    let below = one.shl(shift).wrapping_sub(one);
    let odd = ((significand.shr(shift).wrapping_add(base)) ^ c.offset) & one;
    let bias = match MODE {
        NEAREST => below.shr(one).wrapping_add(odd),
        AWAY => below.shr(one).wrapping_add(one),
        ODD => select(odd == one, L::from_u64(0), below),
        _ => below & select(negative, c.away[1], c.away[0]),
    };
    base.wrapping_add(significand.wrapping_add(bias).shr(shift))
}

/// The magnitude code under a stochastic rounding, with the noise in the low bits of its word.
///
/// The discarded fraction is taken as a lane's bits below the point, which reach further than the noise bits; a bit that stands
/// for what is cut off even there matters only to variant C's ties.
#[inline(always)]
fn round_stochastic<L: Lane, const MODE: u8>(c: &Narrow<L>, magnitude: L, noise: u64) -> L {
    let (one, zero) = (L::from_u64(1), L::from_u64(0));
    let (width, last) = (L::from_u64(u64::from(L::BITS)), L::from_u64(u64::from(L::BITS - 1)));
    let AtQuantum { significand, shift, base } = align_to_quantum(c, magnitude);
    let long = shift > last;
    let kept = select(long, zero, significand.shr(shift.min(last)));
    let over = shift.max(width).wrapping_sub(width).min(last);
    let sticky = select(significand & one.shl(over).wrapping_sub(one) == zero, zero, one);
    let deep = significand.shr(over) | sticky;
    let fraction = select(long, deep, significand.shl(width.wrapping_sub(shift.min(last))));
    let (n, up) = (c.noise_bits, c.noise_up);
    let noise = L::from_u64(noise).shl(up);
    let away = match MODE {
        A => fraction.wrapping_add(noise) < noise,
        B => {
            let noise = noise | one.shl(up.wrapping_sub(one));
            fraction.wrapping_add(noise) < noise
        }
        _ => {
            // In units of 2^-n, rounded to nearest even.
            let (whole, rest) = (fraction.shr(up), fraction.shl(n));
            let half = L::sign();
            let rounds_up = (rest > half) | ((rest == half) & (whole & one == one));
            whole.wrapping_add(select(rounds_up, one, zero)).wrapping_add(noise.shr(up)) >= one.shl(n)
        }
    };
    base.wrapping_add(kept).wrapping_add(select(away, one, zero))
}

/// The code of a magnitude code with a sign, or what stands in its place.
#[inline(always)]
fn deliver<L: Lane>(c: &Narrow<L>, magnitude: L, negative: bool, raw: L) -> L {
    let of = |by_sign: [L; 2]| select(negative, by_sign[1], by_sign[0]);
    let code = raw.max(c.offset).wrapping_sub(c.offset);
    let negated = (((code ^ c.complement).wrapping_sub(c.complement)) & c.mask) | c.sign;
    let signed = select(negative, negated, code);
    let out = select(code == L::from_u64(0), of(c.least), signed);
    let out = select(code > of(c.largest), of(c.overflow), out);
    let out = select(magnitude < of(c.flush), of(c.zero), out);
    let out = select(magnitude == L::infinity(), of(c.infinite), out);
    select(magnitude > L::infinity(), c.nan, out)
}

/// The code of some bits of the wide type; stochastic modes take the noise.
#[inline(always)]
pub(in crate::kernel) fn code<L: Lane, const MODE: u8>(c: &Narrow<L>, bits: L, noise: u64) -> L {
    let (magnitude, negative) = (bits & L::magnitude(), bits > L::magnitude());
    let raw = match MODE {
        A | B | C => round_stochastic::<L, MODE>(c, magnitude, noise),
        _ => round_magnitude::<L, MODE>(c, magnitude, negative),
    };
    deliver(c, magnitude, negative, raw)
}
