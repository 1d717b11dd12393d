//! Faults that were found in this library, each with the bits that showed it.

use halfulp::text::parse;
use halfulp::{
    Facts, Flags, Format, Nans, NoiseBits, Op, Operands, Overflow, Policy, Real, Rounded, Rounding,
    Saturation, Sign, Stochastic, Task, Tininess, Value, apply, round,
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
    let exact = task.with_op(Op::RoundToIntegralExact);
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
        let policy = Policy::IEEE.tininess(tininess).flush_results(flush_results);
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

/// Where exactly 61 bits were kept, every remainder counted as a half: magnitudes of 2^60 to 2^61 in integers and in the like
/// binade of fixed point.
#[test]
fn a_remainder_below_61_bits_is_no_tie() {
    let read = |f: &Format, text: &str| parse(f, &Policy::IEEE, text, 0).expect("a number").code;
    let base = (1u64 << 60) + 1;
    for width in 61..=64 {
        for signed in [false, true] {
            if signed && width == 61 {
                continue;
            }
            let f = Format::integer(width, signed).expect("an integer");
            let negated = |code: u64| code.wrapping_neg() & f.code_mask();
            for (fraction, up) in [("0001", 0), ("25", 0), ("5", 1), ("75", 1)] {
                let text = format!("{base}.{fraction}");
                assert_eq!(read(&f, &text), base + up, "{text} in {f:?}");
                if signed {
                    assert_eq!(read(&f, &format!("-{text}")), negated(base + up), "-{text} in {f:?}");
                }
            }
        }
    }
    // A quarter more than 2^60 + 1, from 64-bit fixed point in quarters.
    let quarters = Facts {
        width: 64,
        precision: 64,
        bias: -60,
        sign: Sign::TwosComplement,
        nans: Nans::None,
        overflow: Overflow::Largest,
        subnormals: true,
    };
    let i64s = Format::integer(64, true).expect("an integer");
    let task = Task::within(Op::Convert, Format::known(quarters)).with_result(i64s);
    let got = apply(&task, Operands::new(4 * base + 1, 0, 0));
    assert_eq!(got, Rounded { code: base, flags: Flags::INEXACT });
}

/// One past the largest magnitude code of 64 bits overflowed: 2^64 - 1 + 1.
#[test]
fn next_up_of_the_largest_value_of_64_bits_stays() {
    let f = Format::known(facts(64, 53, 2000, Sign::Unsigned, Nans::None, Overflow::Largest));
    let up = apply(&Task::within(Op::NextUp, f), Operands::new(u64::MAX, 0, 0));
    assert_eq!(up, Rounded { code: u64::MAX, flags: Flags::NONE });
    let down = apply(&Task::within(Op::NextDown, f), Operands::new(u64::MAX, 0, 0));
    assert_eq!(down, Rounded { code: u64::MAX - 1, flags: Flags::NONE });
}

/// NaNs of equal trailing bits in different binades counted as one.
#[test]
fn nans_in_several_binades_are_in_order() {
    let nine_nans = Format::known(facts(8, 3, 15, Sign::SignMagnitude, Nans::Top(9), Overflow::Nan));
    let before = |a, b| apply(&Task::within(Op::TotalOrder, nine_nans), Operands::new(a, b, 0)).code == 1;
    for (a, b) in [(0x7b, 0x7f), (0x77, 0x7b), (0x76, 0x77), (0xff, 0xfb), (0xff, 0x7f)] {
        assert!(before(a, b) && !before(b, a), "{a:#x} {b:#x}");
    }
}

/// Stochastic rounding with more bits than precision and noise have together in an operation: `1/4` of the last place goes
/// away with a quarter of the noise words, of 32 bits too.
#[test]
fn texts_round_stochastically_into_64_bits_with_32_bits_of_noise() {
    let i64s = Format::integer(64, true).expect("an integer");
    for &variant in Stochastic::ALL {
        let policy = Policy::IEEE.rounding(Rounding::Stochastic { variant, bits: NoiseBits::MAX });
        for text in
            ["4611686018427387905.25", "4611686018427387905.2500000000000000000000000000000000000000001"]
        {
            let read = |noise: u64| parse(&i64s, &policy, text, noise).expect("a number").code;
            let least = 3u64 << 30;
            assert_eq!([read(least - 1), read(least)], [(1 << 62) + 1, (1 << 62) + 2], "{variant} {text}");
        }
    }
}

/// A tail beside few bits made `round` panic or count a tie: 1 and a tail at binary64's precision, with 32 bits of noise.
#[test]
fn a_tail_beside_few_bits_counts_as_little() {
    let binary64 = facts(64, 53, 1023, Sign::SignMagnitude, Nans::Top((1 << 52) - 1), Overflow::Infinity);
    for (significand, exponent) in [(1, 0), (3 << 52, -53), (7 << 51, -53)] {
        let x = Value::Finite(Real { negative: false, exponent, significand, tail: true });
        for &variant in Stochastic::ALL {
            let policy = Policy::IEEE.rounding(Rounding::Stochastic { variant, bits: NoiseBits::MAX });
            let got = [0, u64::MAX].map(|noise| round(&Format::known(binary64), &policy, x, noise));
            let down = round(&Format::known(binary64), &Policy::IEEE.rounding(Rounding::TowardZero), x, 0);
            assert_eq!(got[0].flags, Flags::INEXACT);
            assert!(got.iter().all(|r| (down.code..=down.code + 1).contains(&r.code)), "{significand:#x}");
        }
    }
}

/// Two mutants of the shift that keeps what it drops as one sticky bit, `|` and `^` for `&`, fail here: a sum that is exact
/// would raise inexact, and an operand far below the last place would be lost.
#[test]
fn what_a_shift_drops_is_inexact_and_nothing_else_is() {
    let policies = |rounding| Policy::IEEE.rounding(rounding);
    let binary64 = |op, rounding, codes: [f64; 3]| {
        let task = Task::within(op, crate::support::BINARY64).with_policy(policies(rounding));
        apply(&task, Operands { codes: codes.map(f64::to_bits), noise: 0 })
    };
    let two = |n: i32| 2f64.powi(n);
    let exact = binary64(Op::Fma, Rounding::NearestEven, [two(-15), two(-15), 1.0]);
    assert_eq!(exact, Rounded { code: (1.0 + two(-30)).to_bits(), flags: Flags::NONE });
    let largest = two(53) - 1.0;
    for (rounding, sum) in [(Rounding::NearestEven, largest), (Rounding::TowardPositive, two(53))] {
        let inexact = binary64(Op::Add, rounding, [largest, two(-74), 0.0]);
        assert_eq!(inexact, Rounded { code: sum.to_bits(), flags: Flags::INEXACT });
    }
}
