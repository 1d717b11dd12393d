//! Operations on exact values. They know no formats, so they cannot round.
//!
//! Each operation takes [`Value<Exact>`] and returns an [`Outcome`]: the exact result and the exceptions that the
//! operation itself raises (invalid and division by zero, IEEE 754-2019 clauses 7.2 and 7.3). A NaN operand gives a
//! quiet NaN; a signalling NaN raises invalid.
//!
//! Operands are values of codes: significands of at most 53 bits, or 64 for integers, and exponents of at most 2^21 in magnitude.
//! Add, div, fma and rem accept at most 53 bits, as does [`Task::check`](crate::Task::check), and panic beyond that.

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

/// The exact result of an operation and the exceptions raised by the operation itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The result, before any rounding.
    pub value: Value<Real>,
    /// Invalid, division by zero, or none.
    pub flags: Flags,
}

impl Outcome {
    /// A result without exceptions.
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

    /// A NaN that raises invalid.
    #[must_use]
    pub const fn invalid() -> Outcome {
        Outcome { value: Value::Nan(Nan::QUIET), flags: Flags::INVALID }
    }

    /// The result of an operation with at least one NaN operand.
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

/// Sums, quotients and remainders fit in their integers only for operands of at most 53 bits.
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

/// `x >> shift` and whether any nonzero bit was lost: the sticky shift, the only right shift of significands here.
const fn shift_right_sticky(x: u128, shift: u32) -> (u128, bool) {
    if shift >= 128 { (0, x != 0) } else { (x >> shift, x & ((1 << shift) - 1) != 0) }
}

/// `large - small`, both in units of `2^exponent`, where a tail of `small` borrows one unit.
const fn subtract_tail(large: u128, small: u128, tail: bool) -> u128 {
    large - small - tail as u128
}
