//! Strategies over formats and codes, and laws of the formats themselves.

use halfulp::{Facts, Format, Nans, Overflow, Policy, Sign, Value, decode, round};
use proptest::prelude::*;

use crate::{ROUNDINGS, config, policy};

/// Facts that a format may have: any sign, 2 to 64 bits, any split, odd biases, any NaNs and what lies past the largest.
pub fn any_format() -> impl Strategy<Value = Format> {
    let raw = (2u32..=64, 0u8..8, any::<u32>(), -40i32..=40, 0u8..6, any::<u64>(), 0u8..3, any::<bool>());
    raw.prop_filter_map(
        "facts that are no format",
        |(width, sign, split, offset, nans, count, past, zero)| {
            let sign = match sign {
                0..=4 => Sign::SignMagnitude,
                5 | 6 => Sign::Unsigned,
                _ => Sign::TwosComplement,
            };
            let bits = width - u32::from(sign == Sign::SignMagnitude);
            // Of one quantum: as often near that of integers as near a bias of zero.
            let near_integers = 2 - width as i32 + offset / 4;
            if sign == Sign::TwosComplement {
                return fixed_point(width, if zero { offset } else { near_integers });
            }
            let overflow = [Overflow::Infinity, Overflow::Nan, Overflow::Largest][past as usize];
            if sign == Sign::Unsigned && width > 53 && split % 2 == 0 {
                return natural(width, overflow);
            }
            // At most 12 bits of exponent, so that values are not all out of each other's reach.
            let least = bits.saturating_sub(11).max(1);
            let precision = least + split % (bits.min(53) - least + 1);
            let exponent_bits = bits + 1 - precision;
            let ieee = (1u64 << (precision - 1)) - 1;
            let nans = match nans {
                0 => Nans::None,
                1 => Nans::NegativeZero,
                2 | 3 => Nans::Top(ieee),
                4 => Nans::Top(1),
                _ => Nans::Top(1 + count % 9),
            };
            let subnormals = zero || sign != Sign::Unsigned;
            Format::new(Facts {
                width,
                precision,
                bias: (1i32 << (exponent_bits - 1)) - 1 + offset,
                sign,
                nans,
                overflow,
                subnormals,
            })
            .ok()
        },
    )
}

/// The integers from zero on, with an infinity in the place of the last if there is one.
fn natural(width: u32, overflow: Overflow) -> Option<Format> {
    Format::new(Facts {
        width,
        precision: width,
        bias: 2 - width as i32,
        sign: Sign::Unsigned,
        nans: Nans::None,
        overflow,
        subnormals: true,
    })
    .ok()
}

fn fixed_point(width: u32, bias: i32) -> Option<Format> {
    Format::new(Facts {
        width,
        precision: width,
        bias,
        sign: Sign::TwosComplement,
        nans: Nans::None,
        overflow: Overflow::Largest,
        subnormals: true,
    })
    .ok()
}

/// Formats with a zero.
pub fn with_zero() -> impl Strategy<Value = Format> {
    any_format().prop_filter("without zero", Format::has_zero)
}

/// Those that can be computed in.
pub fn for_arithmetic() -> impl Strategy<Value = Format> {
    any_format().prop_filter("too precise", |f| f.precision() <= 53)
}

/// The same with a zero.
pub fn for_arithmetic_with_zero() -> impl Strategy<Value = Format> {
    for_arithmetic().prop_filter("without zero", Format::has_zero)
}

/// Codes of a format from random bits: now and then the special places.
pub fn code(f: &Format, bits: u64) -> u64 {
    let near = |c: u64| c.wrapping_add(bits >> 8 & 3).wrapping_sub(1) & f.code_mask();
    match bits & 7 {
        0 => near(f.largest(bits >> 3 & 1 == 1)),
        1 => near(0),
        2 => near(f.top_bit()),
        3 => near(1 << (f.precision() - 1)),
        _ => bits.rotate_right(20) & f.code_mask(),
    }
}

/// A number near another in magnitude.
pub fn close_to(f: &Format, code: u64, bits: u64) -> u64 {
    let (negative, magnitude) = f.split(code);
    let span = 3 << (f.precision() - 1);
    let moved = magnitude.saturating_add(bits % (2 * span + 1)).saturating_sub(span);
    f.encode(negative, moved.min(f.largest_magnitude(negative)))
}

/// A format that holds every value of `f`, with `more` bits of precision and a binade of range at either end. None has more
/// than 64 bits.
pub fn wider(f: &Format, more: u32) -> Option<Format> {
    let facts = f.facts();
    let precision = facts.precision + more;
    let exponents = (f.emax() - f.quantum_min()) as u32 + 8;
    let exponent_bits = 33 - exponents.leading_zeros();
    Format::new(Facts {
        width: 1 + exponent_bits + precision - 1,
        precision,
        bias: 4 - f.quantum_min(),
        sign: Sign::SignMagnitude,
        nans: Nans::Top((1u64 << (precision - 1).min(63)) - 1),
        overflow: Overflow::Infinity,
        subnormals: true,
    })
    .ok()
}

proptest! {
    #![proptest_config(config())]

    /// Sign and magnitude code take a code apart and put it together again.
    #[test]
    fn split_and_encode_are_inverse(f in any_format(), bits: u64) {
        let c = code(&f, bits);
        let (negative, magnitude) = f.split(c);
        let back = f.encode(negative, magnitude);
        prop_assert!(back == c || (magnitude == 0 && f.nan() == Some(c)));
    }

    /// What the format holds is delivered as it is, by every rounding.
    #[test]
    fn representable_is_exact(f in any_format(), bits: u64) {
        let c = code(&f, bits);
        let x = decode(&f, c);
        if matches!(x, Value::Nan(_)) {
            return Ok(());
        }
        for rounding in ROUNDINGS {
            let got = round(&f, &policy(rounding), x.real(), 0);
            prop_assert_eq!((got.code, got.flags.bits()), (c, 0));
        }
    }

    /// To a wider format and back is the identity, exactly.
    #[test]
    fn wide_and_back(f in any_format(), bits: u64, more in 1u32..8) {
        let c = code(&f, bits);
        let Some(wide) = wider(&f, more) else { return Ok(()) };
        let x = decode(&f, c);
        if matches!(x, Value::Nan(_)) {
            return Ok(());
        }
        let up = round(&wide, &Policy::IEEE, x.real(), 0);
        prop_assert_eq!(up.flags.bits(), 0);
        let down = round(&f, &Policy::IEEE, decode(&wide, up.code).real(), 0);
        prop_assert_eq!((down.code, down.flags.bits()), (c, 0));
    }

    /// The derived constants agree with what the codes decode to.
    #[test]
    fn constants_are_values(f in any_format()) {
        let Value::Finite(largest) = decode(&f, f.largest(false)) else {
            return Err(TestCaseError::fail("the largest value is finite"));
        };
        let negative = match decode(&f, f.largest(true)) {
            Value::Finite(x) => x.leading_exponent(),
            _ => i32::MIN,
        };
        prop_assert_eq!(f.emax(), largest.leading_exponent().max(negative));
        let smallest = decode(&f, u64::from(f.has_zero()));
        prop_assert!(matches!(smallest, Value::Finite(x) if !x.negative));
        if let Some(nan) = f.nan() {
            prop_assert!(matches!(decode(&f, nan), Value::Nan(n) if !n.signalling && nan <= f.code_mask()));
        }
        for negative in [false, true] {
            if let Some(infinity) = f.infinity(negative) {
                prop_assert_eq!(decode(&f, infinity), Value::Infinite { negative });
            }
        }
    }
}
