//! Laws of rounding.

use core::cmp::Ordering;

use halfulp::{
    Flags, Format, NoiseBits, Policy, Real, Rounding, Saturation, Sign, Stochastic, Value, decode, round,
};
use proptest::prelude::*;

use crate::formats::{any_format, close_to, code, wider, with_zero};
use crate::reals::{compare_reals, compare_values, magnitude, middle_above, past, product, quotient, sum};
use crate::{ROUNDINGS, clamping, compare_to_code, config, is_number, policy};

/// An exact result to round: a sum, product or quotient of codes of a format near the one that is rounded to, or a number
/// between two of its values, as always where no format has a few bits more.
pub fn result(f: &Format, kind: u8, bits: (u64, u64)) -> Value<Real> {
    let source = match wider(f, 3) {
        Some(source) if kind % 6 < 3 => source,
        _ => return past(f, code(f, bits.0), bits.1),
    };
    let pick = |bits| {
        let c = code(f, bits);
        let x = round(&source, &Policy::IEEE, decode(f, c).real(), 0).code;
        decode(&source, close_to(&source, x, bits >> 11))
    };
    let (a, b) = (pick(bits.0), pick(bits.1));
    let (Value::Finite(a), Value::Finite(b)) = (a, b) else { return a.real() };
    Value::Finite(match kind % 6 {
        0 => sum(a, b).unwrap_or(a.real()),
        1 => product(a, b),
        _ => quotient(a, b),
    })
}

/// The codes next to a code in the order of values, where there are any.
fn around(f: &Format, c: u64) -> [Option<u64>; 2] {
    let (negative, magnitude) = f.split(c);
    let outer = (magnitude < f.largest_magnitude(negative)).then(|| f.encode(negative, magnitude + 1));
    let inner = if magnitude == 0 {
        (f.is_signed() && f.has_zero()).then(|| f.encode(!negative, 1))
    } else {
        Some(f.encode(negative, magnitude - 1))
    };
    if negative { [outer, inner] } else { [inner, outer] }
}

fn beyond(flags: Flags) -> bool {
    flags.contains(Flags::OVERFLOW) || flags.contains(Flags::INVALID)
}

/// See the law of nearly that name.
pub fn is_a_neighbour(f: &Format, x: Value<Real>) -> Result<(), TestCaseError> {
    if !matches!(x, Value::Finite(_)) {
        return Ok(());
    }
    for rounding in ROUNDINGS {
        let got = round(f, &policy(rounding), x, 0);
        if beyond(got.flags) {
            continue;
        }
        prop_assert!(is_number(f, got.code));
        let inexact = got.flags.contains(Flags::INEXACT);
        prop_assert_eq!(compare_to_code(&x, f, got.code) == Ordering::Equal, !inexact);
        let [below, above] = around(f, got.code);
        if let Some(below) = below {
            prop_assert_eq!(compare_to_code(&x, f, below), Ordering::Greater);
        }
        if let Some(above) = above {
            prop_assert_eq!(compare_to_code(&x, f, above), Ordering::Less);
        }
    }
    Ok(())
}

/// See the law of nearly that name.
pub fn is_bracketed(f: &Format, x: Value<Real>) -> Result<(), TestCaseError> {
    let Value::Finite(real) = x else { return Ok(()) };
    let [down, up, zero] = [Rounding::TowardNegative, Rounding::TowardPositive, Rounding::TowardZero]
        .map(|r| round(f, &policy(r), x, 0));
    if [down, up, zero].iter().any(|r| beyond(r.flags)) {
        return Ok(());
    }
    prop_assert_ne!(compare_to_code(&x, f, down.code), Ordering::Less);
    prop_assert_ne!(compare_to_code(&x, f, up.code), Ordering::Greater);
    prop_assert_eq!(zero.code, if real.negative { up.code } else { down.code });
    let exact = !down.flags.contains(Flags::INEXACT);
    prop_assert_eq!(exact, compare_to_code(&x, f, up.code) == Ordering::Equal);
    for rounding in [Rounding::NearestEven, Rounding::NearestAway, Rounding::ToOdd] {
        let one = round(f, &policy(rounding), x, 0).code;
        prop_assert!(one == down.code || one == up.code);
    }
    Ok(())
}

