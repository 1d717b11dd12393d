//! Formats: validated facts, and the constants derived from them.

pub mod catalog;
mod codes;
pub mod facts;
#[cfg(feature = "file")]
pub mod file;
pub(crate) mod near;
pub mod p3109;
#[cfg(feature = "serde")]
mod serde;

use facts::{Facts, FormatError, Nans, Overflow, Sign};

/// The bit pattern of a value, in the low `width` bits.
pub type Code = u64;

/// A number format: validated facts, with the constants derived from them. A format has no name; names
/// belong to the [catalog].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(::serde::Serialize), serde(into = "Facts"))]
pub struct Format {
    facts: Facts,
    /// All bits of a code.
    code_mask: Code,
    /// The sign bit of a sign-magnitude format, 0 in the others.
    sign_bit: Code,
    /// Exponent of the lowest binade with full precision.
    emin: i32,
    /// Exponent of the smallest quantum.
    quantum_min: i32,
    /// Exponent of the leading bit of the largest magnitude of either sign.
    emax: i32,
    /// Tiny results have an exponent below this; below all exponents in formats in which nothing is tiny.
    tiny_below: i32,
    /// The largest finite magnitude code of a positive and of a negative value.
    largest: [u64; 2],
    /// The offset between the magnitude codes of a format without zero and those of one with subnormals.
    offset: u64,
    nan: Option<Code>,
    ieee_nans: bool,
    negative_zero: bool,
    twos_complement: bool,
}

impl core::fmt::Debug for Format {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.facts.fmt(f)
    }
}

impl TryFrom<Facts> for Format {
    type Error = FormatError;

    fn try_from(facts: Facts) -> Result<Format, FormatError> {
        Format::new(facts)
    }
}

impl From<Format> for Facts {
    fn from(format: Format) -> Facts {
        format.facts
    }
}

#[cfg(feature = "file")]
impl file::FileFormat {
    /// The format described by the file.
    #[must_use]
    pub const fn format(&self) -> Format {
        Format::derive(self.facts)
    }
}

/// Below the exponent of every value and every result.
const NEVER_TINY: i32 = i32::MIN / 2;

impl Format {
    /// Validates facts and derives the constants.
    ///
    /// # Errors
    /// If facts contradict each other or lie outside the supported range: see [`Facts::check`].
    pub const fn new(facts: Facts) -> Result<Format, FormatError> {
        match facts.check() {
            Err(e) => Err(e),
            Ok(()) => Ok(Format::derive(facts)),
        }
    }

    /// Like [`Format::new`], for constants: the facts are known to be valid.
    ///
    /// # Panics
    /// If the facts are invalid; in a constant this is a compile error.
    #[must_use]
    pub const fn known(facts: Facts) -> Format {
        match Format::new(facts) {
            Ok(format) => format,
            Err(_) => panic!("these facts are no format"),
        }
    }

    /// The integer format of a width from 2 to 64 bits: two's complement if `signed`, otherwise unsigned.
    ///
    /// # Errors
    /// If the width is outside 2 to 64.
    pub const fn integer(width: u32, signed: bool) -> Result<Format, FormatError> {
        Format::new(Facts {
            width,
            precision: width,
            bias: 2 - width as i32,
            sign: if signed { Sign::TwosComplement } else { Sign::Unsigned },
            nans: Nans::None,
            overflow: Overflow::Largest,
            subnormals: true,
        })
    }

