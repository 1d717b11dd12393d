//! Exact printing.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::natural::{DECIMAL, Natural};
use crate::value::{Real, Value};

/// Exponents of the leading decimal digit for which positional notation is used.
const PLAIN: core::ops::RangeInclusive<i64> = -6..=20;

/// Numbers beyond `2^±DECIMAL_LIMIT` have millions of digits.
const DECIMAL_LIMIT: i32 = 1 << 21;

/// Hexadecimal digits that are certain in a result with a tail, which has at least 75 bits.
const SURE_NIBBLES: u32 = 18;

/// An exact result in decimal. If it has a tail, the digits end in `...`, before any exponent, and all digits before that are
/// correct.
///
/// Numbers outside the range of every format, whose exponent exceeds 2097152 in magnitude, are printed in hexadecimal notation.
#[must_use]
pub fn real_decimal(x: &Value<Real>) -> String {
    match x {
        Value::Finite(x) if x.exponent.unsigned_abs() > DECIMAL_LIMIT as u32 => finite_hexadecimal(x),
        Value::Finite(x) => finite_decimal(x),
        _ => special(x, "0"),
    }
}

/// An exact result with a hexadecimal significand. If it has a tail, the digits end in `...`, before the exponent.
#[must_use]
pub fn real_hexadecimal(x: &Value<Real>) -> String {
    match x {
        Value::Finite(x) => finite_hexadecimal(x),
        _ => special(x, "0x0p+0"),
    }
}

/// A number of a format in scientific notation: all its digits, or the given number of places after the point, rounded to
/// nearest, ties to even.
pub(super) fn real_scientific(x: &Value<Real>, places: Option<usize>) -> String {
    let (sign, (mut digits, mut leading)) = match x {
        Value::Finite(x) => (sign(x.negative), all_digits(x.significand, x.exponent)),
        Value::Zero { negative } => (sign(*negative), (Vec::from(b"0"), 0)),
        Value::Infinite { .. } | Value::Nan(_) => return special(x, ""),
    };
    if let Some(places) = places {
        if cut(&mut digits, places + 1) {
            leading += 1;
        }
        digits.resize(places + 1, b'0');
    }
    let mut out = String::from(sign);
    push_point(&mut out, &digits, 1);
    out.push_str(&format!("e{leading}"));
    out
}

/// Rounds digits, the last of them not 0, to so many, ties to even. Whether they became a power of ten more, whose digit is then the
/// only one.
fn cut(digits: &mut Vec<u8>, count: usize) -> bool {
    let Some(&next) = digits.get(count) else {
        return false;
    };
    let odd = digits[count - 1] % 2 == 1;
    let up = next > b'5' || next == b'5' && (digits.len() > count + 1 || odd);
    digits.truncate(count);
    if !up {
        return false;
    }
    let nines = digits.iter().rev().take_while(|&&digit| digit == b'9').count();
    digits.truncate(count - nines);
    match digits.last_mut() {
        Some(last) => *last += 1,
        None => digits.push(b'1'),
    }
    nines == count
}

fn special(x: &Value<Real>, zero: &str) -> String {
    match x {
        Value::Zero { negative } => format!("{}{zero}", sign(*negative)),
        Value::Infinite { negative } => format!("{}inf", sign(*negative)),
        Value::Nan(_) | Value::Finite(_) => String::from("nan"),
    }
}

fn sign(negative: bool) -> &'static str {
    if negative { "-" } else { "" }
}

fn finite_decimal(x: &Real) -> String {
    let (digits, leading) = if x.tail { sure_digits(x) } else { all_digits(x.significand, x.exponent) };
    let more = if x.tail { "..." } else { "" };
    let mut out = String::from(sign(x.negative));
    if PLAIN.contains(&leading) {
        push_plain(&mut out, &digits, leading);
        out.push_str(more);
        return out;
    }
    push_point(&mut out, &digits, 1);
    out.push_str(more);
    out.push_str(&format!("e{leading}"));
    out
}

/// The digits of `significand * 2^exponent` without trailing zeros, and the decimal exponent of the first.
fn all_digits(significand: u128, exponent: i32) -> (Vec<u8>, i64) {
    let zeros = significand.trailing_zeros();
    let exponent = exponent + zeros as i32;
    let (unit, last) = unit(exponent);
    let mut digits = Natural::from_u128(significand >> zeros).mul(&unit).digits();
    let leading = last + digits.len() as i64 - 1;
    let trailing = digits.iter().rev().take_while(|&&digit| digit == b'0').count();
    digits.truncate(digits.len() - trailing);
    (digits, leading)
}

/// `2^exponent` as a natural number times a power of ten.
fn unit(exponent: i32) -> (Natural<DECIMAL>, i64) {
    if exponent >= 0 {
        (Natural::power(2, exponent as u32), 0)
    } else {
        (Natural::power(5, exponent.unsigned_abs()), exponent as i64)
    }
}

/// The certain digits of a number with a tail: those that all numbers from its significand up to the next one,
/// exclusive, have in common.
fn sure_digits(x: &Real) -> (Vec<u8>, i64) {
    let (unit, last) = unit(x.exponent);
    let low = Natural::from_u128(x.significand).mul(&unit);
    let high = low.add(&unit).less_one().digits();
    let low = low.digits();
    let leading = last + low.len() as i64 - 1;
    let same = low.iter().zip(&high).take_while(|(a, b)| a == b).count();
    let sure = if low.len() == high.len() { same.max(1) } else { 1 };
    (low[..sure].to_vec(), leading)
}

/// Digits with the point after the first `whole` of them, if any follow.
fn push_point(out: &mut String, digits: &[u8], whole: usize) {
    let (before, after) = digits.split_at(whole.min(digits.len()));
    push_digits(out, before);
    if !after.is_empty() {
        out.push('.');
        push_digits(out, after);
    }
}

fn push_plain(out: &mut String, digits: &[u8], leading: i64) {
    let zeros = |n: i64| core::iter::repeat_n('0', n.max(0) as usize);
    if leading < 0 {
        out.push_str("0.");
        out.extend(zeros(-leading - 1));
        push_digits(out, digits);
        return;
    }
    push_point(out, digits, leading as usize + 1);
    out.extend(zeros(leading + 1 - digits.len() as i64));
}

fn push_digits(out: &mut String, digits: &[u8]) {
    out.extend(digits.iter().map(|&digit| digit as char));
}

fn finite_hexadecimal(x: &Real) -> String {
    let room = x.significand.leading_zeros();
    let leading = x.exponent as i64 + 127 - room as i64;
    // The bits after the leading one, left-aligned.
    let mut fraction = (x.significand << room) << 1;
    if x.tail {
        fraction = fraction >> (128 - 4 * SURE_NIBBLES) << (128 - 4 * SURE_NIBBLES);
    }
    let mut out = format!("{}0x1", sign(x.negative));
    if fraction != 0 {
        out.push('.');
    }
    while fraction != 0 {
        out.extend(char::from_digit((fraction >> 124) as u32, 16));
        fraction <<= 4;
    }
    out.push_str(if x.tail { "..." } else { "" });
    out.push_str(&format!("p{leading:+}"));
    out
}
