//! Scaling by a power of two and its inverse (IEEE 754-2019 clause 5.3.3).

use super::Outcome;
use crate::policy::Flags;
use crate::value::{Exact, Real, Value};

/// Larger exponents overflow or underflow in every format.
const POWER_LIMIT: i64 = 1 << 23;

/// `x * 2^n`. `n` is an integer.
#[must_use]
pub const fn scale_b(x: Value<Exact>, n: Value<Exact>) -> Outcome {
    match x {
        Value::Nan(_) => Outcome::from_nan(&[x]),
        Value::Zero { .. } | Value::Infinite { .. } => Outcome::of(x.real()),
        Value::Finite(x) => {
            let real = x.real();
            Outcome::finite(Real { exponent: real.exponent + power(n), ..real })
        }
    }
}

const fn power(n: Value<Exact>) -> i32 {
    let Value::Finite(n) = n else { return 0 };
    debug_assert!(n.exponent == 0, "the power of scaleB is an integer");
    let magnitude = if n.significand > POWER_LIMIT as u64 { POWER_LIMIT } else { n.significand as i64 };
    (if n.negative { -magnitude } else { magnitude }) as i32
}

/// `floor(log2 |x|)`, exact. For zero it is minus infinity and raises division by zero; for an infinity it is plus infinity.
#[must_use]
pub const fn log_b(x: Value<Exact>) -> Outcome {
    match x {
        Value::Nan(_) => Outcome::from_nan(&[x]),
        Value::Zero { .. } => {
            Outcome { value: Value::Infinite { negative: true }, flags: Flags::DIVIDE_BY_ZERO }
        }
        Value::Infinite { .. } => Outcome::infinite(false),
        Value::Finite(x) => match x.leading_exponent() {
            0 => Outcome::zero(false),
            e => Outcome::finite(Real {
                negative: e < 0,
                exponent: 0,
                significand: e.unsigned_abs() as u128,
                tail: false,
            }),
        },
    }
}
