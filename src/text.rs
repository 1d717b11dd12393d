//! Printing and parsing of values, in decimal and hexadecimal-significand notation.
//!
//! Printing never rounds, so the text parses back to the same value under any rounding. Parsing rounds once, by
//! [`round`](crate::round()), however long the text.
//!
//! | value | decimal | hexadecimal |
//! |---|---|---|
//! | 12 | `12` | `0x1.8p+3` |
//! | `-0` | `-0` | `-0x0p+0` |
//! | `2^-9` | `0.001953125` | `0x1p-9` |
//! | `2^-24` | `5.9604644775390625e-8` | `0x1p-24` |
//! | an infinity | `inf`, `-inf` | `inf`, `-inf` |
//! | any NaN | `nan` | `nan` |
//!
//! Decimal text is in positional notation for magnitudes from `0.000001` up to but excluding `1e21`, and in scientific notation with one
//! digit before the point otherwise. Either way it has all digits, and no trailing zeros after the point. The hexadecimal significand of a
//! nonzero value begins with 1, for subnormal values too, followed by as many digits as are needed.

mod escape;
mod natural;
mod parse;
mod print;

pub use escape::{Escaped, escaped};
pub use parse::{ParseError, parse};
pub use print::{real_decimal, real_hexadecimal};

use alloc::string::String;

use crate::format::{Code, Format};
use crate::value::decode;

/// The exact value of a code in decimal.
#[must_use]
pub fn decimal(f: &Format, code: Code) -> String {
    real_decimal(&decode(f, code).real())
}

/// The value of a code in scientific notation, for example `3.125e-1`: exact, or with the given number of places after the point,
/// rounded to nearest, ties to even.
///
/// ```
/// use halfulp::{Format, text};
///
/// assert_eq!(text::scientific(&Format::E4M3FN, 0x2a, None), "3.125e-1");
/// assert_eq!(text::scientific(&Format::E4M3FN, 0x2a, Some(2)), "3.12e-1");
/// ```
#[must_use]
pub fn scientific(f: &Format, code: Code, places: Option<u16>) -> String {
    print::real_scientific(&decode(f, code).real(), places.map(usize::from))
}

/// The exact value of a code as a hexadecimal significand with a binary exponent, for example `0x1.8p+3`.
#[must_use]
pub fn hexadecimal(f: &Format, code: Code) -> String {
    real_hexadecimal(&decode(f, code).real())
}
