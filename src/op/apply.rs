//! Evaluation of a task.

use super::extreme::extreme;
use super::operand::{magnitude, operand};
use super::unrounded::{convert, exact_result};
use super::{IntoOperands, Op, Operands, Predicate, Task, p3109, same};
use crate::exact::{self, Outcome, Relation};
use crate::format::facts::{Nans, Sign};
use crate::format::{Code, Format};
use crate::policy::{Flags, Policy, Rounding};
use crate::round::{Rounded, round, to_integer};
use crate::value::{Exact, Real, Value, decode, decode_number};

/// Computes a task: decodes the operands, operates exactly, and rounds once.
///
/// Precondition: [`Task::check`] returns `Ok`; then it never panics. Otherwise the result is meaningless. Bits of the operand codes
/// above the widths of their formats are ignored.
#[inline]
pub const fn apply(task: &Task, operands: Operands) -> Rounded {
    match apply_to_numbers(task, &task.policy, &operands) {
        Some(rounded) => rounded,
        None => apply_to_any(task, &operands),
    }
}

impl Task {
    /// Computes the task: [`apply`](apply()) as a method.
    ///
    /// Precondition: [`Task::check`] returns `Ok`. Codes beyond the operation's arity are ignored.
    ///
    /// # Panics
    /// If there are fewer codes than the operation has [operands](Op::arity).
    ///
    /// ```
    /// use halfulp::{Format, Op, Task};
    ///
    /// let sum = Task::within(Op::Add, Format::E4M3FN).apply([0x38, 0x38]); // 1 + 1
    /// assert_eq!(sum.code, 0x40);
    /// ```
    #[track_caller]
    pub fn apply<T: IntoOperands>(&self, operands: T) -> Rounded {
        let (op, arity) = (self.op, self.op.arity());
        assert!(T::COUNT >= arity, "{op} takes {arity} operands, not {}", T::COUNT);
        apply(self, operands.into())
    }
}

/// The same under another policy than the task's.
#[inline]
pub(crate) const fn apply_under(task: &Task, policy: &Policy, operands: Operands) -> Rounded {
    match apply_to_numbers(task, policy, &operands) {
        Some(rounded) => rounded,
        None => apply_to_any_under(task, policy, &operands),
    }
}

/// The remainder of a quotient truncated to an integer; [`Op::Remainder`] rounds the quotient to the nearest integer.
pub(crate) const fn apply_rem(task: &Task, policy: &Policy, operands: Operands) -> Rounded {
    let task = Task { policy: *policy, ..*task };
    let [a, b, _] = operands.codes;
    deliver(&task, exact::rem_cut(operand(&task, 0, a), operand(&task, 1, b)), operands.noise)
}

/// Not inlined: the common path needs no copy of the task.
#[inline(never)]
const fn apply_to_any_under(task: &Task, policy: &Policy, operands: &Operands) -> Rounded {
    apply_to_any(&Task { policy: *policy, ..*task }, operands)
}

/// The fast path of the common operations for nonzero finite operands: the general path without the tests for special values.
#[inline(always)]
const fn apply_to_numbers(task: &Task, policy: &Policy, operands: &Operands) -> Option<Rounded> {
    if policy.flush_operands || policy.standard.is_p3109() {
        return None;
    }
    let [f, g, h] = &task.operands;
    let [a, b, c] = operands.codes;
    let zero_negative = matches!(policy.rounding, Rounding::TowardNegative);
    let (format, noise) = (&task.result, operands.noise);
    match task.op {
        Op::Convert => {
            let Some(a) = decode_number(f, a) else { return None };
            Some(round(format, policy, Value::Finite(a.real()), noise))
        }
        Op::Add | Op::Sub => {
            let (Some(a), Some(b)) = (decode_number(f, a), decode_number(g, b)) else { return None };
            let negative = b.negative != matches!(task.op, Op::Sub);
            let sum = exact::add_numbers(a, Exact { negative, ..b }, zero_negative);
            Some(round(format, policy, sum.value, noise))
        }
        Op::Mul => {
            let (Some(a), Some(b)) = (decode_number(f, a), decode_number(g, b)) else { return None };
            Some(round(format, policy, Value::Finite(exact::product(a, b)), noise))
        }
        Op::Div => {
            let (Some(a), Some(b)) = (decode_number(f, a), decode_number(g, b)) else { return None };
            Some(round(format, policy, Value::Finite(exact::quotient(a, b)), noise))
        }
        Op::Fma => {
            let (Some(a), Some(b)) = (decode_number(f, a), decode_number(g, b)) else { return None };
            let Some(c) = decode_number(h, c) else { return None };
            let sum = exact::fma_numbers(a, b, c, zero_negative);
            Some(round(format, policy, sum.value, noise))
        }
        op => {
            let Some(kind) = extreme(op) else { return None };
            let (Some(a), Some(b)) = (decode_number(f, a), decode_number(g, b)) else { return None };
            let winner = exact::minmax_numbers(kind, a, b);
            Some(round(format, policy, Value::Finite(winner.real()), noise))
        }
    }
}