/// See the law of nearly that name.
pub fn goes_to_the_nearest(f: &Format, x: Value<Real>) -> Result<(), TestCaseError> {
    let Value::Finite(real) = x else { return Ok(()) };
    let zero = round(f, &policy(Rounding::TowardZero), x, 0);
    let (negative, inner) = f.split(zero.code);
    if beyond(zero.flags) || inner == f.largest_magnitude(negative) || (real.negative && !f.is_signed()) {
        return Ok(());
    }
    if !zero.flags.contains(Flags::INEXACT) {
        return Ok(());
    }
    let Some(order) = compare_reals(&magnitude(real), &middle_above(f, inner)) else { return Ok(()) };
    for rounding in [Rounding::NearestEven, Rounding::NearestAway] {
        let away = match order {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => rounding == Rounding::NearestAway || inner & 1 == 1,
        };
        let got = round(f, &policy(rounding), x, 0);
        let want = f.encode(real.negative, inner + u64::from(away));
        prop_assert_eq!(got.code, want, "{:?} {:?} {:?}", rounding, real, f);
    }
    Ok(())
}

/// See the law of nearly that name.
pub fn is_monotone(f: &Format, x: Value<Real>, y: Value<Real>, flush: bool) -> Result<(), TestCaseError> {
    let Some(order) = compare_values(&x, &y) else { return Ok(()) };
    let (x, y) = if order.is_le() { (x, y) } else { (y, x) };
    for rounding in ROUNDINGS {
        let policy = clamping(rounding).flush_results(flush);
        let [a, b] = [x, y].map(|v| decode(f, round(f, &policy, v, 0).code).real());
        let delivered = compare_values(&a, &b);
        prop_assert!(delivered.is_some_and(Ordering::is_le), "{:?}: {:?} {:?}", rounding, a, b);
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    /// The result is the exact one or one of its two neighbours, and inexact says which.
    #[test]
    fn result_is_a_neighbour(f in with_zero(), kind: u8, bits: (u64, u64)) {
        is_a_neighbour(&f, result(&f, kind, bits))?;
    }

    /// Toward negative and toward positive enclose the exact result, and meet only where it is exact; toward zero is
    /// the one of smaller magnitude.
    #[test]
    fn directed_roundings_bracket(f in with_zero(), kind: u8, bits: (u64, u64)) {
        is_bracketed(&f, result(&f, kind, bits))?;
    }

    /// To nearest goes to the nearer neighbour; half-way, to the even code or away from zero.
    #[test]
    fn nearest_is_nearest(f in with_zero(), kind: u8, bits: (u64, u64)) {
        goes_to_the_nearest(&f, result(&f, kind, bits))?;
    }

    /// A larger exact result never gives a smaller code, whether the two have a code between them or not.
    #[test]
    fn rounding_is_monotone(f in any_format(), kind: u8, first: (u64, u64), second: (u64, u64), flush: bool) {
        let x = result(&f, kind, first);
        // Another number, or one past the same code.
        let y = if second.0 & 1 == 0 { result(&f, kind, second) } else { past(&f, code(&f, first.0), second.1) };
        is_monotone(&f, x, y, flush)?;
    }

    /// The mirrored number rounds to the mirrored code in the mirrored direction.
    #[test]
    fn rounding_is_symmetric(f in any_format(), kind: u8, bits: (u64, u64), flush: bool) {
        if f.facts().sign != Sign::SignMagnitude {
            return Ok(());
        }
        let x = result(&f, kind, bits);
        let mirrored = match x {
            Value::Finite(x) => Value::Finite(Real { negative: !x.negative, ..x }),
            Value::Zero { negative } => Value::Zero { negative: !negative },
            Value::Infinite { negative } => Value::Infinite { negative: !negative },
            nan => nan,
        };
        for rounding in ROUNDINGS {
            let opposite = match rounding {
                Rounding::TowardPositive => Rounding::TowardNegative,
                Rounding::TowardNegative => Rounding::TowardPositive,
                same => same,
            };
            for saturation in [Saturation::None, Saturation::Finite, Saturation::Propagate] {
                let base = Policy::IEEE.saturation(saturation).flush_results(flush);
                let a = round(&f, &base.rounding(rounding), x, 0);
                let b = round(&f, &base.rounding(opposite), mirrored, 0);
                prop_assert_eq!(a.flags, b.flags);
                let [p, q] = [a.code, b.code].map(|c| f.split(c));
                let unsigned = matches!(decode(&f, a.code), Value::Nan(_)) || p.1 == 0;
                prop_assert!(p.1 == q.1 && (unsigned || f.nan().is_none() && p == q || p.0 != q.0));
            }
        }
    }

    /// To odd with two bits more, then to nearest, is to nearest at once (Boldo and Melquiond).
    #[test]
    fn odd_then_nearest(f in any_format(), kind: u8, bits: (u64, u64), more in 2u32..6) {
        let x = result(&f, kind, bits);
        if matches!(x, Value::Nan(_)) {
            return Ok(());
        }
        let Some(wide) = wider(&f, more) else { return Ok(()) };
        for nearest in [Rounding::NearestEven, Rounding::NearestAway] {
            let direct = round(&f, &policy(nearest), x, 0);
            let odd = round(&wide, &policy(Rounding::ToOdd), x, 0);
            if odd.flags.contains(Flags::OVERFLOW) {
                return Ok(());
            }
            let twice = round(&f, &policy(nearest), decode(&wide, odd.code).real(), 0);
            prop_assert_eq!(direct.code, twice.code);
            prop_assert_eq!(direct.flags.contains(Flags::OVERFLOW), twice.flags.contains(Flags::OVERFLOW));
            prop_assert_eq!(direct.flags.contains(Flags::INEXACT), twice.flags.contains(Flags::INEXACT));
        }
    }

    /// Over all noise words the number of roundings away is what the definitions of A, B and C make of the fraction;
    /// where the fraction has no more bits than the noise, that is the fraction itself.
    #[test]
    fn stochastic_counts(f in any_format(), bits: u64, n in 1u32..=8, fraction_bits in 1u32..=12, fraction: u64) {
        let c = code(&f, bits);
        let Value::Finite(x) = decode(&f, c) else { return Ok(()) };
        let (negative, magnitude) = f.split(c);
        if magnitude == f.largest_magnitude(negative) {
            return Ok(());
        }
        let k = fraction % (1 << fraction_bits);
        let real = Value::Finite(Real {
            negative: x.negative,
            exponent: x.exponent - fraction_bits as i32,
            significand: (u128::from(x.significand) << fraction_bits) + u128::from(k),
            tail: false,
        });
        let away = f.encode(negative, magnitude + 1);
        for variant in [Stochastic::A, Stochastic::B, Stochastic::C] {
            let policy = policy(Rounding::Stochastic { variant, bits: NoiseBits::known(n) });
            let mut count = 0u64;
            for noise in 0..1u64 << n {
                let got = round(&f, &policy, real, noise).code;
                prop_assert!(got == c || got == away);
                count += u64::from(got == away);
            }
            let nu = |bits: u32| (k << bits) >> fraction_bits;
            let nearest = (k as f64 * 2f64.powi(n as i32 - fraction_bits as i32)).round_ties_even();
            let want = match variant {
                Stochastic::A => nu(n),
                Stochastic::B => nu(n + 1).div_ceil(2),
                Stochastic::C => nearest as u64,
            };
            prop_assert_eq!(count, want, "{:?}", variant);
            if n >= fraction_bits {
                prop_assert_eq!(count << fraction_bits, k << n, "unbiased");
            }
        }
    }

    /// What was saturated is saturated: it converts to itself, and a saturated result is never above the largest.
    #[test]
    fn saturation_is_idempotent(f in any_format(), kind: u8, bits: (u64, u64), propagate: bool) {
        let x = result(&f, kind, bits);
        let saturation = if propagate { Saturation::Propagate } else { Saturation::Finite };
        for rounding in ROUNDINGS {
            let policy = policy(rounding).saturation(saturation);
            let once = round(&f, &policy, x, 0);
            let value = decode(&f, once.code);
            if matches!(value, Value::Nan(_)) {
                continue;
            }
            prop_assert!(propagate || is_number(&f, once.code));
            let again = round(&f, &policy, value.real(), 0);
            prop_assert_eq!((again.code, again.flags.bits()), (once.code, 0));
        }
    }
}
