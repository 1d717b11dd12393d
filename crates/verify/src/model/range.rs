//! The ends of a device's range: overflow, infinities, results below the smallest normal value.

use halfulp::{Format, Saturation, Tininess};
use serde::{Deserialize, Serialize};

use super::place::{Place, index, quantum};

/// What happens at the ends of the range.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct RangeRules {
    /// The saturation, if it is not the policy's.
    pub saturation: Option<Saturation>,
    /// Where overflow begins.
    pub overflow_at: OverflowAt,
    /// The result of an overflow.
    pub overflow: OverflowResult,
    /// The result of a number beyond the largest value that does not count as an overflow.
    pub gap: Gap,
    /// The result for an infinity.
    pub infinity: InfinityResult,
    /// The result for a number below the smallest normal value.
    pub tiny: TinyResult,
    /// When tininess is detected, if it is not the policy's.
    pub tininess: Option<Tininess>,
    /// The result for a zero in a format without zero.
    pub missing_zero: ZeroResult,
}

/// Where overflow begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverflowAt {
    /// Where the rounded result exceeds the largest finite value.
    #[default]
    Rounded,
    /// Where the exact result does, before rounding.
    Exact,
    /// Half a quantum above the largest finite value, whatever the rounding.
    Midpoint,
    /// A whole quantum above it.
    NextValue,
    /// Where the rounded result reaches the next power of two: the exponent overflows.
    NextBinade,
}

/// The result of an overflow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverflowResult {
    /// By rounding and saturation.
    #[default]
    Policy,
    /// What lies past the largest finite value, infinity or NaN, whatever the rounding and the saturation.
    Past,
    /// NaN.
    Nan,
    /// The largest finite value.
    Largest,
    /// The largest finite value, always positive.
    PositiveLargest,
    /// The largest finite value of the other sign.
    OppositeLargest,
    /// The code with all magnitude bits set.
    TopCode,
    /// The same, always positive.
    PositiveTopCode,
    /// The low bits of the code that an unbounded exponent would give.
    Wrapped,
    /// Zero.
    Zero,
}

/// The result of a number beyond the largest finite value that does not count as an overflow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gap {
    /// The next codes, whatever they mean.
    #[default]
    Codes,
    /// The largest finite value.
    Largest,
}

/// The result for an infinity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InfinityResult {
    /// By the saturation.
    #[default]
    Policy,
    /// What lies past the largest finite value, whatever the saturation.
    Past,
    /// NaN.
    Nan,
    /// The largest finite value.
    Largest,
    /// The code with all magnitude bits set.
    TopCode,
}

/// The result for a number below the smallest normal value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TinyResult {
    /// Subnormals, or zero where the policy flushes results.
    #[default]
    Policy,
    /// Zero if the exact result is tiny, before rounding.
    Before,
    /// Zero if the result is tiny after rounding with an unbounded exponent.
    After,
    /// Zero if the result rounded among the subnormals stays below the smallest normal value.
    Grid,
    /// Zero or the smallest normal value, whichever is nearer; on a tie, zero.
    Nearest,
    /// The smallest normal value.
    SmallestNormal,
    /// Zero if the exponents of the operands alone give a tiny result.
    Operands,
}

/// The result for a zero in a format without zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZeroResult {
    /// By the saturation, with the exception invalid.
    #[default]
    Policy,
    /// The smallest value.
    Smallest,
}

impl OverflowAt {
    /// Whether a number overflows. `rounded` is the number of the value that it is rounded to.
    pub(super) fn reached(self, f: &Format, negative: bool, place: &Place, rounded: i128) -> bool {
        let largest = i128::from(f.largest_magnitude(negative));
        let beyond = place.index > largest;
        let at = place.index == largest;
        match self {
            OverflowAt::Rounded => rounded > largest,
            OverflowAt::Exact => beyond || at && !place.rest.is_zero(),
            OverflowAt::Midpoint => beyond || at && place.rest.against_half().is_ge(),
            OverflowAt::NextValue => beyond,
            OverflowAt::NextBinade => {
                let quantum = quantum(f, f.emax() + 1);
                rounded >= index(f, quantum, 1 << (f.emax() + 1 - quantum))
            }
        }
    }
}
