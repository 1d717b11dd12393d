//! Laws that hold in any format: proptest draws the format too. Seeds are fixed, so a run is a run.

mod arithmetic;
mod corners;
mod formats;
mod order;
mod reals;
mod rounding;

use core::cmp::Ordering;

use halfulp::{Exact, Format, Policy, Real, Rounding, Saturation, Value, decode};
use proptest::test_runner::{Config, RngSeed};

/// Every law tries this many formats and operands.
pub fn config() -> Config {
    Config {
        cases: 10_000,
        rng_seed: RngSeed::Fixed(0x6861_6c66_756c_7021),
        failure_persistence: None,
        ..Config::default()
    }
}

/// The roundings without chance.
pub const ROUNDINGS: [Rounding; 6] = [
    Rounding::NearestEven,
    Rounding::NearestAway,
    Rounding::TowardZero,
    Rounding::TowardPositive,
    Rounding::TowardNegative,
    Rounding::ToOdd,
];

/// Nearest-even or another rounding, without saturation.
pub fn policy(rounding: Rounding) -> Policy {
    Policy::IEEE.rounding(rounding)
}

/// The same, clamping whatever is too large.
pub fn clamping(rounding: Rounding) -> Policy {
    policy(rounding).saturation(Saturation::Finite)
}

/// `|x|` against `|y|`, bit by bit: the tail counts as less than the last bit of either.
pub fn compare_magnitudes(x: &Real, y: &Exact) -> Ordering {
    let x_leading = x.exponent + 127 - x.significand.leading_zeros() as i32;
    let by_exponent = x_leading.cmp(&y.leading_exponent());
    let aligned_x = x.significand << x.significand.leading_zeros();
    let aligned_y = u128::from(y.significand) << u128::from(y.significand).leading_zeros();
    let by_tail = if x.tail { Ordering::Greater } else { Ordering::Equal };
    by_exponent.then(aligned_x.cmp(&aligned_y)).then(by_tail)
}

/// An exact number against the value of a code that is no NaN.
pub fn compare_to_code(x: &Value<Real>, f: &Format, code: u64) -> Ordering {
    let rank = |negative: bool, size: i32| if negative { -size } else { size };
    let exact = match x {
        Value::Finite(x) => rank(x.negative, 1),
        Value::Infinite { negative } => rank(*negative, 2),
        Value::Zero { .. } | Value::Nan(_) => 0,
    };
    let y = decode(f, code);
    let coded = match y {
        Value::Finite(y) => rank(y.negative, 1),
        Value::Infinite { negative } => rank(negative, 2),
        Value::Zero { .. } | Value::Nan(_) => 0,
    };
    match (x, y) {
        (Value::Finite(x), Value::Finite(y)) if x.negative == y.negative => {
            let order = compare_magnitudes(x, &y);
            if x.negative { order.reverse() } else { order }
        }
        _ => exact.cmp(&coded),
    }
}

/// Whether a code is a number, infinities and NaNs not.
pub fn is_number(f: &Format, code: u64) -> bool {
    matches!(decode(f, code), Value::Finite(_) | Value::Zero { .. })
}
