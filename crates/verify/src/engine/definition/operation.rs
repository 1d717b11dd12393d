//! Which operation is what: from what the operands mean to the exact result. Minimum and maximum are here too (9.6).

use halfulp::{Flags, Op};

use super::arithmetic::{add, divide, logarithm, multiply, negate, operand, remainder, scale, square_root};
use super::integer::Integer;
use super::order;
use super::outcome::{Exact, Outcome};
use super::values::Meaning;

/// The exact result of an operation on what its operands mean. `None` also for operations that compute no number.
pub fn operate<I: Integer>(op: Op, operands: &[Meaning]) -> Option<Outcome<I>> {
    if let Some(kind) = Extreme::of(op) {
        return extreme(kind, operands[0], operands[1]);
    }
    if operands.iter().any(|x| matches!(x, Meaning::Nan { .. })) {
        let flags = Flags::INVALID.when(operands.iter().any(|x| order::is_signalling(*x)));
        return Some(Outcome { exact: Exact::Nan, flags });
    }
    let operand = |i: usize| operand(operands[i]);
    match op {
        Op::Add => add(operand(0)?, operand(1)?),
        Op::Sub => add(operand(0)?, negate(operand(1)?)),
        Op::Mul => match multiply(operand(0)?, operand(1)?)? {
            Some(product) => product.outcome(),
            None => Some(Outcome::invalid()),
        },
        Op::Fma => match multiply(operand(0)?, operand(1)?)? {
            Some(product) => add(product, operand(2)?),
            None => Some(Outcome::invalid()),
        },
        Op::Div => divide(operand(0)?, operand(1)?),
        Op::Sqrt => square_root(operand(0)?),
        Op::Remainder => remainder(operand(0)?, operand(1)?),
        Op::ScaleB => scale(operand(0)?, operand(1)?),
        Op::LogB => logarithm(operand(0)?),
        Op::Convert | Op::ConvertToInteger | Op::RoundToIntegral | Op::RoundToIntegralExact => {
            operand(0)?.outcome()
        }
        _ => None,
    }
}

/// Which of the eight minimum and maximum operations.
#[derive(Clone, Copy)]
struct Extreme {
    maximum: bool,
    magnitude: bool,
    number: bool,
}

impl Extreme {
    fn of(op: Op) -> Option<Extreme> {
        let kind = |maximum, magnitude, number| Some(Extreme { maximum, magnitude, number });
        match op {
            Op::Minimum => kind(false, false, false),
            Op::MinimumNumber => kind(false, false, true),
            Op::MinimumMagnitude => kind(false, true, false),
            Op::MinimumMagnitudeNumber => kind(false, true, true),
            Op::Maximum => kind(true, false, false),
            Op::MaximumNumber => kind(true, false, true),
            Op::MaximumMagnitude => kind(true, true, false),
            Op::MaximumMagnitudeNumber => kind(true, true, true),
            _ => None,
        }
    }
}

fn extreme<I: Integer>(kind: Extreme, a: Meaning, b: Meaning) -> Option<Outcome<I>> {
    let flags = Flags::INVALID.when(order::is_signalling(a) || order::is_signalling(b));
    let chosen = match (order::is_nan(a), order::is_nan(b)) {
        (false, false) => {
            let by_magnitude = order::compare(order::magnitude(a), order::magnitude(b));
            let by_value = order::compare(a, b).then(order::signs(a, b));
            let order = if kind.magnitude { by_magnitude.then(by_value) } else { by_value };
            let a_first = if kind.maximum { order.is_ge() } else { order.is_le() };
            if a_first { a } else { b }
        }
        (true, false) if kind.number => b,
        (false, true) if kind.number => a,
        _ => {
            return Some(Outcome { exact: Exact::Nan, flags });
        }
    };
    let Outcome { exact, .. } = operand(chosen)?.outcome()?;
    Some(Outcome { exact, flags })
}
