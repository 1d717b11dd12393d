//! Faults that were found in this library, each with the bits that showed it.

use halfulp::{
    Facts, Flags, Format, Nans, Op, Operands, Overflow, Policy, Rounded, Saturation, Sign, Task, Tininess,
    apply,
};

const fn facts(width: u32, precision: u32, bias: i32, sign: Sign, nans: Nans, overflow: Overflow) -> Facts {
    Facts { width, precision, bias, sign, nans, overflow, subnormals: true }
}

/// The plain roundToIntegral raised inexact where an infinity was clamped: e5m2, infinity, saturation finite.
#[test]
fn plain_round_to_integral_of_a_clamped_infinity_raises_nothing() {
    let e5m2 = Format::known(facts(8, 3, 15, Sign::SignMagnitude, Nans::Top(3), Overflow::Infinity));
    let policy = Policy::IEEE.saturation(Saturation::Finite);
    let task = Task::within(Op::RoundToIntegral, e5m2).with_policy(policy);
    let want = Rounded { code: 0x7b, flags: Flags::NONE };
    assert_eq!(apply(&task, Operands::new(0x7c, 0, 0)), want);
    let exact = Task { op: Op::RoundToIntegralExact, ..task };
    assert_eq!(apply(&exact, Operands::new(0x7c, 0, 0)).flags, Flags::INEXACT);
}

/// roundToIntegralExact raised inexact beside invalid: E8M0, 2^-127 rounds to a zero that E8M0 does not have.
#[test]
fn round_to_integral_exact_to_a_missing_zero_raises_invalid_alone() {
    let e8m0 = Format::known(Facts {
        subnormals: false,
        ..facts(8, 1, 127, Sign::Unsigned, Nans::Top(1), Overflow::Nan)
    });
    let task = Task::within(Op::RoundToIntegralExact, e8m0);
    let want = Rounded { code: 0xff, flags: Flags::INVALID };
    assert_eq!(apply(&task, Operands::new(0, 0, 0)), want);
}

/// A tiny result past the largest value was delivered as the code it would have: NaNs in all but the codes 0, 1 and
/// 2, which are subnormal, and 1 + 2.
#[test]
fn a_tiny_result_beyond_the_largest_value_overflows() {
    let five_nans = Format::known(facts(4, 3, 2, Sign::SignMagnitude, Nans::Top(5), Overflow::Nan));
    for (tininess, flush_results) in [(Tininess::After, true), (Tininess::Before, false)] {
        let policy = Policy { tininess, flush_results, ..Policy::IEEE };
        let task = Task::within(Op::Sqrt, five_nans).with_policy(policy);
        let want = Rounded { code: 7, flags: Flags::OVERFLOW | Flags::INEXACT };
        assert_eq!(apply(&task, Operands::new(1, 0, 0)), want);
    }
}

/// Decoding overflowed in formats of 64 bits without zero, where one binade more than there are was counted, and in
/// integers without zero, which are none. Neither is a format.
#[test]
fn formats_of_64_bits_have_a_zero_and_integers_too() {
    let without_zero = |width, precision, nans, overflow| Facts {
        subnormals: false,
        ..facts(width, precision, 2 - width as i32, Sign::Unsigned, nans, overflow)
    };
    let said = |facts| Format::new(facts).map_err(|error| error.key);
    assert_eq!(said(without_zero(64, 53, Nans::Top(1), Overflow::Nan)), Err("subnormals"));
    assert_eq!(said(without_zero(64, 64, Nans::None, Overflow::Largest)), Err("subnormals"));
    assert_eq!(said(without_zero(60, 60, Nans::None, Overflow::Largest)), Err("precision"));
    // The widest that there is: its top code is the largest value.
    let widest = Format::known(without_zero(63, 53, Nans::None, Overflow::Largest));
    let top = (1 << 63) - 1;
    for code in [0, 1, top - 1, top] {
        let same = Rounded { code, flags: Flags::NONE };
        assert_eq!(apply(&Task::within(Op::Convert, widest), Operands::new(code, 0, 0)), same);
    }
}
