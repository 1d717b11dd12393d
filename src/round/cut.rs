//! Truncation of a number at a quantum, and the choice between its two neighbours.

#[cfg(test)]
mod tests;

use crate::policy::{NoiseBits, Rounding, Stochastic};
use crate::value::Real;

/// The discarded fraction in units of the last place kept: zero, less than, equal to or more than a half. As a
/// number: the first discarded bit, then whether any other is set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cut {
    Nothing,
    BelowHalf,
    Half,
    AboveHalf,
}

impl Cut {
    #[inline(always)]
    const fn of(half: bool, more: bool) -> Cut {
        match (half as u8) << 1 | more as u8 {
            0 => Cut::Nothing,
            1 => Cut::BelowHalf,
            2 => Cut::Half,
            _ => Cut::AboveHalf,
        }
    }
}

/// Truncates a number at `2^quantum`: the part that is kept, at most 64 bits, and the discarded fraction.
#[inline(always)]
pub(super) const fn cut_at(x: Real, leading: i32, quantum: i32) -> (u64, Cut) {
    let below = quantum - leading + 63;
    // Two bits lower, the sticky bit is bit 0 and the half is bit `below - 3`: they are two bits from 4 on.
    if below < 4 {
        return cut_wide(x, below as u32 + 64);
    }
    let (top, rest) = leading_64(x);
    // Where more than all is cut off, all is less than half.
    let bits = top >> 2 | (top & 3 != 0 || rest) as u64;
    let drop = if below > 65 { 63 } else { below as u32 - 2 };
    (bits >> drop, Cut::of(bits >> (drop - 1) & 1 != 0, bits & ((1 << (drop - 1)) - 1) != 0))
}

/// The same where more than 60 bits are kept, as only integers can ask for: `drop` of 128 bits are cut off.
#[cold]
const fn cut_wide(x: Real, drop: u32) -> (u64, Cut) {
    let bits = x.significand << x.significand.leading_zeros();
    let half = 1u128 << (drop - 1);
    ((bits >> drop) as u64, Cut::of(bits & half != 0, bits & (half - 1) != 0 || x.tail))
}

/// The leading 64 bits of a significand, left-aligned, and whether any lower bit is nonzero.
#[inline(always)]
const fn leading_64(x: Real) -> (u64, bool) {
    let low = x.significand as u64;
    if x.significand >> 64 == 0 {
        return (low << low.leading_zeros(), x.tail);
    }
    let bits = x.significand << x.significand.leading_zeros();
    ((bits >> 64) as u64, bits as u64 != 0 || x.tail)
}

/// `floor(fraction * 2^n)` of the fraction discarded by truncation at `2^quantum`, and whether that is exact. A tail
/// counts as less than one of these units.
const fn fraction(x: Real, quantum: i32, n: u32) -> (u64, bool) {
    let drop = quantum - x.exponent;
    if drop <= 0 {
        return (0, !x.tail);
    }
    let rest = if drop > 127 { x.significand } else { x.significand & ((1 << drop) - 1) };
    let shift = drop - n as i32;
    if shift <= 0 {
        return ((rest << -shift) as u64, !x.tail);
    }
    if shift > 127 {
        return (0, false);
    }
    let floor = rest >> shift;
    (floor as u64, floor << shift == rest && !x.tail)
}

/// Whether stochastic rounding goes away from zero, if truncation at `2^quantum` discards nonzero bits.
const fn away_stochastic(x: Real, quantum: i32, variant: Stochastic, bits: NoiseBits, noise: u64) -> bool {
    let (bits, noise) = (bits.get(), bits.of_word(noise));
    let one = 1u64 << bits;
    match variant {
        Stochastic::A => fraction(x, quantum, bits).0 + noise >= one,
        Stochastic::B => fraction(x, quantum, bits + 1).0 + 2 * noise + 1 >= 2 * one,
        Stochastic::C => {
            let (doubled, all) = fraction(x, quantum, bits + 1);
            let up = doubled & 1 == 1 && (!all || doubled & 2 == 2);
            (doubled >> 1) + up as u64 + noise >= one
        }
    }
}

