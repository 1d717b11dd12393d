//! The text of a number, read once more: the grammar of `halfulp::text` in the plainest way, and big integers.

use halfulp_verify::engine::definition::number::Number;
use num_bigint::BigUint;

/// Powers of ten beyond this one are beyond every format that the targets draw.
const FAR: i64 = 6000;

/// A power of two beyond every format.
const BEYOND: i64 = 1 << 40;

/// What a text means, exactly; none if it is not a number.
#[must_use]
pub fn read(text: &str) -> Option<Number> {
    let lower = text.to_ascii_lowercase();
    let (negative, unsigned) = match lower.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, lower.strip_prefix('+').unwrap_or(&lower)),
    };
    match unsigned {
        "inf" | "infinity" => return Some(Number::Infinite { negative }),
        "nan" => return Some(Number::Nan),
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
        return Some(Number::Zero { negative });
    }
    let places = fraction.len() as i64;
    let (numerator, denominator, exponent) = match hexadecimal {
        Some(_) => (number, BigUint::from(1u8), exponent - 4 * places),
        None => decimal(number, all.len() as i64, exponent - places),
    };
    Some(Number::Ratio { negative, numerator, denominator, exponent })
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

/// `number * 10^exponent` as numerator, denominator and power of two.
fn decimal(number: BigUint, digits: i64, exponent: i64) -> (BigUint, BigUint, i64) {
    let one = BigUint::from(1u8);
    // A number of so many digits is at least 1, and less than 10^digits.
    if exponent > FAR {
        return (one.clone(), one, BEYOND);
    }
    if exponent + digits < -FAR {
        return (one.clone(), one, -BEYOND);
    }
    let power = BigUint::from(10u8).pow(exponent.unsigned_abs() as u32);
    if exponent >= 0 { (number * power, one, 0) } else { (number, power, 0) }
}
