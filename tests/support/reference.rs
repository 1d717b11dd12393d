//! A second way to the right answer for small formats: fractions of 128-bit integers, and the words of SPEC.md. It
//! shares nothing with `round`: it looks for the neighbours among the values that the formula of F2 gives.

mod ends;

use core::cmp::Ordering;

use ends::{impossible, infinite, is_integer, nan_result, no_sign, overflow, signed_zero};

use halfulp::{Code, Flags, Format, Nans, Overflow, Policy, Rounded, Rounding, Saturation, Sign, Tininess};

/// `num / den`, `den > 0`; and whether the number meant is the square root of that.
#[derive(Clone, Copy, Debug)]
pub struct Fraction {
    pub num: i128,
    pub den: i128,
    pub root: bool,
}

/// A number, or what else a code or an exact result may be.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    Nan,
    Infinite(bool),
    Zero(bool),
    Is(Fraction),
}

/// Values are multiples of this power; small formats need no finer one.
const SCALE: u32 = 17;

/// The value of a magnitude code, times `2^SCALE`, by F2, as if the exponent had no upper bound.
fn magnitude(f: &Format, code: u64) -> i128 {
    let facts = f.facts();
    if facts.sign == Sign::TwosComplement {
        return (code as i128) << (SCALE as i32 + 2 - facts.bias - facts.precision as i32);
    }
    let trailing_bits = facts.precision - 1;
    let field = (code >> trailing_bits) as i32;
    let trailing = (code & ((1 << trailing_bits) - 1)) as i128;
    let (significand, exponent) = if field == 0 {
        (trailing, 1 - facts.bias)
    } else {
        (trailing + (1 << trailing_bits), field - facts.bias)
    };
    let shift = exponent - trailing_bits as i32 + SCALE as i32;
    assert!(significand == 0 || shift >= 0, "a value finer than the scale");
    if significand == 0 { 0 } else { significand << shift }
}

fn largest(f: &Format, negative: bool) -> u64 {
    let facts = f.facts();
    let infinity = u64::from(facts.overflow == Overflow::Infinity);
    match (facts.sign, facts.nans) {
        (Sign::TwosComplement, _) => (1 << (facts.width - 1)) - u64::from(!negative),
        (Sign::SignMagnitude, Nans::Top(n)) => (1 << (facts.width - 1)) - 1 - n - infinity,
        (Sign::SignMagnitude, _) => (1 << (facts.width - 1)) - 1 - infinity,
        (Sign::Unsigned, Nans::Top(n)) => (1 << facts.width) - 1 - n - infinity,
        (Sign::Unsigned, _) => (1 << facts.width) - 1 - infinity,
    }
}

fn code_of(f: &Format, negative: bool, magnitude: u64) -> Code {
    let facts = f.facts();
    match facts.sign {
        Sign::Unsigned => magnitude,
        Sign::TwosComplement if negative && magnitude > 0 => (1u64 << facts.width) - magnitude,
        Sign::TwosComplement => magnitude,
        Sign::SignMagnitude if magnitude == 0 && facts.nans == Nans::NegativeZero => 0,
        Sign::SignMagnitude => magnitude | u64::from(negative) << (facts.width - 1),
    }
}

fn canonical_nan(f: &Format) -> Option<Code> {
    let facts = f.facts();
    match facts.nans {
        Nans::None => None,
        Nans::NegativeZero => Some(1 << (facts.width - 1)),
        Nans::Top(n)
            if facts.overflow == Overflow::Infinity && n + 1 == 1 << (facts.precision - 1) && n > 0 =>
        {
            Some(largest(f, false) + 1 + (1 << (facts.precision - 2)))
        }
        Nans::Top(n) => Some(largest(f, false) + n + u64::from(facts.overflow == Overflow::Infinity)),
    }
}

/// What a code means.
pub fn number(f: &Format, code: Code) -> Number {
    let facts = f.facts();
    let top = 1u64 << (facts.width - 1);
    let negative = facts.sign != Sign::Unsigned && code & top != 0;
    if facts.nans == Nans::NegativeZero && code == top {
        return Number::Nan;
    }
    let bits = match facts.sign {
        Sign::SignMagnitude => code & !top,
        Sign::TwosComplement if negative => (1u64 << facts.width) - code,
        Sign::TwosComplement | Sign::Unsigned => code,
    };
    if bits > largest(f, negative) {
        let infinite = facts.overflow == Overflow::Infinity && bits == largest(f, negative) + 1;
        return if infinite { Number::Infinite(negative) } else { Number::Nan };
    }
    match magnitude(f, bits) {
        0 => Number::Zero(negative),
        m => Number::Is(Fraction { num: if negative { -m } else { m }, den: 1 << SCALE, root: false }),
    }
}

/// `|x|` against `num / den`.
fn compare(x: Fraction, num: i128, den: i128) -> Ordering {
    let (num, den) = if x.root { (num * num, den * den) } else { (num, den) };
    let shift = x.den.trailing_zeros().min(den.trailing_zeros());
    (x.num.abs() * (den >> shift)).cmp(&(num * (x.den >> shift)))
}

