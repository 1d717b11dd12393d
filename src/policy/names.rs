//! Names of the components of a policy: the short names that the program accepts and prints, and those of the standards, Berkeley
//! TestFloat, RISC-V and PTX.
//!
//! Parsing ignores case, `-` and `_`, so `roundTiesToEven` and `round-ties-to-even` are the same name.

use core::fmt;
use core::str::FromStr;

use super::{NameError, NanResult, NoiseBits, Rounding, Saturation, Standard, Stochastic, Tininess};

/// A value, its short name, and its other names.
type Names<T> = (T, &'static str, &'static [&'static str]);

const STANDARDS: [Names<Standard>; 3] = [
    (Standard::Ieee754, "ieee-754", &[]),
    (Standard::P3109V4_0, "p3109-v4.0", &[]),
    (Standard::P3109July2026, "p3109-2026-07", &[]),
];

const ROUNDINGS: [Names<Rounding>; 6] = [
    (
        Rounding::NearestEven,
        "rne",
        &["roundTiesToEven", "NearestTiesToEven", "near_even", "nearest_even", "rn"],
    ),
    (
        Rounding::NearestAway,
        "rna",
        &["roundTiesToAway", "NearestTiesToAway", "near_maxMag", "nearest_away", "rmm"],
    ),
    (Rounding::TowardZero, "rtz", &["roundTowardZero", "TowardZero", "minMag", "rz"]),
    (Rounding::TowardPositive, "rup", &["roundTowardPositive", "TowardPositive", "max", "ru"]),
    (Rounding::TowardNegative, "rdn", &["roundTowardNegative", "TowardNegative", "min", "rd"]),
    (Rounding::ToOdd, "odd", &["roundToOdd", "ToOdd"]),
];

const STOCHASTICS: [Names<Stochastic>; 3] = [
    (Stochastic::A, "sr-a", &["StochasticA"]),
    (Stochastic::B, "sr-b", &["StochasticB"]),
    (Stochastic::C, "sr-c", &["StochasticC"]),
];

const SATURATIONS: [Names<Saturation>; 3] = [
    (Saturation::None, "none", &["SatNone"]),
    (Saturation::Finite, "finite", &["SatFinite"]),
    (Saturation::Propagate, "propagate", &["SatPropagate"]),
];

const TININESSES: [Names<Tininess>; 2] = [
    (Tininess::Before, "before", &["before_rounding", "tininess_before"]),
    (Tininess::After, "after", &["after_rounding", "tininess_after"]),
];

const NAN_RESULTS: [Names<NanResult>; 4] = [
    (NanResult::Largest, "largest", &[]),
    (NanResult::Least, "least", &[]),
    (NanResult::Zero, "zero", &[]),
    (NanResult::NegativeZero, "negative-zero", &[]),
];

/// Whether two names are equal, ignoring case, `-` and `_`.
fn same(a: &str, b: &str) -> bool {
    let significant = |c: &u8| *c != b'-' && *c != b'_';
    a.bytes()
        .filter(significant)
        .map(|c| c.to_ascii_lowercase())
        .eq(b.bytes().filter(significant).map(|c| c.to_ascii_lowercase()))
}

fn find<T: Copy>(names: &[Names<T>], text: &str) -> Option<T> {
    names
        .iter()
        .find(|(_, short, others)| same(short, text) || others.iter().any(|name| same(name, text)))
        .map(|&(value, ..)| value)
}

fn short<T: PartialEq>(names: &[Names<T>], value: &T) -> &'static str {
    names.iter().find(|(v, ..)| v == value).map_or("?", |&(_, name, _)| name)
}

impl Standard {
    /// All standards, with every supported version.
    pub const ALL: &[Standard] = &[Standard::Ieee754, Standard::P3109V4_0, Standard::P3109July2026];

    /// Whether it is a version of P3109.
    #[must_use]
    #[inline(always)]
    pub const fn is_p3109(self) -> bool {
        !matches!(self, Standard::Ieee754)
    }
}

impl Rounding {
    /// The six deterministic roundings.
    pub const DETERMINISTIC: &[Rounding] = &[
        Rounding::NearestEven,
        Rounding::NearestAway,
        Rounding::TowardZero,
        Rounding::TowardPositive,
        Rounding::TowardNegative,
        Rounding::ToOdd,
    ];
}

impl Stochastic {
    /// The three stochastic roundings.
    pub const ALL: &[Stochastic] = &[Stochastic::A, Stochastic::B, Stochastic::C];
}

impl Saturation {
    /// The three saturations.
    pub const ALL: &[Saturation] = &[Saturation::None, Saturation::Finite, Saturation::Propagate];
}

impl Tininess {
    /// Both kinds of tininess detection.
    pub const ALL: &[Tininess] = &[Tininess::Before, Tininess::After];
}

impl NanResult {
    /// The four possible results for a NaN.
    pub const ALL: &[NanResult] =
        &[NanResult::Largest, NanResult::Least, NanResult::Zero, NanResult::NegativeZero];
}

impl fmt::Display for Standard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(short(&STANDARDS, self))
    }
}

