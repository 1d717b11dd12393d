//! How a device chooses between the two neighbours of a result.

use std::cmp::Ordering;

use halfulp::{Rounding, Stochastic};
use serde::{Deserialize, Serialize};

use super::place::{Fraction, Place};

/// How the exact result is rounded.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct RoundingRules {
    /// The rounding, if it is not the policy's.
    pub rule: Option<Rule>,
    /// How the noise word of stochastic rounding is used.
    pub noise: NoiseRead,
    /// The bits below the last place that the rounding sees, if not all.
    pub guard: Option<Guard>,
    /// Which place counts as the last one.
    pub position: Position,
    /// What becomes of a carry out of the significand.
    pub carry: Carry,
}

/// The bits below the last place that a device rounds by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Guard {
    /// How many: 0 to 64.
    pub bits: u32,
    /// Whether another bit tells if any lower one was set.
    #[serde(default)]
    pub sticky: bool,
}

/// Where a device rounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Position {
    /// At the last place of the result.
    #[default]
    Normalized,
    /// At the last place that the result would have if it kept the exponent of the operands (the larger one of a sum, the sum of those of a
    /// product): before normalization. What a carry then shifts out is cut off.
    Operands,
}

/// What a device does where it rounds a significand of ones up, which carries into the exponent.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Carry {
    /// The exponent takes it.
    #[default]
    Kept,
    /// The trailing significand becomes zero, and the exponent stays.
    Lost,
    /// The number is cut off there.
    CutOff,
}

impl Carry {
    /// The number of the value to which one at a place is rounded. The significand has `precision` bits; a single one has no trailing bits.
    pub(super) fn rounded(self, place: &Place, away: bool, precision: u32) -> i128 {
        let rounded = place.index + i128::from(away);
        if !away || precision == 1 || place.kept + 1 != 1 << precision {
            return rounded;
        }
        match self {
            Carry::Kept => rounded,
            Carry::Lost => rounded - (1 << (precision - 1)),
            Carry::CutOff => place.index,
        }
    }
}

/// A rounding: those of IEEE 754 and P3109, and others that devices have.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// Nearest; on a tie, the neighbour with the even code.
    NearestEven,
    /// Nearest; on a tie, away from zero.
    NearestAway,
    /// Nearest; on a tie, toward zero.
    NearestZero,
    /// Nearest; on a tie, upward: the half is added and the sum is cut off downward.
    NearestUp,
    /// Nearest; on a tie, downward.
    NearestDown,
    /// Nearest; on a tie, the neighbour with the odd code.
    NearestOdd,
    /// Toward zero: truncation.
    TowardZero,
    /// Away from zero.
    AwayFromZero,
    /// Upward.
    TowardPositive,
    /// Downward.
    TowardNegative,
    /// The neighbour with the odd code.
    ToOdd,
}

impl Rule {
    /// All of them.
    pub const ALL: [Rule; 11] = [
        Rule::NearestEven,
        Rule::NearestAway,
        Rule::NearestZero,
        Rule::NearestUp,
        Rule::NearestDown,
        Rule::NearestOdd,
        Rule::TowardZero,
        Rule::AwayFromZero,
        Rule::TowardPositive,
        Rule::TowardNegative,
        Rule::ToOdd,
    ];

    /// The rounding of a policy that is the same; `None` for those that policies do not have.
    #[must_use]
    pub fn standard(self) -> Option<Rounding> {
        Some(match self {
            Rule::NearestEven => Rounding::NearestEven,
            Rule::NearestAway => Rounding::NearestAway,
            Rule::TowardZero => Rounding::TowardZero,
            Rule::TowardPositive => Rounding::TowardPositive,
            Rule::TowardNegative => Rounding::TowardNegative,
            Rule::ToOdd => Rounding::ToOdd,
            Rule::NearestZero
            | Rule::NearestUp
            | Rule::NearestDown
            | Rule::NearestOdd
            | Rule::AwayFromZero => {
                return None;
            }
        })
    }
}

