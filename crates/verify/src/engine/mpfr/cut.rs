//! Rounding: by MPFR down to the smallest quantum, by hand below it, and by the noise for the stochastic modes.

use std::cmp::Ordering;

use halfulp::{Flags, Rounding, Stochastic};

use super::layout::Layout;
use super::number::{Cut, Direction, Kind, Number};
use super::operate::Outcome;

/// What rounding makes of a result, before range and saturation are looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Nan,
    Infinite,
    /// A magnitude code within the finite range.
    Within,
    /// A finite number past it.
    Over,
    /// A nonzero negative number where there is no sign, or a zero where there is none.
    Unrepresentable,
    /// A number below the smallest value of a format without zero.
    Below,
}

/// A rounded result: all that saturation, tininess and flushing still need.
#[derive(Clone, Copy)]
pub struct Kept {
    pub magnitude: u64,
    pub state: State,
    pub negative: bool,
    pub inexact: bool,
    pub tiny_before: bool,
    pub tiny_after: bool,
    pub flags: Flags,
}

/// How a result is rounded.
#[derive(Clone, Copy)]
pub struct Rule {
    pub rounding: Rounding,
    pub noise: u64,
}

/// Rounds a result to a format, with an exponent that is unbounded above.
pub fn keep(format: &Layout, outcome: &Outcome, rule: Rule) -> Kept {
    let x = &outcome.number;
    let kept = Kept {
        magnitude: 0,
        state: State::Nan,
        negative: x.is_negative(),
        inexact: false,
        tiny_before: false,
        tiny_after: false,
        flags: outcome.flags,
    };
    match x.kind() {
        Kind::Nan => kept,
        Kind::Infinite if outcome.stays => {
            Kept { state: State::Within, magnitude: format.finite[0] + 1, ..kept }
        }
        Kind::Infinite => Kept { state: State::Infinite, ..kept },
        Kind::Zero if !format.has_zero() => Kept {
            state: State::Unrepresentable,
            // Where there is no result at all, invalid is the only exception of rounding.
            flags: kept.flags.without(Flags::INEXACT),
            ..kept
        },
        Kind::Zero => Kept {
            state: State::Within,
            negative: kept.negative || outcome.negative_if_down && rule.rounding == Rounding::TowardNegative,
            ..kept
        },
        Kind::Finite => keep_finite(format, x, rule, kept),
    }
}

fn keep_finite(format: &Layout, x: &Number, rule: Rule, kept: Kept) -> Kept {
    let below = format.emin - x.leading();
    let (tiny_before, tiny_after) = if below > 0 && format.tiny {
        (true, below > 1 || !reaches_normal(format, x, rule))
    } else {
        (false, false)
    };
    let kept = Kept { tiny_before, tiny_after, ..kept };
    if below > 0 && !format.has_zero() {
        let state = if kept.negative { State::Unrepresentable } else { State::Below };
        return Kept { state, ..kept };
    }
    let bits = format.precision - below.max(0);
    let cut = cut(x, bits, rule, single_bit_parity(format, x));
    let (state, magnitude) = match format.magnitude_code(kept.negative, cut) {
        Some(m) if kept.negative && !format.is_signed() && !(m == 0 && format.has_zero()) => {
            (State::Unrepresentable, m)
        }
        Some(m) => (State::Within, m),
        None => (State::Over, 0),
    };
    Kept { magnitude, state, inexact: cut.inexact, ..kept }
}

/// Whether a number of the binade below the normal ones leaves it when it is rounded with full precision.
fn reaches_normal(format: &Layout, x: &Number, rule: Rule) -> bool {
    cut(x, format.precision, rule, single_bit_parity(format, x)).leading >= format.emin
}

/// In a format whose significand is one bit, that bit is always 1: parity is the magnitude code's, which is the
/// exponent's, counted from the smallest value (also for numbers below it).
fn single_bit_parity(format: &Layout, x: &Number) -> Option<bool> {
    (format.precision == 1).then(|| (x.leading() - format.emin + i64::from(format.has_zero())) & 1 == 1)
}