impl FromStr for Standard {
    type Err = NameError;

    /// Parses `ieee-754`, `p3109-v4.0` or `p3109-2026-07`.
    ///
    /// # Errors
    /// Any other name, including P3109 without a version.
    fn from_str(text: &str) -> Result<Standard, NameError> {
        find(&STANDARDS, text).ok_or_else(|| NameError {
            text: text.into(),
            kind: "standard",
            expected: "ieee-754, p3109-v4.0 or p3109-2026-07",
        })
    }
}

/// `rne`, `rna`, `rtz`, `rup`, `rdn`, `odd`; `sr-a:8` is stochastic rounding A with 8 noise bits.
impl fmt::Display for Rounding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rounding::Stochastic { variant, bits } => write!(f, "{variant}:{bits}"),
            _ => f.pad(short(&ROUNDINGS, self)),
        }
    }
}

impl FromStr for Rounding {
    type Err = NameError;

    /// Parses any name of a rounding. A stochastic rounding is followed by its number of noise bits, as in `sr-a:8`.
    ///
    /// # Errors
    /// An unknown name, or a stochastic rounding without 1 to 32 noise bits.
    fn from_str(text: &str) -> Result<Rounding, NameError> {
        let fail = |expected| NameError { text: text.into(), kind: "rounding", expected };
        let unknown = "rne, rna, rtz, rup, rdn, odd, sr-a:N, sr-b:N or sr-c:N (N bits of noise)";
        if let Some(rounding) = find(&ROUNDINGS, text) {
            return Ok(rounding);
        }
        let (name, bits) = text.split_once(':').map_or((text, None), |(n, b)| (n, Some(b)));
        let variant = find(&STOCHASTICS, name).ok_or_else(|| fail(unknown))?;
        let bits = bits.ok_or_else(|| fail("the bits of noise after the name, 1 to 32, as in sr-a:8"))?;
        match bits.parse().ok().and_then(NoiseBits::new) {
            Some(bits) => Ok(Rounding::Stochastic { variant, bits }),
            None => Err(fail("1 to 32 bits of noise after the colon, as in sr-a:8")),
        }
    }
}

impl fmt::Display for Stochastic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(short(&STOCHASTICS, self))
    }
}

impl FromStr for Stochastic {
    type Err = NameError;

    /// Parses `sr-a`, `sr-b` or `sr-c`, or P3109's names.
    ///
    /// # Errors
    /// Any other name.
    fn from_str(text: &str) -> Result<Stochastic, NameError> {
        find(&STOCHASTICS, text).ok_or_else(|| NameError {
            text: text.into(),
            kind: "stochastic rounding",
            expected: "sr-a, sr-b or sr-c",
        })
    }
}

impl fmt::Display for Saturation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(short(&SATURATIONS, self))
    }
}

impl FromStr for Saturation {
    type Err = NameError;

    /// Parses `none`, `finite`, `propagate`, or P3109's names.
    ///
    /// # Errors
    /// Any other name.
    fn from_str(text: &str) -> Result<Saturation, NameError> {
        find(&SATURATIONS, text).ok_or_else(|| NameError {
            text: text.into(),
            kind: "saturation",
            expected: "none, finite or propagate",
        })
    }
}

impl fmt::Display for Tininess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(short(&TININESSES, self))
    }
}

impl FromStr for Tininess {
    type Err = NameError;

    /// Parses `before` or `after`, or other names such as `before_rounding`.
    ///
    /// # Errors
    /// Any other name.
    fn from_str(text: &str) -> Result<Tininess, NameError> {
        find(&TININESSES, text).ok_or_else(|| NameError {
            text: text.into(),
            kind: "tininess",
            expected: "before or after (rounding)",
        })
    }
}

impl fmt::Display for NanResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(short(&NAN_RESULTS, self))
    }
}

impl FromStr for NanResult {
    type Err = NameError;

    /// Parses `largest`, `least`, `zero` or `negative-zero`.
    ///
    /// # Errors
    /// Any other name.
    fn from_str(text: &str) -> Result<NanResult, NameError> {
        find(&NAN_RESULTS, text).ok_or_else(|| NameError {
            text: text.into(),
            kind: "result for a NaN",
            expected: "largest, least, zero or negative-zero",
        })
    }
}
