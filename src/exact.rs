//! Operations on exact values. No format is visible here, so nothing can round by accident.
//!
//! Each operation takes [`Value<Exact>`] and gives an [`Outcome`]: the exact result, with the exceptions that the
//! operation itself raises (invalid and division by zero, IEEE 754-2019 clauses 7.2 and 7.3). A NaN operand gives a
//! quiet NaN; a signalling one raises invalid.
//!
//! Numbers are those that codes mean: significands of at most 53 bits, or of 64 in integers, and exponents within 2^21.
//! Add, div, fma and rem take 53 bits, as [`Task::check`](crate::Task::check) does, and panic beyond that.

mod add;
mod compare;
mod div;
mod fma;
mod minmax;
mod mul;
mod rem;
mod scale;
mod sqrt;

pub use add::add;
pub(crate) use add::add_numbers;
pub use compare::{Relation, compare, total_order};
pub use div::div;
pub(crate) use div::quotient;
pub use fma::fma;
pub(crate) use fma::fma_numbers;
pub(crate) use minmax::minmax_numbers;
pub use minmax::{Extreme, minmax};
pub use mul::mul;
pub(crate) use mul::product;
pub use rem::rem;
pub(crate) use rem::rem_cut;
pub use scale::{log_b, scale_b};
pub use sqrt::sqrt;

use crate::policy::Flags;
use crate::value::{Exact, Nan, Real, Value};

/// An operation's exact result and the exceptions the operation itself raised.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The result, before any rounding.
    pub value: Value<Real>,
    /// Invalid, division by zero, or nothing.
    pub flags: Flags,
}

impl Outcome {
    /// A result without exception.
    #[must_use]
    #[inline(always)]
    pub const fn of(value: Value<Real>) -> Outcome {
        Outcome { value, flags: Flags::NONE }
    }

    #[inline(always)]
    pub(crate) const fn finite(x: Real) -> Outcome {
        Outcome::of(Value::Finite(x))
    }

    /// A zero.
    #[must_use]
    pub const fn zero(negative: bool) -> Outcome {
        Outcome::of(Value::Zero { negative })
    }

    /// An infinity.
    #[must_use]
    pub const fn infinite(negative: bool) -> Outcome {
        Outcome::of(Value::Infinite { negative })
    }

    /// No usefully definable result.
    #[must_use]
    pub const fn invalid() -> Outcome {
        Outcome { value: Value::Nan(Nan::QUIET), flags: Flags::INVALID }
    }

    /// The result where at least one operand is NaN.
    #[must_use]
    #[cold]
    pub const fn from_nan(operands: &[Value<Exact>]) -> Outcome {
        let mut i = 0;
        while i < operands.len() {
            if is_signalling(operands[i]) {
                return Outcome::invalid();
            }
            i += 1;
        }
        Outcome::of(Value::Nan(Nan::QUIET))
    }
}

/// Exponents of formats lie within this.
const EXPONENTS: u32 = 1 << 21;

/// The bits of a sum, a quotient and a remainder are counted for operands of 53.
#[inline(always)]
const fn check(x: Value<Exact>) {
    if let Value::Finite(Exact { significand, exponent, .. }) = x {
        assert!(significand != 0 && significand >> 53 == 0, "arithmetic takes significands of 1 to 53 bits");
        assert!(exponent.unsigned_abs() <= EXPONENTS, "arithmetic takes exponents of formats");
    }
}

/// Whether a value is a signalling NaN.
#[must_use]
pub const fn is_signalling(x: Value<Exact>) -> bool {
    matches!(x, Value::Nan(Nan { signalling: true, .. }))
}

/// `x >> shift` and whether anything was lost: the sticky shift, the only right shift of significands here.
const fn shift_right_sticky(x: u128, shift: u32) -> (u128, bool) {
    if shift >= 128 { (0, x != 0) } else { (x >> shift, x & ((1 << shift) - 1) != 0) }
}

/// `large - small`, both in units of `2^exponent`, where `small` has a tail that counts as "and a little more".
const fn subtract_tail(large: u128, small: u128, tail: bool) -> u128 {
    large - small - tail as u128
}
