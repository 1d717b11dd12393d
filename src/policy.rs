//! Policies: rounding, saturation, tininess, flushing, and the result for a NaN in a format without NaN. There is no global state.

mod name_error;
mod names;
mod noise_bits;
#[cfg(feature = "serde")]
mod serde;

pub use name_error::NameError;
pub use noise_bits::NoiseBits;

use core::fmt;
use core::ops::{BitOr, BitOrAssign};

/// The rounding of an inexact result to one of its two neighbours (IEEE 754-2019 clause 4.3; P3109 for the last two).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "serde", derive(::serde::Serialize), serde(rename_all = "kebab-case"))]
pub enum Rounding {
    /// The nearer neighbour; on a tie, the one with the even code (roundTiesToEven).
    #[default]
    NearestEven,
    /// The nearer neighbour; on a tie, the one of larger magnitude (roundTiesToAway).
    NearestAway,
    /// The neighbour of smaller magnitude (roundTowardZero).
    TowardZero,
    /// The greater neighbour (roundTowardPositive).
    TowardPositive,
    /// The lesser neighbour (roundTowardNegative).
    TowardNegative,
    /// The neighbour with the odd code.
    ToOdd,
    /// Stochastic rounding: a noise word selects the neighbour.
    Stochastic {
        /// How the discarded fraction and the noise are combined.
        variant: Stochastic,
        /// The number of low bits of the noise word that are used.
        bits: NoiseBits,
    },
}

/// The three stochastic roundings of P3109. Let `nu` in `[0, 1)` be the discarded fraction in units of the last place, `N`
/// the number of noise bits, and `R` the noise word modulo `2^N`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(
    feature = "serde",
    derive(::serde::Serialize, ::serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Stochastic {
    /// Away from zero when `floor(nu * 2^N) + R >= 2^N`.
    A,
    /// Away from zero when `floor(nu * 2^(N+1)) + 2R + 1 >= 2^(N+1)`.
    B,
    /// Away from zero when `roundTiesToEven(nu * 2^N) + R >= 2^N`.
    C,
}

/// The treatment of results beyond the finite range (P3109's three saturation modes).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(
    feature = "serde",
    derive(::serde::Serialize, ::serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Saturation {
    /// No saturation: by the rounding, overflow gives the largest finite value, or the infinity or NaN beyond it (SatNone).
    #[default]
    None,
    /// Overflow and infinities are clamped to the largest finite value (SatFinite).
    Finite,
    /// Overflow is clamped to the largest finite value; infinities are preserved (SatPropagate).
    Propagate,
}

/// When tininess is detected (IEEE 754-2019 clause 7.5 leaves the choice).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(
    feature = "serde",
    derive(::serde::Serialize, ::serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Tininess {
    /// After rounding, as if the exponent had no lower bound (x86, RISC-V).
    #[default]
    After,
    /// Before rounding (Arm).
    Before,
}

/// The result for a NaN in a format without NaN, and for a conversion to an integer that is out of range under [`Saturation::None`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(
    feature = "serde",
    derive(::serde::Serialize, ::serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum NanResult {
    /// The largest finite value (PTX for FP6 and FP4, RISC-V for integers).
    #[default]
    Largest,
    /// The least value: the most negative one, or the smallest one of an unsigned format (x86's integer indefinite).
    Least,
    /// Zero, or the smallest value in a format without zero (Arm for integers).
    Zero,
    /// Minus zero, or zero in a format without minus zero.
    NegativeZero,
}

/// The standard that defines the operations, where IEEE 754-2019 and P3109 differ.
///
/// P3109 has one zero, one NaN and no flags, and defines division by zero, unrepresentable results, copySign, totalOrder, nextUp and
/// nextDown differently (SPEC.md, part P). It is a draft that still changes, so its version is chosen
/// explicitly.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "serde", derive(::serde::Serialize, ::serde::Deserialize))]
#[non_exhaustive]
pub enum Standard {
    /// IEEE 754-2019, for formats of any kind.
    #[default]
    #[cfg_attr(feature = "serde", serde(rename = "ieee-754"))]
    Ieee754,
    /// The interim report of IEEE SA P3109, version 4.0 of June 2026.
    #[cfg_attr(feature = "serde", serde(rename = "p3109-v4.0"))]
    P3109V4_0,
    /// P3109's formal model of July 2026. It differs only without saturation: overflow in a format without infinities gives NaN
    /// unless the rounding direction is toward the finite range, and an infinity gives NaN.
    #[cfg_attr(feature = "serde", serde(rename = "p3109-2026-07"))]
    P3109July2026,
}

/// Everything except the format that determines how an exact result becomes a code and flags.
///
/// Fields may be added, so derive a policy from another one, such as [`Policy::IEEE`], by the method that each field has:
///
/// ```
/// use halfulp::{Policy, Rounding, Tininess};
///
/// let arm = Policy::IEEE.rounding(Rounding::TowardZero).tininess(Tininess::Before).flush_results(true);
/// assert!(arm.flush_results && !arm.flush_operands);
/// ```
///
/// For the same reason a struct expression is an error outside this crate, also one that takes the other fields from a policy:
///
/// ```compile_fail,E0639
/// use halfulp::{Policy, Rounding};
///
/// let policy = Policy { rounding: Rounding::TowardZero, ..Policy::IEEE };
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(
    feature = "serde",
    derive(::serde::Serialize, ::serde::Deserialize),
    serde(default, rename_all = "kebab-case", deny_unknown_fields)
)]
#[non_exhaustive]
pub struct Policy {
    /// The standard that defines the operations.
    pub standard: Standard,
    /// The rounding of inexact results.
    pub rounding: Rounding,
    /// The treatment of results beyond the finite range.
    pub saturation: Saturation,
    /// When tininess is detected.
    pub tininess: Tininess,
    /// Whether subnormal operands are treated as zero of the same sign (DAZ).
    pub flush_operands: bool,
    /// Whether tiny results become zero of the same sign and raise underflow and inexact (FTZ).
    pub flush_results: bool,
    /// The result for a NaN in a format without NaN.
    pub nan: NanResult,
}

impl Policy {
    /// The defaults: IEEE 754, nearest-even, no saturation, tininess after rounding, no flushing.
    pub const IEEE: Policy = Policy {
        standard: Standard::Ieee754,
        rounding: Rounding::NearestEven,
        saturation: Saturation::None,
        tininess: Tininess::After,
        flush_operands: false,
        flush_results: false,
        nan: NanResult::Largest,
    };

    /// This policy with another rounding.
    #[must_use]
    pub const fn rounding(self, rounding: Rounding) -> Policy {
        Policy { rounding, ..self }
    }

    /// This policy with another standard.
    #[must_use]
    pub const fn standard(self, standard: Standard) -> Policy {
        Policy { standard, ..self }
    }

    /// This policy with another saturation.
    #[must_use]
    pub const fn saturation(self, saturation: Saturation) -> Policy {
        Policy { saturation, ..self }
    }

    /// This policy with another tininess detection.
    #[must_use]
    pub const fn tininess(self, tininess: Tininess) -> Policy {
        Policy { tininess, ..self }
    }

    /// This policy with or without flushing of subnormal operands to zero (DAZ).
    #[must_use]
    pub const fn flush_operands(self, flush_operands: bool) -> Policy {
        Policy { flush_operands, ..self }
    }

    /// This policy with or without flushing of tiny results to zero (FTZ).
    #[must_use]
    pub const fn flush_results(self, flush_results: bool) -> Policy {
        Policy { flush_results, ..self }
    }

    /// This policy with another result for a NaN in a format without NaN.
    #[must_use]
    pub const fn nan(self, nan: NanResult) -> Policy {
        Policy { nan, ..self }
    }
}

/// The five exceptions of IEEE 754-2019 clause 7, in Berkeley TestFloat's bit order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(
    feature = "serde",
    derive(::serde::Serialize, ::serde::Deserialize),
    serde(try_from = "u8", into = "u8")
)]
pub struct Flags(u8);

impl TryFrom<u8> for Flags {
    type Error = FlagsError;

    fn try_from(bits: u8) -> Result<Flags, FlagsError> {
        Flags::from_bits(bits).ok_or(FlagsError { bits })
    }
}

/// The error for a byte that is not a valid set of flags.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct FlagsError {
    /// The byte.
    pub bits: u8,
}

