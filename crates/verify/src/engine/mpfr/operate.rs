//! Operations on MPFR's numbers: what does not depend on rounding and saturation.

use std::cmp::Ordering;

use halfulp::{Flags, Op};

use super::layout::{Datum, Layout};
use super::number::{Kind, Number};
use super::p3109;
use super::relations::Relations;
use crate::engine::asked::Asked;

/// An operation's result, before it is rounded to the format.
#[derive(Clone, Copy)]
pub struct Outcome {
    pub number: Number,
    /// The exceptions of the operation itself.
    pub flags: Flags,
    /// Whether it is a zero that turns negative when rounding toward minus infinity.
    pub negative_if_down: bool,
    /// Whether it is an infinity that stays one under every saturation.
    pub stays: bool,
}

impl Outcome {
    fn of(number: Number) -> Outcome {
        Outcome { number, flags: Flags::NONE, negative_if_down: false, stays: false }
    }
}

/// The result of an operation that gives a number. `formats` are the operands'.
pub fn operate(task: &Asked, formats: &[Layout; 3], data: &[Datum; 3]) -> Outcome {
    let [a, b, c] = data;
    let (x, y) = (&a.number, &b.number);
    let op = task.op;
    let by_p3109 = task.policy.standard.is_p3109();
    let neighbour = || next(&formats[0], x, op == Op::NextUp);
    if by_p3109 && let Some(number) = p3109::operate(op, &formats[0], data, neighbour) {
        return Outcome { stays: number.kind() == Kind::Infinite, ..Outcome::of(number) };
    }
    match op {
        Op::Add => sum(data, 2, |down| x.add(y, down)),
        Op::Sub => sum(data, 2, |down| x.sub(y, down)),
        Op::Fma => sum(data, 3, |down| x.fma(y, &c.number, down)),
        Op::Mul => computed(data, 2, x.mul(y)),
        Op::Div => {
            let by_zero = y.kind() == Kind::Zero && x.kind() == Kind::Finite;
            let outcome = computed(data, 2, x.div(y));
            Outcome { flags: outcome.flags | Flags::DIVIDE_BY_ZERO.when(by_zero), ..outcome }
        }
        Op::Sqrt => computed(data, 1, x.sqrt()),
        Op::Remainder => computed(data, 2, x.remainder(y)),
        // An integer is never NaN.
        Op::ScaleB => computed(data, 1, x.scaled(y.to_i64())),
        Op::LogB => logarithm(a),
        Op::Negate => computed(data, 1, x.with_sign(!x.is_negative())),
        Op::Abs => computed(data, 1, x.with_sign(false)),
        Op::CopySign => computed(data, 1, x.with_sign(y.is_negative())),
        Op::NextUp | Op::NextDown => Outcome {
            // What lies past the largest finite value is delivered as infinities are; an infinite operand is there.
            stays: x.kind() == Kind::Infinite,
            ..computed(data, 1, neighbour())
        },
        Op::Convert | Op::ConvertToInteger | Op::RoundToIntegral | Op::RoundToIntegralExact => {
            computed(data, 1, *x)
        }
        _ => extreme(op, data),
    }
}

/// A result with the invalid exception where it is due: a signalling NaN came in, or a NaN came out of none. MPFR
/// knows all the other rules of special values.
fn computed(data: &[Datum; 3], arity: usize, number: Number) -> Outcome {
    if number.kind() != Kind::Nan {
        return Outcome::of(number);
    }
    let operands = &data[..arity];
    let invalid =
        operands.iter().any(|d| d.signalling) || operands.iter().all(|d| d.number.kind() != Kind::Nan);
    Outcome { flags: Flags::INVALID.when(invalid), ..Outcome::of(number) }
}

fn sum(data: &[Datum; 3], arity: usize, add: impl Fn(bool) -> Number) -> Outcome {
    let outcome = computed(data, arity, add(false));
    let zero = outcome.number.kind() == Kind::Zero;
    Outcome { negative_if_down: zero && add(true).is_negative(), ..outcome }
}

fn logarithm(a: &Datum) -> Outcome {
    match a.number.kind() {
        Kind::Nan => Outcome { flags: Flags::INVALID.when(a.signalling), ..Outcome::of(a.number) },
        Kind::Infinite => Outcome::of(a.number.with_sign(false)),
        Kind::Zero => Outcome { flags: Flags::DIVIDE_BY_ZERO, ..Outcome::of(Number::infinite(true)) },
        Kind::Finite => {
            let leading = a.number.leading();
            Outcome::of(Number::new(leading < 0, leading.unsigned_abs(), 0))
        }
    }
}

/// The neighbour: the value and its distance to it, added by MPFR. What lies past the largest finite value is an
/// infinity, and so it is delivered.
fn next(format: &Layout, x: &Number, up: bool) -> Number {
    match x.kind() {
        Kind::Nan => *x,
        Kind::Infinite if x.is_negative() != up => *x,
        Kind::Infinite => {
            let code = format.largest(x.is_negative());
            format.datum(code).number
        }
        Kind::Zero => Number::new(!up, 1, format.quantum),
        Kind::Finite => {
            let outward = x.is_negative() != up;
            let largest = format.datum(format.largest(x.is_negative())).number;
            if outward && x.order(&largest) == Ordering::Equal {
                return Number::infinite(x.is_negative());
            }
            let power_of_two = x.significand() == 1 << 127;
            let halved = !outward && power_of_two && x.leading() > format.emin;
            let quantum = (x.leading() - format.precision + 1 - i64::from(halved)).max(format.quantum);
            if !outward && power_of_two && x.leading() == format.emin && !format.has_zero() {
                return Number::new(x.is_negative(), 0, 0);
            }
            let sum = x.add(&Number::new(!up, 1, quantum), false);
            match sum.kind() {
                Kind::Zero => sum.with_sign(x.is_negative()),
                _ => sum,
            }
        }
    }
}

