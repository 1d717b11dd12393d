//! Where an exact result stands among the values of a format, as if its range had no upper end.

use std::cmp::Ordering;

use halfulp::{Format, Real};

/// A part of a unit in the last place: `(bits + tail) / 2^128`, where a tail is above 0 and below 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Fraction {
    pub bits: u128,
    pub tail: bool,
}

impl Fraction {
    pub fn is_zero(self) -> bool {
        self.bits == 0 && !self.tail
    }

    pub fn against_half(self) -> Ordering {
        match self.bits.cmp(&(1 << 127)) {
            Ordering::Equal if self.tail => Ordering::Greater,
            order => order,
        }
    }

    /// `floor(fraction * 2^n)`, and whether nothing is left. `n` is 1 to 64.
    pub fn floor(self, n: u32) -> (u64, bool) {
        let floor = self.bits >> (128 - n);
        (floor as u64, floor << (128 - n) == self.bits && !self.tail)
    }

    /// Its first `n` bits, 0 to 64; with `sticky`, another bit that is set if anything was lost.
    pub fn first(self, n: u32, sticky: bool) -> Fraction {
        let (floor, exact) = if n == 0 { (0, self.is_zero()) } else { self.floor(n) };
        let bits = if n == 0 { 0 } else { u128::from(floor) << (128 - n) };
        let jam = u128::from(sticky && !exact) << (127 - n);
        Fraction { bits: bits | jam, tail: false }
    }
}

/// A number cut at a quantum of a format.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    /// The number of the value nearer zero: its magnitude code if the format has it. Negative below the smallest value of a format without
    /// zero, and above the largest magnitude code where the number is beyond the range.
    pub index: i128,
    /// The part of a quantum that was cut off.
    pub rest: Fraction,
    /// The quantum's exponent.
    pub quantum: i32,
    /// Whole quanta in what was kept.
    pub kept: u128,
}

/// The exponent of the leading bit.
pub(super) fn leading(x: &Real) -> i32 {
    x.exponent + 127 - x.significand.leading_zeros() as i32
}

/// The exponent of the quantum that a format has at a number whose leading bit has this exponent.
pub(super) fn quantum(f: &Format, leading: i32) -> i32 {
    (leading - f.precision() as i32 + 1).max(f.quantum_min())
}

/// Cuts a number at `2^quantum`.
pub(super) fn cut(x: &Real, quantum: i32) -> (u128, Fraction) {
    match quantum - x.exponent {
        ..=0 => {
            let up = (x.exponent - quantum) as u32;
            // A tail below whole quanta is a fraction less than any other.
            let kept = x.significand.checked_shl(up).unwrap_or(0);
            (kept, Fraction { bits: 0, tail: x.tail })
        }
        drop @ 1..128 => {
            let bits = x.significand << (128 - drop);
            (x.significand >> drop, Fraction { bits, tail: x.tail })
        }
        drop => {
            let far = (drop - 128) as u32;
            let bits = x.significand.checked_shr(far).unwrap_or(0);
            let lost = bits.checked_shl(far).unwrap_or(0) != x.significand;
            (0, Fraction { bits, tail: x.tail || lost })
        }
    }
}

/// The place of a number in a format.
pub(crate) fn place(f: &Format, x: &Real) -> Place {
    let quantum = quantum(f, leading(x));
    let (kept, rest) = cut(x, quantum);
    Place { index: index(f, quantum, kept), rest, quantum, kept }
}

/// The number of the value `kept * 2^quantum`.
pub(super) fn index(f: &Format, quantum: i32, kept: u128) -> i128 {
    let binade = 1i128 << (f.precision() - 1);
    let offset = if f.has_zero() { 0 } else { binade };
    i128::from(quantum - f.quantum_min()) * binade + kept as i128 - offset
}
