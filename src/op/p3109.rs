//! Operations that P3109 defines differently (interim report 4.0), on the closed extended reals, which have one zero and one NaN.

use super::Op;
use crate::exact::{self, Outcome, Relation};
use crate::format::{Code, Format};
use crate::policy::{Flags, Policy};
use crate::round::{Rounded, round};
use crate::value::{Exact, Nan, Value, decode};

/// The P3109 value: minus zero becomes zero, and all NaNs are the same (4.7.2, 4.8.1).
pub(super) const fn closed(x: Value<Exact>) -> Value<Exact> {
    match x {
        Value::Zero { .. } => Value::Zero { negative: false },
        Value::Nan(_) => Value::Nan(Nan::QUIET),
        Value::Infinite { .. } | Value::Finite(_) => x,
    }
}

/// A quotient: anything divided by zero is NaN (4.10.5).
pub(super) const fn divide(x: Value<Exact>, y: Value<Exact>) -> Outcome {
    match y {
        Value::Zero { .. } => Outcome::invalid(),
        _ => exact::div(x, y),
    }
}

/// Negate, abs, copySign: the result is rounded and saturated like any other; a NaN has no sign to copy (4.10.1, 4.10.2).
pub(super) const fn change_sign(op: Op, x: Value<Exact>, y: Value<Exact>) -> Outcome {
    let negative = match (op, y) {
        (Op::CopySign, Value::Nan(_)) => return Outcome::invalid(),
        (Op::CopySign, _) => y.is_negative(),
        (Op::Negate, _) => !x.is_negative(),
        _ => false,
    };
    Outcome::of(x.with_sign(negative).real())
}

/// Whether `x` precedes or equals `y`: NaN precedes everything (4.12.1).
pub(super) const fn total_order(x: Value<Exact>, y: Value<Exact>) -> bool {
    match (x, y) {
        (Value::Nan(_), _) => true,
        _ => matches!(exact::compare(x, y), Relation::Less | Relation::Equal),
    }
}

/// The least greater or the greatest lesser value; NaN if there is none (4.16).
pub(super) const fn next(format: &Format, policy: &Policy, code: Code, up: bool) -> Rounded {
    let nan = round(format, policy, Value::Nan(Nan::QUIET), 0);
    let (negative, magnitude) = format.split(code);
    let (negative, magnitude) = match decode(format, code) {
        Value::Nan(_) => return nan,
        Value::Zero { .. } => (!up, 1),
        // One more may not fit in 64 bits.
        _ if negative != up => match magnitude.checked_add(1) {
            Some(next) => (negative, next),
            None => return nan,
        },
        // Toward zero, which lies past the end of a format that lacks it.
        _ if magnitude == 0 => return nan,
        _ => (negative && magnitude > 1, magnitude - 1),
    };
    let within = magnitude <= format.largest_magnitude(negative) && (!negative || format.is_signed());
    let last = magnitude.wrapping_sub(1) == format.largest_magnitude(negative);
    match format.infinity(negative) {
        _ if within => Rounded { code: format.encode(negative, magnitude), flags: Flags::NONE },
        Some(infinity) if last => Rounded { code: infinity, flags: Flags::NONE },
        _ => nan,
    }
}