#[inline(never)]
const fn apply_to_any(task: &Task, operands: &Operands) -> Rounded {
    if task.policy.standard.is_p3109() {
        return apply_by_p3109(task, operands);
    }
    compute(task, operands)
}

/// P3109 has no flags. Except for these, and for what [`exact_result`] knows, its operations are those of IEEE 754 on P3109's values.
#[inline(never)]
const fn apply_by_p3109(task: &Task, operands: &Operands) -> Rounded {
    let [a, b, _] = operands.codes;
    let x = operand(task, 0, a);
    match task.op {
        Op::TotalOrder => truth(p3109::total_order(x, operand(task, 1, b))),
        Op::TotalOrderMagnitude => truth(p3109::total_order(magnitude(x), magnitude(operand(task, 1, b)))),
        Op::NextUp | Op::NextDown => {
            p3109::next(&task.operands[0], &task.policy, a, matches!(task.op, Op::NextUp))
        }
        _ => Rounded { flags: Flags::NONE, ..compute(task, operands) },
    }
}

#[inline(always)]
const fn compute(task: &Task, operands: &Operands) -> Rounded {
    match exact_result(task, operands) {
        Some(outcome) => {
            let Rounded { code, flags } = deliver(task, outcome, operands.noise);
            let silent = matches!(task.op, Op::ConvertToInteger);
            Rounded { code, flags: if silent { flags.without(Flags::INEXACT) } else { flags } }
        }
        None => apply_other(task, *operands),
    }
}

/// The operations without an exact result to round.
const fn apply_other(task: &Task, operands: Operands) -> Rounded {
    let [a, b, _] = operands.codes;
    let x = operand(task, 0, a);
    match task.op {
        Op::RoundToIntegralExact => integral(task, x, operands.noise),
        Op::RoundToIntegral => {
            let Rounded { code, flags } = integral(task, x, operands.noise);
            Rounded { code, flags: flags.without(Flags::INEXACT) }
        }
        Op::Negate | Op::Abs | Op::CopySign => sign_operation(task, operands),
        Op::NextUp | Op::NextDown => next(task, a),
        Op::Compare(predicate) => compared(predicate, x, operand(task, 1, b)),
        Op::TotalOrder => truth(exact::total_order(x, operand(task, 1, b))),
        Op::TotalOrderMagnitude => truth(exact::total_order(magnitude(x), magnitude(operand(task, 1, b)))),
        Op::Class => Rounded { code: class(&task.operands[0], x), flags: Flags::NONE },
        // The others have one.
        _ => deliver(task, Outcome::invalid(), operands.noise),
    }
}

#[inline(always)]
const fn deliver(task: &Task, outcome: Outcome, noise: u64) -> Rounded {
    let Rounded { code, flags } = round(&task.result, &task.policy, outcome.value, noise);
    Rounded { code, flags: flags.union(outcome.flags) }
}

/// Rounds to an integral value in the operand's own format, with the inexact exception.
const fn integral(task: &Task, x: Value<Exact>, noise: u64) -> Rounded {
    let Value::Finite(number) = x else {
        return deliver(task, convert(x), noise);
    };
    if number.exponent >= 0 {
        return deliver(task, convert(x), noise);
    }
    let (multiple, exact) = to_integer(number.real(), task.policy.rounding, noise);
    let negative = number.negative;
    let value = match multiple {
        0 => Value::Zero { negative },
        n => Value::Finite(Real { negative, exponent: 0, significand: n as u128, tail: false }),
    };
    let Rounded { code, flags } = deliver(task, Outcome::of(value), noise);
    // Invalid excludes other flags: the format has no representation of the integral value.
    let inexact = !exact && !flags.contains(Flags::INVALID);
    Rounded { code, flags: flags.union(Flags::INEXACT.when(inexact)) }
}

