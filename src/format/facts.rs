//! The facts that define a format, from which all special codes follow.

use core::fmt;

/// How codes represent the sign.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Sign {
    /// The top bit is the sign, the other bits are the magnitude.
    SignMagnitude,
    /// No sign: every bit belongs to the magnitude.
    Unsigned,
    /// Two's complement: a fixed-point format (MXINT8, and signed integers).
    TwosComplement,
}

/// Which codes are NaN.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Nans {
    /// No code is NaN.
    None,
    /// The single code that would otherwise be minus zero (the `fnuz` formats, P3109's signed formats).
    NegativeZero,
    /// The top `n` magnitude codes of each sign: `2^(p-1)-1` in IEEE 754 formats, 1 in OCP E4M3.
    Top(u64),
}

/// What the format has beyond its largest finite value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Overflow {
    /// An infinity: the magnitude code immediately above the largest finite one.
    Infinity,
    /// NaN (OCP E4M3, the `fnuz` formats).
    Nan,
    /// Nothing: overflow returns the largest finite value (FP6, FP4, P3109's finite formats).
    Largest,
}

/// The facts of a format, not yet validated. [`Format::new`](crate::Format::new) validates them.
///
/// A magnitude code is an exponent field `e` followed by `precision - 1` trailing significand bits `t`. If `e > 0` its value is
/// `(1 + t * 2^(1-p)) * 2^(e - bias)`. If `e = 0` it is `t * 2^(1-p) * 2^(1 - bias)` in a format with
/// subnormals, and given by the first formula in a format without. A two's complement format has `precision == width`
/// and a single quantum, `2^(2 - bias - precision)`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case", deny_unknown_fields)
)]
pub struct Facts {
    /// The number of bits of a code, 2 to 64.
    pub width: u32,
    /// The number of significand bits, including the hidden bit.
    pub precision: u32,
    /// The exponent bias.
    pub bias: i32,
    /// How codes represent the sign.
    pub sign: Sign,
    /// Which codes are NaN.
    pub nans: Nans,
    /// What the format has beyond its largest finite value.
    pub overflow: Overflow,
    /// Whether exponent field 0 encodes zero and the subnormals. If not, the format has no zero (E8M0).
    pub subnormals: bool,
}

/// Why facts do not define a format: the invalid fact and what was expected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FormatError {
    /// The invalid fact, by its key in a format file.
    pub key: &'static str,
    /// What was expected.
    pub expected: &'static str,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.expected)
    }
}

impl core::error::Error for FormatError {}

/// The largest magnitude of a format's exponents. It ensures that any value prints in reasonable time.
pub const EXPONENT_LIMIT: i32 = 1 << 20;

const fn fail(key: &'static str, expected: &'static str) -> Result<(), FormatError> {
    Err(FormatError { key, expected })
}

impl Facts {
    /// The number of bits of a magnitude code.
    pub(crate) const fn magnitude_bits(&self) -> u32 {
        match self.sign {
            Sign::SignMagnitude => self.width - 1,
            Sign::Unsigned | Sign::TwosComplement => self.width,
        }
    }

    /// Checks that the facts define a format.
    ///
    /// # Errors
    /// The first fact that contradicts the others or lies outside the supported range.
    pub const fn check(&self) -> Result<(), FormatError> {
        if self.width < 2 || self.width > 64 {
            return fail("width", "a number of bits from 2 to 64");
        }
        let bits = self.magnitude_bits();
        if self.precision < 1 || self.precision > bits {
            return fail("precision", "at least 1, and at most the width less the sign bit");
        }
        if bits - (self.precision - 1) > 20 {
            return fail("precision", "large enough to leave at most 20 bits of exponent");
        }
        let top_field = (1i64 << (bits + 1 - self.precision)) - 1;
        let limit = EXPONENT_LIMIT as i64;
        if -(self.bias as i64) < -limit || top_field - self.bias as i64 > limit {
            return fail("bias", "exponents within -2^20 and 2^20");
        }
        match self.check_sign() {
            Ok(()) => self.check_special(),
            Err(e) => Err(e),
        }
    }

    const fn check_sign(&self) -> Result<(), FormatError> {
        match self.sign {
            Sign::TwosComplement => {
                if self.precision != self.width {
                    return fail("precision", "equal to the width in a two's complement format");
                }
                if !matches!(self.nans, Nans::None) || !matches!(self.overflow, Overflow::Largest) {
                    return fail("nan", "\"none\", with overflow \"largest\", in a two's complement format");
                }
            }
            Sign::SignMagnitude | Sign::Unsigned => {}
        }
        if !self.subnormals && !matches!(self.sign, Sign::Unsigned) {
            return fail("subnormals", "true: only an unsigned format may have neither subnormals nor zero");
        }
        // One binade above the top field would not fit in 64 bits.
        if !self.subnormals && self.width > 63 {
            return fail("subnormals", "true in a format of 64 bits");
        }
        let linear = matches!(self.sign, Sign::TwosComplement)
            || self.subnormals && self.precision == self.width && self.bias == 2 - self.width as i32;
        if self.precision > 53 && !(linear && matches!(self.nans, Nans::None)) {
            return fail("precision", "at most 53 (at most 64 for integers)");
        }
        Ok(())
    }

    const fn check_special(&self) -> Result<(), FormatError> {
        if matches!(self.nans, Nans::NegativeZero) && !matches!(self.sign, Sign::SignMagnitude) {
            return fail("nan", "a signed format, if NaN is the code of minus zero");
        }
        if matches!(self.nans, Nans::Top(0)) {
            return fail("nan", "a count of at least 1, or \"none\"");
        }
        if matches!(self.overflow, Overflow::Nan) && matches!(self.nans, Nans::None) {
            return fail("overflow", "\"infinity\" or \"largest\" in a format without NaN");
        }
        let nans = match self.nans {
            Nans::Top(n) => n,
            Nans::None | Nans::NegativeZero => 0,
        };
        let infinities = matches!(self.overflow, Overflow::Infinity) as u64;
        // At least the magnitude codes 0 and 1 stay finite.
        let top = u64::MAX >> (64 - self.magnitude_bits());
        if top < 1 + infinities || nans > top - 1 - infinities {
            return fail("nan", "a count that leaves at least two finite values");
        }
        Ok(())
    }
}
