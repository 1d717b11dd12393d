//! Positions of values, and exact results, for generating cases and explaining answers independently of
//! the code under test.
//!
//! ```
//! use halfulp::format::catalog::lookup;
//! use halfulp_verify::engine::definition::place::{Magnitude, Values, at_most, midpoint};
//!
//! let e4m3fn = Values::new(&lookup("e4m3fn").unwrap().facts());
//! assert_eq!(e4m3fn.at(0x38), Magnitude { significand: 8, exponent: -3 });
//! // 0.3 lies between 0.28125, code 0x29, and 0.3125.
//! let x = Magnitude { significand: 3 * (1 << 60) / 10, exponent: -60 };
//! assert_eq!(at_most(&e4m3fn, x), Some(0x29));
//! assert_eq!(midpoint(&e4m3fn, 0x29), Magnitude { significand: 19, exponent: -6 });
//! ```

use std::cmp::Ordering;

use halfulp::{Code, Flags, Op, Rounding};
use num_bigint::BigInt;

use super::outcome;
use super::quantity::{Quantity, compare_scaled};
use super::question::Question;
pub use super::values::{Magnitude, Meaning, Values};
use crate::engine::asked::Asked;

/// The largest number of bits kept of an exact result.
const BITS: i64 = 120;

/// Larger exponents overflow or underflow in every format.
const FARTHEST: i64 = 1 << 24;

/// The result of an operation, before any rounding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Exact {
    /// Not a number.
    Nan,
    /// An infinity.
    Infinite {
        /// Whether it is negative infinity.
        negative: bool,
    },
    /// A zero.
    Zero {
        /// Whether it is minus zero.
        negative: bool,
    },
    /// A nonzero finite number.
    Number {
        /// Whether it is below zero.
        negative: bool,
        /// Its magnitude, truncated to 120 bits, with its exponent limited to 2^24.
        magnitude: Magnitude,
        /// Whether nonzero bits were truncated.
        more: bool,
    },
}

/// An exact result and the exceptions raised by the operation itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The result.
    pub exact: Exact,
    /// Invalid, division by zero, or none.
    pub flags: Flags,
}

/// The index of the greatest finite magnitude that is at most `x`, for either sign; `None` if there is none.
///
/// Precondition: a significand of at most 80 bits.
#[must_use]
pub fn at_most(values: &Values, x: Magnitude) -> Option<u64> {
    let last = values.last(true) as u64;
    let Some(length) = x.significand.checked_ilog2() else {
        return values.has_zero().then_some(0);
    };
    let leading = x.exponent + i64::from(length);
    let quantum = values.quantum(leading);
    // A binade has at most 2^53 values, and fixed point 2^64 in all.
    if leading - quantum > 64 {
        return Some(last);
    }
    let steps = match quantum - x.exponent {
        down @ 0..128 => x.significand >> down,
        128.. => 0,
        up => x.significand << -up,
    };
    let k = values.number(steps as i128, quantum).min(i128::from(last));
    u64::try_from(k).ok()
}

/// The midpoint of the value with index `k` and the next one; for the last finite value, of it and the value that would follow.
#[must_use]
pub fn midpoint(values: &Values, k: u64) -> Magnitude {
    let Magnitude { significand, exponent } = values.at(i128::from(k));
    Magnitude { significand: 2 * significand + 1, exponent: exponent - 1 }
}

/// How two magnitudes compare. Precondition: significands of at most 127 bits.
#[must_use]
pub fn compare(a: Magnitude, b: Magnitude) -> Ordering {
    let (x, y) = (a.significand as i128, b.significand as i128);
    compare_scaled(&x, a.exponent, &y, b.exponent).unwrap_or(Ordering::Equal)
}

/// See [`exact`](super::exact()).
pub(super) fn exact(task: &Asked, codes: [Code; 3]) -> Option<Outcome> {
    if matches!(task.op, Op::Negate | Op::Abs | Op::CopySign | Op::RoundToIntegral | Op::RoundToIntegralExact)
    {
        return None;
    }
    let outcome::Outcome { exact, flags } = Question::new(task).exact(codes)?;
    let exact = match exact {
        outcome::Exact::Nan => Exact::Nan,
        outcome::Exact::Infinite { negative } => Exact::Infinite { negative },
        outcome::Exact::Zero { negative } => Exact::Zero { negative },
        outcome::Exact::Cancelled => {
            Exact::Zero { negative: task.policy.rounding == Rounding::TowardNegative }
        }
        outcome::Exact::Number { negative, x } => number(negative, &x)?,
    };
    Some(Outcome { exact, flags })
}

fn number(negative: bool, x: &Quantity<BigInt>) -> Option<Exact> {
    let leading = x.leading_exponent()?;
    if leading.abs() > FARTHEST {
        let magnitude = Magnitude { significand: 1, exponent: leading.clamp(-FARTHEST, FARTHEST) };
        return Some(Exact::Number { negative, magnitude, more: true });
    }
    let step = leading + 1 - BITS;
    let (steps, more) = x.steps(step)?;
    // Without its last zeros: an exact number is shown as short as it is.
    let zeros = if more { 0 } else { steps.trailing_zeros() };
    let significand = u128::try_from(steps >> zeros).ok()?;
    Some(Exact::Number {
        negative,
        magnitude: Magnitude { significand, exponent: step + i64::from(zeros) },
        more,
    })
}
