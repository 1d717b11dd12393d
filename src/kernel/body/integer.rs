//! Rounding in integers: any rounding, any format whose lowest binade is a normal one of the wide type.
//!
//! The significand of `x`, hidden bit included, is shifted right by what the format drops, and by as much more as the
//! exponent lies below the format's lowest. Consecutive magnitude codes being consecutive multiples of the quantum, the
//! code is a base for the binade and what the shift leaves. Which neighbour is picked is decided by adding, before the
//! shift, a bias below one unit of the place that is kept.

use crate::kernel::lane::{Lane, select};
use crate::kernel::plan::narrow::{Mode, Narrow};

pub(in crate::kernel) const NEAREST: u8 = Mode::Nearest as u8;
pub(in crate::kernel) const AWAY: u8 = Mode::Away as u8;
pub(in crate::kernel) const DIRECTED: u8 = Mode::Directed as u8;
pub(in crate::kernel) const ODD: u8 = Mode::Odd as u8;
pub(in crate::kernel) const A: u8 = Mode::ChanceA as u8;
pub(in crate::kernel) const B: u8 = Mode::ChanceB as u8;
pub(in crate::kernel) const C: u8 = Mode::ChanceC as u8;

/// Runs the loop of a mode.
macro_rules! with_mode {
    ($mode:expr, $m:ident, $run:expr) => {
        with_mode!(@ $mode, $m, $run,
            Nearest NEAREST, Away AWAY, Directed DIRECTED, Odd ODD, ChanceA A, ChanceB B, ChanceC C)
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
struct Placed<L> {
    significand: L,
    shift: L,
    base: L,
}

#[inline(always)]
fn place<L: Lane>(c: &Narrow<L>, magnitude: L) -> Placed<L> {
    let one = L::of(1);
    let trailing = L::of(u64::from(L::TRAILING));
    let field = magnitude.right(trailing);
    let hidden = select(field == L::of(0), L::of(0), one.left(trailing));
    let significand = (magnitude & one.left(trailing).minus(one)) | hidden;
    let own = field.max(one);
    let at = own.max(c.emin_field);
    Placed { significand, shift: at.minus(own).plus(c.drop), base: at.minus(c.emin_field).left(c.trailing) }
}

/// The magnitude code under a rounding without chance.
#[inline(always)]
fn settled<L: Lane, const MODE: u8>(c: &Narrow<L>, magnitude: L, negative: bool) -> L {
    let one = L::of(1);
    let Placed { significand, shift, base } = place(c, magnitude);
    // Where all is cut off it is less than half, with this shift as with any longer one.
    let shift = shift.min(L::of(u64::from(L::BITS - 1)));
    let below = one.left(shift).minus(one);
    let odd = ((significand.right(shift).plus(base)) ^ c.offset) & one;
    let bias = match MODE {
        NEAREST => below.right(one).plus(odd),
        AWAY => below.right(one).plus(one),
        ODD => select(odd == one, L::of(0), below),
        _ => below & select(negative, c.away[1], c.away[0]),
    };
    base.plus(significand.plus(bias).right(shift))
}

/// The magnitude code under a stochastic rounding, with the noise in the low bits of its word.
///
/// The discarded fraction is taken as a lane's bits below the point, which reach further than the noise bits; a bit that stands
/// for what is cut off even there matters only to variant C's ties.
#[inline(always)]
fn by_chance<L: Lane, const MODE: u8>(c: &Narrow<L>, magnitude: L, noise: u64) -> L {
    let (one, zero) = (L::of(1), L::of(0));
    let (width, last) = (L::of(u64::from(L::BITS)), L::of(u64::from(L::BITS - 1)));
    let Placed { significand, shift, base } = place(c, magnitude);
    let long = shift > last;
    let kept = select(long, zero, significand.right(shift.min(last)));
    let over = shift.max(width).minus(width).min(last);
    let sticky = select(significand & one.left(over).minus(one) == zero, zero, one);
    let deep = significand.right(over) | sticky;
    let fraction = select(long, deep, significand.left(width.minus(shift.min(last))));
    let (n, up) = (c.noise_bits, c.noise_up);
    let noise = L::of(noise).left(up);
    let away = match MODE {
        A => fraction.plus(noise) < noise,
        B => {
            let noise = noise | one.left(up.minus(one));
            fraction.plus(noise) < noise
        }
        _ => {
            // In units of 2^-n, rounded to nearest even.
            let (whole, rest) = (fraction.right(up), fraction.left(n));
            let half = L::sign();
            let rounds_up = (rest > half) | ((rest == half) & (whole & one == one));
            whole.plus(select(rounds_up, one, zero)).plus(noise.right(up)) >= one.left(n)
        }
    };
    base.plus(kept).plus(select(away, one, zero))
}

/// The code of a magnitude code with a sign, or what stands in its place.
#[inline(always)]
fn deliver<L: Lane>(c: &Narrow<L>, magnitude: L, negative: bool, raw: L) -> L {
    let of = |by_sign: [L; 2]| select(negative, by_sign[1], by_sign[0]);
    let code = raw.max(c.offset).minus(c.offset);
    let negated = (((code ^ c.complement).minus(c.complement)) & c.mask) | c.sign;
    let signed = select(negative, negated, code);
    let out = select(code == L::of(0), of(c.least), signed);
    let out = select(code > of(c.largest), of(c.past), out);
    let out = select(magnitude < of(c.flush), of(c.zero), out);
    let out = select(magnitude == L::infinity(), of(c.infinite), out);
    select(magnitude > L::infinity(), c.nan, out)
}

/// The code of some bits of the wide type, with the noise that a mode by chance takes.
#[inline(always)]
pub(in crate::kernel) fn code<L: Lane, const MODE: u8>(c: &Narrow<L>, bits: L, noise: u64) -> L {
    let (magnitude, negative) = (bits & L::magnitude(), bits > L::magnitude());
    let raw = match MODE {
        A | B | C => by_chance::<L, MODE>(c, magnitude, noise),
        _ => settled::<L, MODE>(c, magnitude, negative),
    };
    deliver(c, magnitude, negative, raw)
}