/// Rounds a number to `bits` bits (up to 64; zero and below: its leading bit lies that far below the quantum).
/// `parity` is that of the truncated number's code, where it is not its last bit.
pub fn cut(x: &Number, bits: i64, rule: Rule, parity: Option<bool>) -> Cut {
    if let Rounding::Stochastic { variant, bits: noise_bits } = rule.rounding {
        let away = away_stochastic(x.significand(), bits, variant, noise_bits.get(), rule.noise);
        return cut_either_way(x, bits, away);
    }
    if bits <= 0 {
        let away = away_below_quantum(x, bits, rule.rounding);
        return cut_either_way(x, bits, away);
    }
    match (rule.rounding, parity) {
        (Rounding::NearestEven, Some(odd)) if x.significand() == 3 << 126 => cut_either_way(x, bits, odd),
        (Rounding::NearestEven, _) => x.cut(bits, Direction::Nearest),
        (Rounding::NearestAway, _) => x.cut_nearest_away(bits),
        (Rounding::TowardPositive, _) => x.cut(bits, Direction::Up),
        (Rounding::TowardNegative, _) => x.cut(bits, Direction::Down),
        (Rounding::ToOdd, parity) => {
            let truncated = x.cut(bits, Direction::Zero);
            let odd = parity.unwrap_or(truncated.limb >> (64 - bits) & 1 == 1);
            if truncated.inexact && !odd { x.cut(bits, Direction::Away) } else { truncated }
        }
        (Rounding::TowardZero | Rounding::Stochastic { .. }, _) => x.cut(bits, Direction::Zero),
    }
}

/// The neighbour toward zero, or the other one. Below the quantum these are zero and the quantum.
fn cut_either_way(x: &Number, bits: i64, away: bool) -> Cut {
    if bits > 0 {
        return x.cut(bits, if away { Direction::Away } else { Direction::Zero });
    }
    Cut { limb: if away { 1 << 63 } else { 0 }, leading: x.leading() - bits + 1, inexact: true }
}

/// Whether a number below the quantum goes up to it, and not to zero, which is even: MPFR has no precision below 1.
/// With `bits` 0 its leading bit is the half.
fn away_below_quantum(x: &Number, bits: i64, rounding: Rounding) -> bool {
    let at_least_half = bits == 0;
    match rounding {
        Rounding::NearestEven => at_least_half && x.significand() != 1 << 127,
        Rounding::NearestAway => at_least_half,
        Rounding::TowardPositive => !x.is_negative(),
        Rounding::TowardNegative => x.is_negative(),
        Rounding::ToOdd => true,
        Rounding::TowardZero | Rounding::Stochastic { .. } => false,
    }
}

/// P3109's three definitions in terms of the discarded fraction `nu`, on the significand's 128 bits. Bits that
/// rounding to odd has merged into the last one lie below all that is looked at, and count in ties.
fn away_stochastic(significand: u128, bits: i64, variant: Stochastic, noise_bits: u32, noise: u64) -> bool {
    let noise = noise % (1 << noise_bits);
    match variant {
        Stochastic::A => fraction(significand, bits, noise_bits).0 + noise >= 1 << noise_bits,
        Stochastic::B => {
            fraction(significand, bits, noise_bits + 1).0 + 2 * noise + 1 >= 1 << (noise_bits + 1)
        }
        Stochastic::C => {
            let (whole, rest) = fraction(significand, bits, noise_bits);
            let up = match rest {
                Ordering::Less => false,
                Ordering::Equal => whole & 1 == 1,
                Ordering::Greater => true,
            };
            whole + u64::from(up) + noise >= 1 << noise_bits
        }
    }
}

/// `nu * 2^scale`: its integer part, and how the rest stands to a half. `nu` is what follows the first `bits` bits;
/// `bits` is at most 64 and `scale` at most 33, so that more than 30 bits are always left over.
fn fraction(significand: u128, bits: i64, scale: u32) -> (u64, Ordering) {
    let left_over = 128 - bits - i64::from(scale);
    if left_over > 128 {
        return (0, Ordering::Less);
    }
    let kept = bits.max(0);
    let nu = significand << kept >> kept;
    let whole = if left_over == 128 { 0 } else { nu >> left_over };
    let rest = nu << (128 - left_over);
    (whole as u64, rest.cmp(&(1 << 127)))
}