/// The magnitude codes below (or at) and above `|x|`, if the values up to far past the largest reach it; and where
/// `|x|` lies: on the lower one, or below, on or above the middle.
fn neighbours(f: &Format, x: Fraction) -> Option<(u64, Place)> {
    let den = 1i128 << SCALE;
    // Two binades past the largest tell all there is to tell about overflow.
    let end = largest(f, true) + (2 << f.facts().precision.min(9));
    if compare(x, magnitude(f, end), den) != Ordering::Less {
        return None;
    }
    let (mut low, mut high) = (0, end);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if compare(x, magnitude(f, middle), den) == Ordering::Less {
            high = middle;
        } else {
            low = middle;
        }
    }
    let (a, b) = (magnitude(f, low), magnitude(f, high));
    if compare(x, a, den) == Ordering::Equal {
        return Some((low, Place::On));
    }
    Some((
        low,
        match compare(x, a + b, 2 * den) {
            Ordering::Less => Place::Below,
            Ordering::Equal => Place::Middle,
            Ordering::Greater => Place::Above,
        },
    ))
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Place {
    On,
    Below,
    Middle,
    Above,
}

fn goes_up(rounding: Rounding, place: Place, negative: bool, low: u64) -> bool {
    match rounding {
        _ if place == Place::On => false,
        Rounding::NearestEven => place == Place::Above || (place == Place::Middle && low % 2 == 1),
        Rounding::NearestAway => place != Place::Below,
        Rounding::TowardZero => false,
        Rounding::TowardPositive => !negative,
        Rounding::TowardNegative => negative,
        Rounding::ToOdd => low.is_multiple_of(2),
        Rounding::Stochastic { .. } => unimplemented_here(),
    }
}

fn unimplemented_here() -> bool {
    panic!("the reference knows no stochastic rounding")
}

/// `round` by the words of SPEC.md, for formats with a zero.
pub fn round(f: &Format, policy: &Policy, x: Number) -> Rounded {
    match x {
        Number::Nan => match canonical_nan(f) {
            Some(code) => delivered(code, ""),
            None => delivered(nan_result(f, policy), "v"),
        },
        Number::Zero(negative) => delivered(if negative { signed_zero(f) } else { 0 }, ""),
        Number::Infinite(negative) => infinite(f, policy, negative),
        Number::Is(x) => finite(f, policy, x),
    }
}

fn delivered(code: Code, letters: &str) -> Rounded {
    Rounded { code, flags: super::flags(letters) }
}

fn finite(f: &Format, policy: &Policy, x: Fraction) -> Rounded {
    let negative = x.num < 0;
    let found = neighbours(f, x);
    let Some((low, place)) = found else {
        return overflow(f, policy, negative);
    };
    let rounded = low + u64::from(goes_up(policy.rounding, place, negative, low));
    let inexact = place != Place::On;
    let tiny = is_tiny(f, policy, x, negative);
    if tiny && policy.flush_results {
        let zero = if negative { signed_zero(f) } else { 0 };
        return delivered(zero, "ux");
    }
    if no_sign(f, negative) && rounded > 0 {
        return impossible(f, policy, true);
    }
    if rounded > largest(f, negative) {
        return overflow(f, policy, negative);
    }
    let mut flags = Flags::INEXACT.when(inexact);
    flags |= Flags::UNDERFLOW.when(inexact && tiny);
    Rounded { code: code_of(f, negative, rounded), flags }
}

/// T3, by scaling: below the smallest normal value, the result rounded to `p` bits is the result of the same digits in
/// the lowest binades, so what matters is whether it rounds to the power of two above all of them.
fn is_tiny(f: &Format, policy: &Policy, x: Fraction, negative: bool) -> bool {
    let facts = f.facts();
    if facts.sign == Sign::TwosComplement || is_integer(f) {
        return false;
    }
    let normal = magnitude(f, 1 << (facts.precision - 1));
    if compare(x, normal, 1 << SCALE) != Ordering::Less {
        return false;
    }
    if policy.tininess == Tininess::Before {
        return true;
    }
    // The last value of p bits below the smallest normal one, and the middle between the two, times 2^(SCALE+1+p).
    let top = normal << (1 + facts.precision);
    let step = top >> facts.precision;
    let den = 1i128 << (SCALE + 1 + facts.precision);
    let place = match (compare(x, top - step, den), compare(x, top - step / 2, den)) {
        (Ordering::Less, _) => return true,
        (Ordering::Equal, _) => Place::On,
        (_, Ordering::Less) => Place::Below,
        (_, Ordering::Equal) => Place::Middle,
        (_, Ordering::Greater) => Place::Above,
    };
    // Its significand is all ones, so odd; with p = 1 the code decides, and the smallest normal value is code 1.
    let low = if facts.precision == 1 { 0 } else { 1 };
    !goes_up(policy.rounding, place, negative, low)
}