/// Negate, abs, copySign. Within one format they change only the sign bit, also of a NaN, and raise no flag; into
/// another format they convert.
const fn sign_operation(task: &Task, operands: Operands) -> Rounded {
    let [a, b, _] = operands.codes;
    let format = &task.operands[0];
    let x = decode(format, a);
    let negative = match task.op {
        Op::Negate => !x.is_negative(),
        Op::CopySign => decode(&task.operands[1], b).is_negative(),
        _ => false,
    };
    if matches!(format.facts().sign, Sign::SignMagnitude) && same(format, &task.result) {
        let (_, magnitude) = format.split(a);
        let single_nan = matches!(x, Value::Nan(_)) && matches!(format.facts().nans, Nans::NegativeZero);
        let code = if single_nan { a & format.code_mask() } else { format.encode(negative, magnitude) };
        return Rounded { code, flags: Flags::NONE };
    }
    let outcome = convert(x.with_sign(negative));
    deliver(task, outcome, operands.noise)
}

/// The neighbour of a code in the order of the format's values. The neighbour of the largest finite value is an infinity; a
/// format without infinities returns it like any other infinite result.
const fn next(task: &Task, code: Code) -> Rounded {
    let format = &task.operands[0];
    let up = matches!(task.op, Op::NextUp);
    let x = decode(format, code);
    let (negative, magnitude) = format.split(code);
    match x {
        Value::Nan(_) => deliver(task, convert(x), 0),
        Value::Infinite { negative: false } if up => Rounded { code, flags: Flags::NONE },
        Value::Infinite { negative: true } if !up => Rounded { code, flags: Flags::NONE },
        Value::Infinite { negative } => neighbour(task, negative, format.largest_magnitude(negative)),
        Value::Zero { .. } => neighbour(task, !up, 1),
        // Towards zero, and past the smallest value of a format without zero.
        Value::Finite(_) if negative == up && magnitude == 0 => deliver(task, Outcome::zero(negative), 0),
        Value::Finite(_) if negative == up => neighbour(task, negative, magnitude - 1),
        // One more may not fit in 64 bits.
        Value::Finite(_) if magnitude == format.largest_magnitude(negative) => past(task, negative),
        Value::Finite(_) => neighbour(task, negative, magnitude + 1),
    }
}

/// The code of a finite magnitude code, whose sign the format may not have.
const fn neighbour(task: &Task, negative: bool, magnitude: u64) -> Rounded {
    let format = &task.operands[0];
    if negative && !format.is_signed() {
        return past(task, negative);
    }
    Rounded { code: format.encode(negative, magnitude), flags: Flags::NONE }
}

/// The result beyond the last finite value of a sign.
const fn past(task: &Task, negative: bool) -> Rounded {
    let Rounded { code, flags } = deliver(task, Outcome::infinite(negative), 0);
    Rounded { code, flags: flags.without(Flags::INEXACT) }
}

const fn compared(predicate: Predicate, a: Value<Exact>, b: Value<Exact>) -> Rounded {
    let relation = exact::compare(a, b);
    let unordered = matches!(relation, Relation::Unordered);
    let invalid =
        unordered && (predicate.is_signalling() || exact::is_signalling(a) || exact::is_signalling(b));
    Rounded { code: predicate.holds(relation) as Code, flags: Flags::INVALID.when(invalid) }
}

const fn truth(holds: bool) -> Rounded {
    Rounded { code: holds as Code, flags: Flags::NONE }
}

/// The position in IEEE 754-2019 clause 5.7.2's list.
const fn class(format: &Format, x: Value<Exact>) -> Code {
    let (negative, distance) = match x {
        Value::Nan(nan) => return !nan.signalling as Code,
        Value::Infinite { negative } => (negative, 3),
        Value::Finite(x) => (x.negative, if x.leading_exponent() < format.tiny_below() { 1 } else { 2 }),
        Value::Zero { negative } => (negative, 0),
    };
    if negative { 5 - distance } else { 6 + distance }
}