    const fn derive(facts: Facts) -> Format {
        let top = u64::MAX >> (64 - facts.magnitude_bits());
        let infinities = matches!(facts.overflow, Overflow::Infinity) as u64;
        let nans = match facts.nans {
            Nans::Top(n) => n,
            Nans::None | Nans::NegativeZero => 0,
        };
        let largest = match facts.sign {
            Sign::TwosComplement => [top >> 1, (top >> 1) + 1],
            Sign::SignMagnitude | Sign::Unsigned => [top - nans - infinities; 2],
        };
        let top_bit = 1u64 << (facts.width - 1);
        let trailing_ones = (1u64 << (facts.precision - 1)) - 1;
        let ieee_nans = infinities == 1 && facts.precision > 1 && nans == trailing_ones;
        let nan = match facts.nans {
            Nans::None => None,
            Nans::NegativeZero => Some(top_bit),
            Nans::Top(_) if ieee_nans => Some((largest[0] + 1) | 1 << (facts.precision - 2)),
            Nans::Top(_) => Some(top),
        };
        let signed = matches!(facts.sign, Sign::SignMagnitude);
        let emin = if facts.subnormals { 1 - facts.bias } else { -facts.bias };
        let mut format = Format {
            facts,
            code_mask: u64::MAX >> (64 - facts.width),
            sign_bit: if signed { top_bit } else { 0 },
            emin,
            quantum_min: emin - (facts.precision as i32 - 1),
            emax: 0,
            tiny_below: emin,
            largest,
            offset: if facts.subnormals { 0 } else { trailing_ones + 1 },
            nan,
            ieee_nans,
            negative_zero: signed && !matches!(facts.nans, Nans::NegativeZero),
            twos_complement: matches!(facts.sign, Sign::TwosComplement),
        };
        format.emax = format.leading_exponent(largest[1]);
        if format.is_integer() || format.twos_complement {
            format.tiny_below = NEVER_TINY;
        }
        format
    }

    /// The facts that define the format.
    #[must_use]
    pub const fn facts(&self) -> Facts {
        self.facts
    }

    /// The number of bits of a code.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.facts.width
    }

    /// The number of significand bits, including the hidden bit.
    #[must_use]
    pub const fn precision(&self) -> u32 {
        self.facts.precision
    }

    /// Exponent of the lowest binade with full precision: `2^emin` is the smallest normal value.
    #[must_use]
    pub const fn emin(&self) -> i32 {
        self.emin
    }

    /// Exponent of the leading bit of the finite value of largest magnitude.
    #[must_use]
    pub const fn emax(&self) -> i32 {
        self.emax
    }

    /// Exponent of the leading bit of the value of a magnitude code, which must not be zero.
    const fn leading_exponent(&self, magnitude: u64) -> i32 {
        let field = (magnitude >> (self.facts.precision - 1)) as i32;
        if field == 0 && self.facts.subnormals {
            return self.quantum_min() + 63 - magnitude.leading_zeros() as i32;
        }
        field - self.facts.bias
    }

    /// Exponent of the smallest quantum: `2^quantum_min` is the spacing of the smallest values.
    #[must_use]
    pub const fn quantum_min(&self) -> i32 {
        self.quantum_min
    }

    /// Whether the format has negative values.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        !matches!(self.facts.sign, Sign::Unsigned)
    }

    /// Whether the format has a zero (E8M0 has none).
    #[must_use]
    pub const fn has_zero(&self) -> bool {
        self.facts.subnormals
    }

    /// Whether the format has a minus zero.
    #[must_use]
    pub const fn has_negative_zero(&self) -> bool {
        self.negative_zero
    }

    /// Whether the values are exactly the integers of a range, so that IEEE 754-2019 clause 5.8 applies to conversions.
    #[must_use]
    pub const fn is_integer(&self) -> bool {
        self.facts.precision == self.facts.width
            && self.facts.subnormals
            && self.quantum_min() == 0
            && matches!(self.facts.nans, Nans::None)
            && matches!(self.facts.overflow, Overflow::Largest)
    }

    /// Whether NaNs are laid out as in IEEE 754: a whole binade, in which the first trailing significand bit distinguishes quiet from
    /// signalling NaNs.
    #[must_use]
    pub const fn has_ieee_nans(&self) -> bool {
        self.ieee_nans
    }

    /// Results with an exponent below this are tiny. In integer and two's complement formats no result is.
    #[must_use]
    pub const fn tiny_below(&self) -> i32 {
        self.tiny_below
    }
}
