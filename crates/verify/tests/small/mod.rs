//! Small formats of every kind, and every policy.
#![allow(dead_code)] // Each test uses its part.

use halfulp::{
    Facts, Format, NanResult, Nans, NoiseBits, Overflow, Policy, Rounding, Saturation, Sign, Standard,
    Stochastic, Tininess,
};

/// A format of these facts.
pub fn format(width: u32, precision: u32, bias: i32, sign: Sign, nans: Nans, overflow: Overflow) -> Format {
    let facts = Facts { width, precision, bias, sign, nans, overflow, subnormals: true };
    Format::new(facts).unwrap_or_else(|e| panic!("{facts:?}: {e}"))
}

/// The like without zero and subnormals.
pub fn zeroless(width: u32, precision: u32, bias: i32, nans: Nans, overflow: Overflow) -> Format {
    let subnormals = false;
    let sign = Sign::Unsigned;
    Format::known(Facts { width, precision, bias, sign, nans, overflow, subnormals })
}

/// A P3109 format by its rule.
pub fn p3109(k: u32, p: u32, signed: bool, extended: bool) -> Format {
    let overflow = if extended { Overflow::Infinity } else { Overflow::Largest };
    if signed {
        let bias = 1 << (k - p - 1);
        format(k, p, bias, Sign::SignMagnitude, Nans::NegativeZero, overflow)
    } else {
        let bias = 1 << (k - p);
        format(k, p, bias, Sign::Unsigned, Nans::Top(1), overflow)
    }
}

/// IEEE 754's layout with `e` exponent bits.
pub fn ieee(width: u32, precision: u32) -> Format {
    let bias = (1 << (width - precision - 1)) - 1;
    let nans = Nans::Top((1 << (precision - 1)) - 1);
    format(width, precision, bias, Sign::SignMagnitude, nans, Overflow::Infinity)
}

pub fn e2m1() -> Format {
    format(4, 2, 1, Sign::SignMagnitude, Nans::None, Overflow::Largest)
}

pub fn e4m3fn() -> Format {
    format(8, 4, 7, Sign::SignMagnitude, Nans::Top(1), Overflow::Nan)
}

pub fn e8m0() -> Format {
    zeroless(8, 1, 127, Nans::Top(1), Overflow::Nan)
}

/// Every P3109 format of a width that the facts allow.
pub fn p3109_all(k: u32) -> Vec<Format> {
    let mut all = Vec::new();
    for extended in [false, true] {
        all.extend((1..k).map(|p| p3109(k, p, true, extended)));
        all.extend((1..=k).filter(|p| k > 3 || *p < k || !extended).map(|p| p3109(k, p, false, extended)));
    }
    all
}

/// Formats of at most 4 bits, of every kind.
pub fn tiny() -> Vec<Format> {
    let mut all = vec![
        e2m1(),
        ieee(4, 2),
        format(3, 2, 1, Sign::SignMagnitude, Nans::None, Overflow::Largest),
        // One bit of significand.
        format(4, 1, 3, Sign::SignMagnitude, Nans::None, Overflow::Infinity),
        format(4, 1, 3, Sign::SignMagnitude, Nans::NegativeZero, Overflow::Nan),
        format(4, 1, 3, Sign::Unsigned, Nans::Top(2), Overflow::Infinity),
        // No exponent to speak of.
        format(4, 3, 1, Sign::SignMagnitude, Nans::None, Overflow::Infinity),
        format(4, 3, 0, Sign::SignMagnitude, Nans::Top(2), Overflow::Nan),
        format(4, 4, 1, Sign::Unsigned, Nans::None, Overflow::Largest),
        format(4, 4, 0, Sign::Unsigned, Nans::Top(1), Overflow::Infinity),
        // NaNs that take more than the last code, with infinity and without.
        format(4, 2, 2, Sign::SignMagnitude, Nans::Top(2), Overflow::Infinity),
        format(4, 2, 1, Sign::Unsigned, Nans::Top(5), Overflow::Nan),
        format(4, 3, 2, Sign::SignMagnitude, Nans::Top(5), Overflow::Nan),
        format(4, 3, -2, Sign::Unsigned, Nans::Top(3), Overflow::Infinity),
        // Fixed point.
        format(3, 3, 0, Sign::TwosComplement, Nans::None, Overflow::Largest),
        format(4, 4, 0, Sign::TwosComplement, Nans::None, Overflow::Largest),
        format(4, 4, 3, Sign::TwosComplement, Nans::None, Overflow::Largest),
        // Without a zero.
        zeroless(3, 1, 3, Nans::Top(1), Overflow::Nan),
        zeroless(4, 1, 7, Nans::None, Overflow::Largest),
        zeroless(4, 2, 3, Nans::Top(1), Overflow::Infinity),
        zeroless(4, 3, 1, Nans::None, Overflow::Infinity),
    ];
    for width in [2, 3, 4] {
        all.extend([true, false].map(|signed| Format::integer(width, signed).expect("2 to 64 bits")));
    }
    all.extend(p3109_all(3));
    all.extend(p3109_all(4));
    all
}