/// How a device uses the noise word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoiseRead {
    /// Its low bits, as the policy says.
    #[default]
    Low,
    /// The bits above those.
    High,
    /// The uppermost bits of a word of 32 bits.
    Upper,
    /// The low bits in reverse order.
    Reversed,
    /// The low bits complemented.
    Complemented,
    /// As if they were 0: truncation.
    Zero,
    /// As if all were 1.
    Ones,
}

impl NoiseRead {
    fn bits(self, noise: u64, n: u32) -> u64 {
        let low = |word: u64| word & (u64::MAX >> (64 - n));
        match self {
            NoiseRead::Low => low(noise),
            NoiseRead::High => low(noise >> n),
            NoiseRead::Upper => low(noise >> (32 - n)),
            NoiseRead::Reversed => low(noise).reverse_bits() >> (64 - n),
            NoiseRead::Complemented => low(!noise),
            NoiseRead::Zero => 0,
            NoiseRead::Ones => low(u64::MAX),
        }
    }
}

/// What a device rounds by: its own rule, or the policy's rounding.
#[derive(Clone, Copy)]
pub(super) enum By {
    Rule(Rule),
    Stochastic { variant: Stochastic, bits: u32, noise: u64 },
}

impl RoundingRules {
    pub(super) fn by(&self, policy: Rounding, noise: u64) -> By {
        if let Some(rule) = self.rule {
            return By::Rule(rule);
        }
        By::Rule(match policy {
            Rounding::NearestEven => Rule::NearestEven,
            Rounding::NearestAway => Rule::NearestAway,
            Rounding::TowardZero => Rule::TowardZero,
            Rounding::TowardPositive => Rule::TowardPositive,
            Rounding::TowardNegative => Rule::TowardNegative,
            Rounding::ToOdd => Rule::ToOdd,
            Rounding::Stochastic { variant, bits } => {
                let noise = self.noise.bits(noise, bits.get());
                return By::Stochastic { variant, bits: bits.get(), noise };
            }
        })
    }
}

impl By {
    /// Whether a number goes to the neighbour farther from zero. `odd` is the parity of the nearer one's code.
    pub fn away(self, negative: bool, odd: bool, rest: Fraction) -> bool {
        if rest.is_zero() {
            return false;
        }
        let nearest = |tie: bool| match rest.against_half() {
            Ordering::Less => false,
            Ordering::Equal => tie,
            Ordering::Greater => true,
        };
        match self {
            By::Rule(Rule::NearestEven) => nearest(odd),
            By::Rule(Rule::NearestAway) => nearest(true),
            By::Rule(Rule::NearestZero) => nearest(false),
            By::Rule(Rule::NearestUp) => nearest(!negative),
            By::Rule(Rule::NearestDown) => nearest(negative),
            By::Rule(Rule::NearestOdd) => nearest(!odd),
            By::Rule(Rule::TowardZero) => false,
            By::Rule(Rule::AwayFromZero) => true,
            By::Rule(Rule::TowardPositive) => !negative,
            By::Rule(Rule::TowardNegative) => negative,
            By::Rule(Rule::ToOdd) => !odd,
            By::Stochastic { variant, bits, noise } => stochastic(variant, bits, noise, rest),
        }
    }

    /// Whether a result beyond the range goes past the largest value, where the policy does not saturate.
    pub fn past(self, negative: bool, largest_is_even: bool) -> bool {
        match self {
            By::Rule(Rule::TowardZero) => false,
            By::Rule(Rule::TowardPositive) => !negative,
            By::Rule(Rule::TowardNegative) => negative,
            By::Rule(Rule::ToOdd) => largest_is_even,
            By::Rule(_) | By::Stochastic { .. } => true,
        }
    }
}

fn stochastic(variant: Stochastic, n: u32, noise: u64, rest: Fraction) -> bool {
    let one = 1u64 << n;
    match variant {
        Stochastic::A => rest.floor(n).0 + noise >= one,
        Stochastic::B => rest.floor(n + 1).0 + 2 * noise + 1 >= 2 * one,
        Stochastic::C => {
            let (doubled, all) = rest.floor(n + 1);
            let up = doubled & 1 == 1 && (!all || doubled & 2 == 2);
            (doubled >> 1) + u64::from(up) + noise >= one
        }
    }
}
