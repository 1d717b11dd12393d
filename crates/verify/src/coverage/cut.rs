//! An exact result seen from the place where it is rounded.

use halfulp::{Format, Real};

/// The last bit kept of a number, and what is cut off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Cut {
    pub negative: bool,
    /// Exponent of the leading bit.
    pub leading: i32,
    /// Exponent of the last bit kept.
    pub quantum: i32,
    /// The magnitude code that truncation gives, of a result within the exponents of the format.
    pub code: u64,
    /// Its last bit.
    pub last: bool,
    /// The first bit cut off.
    pub guard: bool,
    /// Whether any further bit is set.
    pub sticky: bool,
    /// The first of the further bits, and how many equal ones it begins.
    pub run: (bool, u32),
    /// The place below the last bit, from 2, of the only bit that is cut off, if there is but one and it is not the guard bit.
    pub alone: Option<u32>,
}

/// Exponent of the leading bit.
#[inline]
pub(super) fn leading(x: Real) -> i32 {
    x.exponent + 127 - x.significand.leading_zeros() as i32
}

/// The exponent of the quantum of a format at a magnitude.
#[inline]
pub(super) fn quantum(format: &Format, leading: i32) -> i32 {
    (leading - format.precision() as i32 + 1).max(format.quantum_min())
}

impl Cut {
    /// Of a result in a format, as if the exponent had no upper bound.
    #[inline]
    pub fn of(format: &Format, x: Real) -> Cut {
        let leading = leading(x);
        let quantum = quantum(format, leading);
        let mut cut = Cut::at(x, leading, quantum);
        // Consecutive codes are consecutive multiples of the quantum, across binades too.
        let base = (i64::from(quantum - format.quantum_min()) as u64) << (format.precision() - 1);
        let offset = if format.has_zero() { 0 } else { 1 << (format.precision() - 1) };
        cut.code = base.wrapping_add(cut.code).wrapping_sub(offset);
        cut.last = cut.code & 1 == 1;
        cut
    }

    /// At a fixed place.
    #[inline]
    pub fn at(x: Real, leading: i32, quantum: i32) -> Cut {
        let mut cut = Cut {
            negative: x.negative,
            leading,
            quantum,
            code: 0,
            last: false,
            guard: false,
            sticky: x.tail,
            run: (false, 0),
            alone: None,
        };
        let drop = quantum - x.exponent;
        if drop <= 0 {
            cut.code = (x.significand as u64).checked_shl(drop.unsigned_abs()).unwrap_or(0);
            cut.last = cut.code & 1 == 1;
            return cut;
        }
        let drop = drop as u32;
        let length = 128 - x.significand.leading_zeros();
        if !x.tail && x.significand.is_power_of_two() && drop > length {
            cut.alone = Some(drop + 1 - length);
        }
        if drop > length {
            // All lies below the guard bit.
            let (zeros, top) = (drop - 1 - length, x.significand << x.significand.leading_zeros());
            cut.sticky = true;
            cut.run = if zeros == 0 { (true, top.leading_ones().min(length)) } else { (false, zeros) };
            return cut;
        }
        let kept = x.significand.checked_shr(drop).unwrap_or(0);
        cut.code = kept as u64;
        cut.last = kept & 1 == 1;
        cut.guard = x.significand >> (drop - 1) & 1 == 1;
        let below = drop - 1;
        let rest = x.significand & ((1 << below) - 1);
        cut.sticky |= rest != 0;
        if below > 0 {
            let top = rest << (128 - below);
            let ones = top >> 127 == 1;
            let run = if ones { top.leading_ones() } else { top.leading_zeros() };
            cut.run = (ones, run.min(below));
        }
        if !cut.guard && !x.tail && rest.is_power_of_two() {
            cut.alone = Some(drop - rest.trailing_zeros());
        }
        cut
    }

    /// Whether anything is cut off.
    pub fn is_inexact(self) -> bool {
        self.guard || self.sticky
    }
}

/// How many whole units of `2^unit` a magnitude has, and whether there is more; `None` for more than 2^100.
#[inline]
pub(super) fn units(x: Real, unit: i32) -> Option<(i128, bool)> {
    let down = unit - x.exponent;
    if down > 127 {
        return Some((0, true));
    }
    if down >= 0 {
        let whole = x.significand >> down;
        return (whole >> 100 == 0).then_some((whole as i128, x.tail || whole << down != x.significand));
    }
    let up = down.unsigned_abs();
    (up < x.significand.leading_zeros().saturating_sub(27)).then(|| ((x.significand << up) as i128, x.tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real(exponent: i32, significand: u128, tail: bool) -> Real {
        Real { negative: false, exponent, significand, tail }
    }

    #[test]
    fn bits_are_told_apart_at_the_place_of_rounding() {
        // 1.101|0|0001 in E4M3: the last bit is 1, the only bit below is the fifth.
        let cut = Cut::of(&Format::E4M3FN, real(-8, 0b1_1010_0001, false));
        assert_eq!((cut.leading, cut.quantum), (0, -3));
        assert_eq!((cut.last, cut.guard, cut.sticky, cut.alone), (true, false, true, Some(5)));
        assert_eq!(cut.run, (false, 3));
        // 1.100|1|111: just below the next value.
        let cut = Cut::of(&Format::E4M3FN, real(-7, 0b1100_1111, false));
        assert_eq!((cut.last, cut.guard, cut.run, cut.alone), (false, true, (true, 3), None));
        // A tail is no bit of a known place.
        let cut = Cut::of(&Format::E4M3FN, real(-90, 1 << 90, true));
        assert_eq!((cut.guard, cut.sticky, cut.run, cut.alone), (false, true, (false, 86), None));
        // Far below the smallest value.
        let cut = Cut::of(&Format::E4M3FN, real(-400, 1, false));
        assert_eq!((cut.last, cut.guard, cut.sticky, cut.alone), (false, false, true, Some(391)));
        assert_eq!(cut.run, (false, 389));
        // 2^-13 with as many bits as a quotient has, and the number just below: 2^-9 is the smallest value.
        let bits = real(-140, 1 << 127, false);
        let cut = Cut::of(&Format::E4M3FN, bits);
        assert_eq!((cut.guard, cut.sticky, cut.run, cut.alone), (false, true, (false, 2), Some(4)));
        let cut = Cut::of(&Format::E4M3FN, real(-137, (1 << 127) - 1, true));
        assert_eq!((cut.guard, cut.sticky, cut.run, cut.alone), (false, true, (true, 127), None));
        let cut = Cut::of(&Format::E4M3FN, real(-137, 1 << 127, false));
        assert_eq!((cut.guard, cut.sticky, cut.alone), (true, false, None));
    }

    #[test]
    fn units_are_counted() {
        assert_eq!(units(real(-3, 0b1011, false), -1), Some((2, true)));
        assert_eq!(units(real(3, 5, false), 1), Some((20, false)));
        assert_eq!(units(real(-300, 5, false), 1), Some((0, true)));
        assert_eq!(units(real(300, 5, false), 1), None);
    }
}