/// Formats of 5 and 6 bits, of every kind.
pub fn small() -> Vec<Format> {
    let mut all = vec![
        format(6, 3, 1, Sign::SignMagnitude, Nans::None, Overflow::Largest),
        format(6, 4, 3, Sign::SignMagnitude, Nans::None, Overflow::Largest),
        // IEEE 754's NaNs with signalling ones.
        ieee(5, 3),
        ieee(6, 3),
        ieee(6, 4),
        format(6, 4, 1, Sign::Unsigned, Nans::Top(7), Overflow::Infinity),
        format(6, 2, -5, Sign::SignMagnitude, Nans::Top(1), Overflow::Nan),
        format(6, 3, 9, Sign::SignMagnitude, Nans::NegativeZero, Overflow::Nan),
        format(5, 5, -1, Sign::TwosComplement, Nans::None, Overflow::Largest),
        zeroless(5, 2, 7, Nans::Top(2), Overflow::Nan),
        zeroless(6, 1, 31, Nans::Top(1), Overflow::Nan),
    ];
    all.extend(p3109_all(5));
    all
}

/// Every rounding; stochastic ones with few bits, so that little noise exhausts them.
pub fn roundings() -> Vec<Rounding> {
    let mut all = vec![
        Rounding::NearestEven,
        Rounding::NearestAway,
        Rounding::TowardZero,
        Rounding::TowardPositive,
        Rounding::TowardNegative,
        Rounding::ToOdd,
    ];
    for variant in [Stochastic::A, Stochastic::B, Stochastic::C] {
        all.extend([1, 3].map(|bits| Rounding::Stochastic { variant, bits: NoiseBits::known(bits) }));
    }
    all
}

const SATURATIONS: [Saturation; 3] = [Saturation::None, Saturation::Finite, Saturation::Propagate];
const TININESSES: [Tininess; 2] = [Tininess::After, Tininess::Before];
const NAN_RESULTS: [NanResult; 4] =
    [NanResult::Largest, NanResult::Least, NanResult::Zero, NanResult::NegativeZero];

/// Every rounding with every saturation; the other switches take turns, or with `all` every combination.
pub fn policies(all: bool) -> Vec<Policy> {
    let mut policies = Vec::new();
    let mut turn = 0;
    for rounding in roundings() {
        for saturation in SATURATIONS {
            let turns = if all { 0..32 } else { turn..turn + 1 };
            // 11 is odd, so that the turns meet in many combinations.
            policies.extend(turns.map(|turn| switched(rounding, saturation, 11 * turn)));
            turn += 1;
        }
    }
    policies
}

fn switched(rounding: Rounding, saturation: Saturation, turn: usize) -> Policy {
    Policy::IEEE
        .standard(Standard::ALL[turn / 32 % 3])
        .rounding(rounding)
        .saturation(saturation)
        .tininess(TININESSES[turn % 2])
        .flush_operands(turn / 2 % 4 == 3)
        .flush_results(turn / 4 % 2 == 1)
        .nan(NAN_RESULTS[turn / 8 % 4])
}
