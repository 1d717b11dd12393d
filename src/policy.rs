//! Policies: rounding, saturation, tininess, flushing, and the result for a NaN in a format without NaN. There is no global state.

mod flags;
mod name_error;
mod names;
mod noise_bits;
#[cfg(feature = "serde")]
mod serde;

pub use flags::{Flags, FlagsError};
pub use name_error::NameError;
pub use noise_bits::NoiseBits;

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