/// A rounding decision: a number truncated at a quantum, and the parity of the truncated code.
#[derive(Clone, Copy)]
pub(super) struct Choice {
    pub(super) x: Real,
    pub(super) quantum: i32,
    pub(super) cut: Cut,
    pub(super) odd: bool,
}

impl Choice {
    /// Whether to go away from zero.
    #[inline(always)]
    pub(super) const fn away(&self, rounding: Rounding, noise: u64) -> bool {
        if let Rounding::Stochastic { variant, bits } = rounding {
            return !matches!(self.cut, Cut::Nothing)
                && away_stochastic(self.x, self.quantum, variant, bits, noise);
        }
        AWAY[direction(rounding)] >> situation(self.cut, self.x.negative, self.odd) & 1 == 1
    }
}

/// Whether a deterministic rounding goes away from zero.
const fn goes_away(rounding: Rounding, cut: Cut, negative: bool, odd: bool) -> bool {
    match (rounding, cut) {
        (_, Cut::Nothing) | (Rounding::TowardZero | Rounding::Stochastic { .. }, _) => false,
        (Rounding::NearestEven, Cut::Half) => odd,
        (Rounding::NearestAway, Cut::Half) => true,
        (Rounding::NearestEven | Rounding::NearestAway, cut) => matches!(cut, Cut::AboveHalf),
        (Rounding::TowardPositive, _) => !negative,
        (Rounding::TowardNegative, _) => negative,
        (Rounding::ToOdd, _) => !odd,
    }
}

/// [`goes_away`] as a table: sixteen situations a rounding, one bit each, so that random operands cost no branch.
const AWAY: [u16; 6] = away_table();

const fn away_table() -> [u16; 6] {
    let roundings = [
        Rounding::NearestEven,
        Rounding::NearestAway,
        Rounding::TowardZero,
        Rounding::TowardPositive,
        Rounding::TowardNegative,
        Rounding::ToOdd,
    ];
    let cuts = [Cut::Nothing, Cut::BelowHalf, Cut::Half, Cut::AboveHalf];
    let mut table = [0; 6];
    let mut i = 0;
    while i < 16 * 6 {
        let (rounding, cut, negative, odd) = (roundings[i / 16], cuts[i & 3], i & 4 != 0, i & 8 != 0);
        let away = goes_away(rounding, cut, negative, odd);
        table[direction(rounding)] |= (away as u16) << situation(cut, negative, odd);
        i += 1;
    }
    table
}

#[inline(always)]
const fn direction(rounding: Rounding) -> usize {
    match rounding {
        Rounding::NearestEven => 0,
        Rounding::NearestAway => 1,
        Rounding::TowardZero | Rounding::Stochastic { .. } => 2,
        Rounding::TowardPositive => 3,
        Rounding::TowardNegative => 4,
        Rounding::ToOdd => 5,
    }
}

#[inline(always)]
const fn situation(cut: Cut, negative: bool, odd: bool) -> u32 {
    cut as u32 | (negative as u32) << 2 | (odd as u32) << 3
}

/// Rounds a number with a fractional part to an integer: its magnitude, and whether that is
/// exact. The parity for ties and for odd is that of the integer.
pub(crate) const fn to_integer(x: Real, rounding: Rounding, noise: u64) -> (u64, bool) {
    let (kept, cut) = cut_at(x, leading_exponent(x), 0);
    let away = Choice { x, quantum: 0, cut, odd: kept & 1 == 1 }.away(rounding, noise);
    (kept + away as u64, matches!(cut, Cut::Nothing))
}

#[inline(always)]
pub(super) const fn leading_exponent(x: Real) -> i32 {
    x.exponent + 127 - x.significand.leading_zeros() as i32
}
