//! The formats and policies that kernels are tested in.

use std::sync::LazyLock;

use halfulp::format::catalog;
use halfulp::{
    Facts, Format, NanResult, Nans, NoiseBits, Overflow, Policy, Rounding, Saturation, Sign, Stochastic,
    Tininess,
};

use crate::support::{int, p3109};

/// The catalog's formats of up to 16 bits, with some that it does not list.
pub fn all() -> &'static [(String, Format)] {
    static ALL: LazyLock<Vec<(String, Format)>> = LazyLock::new(|| {
        let narrow = catalog::builtin().iter().filter(|entry| entry.format.width() <= 16);
        let mut all: Vec<_> = narrow.map(|entry| (entry.name.to_string(), entry.format)).collect();
        for (k, p, signed, extended) in [
            (3, 1, true, true),
            (3, 2, true, false),
            (4, 2, false, true),
            (5, 1, true, true),
            (6, 3, false, false),
            (8, 1, true, true),
            (8, 1, false, false),
            (8, 2, false, true),
            (8, 4, true, true),
            (8, 7, true, false),
            (9, 3, true, true),
            (12, 5, false, true),
            (16, 1, true, true),
            (16, 5, true, true),
            (16, 8, true, false),
            (16, 15, true, true),
        ] {
            let sign = if signed { 's' } else { 'u' };
            let domain = if extended { 'e' } else { 'f' };
            all.push((format!("binary{k}p{p}{sign}{domain}"), p3109(k, p, signed, extended)));
        }
        for (width, signed) in [(4, true), (8, true), (8, false), (13, false), (16, true), (16, false)] {
            all.push((format!("{}{width}", if signed { 'i' } else { 'u' }), int(width, signed)));
        }
        all.extend(custom().map(|(name, facts)| (name.to_string(), Format::known(facts))));
        all
    });
    &ALL
}

/// Formats whose facts meet in no published one.
fn custom() -> impl Iterator<Item = (&'static str, Facts)> {
    let ieee = Facts {
        width: 8,
        precision: 4,
        bias: 7,
        sign: Sign::SignMagnitude,
        nans: Nans::Top(7),
        overflow: Overflow::Infinity,
        subnormals: true,
    };
    [
        (
            "one exponent bit",
            Facts { precision: 7, bias: 0, nans: Nans::None, overflow: Overflow::Largest, ..ieee },
        ),
        ("bias 120", Facts { bias: 120, ..ieee }),
        ("bias -100", Facts { bias: -100, ..ieee }),
        ("bias 140", Facts { bias: 140, ..ieee }),
        ("bias 1030", Facts { bias: 1030, ..ieee }),
        ("bias -1015", Facts { bias: -1015, ..ieee }),
        ("bias 5000", Facts { bias: 5000, ..ieee }),
        ("many NaNs", Facts { nans: Nans::Top(119), ..ieee }),
        ("infinity below one NaN", Facts { nans: Nans::Top(1), ..ieee }),
        ("infinity, no NaN", Facts { nans: Nans::None, ..ieee }),
        (
            "two bits",
            Facts { width: 2, precision: 1, bias: 0, nans: Nans::None, overflow: Overflow::Largest, ..ieee },
        ),
        (
            "no zero, precision 4",
            Facts {
                sign: Sign::Unsigned,
                nans: Nans::Top(1),
                overflow: Overflow::Nan,
                subnormals: false,
                ..ieee
            },
        ),
        ("unsigned with infinity", Facts { sign: Sign::Unsigned, nans: Nans::Top(3), ..ieee }),
        (
            "fixed point",
            Facts {
                width: 11,
                precision: 11,
                bias: 3,
                sign: Sign::TwosComplement,
                nans: Nans::None,
                overflow: Overflow::Largest,
                ..ieee
            },
        ),
        ("16 bits, bias 127", Facts { width: 16, precision: 6, bias: 511, nans: Nans::Top(31), ..ieee }),
        ("bias 127, precision 9", Facts { width: 16, precision: 9, bias: 127, nans: Nans::Top(255), ..ieee }),
        ("13 exponent bits", Facts { width: 16, precision: 3, bias: 1000, nans: Nans::Top(3), ..ieee }),
        ("14 exponent bits", Facts { width: 16, precision: 2, bias: 120, nans: Nans::Top(1), ..ieee }),
        ("15 bits, bias 127", Facts { width: 15, precision: 7, bias: 127, nans: Nans::Top(63), ..ieee }),
    ]
    .into_iter()
}

const fn stochastic(variant: Stochastic, bits: u32) -> Rounding {
    Rounding::Stochastic { variant, bits: NoiseBits::known(bits) }
}

/// All roundings; the stochastic ones with few, some and all bits of noise.
pub const ROUNDINGS: [Rounding; 15] = [
    Rounding::NearestEven,
    Rounding::NearestAway,
    Rounding::TowardZero,
    Rounding::TowardPositive,
    Rounding::TowardNegative,
    Rounding::ToOdd,
    stochastic(Stochastic::A, 1),
    stochastic(Stochastic::A, 13),
    stochastic(Stochastic::A, 32),
    stochastic(Stochastic::B, 2),
    stochastic(Stochastic::B, 9),
    stochastic(Stochastic::B, 32),
    stochastic(Stochastic::C, 1),
    stochastic(Stochastic::C, 21),
    stochastic(Stochastic::C, 32),
];

pub const SATURATIONS: [Saturation; 3] = [Saturation::None, Saturation::Finite, Saturation::Propagate];

/// Every rounding with every saturation; the switches and the NaN's fate go around with them.
pub fn policies() -> Vec<Policy> {
    let mut policies = Vec::new();
    let nans = [NanResult::Largest, NanResult::Least, NanResult::Zero, NanResult::NegativeZero];
    for rounding in ROUNDINGS {
        for saturation in SATURATIONS {
            let n = policies.len();
            policies.push(Policy::IEEE.rounding(rounding).saturation(saturation).nan(nans[n % 4]));
        }
        for (n, saturation) in SATURATIONS.into_iter().enumerate() {
            policies.push(
                Policy::IEEE
                    .rounding(rounding)
                    .saturation(saturation)
                    .tininess(if policies.len() % 2 == 0 { Tininess::Before } else { Tininess::After })
                    .flush_operands(n != 1)
                    .flush_results(n != 0)
                    .nan(nans[(n + 1) % 4]),
            );
        }
    }
    policies
}
