//! How far digits count: to the ends of the range, and down to the last one that a decision can see.

use halfulp::text::real_decimal;
use halfulp::{Facts, Flags, Format, NoiseBits, Policy, Real, Rounding, Stochastic, Value, noise};

use crate::code;
use crate::formats::ieee;

/// A power of ten whose leading bit is the format's largest is in range; the next one is not.
#[test]
fn the_largest_power_of_ten_is_in_range() {
    let at = |emax: i32| Format::new(Facts { bias: 14 - emax, ..ieee(8, 4).facts() }).unwrap();
    for (n, log2) in [(0, 0), (1, 3), (2, 6), (5, 16), (16, 53), (30, 99), (157_826, 524286)] {
        let f = at(log2);
        assert_eq!(f.emax(), log2, "10^{n}");
        let (text, plain) = (format!("1e{n}"), format!("1{}", "0".repeat(n)));
        for text in [text, plain] {
            let (c, flags) = code(&f, Policy::IEEE.rounding(Rounding::TowardZero), &text, 0);
            assert!(!flags.contains(Flags::OVERFLOW) && c <= f.largest(false), "{text}");
            let (c, flags) = code(&at(log2 - 1), Policy::IEEE, &text, 0);
            assert_eq!((Some(c), flags), (f.infinity(false), Flags::OVERFLOW | Flags::INEXACT), "{text}");
        }
    }
}

/// As many decimal digits are read as the finest decision takes: one of stochastic rounding, at a bit 33 places below the
/// last, in formats whose last place is worth a whole number, and one of large parts of one.
#[test]
fn digits_count_down_to_the_last_bit_of_noise() {
    for quantum in [-60, -41, -40, -1, 0, 33, 39, 40, 41, 45, 70] {
        let f = Format::new(Facts { bias: 1 - 3 - quantum, ..ieee(8, 4).facts() }).unwrap();
        assert_eq!(f.quantum_min(), quantum);
        for i in 0..40 {
            // Rounding B goes up from this fraction on, in units of 2^-33.
            let fraction = (noise::word(7, i) >> 31) | 1;
            let word = ((1 << 33) - fraction - 1) / 2;
            let policy = Policy::IEEE
                .rounding(Rounding::Stochastic { variant: Stochastic::B, bits: NoiseBits::known(32) });
            let number = |significand: u128, tail| {
                real_decimal(&Value::Finite(Real {
                    negative: false,
                    exponent: quantum - 33 - 4,
                    significand,
                    tail,
                }))
            };
            let exact = (u128::from(fraction) | 3 << 33) << 4;
            for (significand, want) in [(exact, 4), (exact - 1, 3), (exact + 1, 4)] {
                let text = number(significand, false);
                assert_eq!(code(&f, policy, &text, word).0, want, "{text} in units of 2^{quantum}");
            }
        }
    }
}

/// However far down a digit is, it breaks a tie; zeros do not.
#[test]
fn digits_beyond_those_that_are_kept() {
    let f = ieee(8, 4);
    let read = |text: String| code(&f, Policy::IEEE, &text, 0);
    for zeros in 0..120 {
        let zeros = "0".repeat(zeros);
        assert_eq!(read(format!("1.5{zeros}")), (0x3c, Flags::NONE));
        assert_eq!(read(format!("1.0625{zeros}")), (0x38, Flags::INEXACT));
        for last in ["1", "11", "9", "10"] {
            assert_eq!(read(format!("1.0625{zeros}{last}")), (0x39, Flags::INEXACT), "{zeros}{last}");
        }
    }
}
