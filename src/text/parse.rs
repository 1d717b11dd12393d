//! Parsing, correctly rounded.
//!
//! Decimal text is `[sign] digits [. digits] [e [sign] digits]`, hexadecimal `[sign] 0x hex-digits [. hex-digits]
//! [p [sign] digits]` with a binary exponent; digits on one side of the point suffice. `inf`, `infinity` and `nan` may
//! have a sign. Case is ignored. Nothing else is accepted, not even white space.

use core::fmt;

use alloc::vec::Vec;

use super::natural::{BINARY, Natural};
use crate::format::Format;
use crate::policy::Policy;
use crate::round::{Rounded, round};
use crate::value::{Nan, Real, Value};

/// The error for a text that is not a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ParseError {
    /// The byte offset of the error.
    pub position: usize,
    /// What was expected there.
    pub expected: &'static str,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: expected {}", self.position + 1, self.expected)
    }
}

impl core::error::Error for ParseError {}

/// Bits this far below the smallest quantum matter only as a sticky bit: 32 bits of noise, a rounding bit, and a margin.
const BELOW_LAST_PLACE: i64 = 40;

/// Exponents beyond this overflow or underflow in every format.
const FAR: i64 = 1 << 22;

/// Exponents in a text are clamped here; a text long enough to compensate does not fit in memory.
const EXPONENT_LIMIT: i64 = 1 << 59;

/// Parses a number, rounds it once to the format under the policy, and returns its code and the exceptions raised.
///
/// `noise` is the noise word of stochastic rounding. Unlike an operation, parsing supports up to 32 noise bits for every format.
/// Time and memory are bounded by the length of the text and the exponent range of the format, whatever the exponent in the text.
///
/// # Errors
/// If the text is not a number, the position of the error and what was expected there.
pub fn parse(f: &Format, policy: &Policy, text: &str, noise: u64) -> Result<Rounded, ParseError> {
    let value = read(f, text.as_bytes())?;
    Ok(round(f, policy, value, noise))
}

/// The text and the position of the next byte.
struct Cursor<'a> {
    text: &'a [u8],
    position: usize,
}

impl<'a> Cursor<'a> {
    fn fail<T>(&self, expected: &'static str) -> Result<T, ParseError> {
        Err(ParseError { position: self.position, expected })
    }

    fn rest(&self) -> &'a [u8] {
        &self.text[self.position..]
    }

    /// Takes a byte that is one of these.
    fn take(&mut self, bytes: &[u8]) -> Option<u8> {
        let byte = *self.rest().first()?;
        let found = bytes.contains(&byte);
        self.position += found as usize;
        found.then_some(byte)
    }

    fn take_sign(&mut self) -> bool {
        self.take(b"+-") == Some(b'-')
    }

    fn take_digits(&mut self, belongs: fn(&u8) -> bool) -> &'a [u8] {
        let rest = self.rest();
        let n = rest.iter().take_while(|byte| belongs(byte)).count();
        self.position += n;
        &rest[..n]
    }

    /// Digits, a point, digits: at least one in all.
    fn take_number(
        &mut self,
        belongs: fn(&u8) -> bool,
        expected: &'static str,
    ) -> Result<Digits<'a>, ParseError> {
        let whole = self.take_digits(belongs);
        let point = self.take(b".").is_some();
        let fraction = if point { self.take_digits(belongs) } else { &[] };
        if whole.is_empty() && fraction.is_empty() {
            return self.fail(expected);
        }
        Ok(Digits { whole, fraction })
    }

    /// The exponent after one of the letters, 0 without.
    fn take_exponent(&mut self, letters: &[u8], else_expected: &'static str) -> Result<i64, ParseError> {
        if self.take(letters).is_none() {
            return if self.rest().is_empty() { Ok(0) } else { self.fail(else_expected) };
        }
        let negative = self.take_sign();
        let digits = self.take_digits(u8::is_ascii_digit);
        if digits.is_empty() {
            return self.fail("a digit of the exponent");
        }
        if !self.rest().is_empty() {
            return self.fail("a digit of the exponent, or the end");
        }
        let magnitude =
            digits.iter().fold(0, |n: i64, digit| EXPONENT_LIMIT.min(n * 10 + (digit - b'0') as i64));
        Ok(if negative { -magnitude } else { magnitude })
    }
}

/// The digits around a point.
struct Digits<'a> {
    whole: &'a [u8],
    fraction: &'a [u8],
}

impl Digits<'_> {
    fn iter(&self) -> impl Iterator<Item = &u8> {
        self.whole.iter().chain(self.fraction)
    }
}

