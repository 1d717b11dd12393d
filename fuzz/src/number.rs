//! The text of a number, read once more: the grammar of `halfulp::text` in the plainest way, and big integers.

use std::ops::Shl;

use halfulp::{Nan, Real, Value};
use num_bigint::BigUint;

/// Powers of ten beyond this one are beyond every format that the targets draw.
const FAR: i64 = 6000;

/// Bits of a significand: enough for every rounding, with a tail.
const BITS: i64 = 110;

/// What a text means; none if it is no number.
#[must_use]
pub fn read(text: &str) -> Option<Value<Real>> {
    let lower = text.to_ascii_lowercase();
    let (negative, unsigned) = match lower.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, lower.strip_prefix('+').unwrap_or(&lower)),
    };
    match unsigned {
        "inf" | "infinity" => return Some(Value::Infinite { negative }),
        "nan" => return Some(Value::Nan(Nan::QUIET)),
        _ => {}
    }
    let hexadecimal = unsigned.strip_prefix("0x");
    let (number, letter, radix) = match hexadecimal {
        Some(rest) => (rest, 'p', 16),
        None => (unsigned, 'e', 10),
    };
    let (digits, exponent) = match number.split_once(letter) {
        Some((digits, exponent)) => (digits, power(exponent)?),
        None => (number, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = [whole, fraction].concat();
    if all.is_empty() || !all.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let number = BigUint::parse_bytes(all.as_bytes(), radix)?;
    if number == BigUint::ZERO {
        return Some(Value::Zero { negative });
    }
    let places = fraction.len() as i64;
    Some(Value::Finite(match hexadecimal {
        Some(_) => real(negative, number, BigUint::from(1u8), exponent.saturating_sub(4 * places)),
        None => decimal(negative, number, all.len() as i64, exponent.saturating_sub(places)),
    }))
}

/// A signed decimal integer; one that is too large is some large one.
fn power(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let magnitude = digits.parse().unwrap_or(i64::MAX).min(1 << 60);
    Some(if text.starts_with('-') { -magnitude } else { magnitude })
}

/// `number * 10^exponent`.
fn decimal(negative: bool, number: BigUint, digits: i64, exponent: i64) -> Real {
    let ten = BigUint::from(10u8);
    // A number of so many digits is at least 1, and less than 10^digits.
    if exponent > FAR {
        return far(negative, 1);
    }
    if exponent + digits < -FAR {
        return far(negative, -1);
    }
    let power = ten.pow(exponent.unsigned_abs() as u32);
    if exponent >= 0 {
        real(negative, number * power, BigUint::from(1u8), 0)
    } else {
        real(negative, number, power, 0)
    }
}

fn far(negative: bool, side: i32) -> Real {
    Real { negative, exponent: side << 22, significand: 1, tail: false }
}

/// `numerator / denominator * 2^exponent`.
fn real(negative: bool, numerator: BigUint, denominator: BigUint, exponent: i64) -> Real {
    let shift = BITS - (numerator.bits() as i64 - denominator.bits() as i64);
    let (n, d) = match shift {
        0.. => (numerator.shl(shift), denominator),
        _ => (numerator, denominator.shl(-shift)),
    };
    let quotient = &n / &d;
    let tail = &quotient * &d != n;
    let exponent = exponent.saturating_sub(shift);
    if exponent.abs() > 1 << 22 {
        return far(negative, exponent.signum() as i32);
    }
    let significand = quotient.iter_u64_digits().rev().fold(0u128, |x, digit| x << 64 | u128::from(digit));
    Real { negative, exponent: exponent as i32, significand, tail }
}
