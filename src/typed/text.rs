//! Printing and parsing of numbers. Printing is exact; parsing rounds once.

use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use super::with::with_noise_in_range;
use super::{Flagged, FloatFormat, Minifloat};
use crate::policy::Policy;
use crate::text::{self, ParseError};

impl<F: FloatFormat> Minifloat<F> {
    /// Parses a decimal number, a number with a hexadecimal significand, `inf` or `nan`, and rounds it once under the policy.
    /// The noise word is used by stochastic rounding.
    ///
    /// # Errors
    /// If the text is not a number, the position of the error.
    ///
    /// ```
    /// use halfulp::typed::BF16;
    /// use halfulp::{Flags, Policy, Rounding};
    ///
    /// let up = Policy::IEEE.rounding(Rounding::TowardPositive);
    /// let x = BF16::parse("0.1", up, 0).unwrap();
    /// assert_eq!(x.value.to_string(), "0.10009765625");
    /// assert_eq!(x.flags, Flags::INEXACT);
    /// ```
    pub fn parse(text: &str, policy: Policy, noise: u64) -> Result<Flagged<F>, ParseError> {
        let policy = with_noise_in_range(policy, &Self::FORMAT);
        let rounded = text::parse(&Self::FORMAT, &policy, text, noise)?;
        Ok(Flagged { value: Minifloat::from_code(rounded.code), flags: rounded.flags })
    }

    /// The exact value with a hexadecimal significand, for example `0x1.8p+3`.
    ///
    /// ```
    /// assert_eq!(halfulp::typed::F8E4M3FN::MAX.to_hexadecimal(), "0x1.cp+8");
    /// ```
    #[must_use]
    pub fn to_hexadecimal(self) -> String {
        text::hexadecimal(&Self::FORMAT, self.code())
    }
}

/// Parses a decimal number, a number with a hexadecimal significand, `inf` or `nan`. Rounded once, however long the text,
/// under the [policy](FloatFormat::POLICY) of the type: to nearest, ties to even, unless it has another.
///
/// ```
/// use halfulp::typed::F8E4M3FN;
///
/// assert_eq!("0.3".parse(), Ok(F8E4M3FN::from_f32(0.3125)));
/// assert_eq!("0x1.4p-2".parse(), Ok(F8E4M3FN::from_f32(0.3125)));
/// assert!("0.3x".parse::<F8E4M3FN>().is_err());
/// ```
impl<F: FloatFormat> FromStr for Minifloat<F> {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::parse(text, F::POLICY, 0).map(|parsed| parsed.value)
    }
}

/// The exact value in decimal, which parses back to the same number. With a precision (`{:.3}`) it is rounded to that
/// many places, as for `f64`.
///
/// ```
/// use halfulp::typed::F8E5M2;
///
/// assert_eq!(F8E5M2::SMALLEST.to_string(), "0.0000152587890625");
/// assert_eq!(format!("{:>+8}|{:08.2}", F8E5M2::ONE, F8E5M2::MIN), "      +1|-57344.00");
/// ```
impl<F: FloatFormat> fmt::Display for Minifloat<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.precision().is_some() && self.fits_f64() {
            return fmt::Display::fmt(&self.to_f64(), f);
        }
        padded(f, &text::decimal(&Self::FORMAT, self.code()), self.is_finite())
    }
}

impl<F: FloatFormat> Minifloat<F> {
    /// Whether `f64` can represent the number exactly.
    fn fits_f64(self) -> bool {
        let converted = self.with(Policy::IEEE).convert::<super::marker::Binary64>();
        converted.flags.bits() == 0
    }
}

/// The exact value and the code: `0.3125 (0x2a)`.
impl<F: FloatFormat> fmt::Debug for Minifloat<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = text::decimal(&Self::FORMAT, self.code());
        write!(f, "{text} ({:#x})", self.bits)
    }
}

/// The exact value in scientific notation; with a precision (`{:.2e}`) rounded to that many places, ties to even.
///
/// ```
/// use halfulp::typed::F8E5M2;
///
/// assert_eq!(format!("{:e} {:.2e}", F8E5M2::SMALLEST, F8E5M2::SMALLEST), "1.52587890625e-5 1.53e-5");
/// ```
impl<F: FloatFormat> fmt::LowerExp for Minifloat<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, &scientific(self, f), self.is_finite())
    }
}

/// As for [`fmt::LowerExp`], with a capital `E`.
impl<F: FloatFormat> fmt::UpperExp for Minifloat<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = scientific(self, f);
        // Of infinity and NaN nothing is a power.
        let text = if self.is_finite() { text.to_ascii_uppercase() } else { text };
        padded(f, &text, self.is_finite())
    }
}

/// The language's precisions have 16 bits.
fn scientific<F: FloatFormat>(x: &Minifloat<F>, f: &fmt::Formatter<'_>) -> String {
    let places = f.precision().map(|places| u16::try_from(places).unwrap_or(u16::MAX));
    text::scientific(&Minifloat::<F>::FORMAT, x.code(), places)
}

/// A number's text with the sign and the width asked for. Zeros before a number are none before a word.
fn padded(f: &mut fmt::Formatter<'_>, text: &str, finite: bool) -> fmt::Result {
    let digits = text.strip_prefix('-').unwrap_or(text);
    match f.width() {
        Some(width) if f.sign_aware_zero_pad() && !finite => write!(f, "{text:>width$}"),
        _ => f.pad_integral(digits.len() == text.len(), "", digits),
    }
}

macro_rules! bits {
    ($($style:ident)*) => {$(
        /// The code, in this base.
        impl<F: FloatFormat> fmt::$style for Minifloat<F> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::$style::fmt(&self.bits, f)
            }
        }
    )*};
}

bits!(LowerHex UpperHex Binary);