fn read(f: &Format, text: &[u8]) -> Result<Value<Real>, ParseError> {
    let mut cursor = Cursor { text, position: 0 };
    let negative = cursor.take_sign();
    let rest = cursor.rest();
    if rest.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case(b"0x")) {
        cursor.position += 2;
        return read_hexadecimal(cursor, negative);
    }
    match rest.first() {
        Some(b'0'..=b'9' | b'.') => return read_decimal(f, cursor, negative),
        Some(b'i' | b'I' | b'n' | b'N') => {}
        _ => return cursor.fail("a number: digits, 0x and hexadecimal digits, inf or nan"),
    }
    let word = |name: &[u8]| rest.eq_ignore_ascii_case(name);
    if word(b"inf") || word(b"infinity") {
        return Ok(Value::Infinite { negative });
    }
    if word(b"nan") {
        return Ok(Value::Nan(Nan::QUIET));
    }
    cursor.fail("inf, infinity or nan, and nothing after it")
}

fn read_hexadecimal(mut cursor: Cursor<'_>, negative: bool) -> Result<Value<Real>, ParseError> {
    let digits = cursor.take_number(u8::is_ascii_hexdigit, "a hexadecimal digit")?;
    let power = cursor.take_exponent(b"pP", "a hexadecimal digit, p and a power of two, or the end")?;
    let (mut significand, mut exponent, mut tail) = (0u128, power - 4 * digits.fraction.len() as i64, false);
    for &digit in digits.iter() {
        let digit = (digit as char).to_digit(16).unwrap_or(0) as u128;
        if significand >> 124 == 0 {
            significand = significand << 4 | digit;
        } else {
            exponent += 4;
            tail |= digit != 0;
        }
    }
    if significand == 0 {
        return Ok(Value::Zero { negative });
    }
    Ok(Value::Finite(Real { negative, exponent: exponent.clamp(-FAR, FAR) as i32, significand, tail }))
}

fn read_decimal(f: &Format, mut cursor: Cursor<'_>, negative: bool) -> Result<Value<Real>, ParseError> {
    let digits = cursor.take_number(u8::is_ascii_digit, "a digit")?;
    let power = cursor.take_exponent(b"eE", "a digit, a point, e and a power of ten, or the end")?;
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    if zeros == digits.whole.len() + digits.fraction.len() {
        return Ok(Value::Zero { negative });
    }
    // The first digit that is not zero counts units of 10^leading.
    let leading = digits.whole.len() as i64 - 1 - zeros as i64 + power;
    let last_place = f.quantum_min() as i64 - BELOW_LAST_PLACE;
    let (significand, exponent, tail) = if log2_below(leading) > f.emax() as i64 {
        (1, FAR, false)
    } else if -log2_below(-(leading + 1)) < last_place {
        (1, -FAR, false)
    } else {
        // A multiple of 2^last_place has no digit after this many.
        let keep = leading + 1 + (-last_place).max(0);
        binary(digits.iter().skip(zeros), keep.max(0) as usize, leading)
    };
    Ok(Value::Finite(Real { negative, exponent: exponent as i32, significand, tail }))
}

/// A lower bound of `log2(10^n)`, less than one part in a thousand away.
fn log2_below(n: i64) -> i64 {
    let n = n.clamp(-EXPONENT_LIMIT / 4096, EXPONENT_LIMIT / 4096);
    (n * if n < 0 { 3322 } else { 3321 }).div_euclid(1000)
}

/// The number of decimal digits, the first of which counts units of `10^leading`, as a significand of 128 bits: all
/// digits from `keep` on matter only by whether one is not zero.
fn binary<'a>(mut digits: impl Iterator<Item = &'a u8>, keep: usize, leading: i64) -> (u128, i64, bool) {
    let mut kept: Vec<u8> = digits.by_ref().take(keep).copied().collect();
    if digits.any(|&digit| digit != b'0') {
        kept.push(b'1');
    } else {
        let zeros = kept.iter().rev().take_while(|&&digit| digit == b'0').count();
        kept.truncate(kept.len() - zeros);
    }
    let exponent = leading + 1 - kept.len() as i64;
    let number = Natural::<BINARY>::from_digits(&kept);
    let power = Natural::power(5, exponent.unsigned_abs() as u32);
    let (significand, shift, tail) =
        if exponent >= 0 { number.mul(&power).leading() } else { number.ratio(&power) };
    (significand, shift + exponent, tail)
}
