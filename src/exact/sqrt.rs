//! Square root.

use super::Outcome;
use crate::value::{Exact, Real, Value};

/// The square root. A number below zero is invalid; `sqrt(-0)` is `-0`.
#[must_use]
pub const fn sqrt(x: Value<Exact>) -> Outcome {
    match x {
        Value::Nan(_) => Outcome::from_nan(&[x]),
        Value::Zero { negative } => Outcome::zero(negative),
        Value::Infinite { negative: true } | Value::Finite(Exact { negative: true, .. }) => {
            Outcome::invalid()
        }
        Value::Infinite { negative: false } => Outcome::infinite(false),
        Value::Finite(x) => Outcome::finite(root(x)),
    }
}

/// How many bits are appended to the 64 of the integer root.
const MORE: u32 = 22;

/// With `s` in 127 or 128 bits, `r = isqrt(s)` has 64 bits; `MORE` further ones come from one step of division.
const fn root(x: Exact) -> Real {
    let room = x.significand.leading_zeros() + 64;
    let up = room - ((x.exponent - room as i32) & 1) as u32;
    let s = (x.significand as u128) << up;
    let r = s.isqrt();
    let rest = s - r * r;
    // s * 4^MORE - (r * 2^MORE + q)^2 = 2^MORE * (rest * 2^MORE - 2 r q) - q^2, which must be at least 0.
    let mut q = (rest << MORE) / (2 * r);
    let left = ((rest << MORE) - 2 * r * q) << MORE;
    if left < q * q {
        q -= 1;
    }
    Real {
        negative: false,
        exponent: (x.exponent - up as i32) / 2 - MORE as i32,
        significand: (r << MORE) + q,
        // A root of an integer is an integer or irrational.
        tail: rest != 0,
    }
}