fn extreme(op: Op, data: &[Datum; 3]) -> Outcome {
    let [a, b, _] = data;
    let (x, y) = (&a.number, &b.number);
    let maximum =
        matches!(op, Op::Maximum | Op::MaximumNumber | Op::MaximumMagnitude | Op::MaximumMagnitudeNumber);
    let number = matches!(
        op,
        Op::MinimumNumber | Op::MaximumNumber | Op::MinimumMagnitudeNumber | Op::MaximumMagnitudeNumber
    );
    let by_magnitude = matches!(
        op,
        Op::MinimumMagnitude | Op::MaximumMagnitude | Op::MinimumMagnitudeNumber | Op::MaximumMagnitudeNumber
    );
    let flags = Flags::INVALID.when(a.signalling || b.signalling);
    let any_nan = x.kind() == Kind::Nan || y.kind() == Kind::Nan;
    let result = if any_nan && !number {
        Number::nan()
    } else {
        let order = match by_magnitude && !any_nan {
            true => x.order_magnitude(y),
            false => Ordering::Equal,
        };
        match (order, maximum) {
            (Ordering::Less, false) | (Ordering::Greater, true) => *x,
            (Ordering::Less, true) | (Ordering::Greater, false) => *y,
            (Ordering::Equal, false) => x.min(y),
            (Ordering::Equal, true) => x.max(y),
        }
    };
    Outcome { flags, ..Outcome::of(result) }
}

/// The code and flags of an operation that delivers no number but a truth value, a class, or its operand with
/// another sign bit. `None` if the task does deliver a number. `relations` are a comparison's.
pub fn direct(
    task: &Asked,
    relations: Option<Relations>,
    formats: &[Layout; 3],
    codes: [u64; 3],
    data: &[Datum; 3],
) -> Option<(u64, Flags)> {
    let [a, b, _] = data;
    match task.op {
        Op::Compare(_) => {
            let (holds, flags) = relations?.compare(a, b);
            let raises = !task.policy.standard.is_p3109();
            Some((holds, if raises { flags } else { Flags::NONE }))
        }
        Op::TotalOrder if task.policy.standard.is_p3109() => {
            Some((u64::from(p3109::total_order(&a.number, &b.number)), Flags::NONE))
        }
        Op::TotalOrderMagnitude if task.policy.standard.is_p3109() => {
            let magnitude = |datum: &Datum| datum.number.with_sign(false);
            Some((u64::from(p3109::total_order(&magnitude(a), &magnitude(b))), Flags::NONE))
        }
        Op::TotalOrder => Some((u64::from(total_order(formats, codes, data, false)), Flags::NONE)),
        Op::TotalOrderMagnitude => Some((u64::from(total_order(formats, codes, data, true)), Flags::NONE)),
        Op::Class => Some((class(&formats[0], a), Flags::NONE)),
        Op::Negate | Op::Abs | Op::CopySign => {
            if !is_direct(task, formats) {
                return None;
            }
            let negative = match task.op {
                Op::Negate => !a.number.is_negative(),
                Op::Abs => false,
                _ => b.number.is_negative(),
            };
            Some((signed(&formats[0], codes[0], negative), Flags::NONE))
        }
        _ => None,
    }
}

/// Whether [`direct`] answers the task.
pub fn is_direct(task: &Asked, formats: &[Layout; 3]) -> bool {
    match task.op {
        Op::Negate | Op::Abs | Op::CopySign => {
            let by_value = task.policy.standard.is_p3109();
            !by_value && formats[0].has_sign_bit() && task.operands[0] == task.result
        }
        Op::Compare(_) | Op::TotalOrder | Op::TotalOrderMagnitude | Op::Class => true,
        _ => false,
    }
}

/// A code with its sign bit set or cleared, where that is not the one NaN.
fn signed(format: &Layout, code: u64, negative: bool) -> u64 {
    let magnitude = code & (format.sign_bit() - 1);
    if format.nan() == Some(format.sign_bit()) && magnitude == 0 {
        return code & format.sign_bit();
    }
    magnitude | if negative { format.sign_bit() } else { 0 }
}

fn total_order(formats: &[Layout; 3], codes: [u64; 3], data: &[Datum; 3], magnitude: bool) -> bool {
    let number = |i: usize| match magnitude {
        true => data[i].number.with_sign(false),
        false => data[i].number,
    };
    let (x, y) = (number(0), number(1));
    match (x.kind(), y.kind()) {
        (Kind::Nan, Kind::Nan) => {
            let (p, q) = (formats[0].nan_rank(codes[0]), formats[1].nan_rank(codes[1]));
            match (x.is_negative(), y.is_negative()) {
                (true, true) => p >= q,
                (false, false) => p <= q,
                (negative, _) => negative,
            }
        }
        (Kind::Nan, _) => x.is_negative(),
        (_, Kind::Nan) => !y.is_negative(),
        (Kind::Zero, Kind::Zero) => x.is_negative() || !y.is_negative(),
        _ => x.order(&y) != Ordering::Greater,
    }
}

/// The position in the list of IEEE 754-2019 clause 5.7.2.
fn class(format: &Layout, a: &Datum) -> u64 {
    let negative = a.number.is_negative();
    let (below, above) = match a.number.kind() {
        Kind::Nan => return u64::from(!a.signalling),
        Kind::Infinite => (2, 9),
        Kind::Finite if format.is_subnormal(&a.number) => (4, 7),
        Kind::Finite => (3, 8),
        Kind::Zero => (5, 6),
    };
    if negative { below } else { above }
}
