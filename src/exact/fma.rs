//! Fused multiply-add: the product is exact, so only one rounding follows.

use super::mul::{mul_special, product};
use super::{Outcome, add, check, is_signalling, shift_right_sticky, subtract_tail};
use crate::value::{Exact, Real, Value};

/// `a * b + c`. `0 * inf` and `inf - inf` are invalid; if `c` is a quiet NaN, `0 * inf` raises no exception (IEEE
/// 754-2019 clause 7.2 c leaves this open; x86 does the same). An exact zero sum is minus zero if `zero_negative`.
///
/// # Panics
/// If an operand has a significand of more than 53 bits or an exponent beyond 2^21 in magnitude, which no valid task has.
#[must_use]
#[inline(always)]
pub const fn fma(a: Value<Exact>, b: Value<Exact>, c: Value<Exact>, zero_negative: bool) -> Outcome {
    check(a);
    check(b);
    check(c);
    match (a, b, c) {
        (Value::Finite(a), Value::Finite(b), Value::Finite(c)) => fma_numbers(a, b, c, zero_negative),
        _ => fma_special(a, b, c, zero_negative),
    }
}

/// The same for finite numbers other than zero.
#[inline(always)]
pub(crate) const fn fma_numbers(a: Exact, b: Exact, c: Exact, zero_negative: bool) -> Outcome {
    add_exact(product(a, b), c, zero_negative)
}

const fn fma_special(a: Value<Exact>, b: Value<Exact>, c: Value<Exact>, zero_negative: bool) -> Outcome {
    match (a, b, c) {
        (Value::Nan(_), _, _) | (_, Value::Nan(_), _) | (_, _, Value::Nan(_)) => {
            Outcome::from_nan(&[a, b, c])
        }
        (Value::Finite(a), Value::Finite(b), Value::Zero { .. }) => Outcome::finite(product(a, b)),
        _ => {
            let product = mul_special_or_finite(a, b);
            match product.value {
                Value::Nan(_) => product,
                Value::Infinite { negative } => add(Value::Infinite { negative }, c, zero_negative),
                Value::Zero { negative } => add(Value::Zero { negative }, c, zero_negative),
                Value::Finite(_) => add_infinity(c),
            }
        }
    }
}

const fn mul_special_or_finite(a: Value<Exact>, b: Value<Exact>) -> Outcome {
    debug_assert!(!is_signalling(a) && !is_signalling(b));
    mul_special(a, b)
}

/// A finite product plus what is left for `c`: an infinity.
const fn add_infinity(c: Value<Exact>) -> Outcome {
    Outcome::infinite(c.is_negative())
}

/// A product of at most 106 bits plus a number of at most 53: 128 bits hold all of the sum that can matter. Either
/// the sum fits, or the higher one is moved up to bit 125 and the lower one lies far below, so that no more than the
/// leading bit can cancel.
#[inline(always)]
const fn add_exact(p: Real, c: Exact, zero_negative: bool) -> Outcome {
    let distance = p.exponent - c.exponent;
    let addend = c.significand as u128;
    let (high, low, apart) = if distance >= 0 {
        (
            p,
            Real { negative: c.negative, exponent: c.exponent, significand: addend, tail: false },
            distance as u32,
        )
    } else {
        (
            Real { negative: c.negative, exponent: c.exponent, significand: addend, tail: false },
            p,
            -distance as u32,
        )
    };
    let room = high.significand.leading_zeros() - 2;
    if apart > room {
        return Outcome::finite(add_far(high, low, apart, room));
    }
    let x = high.significand << apart;
    let y = low.significand;
    if high.negative == low.negative {
        return Outcome::finite(Real { significand: x + y, ..low });
    }
    if x == y {
        return Outcome::zero(zero_negative);
    }
    let (negative, significand) = if x > y { (high.negative, x - y) } else { (low.negative, y - x) };
    Outcome::finite(Real { negative, significand, ..low })
}

const fn add_far(high: Real, low: Real, apart: u32, room: u32) -> Real {
    let x = high.significand << room;
    let (y, tail) = shift_right_sticky(low.significand, apart - room);
    let significand = if high.negative == low.negative { x + y } else { subtract_tail(x, y, tail) };
    Real { negative: high.negative, exponent: high.exponent - room as i32, significand, tail }
}
