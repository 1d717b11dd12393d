//! How a result is delivered: rounding, saturation, tininess, flushing, and what a NaN becomes. Nothing is global.

mod name_error;
mod names;
mod noise_bits;

pub use name_error::NameError;
pub use noise_bits::NoiseBits;

use core::fmt;
use core::ops::{BitOr, BitOrAssign};

/// Which of the two neighbours an inexact result goes to (IEEE 754-2019 clause 4.3, P3109 for the last two).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Rounding {
    /// The nearer; of two equally near, the one with the even code (roundTiesToEven).
    #[default]
    NearestEven,
    /// The nearer; of two equally near, the one of larger magnitude (roundTiesToAway).
    NearestAway,
    /// The one of smaller magnitude (roundTowardZero).
    TowardZero,
    /// The greater (roundTowardPositive).
    TowardPositive,
    /// The lesser (roundTowardNegative).
    TowardNegative,
    /// The one with the odd code.
    ToOdd,
    /// Stochastic: a noise word decides between the two.
    Stochastic {
        /// How noise and the discarded part are compared.
        variant: Stochastic,
        /// How many low bits of the noise word are used.
        bits: NoiseBits,
    },
}

/// The three stochastic roundings of P3109. With `nu` in `[0, 1)` the discarded fraction of the last place, `N`
/// bits of noise and `R` the noise word modulo `2^N`:
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Stochastic {
    /// Away from zero when `floor(nu * 2^N) + R >= 2^N`.
    A,
    /// Away from zero when `floor(nu * 2^(N+1)) + 2R + 1 >= 2^(N+1)`.
    B,
    /// Away from zero when `roundTiesToEven(nu * 2^N) + R >= 2^N`.
    C,
}

/// What becomes of a result that no finite value of the format can hold (P3109's three modes).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Saturation {
    /// Overflow goes where the rounding sends it: to the largest finite value or past it (SatNone).
    #[default]
    None,
    /// Everything, infinities too, clamps to the largest finite value (SatFinite).
    Finite,
    /// Finite overflow clamps, infinities stay (SatPropagate).
    Propagate,
}

/// When a result counts as tiny (IEEE 754-2019 clause 7.5 leaves the choice).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Tininess {
    /// After rounding, as if the exponent had no lower bound (x86, RISC-V).
    #[default]
    After,
    /// Before rounding (Arm).
    Before,
}

/// What a NaN becomes in a format that has none, and an unrepresentable integer under [`Saturation::None`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum NanResult {
    /// The largest finite value (PTX for FP6 and FP4, RISC-V for integers).
    #[default]
    Largest,
    /// The least value: the most negative one, or the smallest of an unsigned format (x86's integer indefinite).
    Least,
    /// Zero; the smallest value in a format without a zero (Arm for integers).
    Zero,
    /// Minus zero where the format has one, else zero.
    NegativeZero,
}

/// Whose operations: what they give where IEEE 754-2019 and P3109 differ.
///
/// P3109 has one zero, one NaN and no flags, and other answers to division by zero, to what has no result in a format,
/// to copySign, totalOrder, nextUp and nextDown (SPEC.md, part P). It is a draft that still changes, so a version of it is
/// chosen by name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Standard {
    /// IEEE 754-2019, for formats of any kind.
    #[default]
    #[cfg_attr(feature = "serde", serde(rename = "ieee-754"))]
    Ieee754,
    /// The interim report of IEEE SA P3109, version 4.0 of June 2026.
    #[cfg_attr(feature = "serde", serde(rename = "p3109-v4.0"))]
    P3109V4_0,
    /// P3109's formal model of July 2026: without saturation, overflow of a format without infinities gives NaN unless
    /// the rounding is directed toward zero.
    #[cfg_attr(feature = "serde", serde(rename = "p3109-2026-07"))]
    P3109July2026,
}

/// Everything that decides how a result is delivered, beside the format itself.
///
/// A policy is made from another, [`Policy::IEEE`] in the end, since it may get more fields:
///
/// ```
/// use halfulp::{Policy, Rounding, Tininess};
///
/// let arm = Policy::IEEE.rounding(Rounding::TowardZero).tininess(Tininess::Before).flush_results(true);
/// assert!(arm.flush_results && !arm.flush_operands);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(default, rename_all = "kebab-case")
)]
#[non_exhaustive]
pub struct Policy {
    /// Whose operations.
    pub standard: Standard,
    /// Which neighbour an inexact result goes to.
    pub rounding: Rounding,
    /// What becomes of a result beyond the finite range.
    pub saturation: Saturation,
    /// When a result counts as tiny.
    pub tininess: Tininess,
    /// Subnormal operands count as zero of the same sign (DAZ).
    pub flush_operands: bool,
    /// Tiny results become zero of the same sign, underflow and inexact raised (FTZ).
    pub flush_results: bool,
    /// What a NaN becomes in a format that has none.
    pub nan: NanResult,
}