impl fmt::Display for FlagsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not a byte of flags: expected 0 to 31", self.bits)
    }
}

impl core::error::Error for FlagsError {}

impl From<Flags> for u8 {
    fn from(flags: Flags) -> u8 {
        flags.0
    }
}

impl Flags {
    /// No exception.
    pub const NONE: Flags = Flags(0);
    /// The returned result differs from the exact one (7.6).
    pub const INEXACT: Flags = Flags(1);
    /// The result is tiny and inexact, or a tiny result was flushed (7.5).
    pub const UNDERFLOW: Flags = Flags(2);
    /// A finite result, rounded as if the exponent had no upper bound, exceeds the largest finite value (7.4).
    pub const OVERFLOW: Flags = Flags(4);
    /// An exact infinite result from finite operands (7.3).
    pub const DIVIDE_BY_ZERO: Flags = Flags(8);
    /// No usefully definable result (7.2): a signalling NaN operand, `inf - inf`, `0 * inf`, `0 / 0`, `sqrt(-1)`, a NaN in a format
    /// without NaN, a number out of range of an integer format, a negative number in an unsigned format, a zero in a format without zero.
    pub const INVALID: Flags = Flags(16);

    /// All five.
    pub const ALL: Flags = Flags(31);

    /// The flags of a TestFloat byte; `None` unless bits 5 to 7 are clear.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Option<Flags> {
        if bits < 32 { Some(Flags(bits)) } else { None }
    }

    /// TestFloat's byte: bit 0 inexact, 1 underflow, 2 overflow, 3 division by zero, 4 invalid.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether all flags of `other` are raised.
    #[must_use]
    pub const fn contains(self, other: Flags) -> bool {
        self.0 & other.0 == other.0
    }

    /// The union of both sets.
    #[must_use]
    pub const fn union(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }

    /// These flags without those of `other`.
    #[must_use]
    pub const fn without(self, other: Flags) -> Flags {
        Flags(self.0 & !other.0)
    }

    /// These flags if `raised`, otherwise none.
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

/// Formats the flags as TestFloat does: `v` invalid, `i` infinite (division by zero), `o` overflow, `u` underflow, `x` inexact, and a dot for
/// each flag that is not raised.
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
