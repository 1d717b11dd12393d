//! The format family of P3109: `binary{K}p{P}{s|u}{e|f}` (IEEE SA P3109 interim report 4.0).
//!
//! `K` is the width and `P` the precision; `s` means signed, `u` unsigned, `e` extended with infinities, `f` finite. Each format has one
//! zero and one NaN, which is the code of minus zero, or the top code of an unsigned format. The value 1 has the middle of
//! the positive codes.

use alloc::format;
use alloc::string::String;

use super::Format;
use super::facts::{Facts, FormatError, Nans, Overflow, Sign};

/// The smallest supported width.
pub const MIN_WIDTH: u32 = 3;

/// The largest supported width.
pub const MAX_WIDTH: u32 = 16;

/// P3109's format of width `k` and precision `p`.
///
/// # Errors
/// If the width is outside 3 to 16, or the precision outside 1 to `k - 1` (1 to `k` in an unsigned format).
pub const fn p3109(k: u32, p: u32, signed: bool, extended: bool) -> Result<Format, FormatError> {
    if k < MIN_WIDTH || k > MAX_WIDTH {
        return Err(FormatError { key: "width", expected: "3 to 16 in a P3109 format" });
    }
    if p < 1 || p > k - signed as u32 {
        return Err(FormatError {
            key: "precision",
            expected: if signed {
                "1 to the width less one in a signed P3109 format"
            } else {
                "1 to the width in an unsigned P3109 format"
            },
        });
    }
    // One half of the positive codes lies below 1: the exponent field's top bit alone is the bias.
    let exponent_bits = k - p + !signed as u32;
    Format::new(Facts {
        width: k,
        precision: p,
        bias: (1 << exponent_bits) / 2,
        sign: if signed { Sign::SignMagnitude } else { Sign::Unsigned },
        nans: if signed { Nans::NegativeZero } else { Nans::Top(1) },
        overflow: if extended { Overflow::Infinity } else { Overflow::Largest },
        subnormals: true,
    })
}

/// The format with a name of the family, ignoring case; `None` if the name does not belong to the family.
///
/// # Errors
/// As for [`p3109`].
#[must_use]
pub fn parse(name: &str) -> Option<Result<Format, FormatError>> {
    let name = name.to_ascii_lowercase();
    let (name, extended) = match name.strip_suffix('e') {
        Some(rest) => (rest, true),
        None => (name.strip_suffix('f')?, false),
    };
    let (name, signed) = match name.strip_suffix('s') {
        Some(rest) => (rest, true),
        None => (name.strip_suffix('u')?, false),
    };
    let (k, p) = name.strip_prefix("binary")?.split_once('p')?;
    Some(p3109(number(k)?, number(p)?, signed, extended))
}

/// A number as the names write it: digits, no sign. One too large for any format is as good as the largest.
fn number(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().unwrap_or(u32::MAX))
}

/// The name of a format of the family; `None` for any other format.
#[must_use]
pub fn name(f: &Format) -> Option<String> {
    let extended = f.facts().overflow == Overflow::Infinity;
    let like = p3109(f.width(), f.precision(), f.is_signed(), extended);
    (like == Ok(*f)).then(|| {
        format!(
            "binary{}p{}{}{}",
            f.width(),
            f.precision(),
            if f.is_signed() { 's' } else { 'u' },
            if extended { 'e' } else { 'f' }
        )
    })
}

/// All formats of a width, ordered by precision, then signed before unsigned, then extended before finite. Empty for widths outside 3 to 16.
pub fn all(width: u32) -> impl Iterator<Item = Format> {
    (1..=width).flat_map(move |p| {
        let kinds = [(true, true), (true, false), (false, true), (false, false)];
        kinds.into_iter().filter_map(move |(signed, extended)| p3109(width, p, signed, extended).ok())
    })
}