impl Policy {
    /// IEEE 754's defaults: nearest-even, no saturation, tininess after rounding, no flushing.
    pub const IEEE: Policy = Policy {
        standard: Standard::Ieee754,
        rounding: Rounding::NearestEven,
        saturation: Saturation::None,
        tininess: Tininess::After,
        flush_operands: false,
        flush_results: false,
        nan: NanResult::Largest,
    };

    /// The same policy with another rounding.
    #[must_use]
    pub const fn rounding(self, rounding: Rounding) -> Policy {
        Policy { rounding, ..self }
    }

    /// The same policy by another standard.
    #[must_use]
    pub const fn standard(self, standard: Standard) -> Policy {
        Policy { standard, ..self }
    }

    /// The same policy with another saturation.
    #[must_use]
    pub const fn saturation(self, saturation: Saturation) -> Policy {
        Policy { saturation, ..self }
    }

    /// The same policy with tininess detected otherwise.
    #[must_use]
    pub const fn tininess(self, tininess: Tininess) -> Policy {
        Policy { tininess, ..self }
    }

    /// The same policy with subnormal operands flushed to zero or not (DAZ).
    #[must_use]
    pub const fn flush_operands(self, flush_operands: bool) -> Policy {
        Policy { flush_operands, ..self }
    }

    /// The same policy with tiny results flushed to zero or not (FTZ).
    #[must_use]
    pub const fn flush_results(self, flush_results: bool) -> Policy {
        Policy { flush_results, ..self }
    }

    /// The same policy with another result for a NaN in a format that has none.
    #[must_use]
    pub const fn nan(self, nan: NanResult) -> Policy {
        Policy { nan, ..self }
    }
}

/// The five exceptions of IEEE 754-2019 clause 7, in Berkeley TestFloat's bit order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(try_from = "u8", into = "u8")
)]
pub struct Flags(u8);

impl TryFrom<u8> for Flags {
    type Error = FlagsError;

    fn try_from(bits: u8) -> Result<Flags, FlagsError> {
        Flags::from_bits(bits).ok_or(FlagsError { bits })
    }
}

/// A byte that is no set of flags.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FlagsError {
    /// The byte.
    pub bits: u8,
}

impl fmt::Display for FlagsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is no byte of flags: expected 0 to 31", self.bits)
    }
}

impl core::error::Error for FlagsError {}

impl From<Flags> for u8 {
    fn from(flags: Flags) -> u8 {
        flags.0
    }
}

impl Flags {
    /// Nothing happened: the result is exact.
    pub const NONE: Flags = Flags(0);
    /// The delivered result differs from the exact one (7.6).
    pub const INEXACT: Flags = Flags(1);
    /// The exact result is tiny and the delivered one inexact, or a tiny result was flushed (7.5).
    pub const UNDERFLOW: Flags = Flags(2);
    /// A finite result, rounded without an exponent bound, exceeds the largest finite value (7.4).
    pub const OVERFLOW: Flags = Flags(4);
    /// An exact infinity from finite operands (7.3).
    pub const DIVIDE_BY_ZERO: Flags = Flags(8);
    /// No usefully definable result: a signalling NaN as operand, `inf - inf`, `0 * inf`, `0 / 0`, `sqrt(-1)`, a NaN
    /// or a number out of range for an integer, a negative for an unsigned format (7.2).
    pub const INVALID: Flags = Flags(16);

    /// All five.
    pub const ALL: Flags = Flags(31);

    /// The flags of TestFloat's byte; bits 5 to 7 must be clear.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Option<Flags> {
        if bits < 32 { Some(Flags(bits)) } else { None }
    }

    /// TestFloat's byte: bit 0 inexact, 1 underflow, 2 overflow, 3 division by zero, 4 invalid.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether all of `other` are raised.
    #[must_use]
    pub const fn contains(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    /// These flags less the others.
    #[must_use]
    pub const fn without(self, other: Flags) -> Flags {
        Flags(self.0 & !other.0)
    }

    /// These flags if `raised`, none otherwise.
    #[must_use]
    pub const fn when(self, raised: bool) -> Flags {
        // No branch: whether a result is inexact cannot be predicted.
        Flags(self.0 * raised as u8)
    }
}

impl BitOr for Flags {
    type Output = Flags;
    fn bitor(self, other: Flags) -> Flags {
        self.union(other)
    }
}

impl BitOrAssign for Flags {
    fn bitor_assign(&mut self, other: Flags) {
        *self = self.union(other);
    }
}

/// TestFloat's letters, `v` invalid, `i` infinite, `o` overflow, `u` underflow, `x` inexact, a dot where not raised.
impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters: [u8; 5] =
            core::array::from_fn(|i| if self.0 >> (4 - i) & 1 == 1 { b"vioux"[i] } else { b'.' });
        f.pad(core::str::from_utf8(&letters).unwrap_or("....."))
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Flags({self})")
    }
}
