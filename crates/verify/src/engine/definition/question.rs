//! One operation on operands of some formats, before any policy: what the exact result is and where it lies.

use halfulp::{Code, Flags, Op};
use num_bigint::BigInt;

use super::deliver::Located;
use super::integer::Integer;
use super::locate::{integer_part, locate};
use super::operation::operate;
use super::order::{self, Described};
use super::outcome::{Exact, Outcome};
use super::p3109;
use super::values::{Meaning, Values};
use crate::engine::asked::Asked;

/// What does not change with the policy, flushing of operands apart.
pub struct Question {
    op: Op,
    operands: [Values; 3],
    result: Values,
    flush: bool,
    by_p3109: bool,
    quick: bool,
    one_format: bool,
    predicate: Option<Described>,
}

/// A located result with the exceptions of the operation itself.
pub type Found = (Located, Flags);

impl Question {
    /// What the task asks.
    pub fn new(task: &Asked) -> Question {
        let represents = matches!(task.op, Op::TotalOrder | Op::TotalOrderMagnitude | Op::Class);
        let touches_sign = matches!(task.op, Op::Negate | Op::Abs | Op::CopySign);
        let steps = matches!(task.op, Op::NextUp | Op::NextDown);
        Question {
            op: task.op,
            operands: task.operands.map(|facts| Values::new(&facts)),
            result: Values::new(&task.result),
            flush: task.policy.flush_operands && !represents && !touches_sign && !steps,
            by_p3109: task.policy.standard.is_p3109(),
            quick: true,
            one_format: task.operands[0] == task.result,
            predicate: match task.op {
                Op::Compare(predicate) => Some(Described::new(predicate)),
                _ => None,
            },
        }
    }

    /// The same question, to be computed on big integers only.
    pub fn slowly(self) -> Question {
        Question { quick: false, ..self }
    }

    /// The format of the result.
    pub fn result(&self) -> &Values {
        &self.result
    }

    /// Finds the exact result's place. `None` if it could not be computed, which no task gives reason to.
    pub fn find(&self, codes: [Code; 3]) -> Option<Found> {
        let meaning = |i: usize| self.meaning(i, codes[i]);
        let truth = |holds: bool| Some((Located::Code(Code::from(holds)), Flags::NONE));
        match self.op {
            _ if self.by_p3109 && p3109::has_no_result(self.op, &[meaning(0), meaning(1)]) => {
                Some((Located::Nan, Flags::NONE))
            }
            Op::Compare(_) => {
                let (holds, invalid) = self.predicate?.test(meaning(0), meaning(1));
                Some((Located::Code(Code::from(holds)), Flags::INVALID.when(invalid)))
            }
            Op::TotalOrder if self.by_p3109 => truth(p3109::total_order(meaning(0), meaning(1))),
            Op::TotalOrderMagnitude if self.by_p3109 => {
                truth(p3109::total_order(order::magnitude(meaning(0)), order::magnitude(meaning(1))))
            }
            Op::Class if self.by_p3109 => {
                Some((Located::Code(p3109::class(&self.operands[0], codes[0])), Flags::NONE))
            }
            Op::NextUp | Op::NextDown if self.by_p3109 => {
                let located = p3109::next(&self.operands[0], codes[0], self.op == Op::NextUp);
                Some((located, Flags::NONE))
            }
            Op::TotalOrder => truth(order::total_order(meaning(0), meaning(1))),
            Op::TotalOrderMagnitude => {
                truth(order::total_order(order::magnitude(meaning(0)), order::magnitude(meaning(1))))
            }
            Op::Class => Some((Located::Code(order::class(&self.operands[0], codes[0])), Flags::NONE)),
            Op::Negate | Op::Abs | Op::CopySign => self.change_sign(codes),
            Op::NextUp | Op::NextDown => self.next(codes[0]),
            _ => {
                let meanings = [meaning(0), meaning(1), meaning(2)];
                self.compute(self.op, &meanings[..self.op.arity()])
            }
        }
    }

    /// What an operand means to the operation.
    pub fn meaning(&self, index: usize, code: Code) -> Meaning {
        let values = &self.operands[index];
        let meaning = match values.meaning(code) {
            Meaning::Finite { negative, .. } if self.flush && values.is_subnormal(values.place(code).1) => {
                Meaning::Finite { negative, magnitude: values.at(0) }
            }
            meaning => meaning,
        };
        if self.by_p3109 { p3109::closed(meaning) } else { meaning }
    }

    /// The exact result by itself, on big integers. `None` for operations that compute no number.
    pub fn exact(&self, codes: [Code; 3]) -> Option<Outcome<BigInt>> {
        let meanings = [0, 1, 2].map(|i| self.meaning(i, codes[i]));
        if self.by_p3109 && p3109::has_no_result(self.op, &meanings) {
            return Some(Outcome::invalid());
        }
        operate(self.op, &meanings[..self.op.arity()])
    }

    fn compute(&self, op: Op, meanings: &[Meaning]) -> Option<Found> {
        if self.quick
            && let Some(outcome) = operate::<i128>(op, meanings)
            && let Some(found) = self.locate(outcome)
        {
            return Some(found);
        }
        self.locate(operate::<BigInt>(op, meanings)?)
    }

    fn locate<I: Integer>(&self, outcome: Outcome<I>) -> Option<Found> {
        let integral = matches!(self.op, Op::RoundToIntegral | Op::RoundToIntegralExact);
        let located = match outcome.exact {
            Exact::Nan => Located::Nan,
            Exact::Infinite { negative } => Located::Infinite { negative },
            Exact::Zero { negative } => Located::Zero { negative },
            Exact::Cancelled => Located::Cancelled,
            Exact::Number { negative, x } if integral && x.exponent < 0 => {
                let (integer, beyond) = integer_part(&x)?;
                Located::Integral { negative, integer, beyond }
            }
            Exact::Number { negative, x } => {
                let place = locate(&self.result, negative, &x)?;
                Located::Number { negative, place }
            }
        };
        Some((located, outcome.flags))
    }

    /// Negate, abs and copySign only touch the sign bit where there is one and the format stays (5.5.1); elsewhere, and by
    /// P3109, they convert.
    fn change_sign(&self, codes: [Code; 3]) -> Option<Found> {
        let values = &self.operands[0];
        let x = self.meaning(0, codes[0]);
        let negative = match self.op {
            Op::Negate => !order::is_negative(x),
            Op::CopySign => order::is_negative(self.meaning(1, codes[1])),
            _ => false,
        };
        if self.by_p3109 || !self.one_format || !values.has_sign_bit() {
            return self.compute(Op::Convert, &[order::with_sign(x, negative)]);
        }
        let (was_negative, k) = values.place(codes[0]);
        // Where NaN is the code of minus zero it has no other sign to take.
        let only_nan = order::is_nan(x) && was_negative && k == 0;
        let sign = values.sign_bit();
        let code = match (only_nan, negative) {
            (true, _) => sign,
            (false, false) => k as Code,
            (false, true) => values.code(true, k),
        };
        Some((Located::Code(code), Flags::NONE))
    }

    /// The neighbour in the list of all values, both signs in one row (5.3.1).
    fn next(&self, code: Code) -> Option<Found> {
        let values = &self.operands[0];
        let (negative, k) = values.place(code);
        let up = self.op == Op::NextUp;
        let outward = negative != up;
        let located = match values.meaning(code) {
            nan @ Meaning::Nan { .. } => return self.compute(Op::Convert, &[nan]),
            Meaning::Infinite { .. } if outward => Located::Code(values.code(negative, k)),
            Meaning::Infinite { .. } => Located::Code(values.code(negative, values.last(negative))),
            Meaning::Finite { magnitude, .. } if magnitude.significand == 0 => self.step(!up, 1),
            Meaning::Finite { .. } if outward => self.step(negative, k + 1),
            Meaning::Finite { .. } if k <= 1 && (k == 0 || values.has_zero()) => Located::Zero { negative },
            Meaning::Finite { .. } => self.step(negative, k - 1),
        };
        Some((located, Flags::NONE))
    }

    fn step(&self, negative: bool, k: i128) -> Located {
        let values = &self.operands[0];
        if k > values.last(negative) || (negative && !values.is_signed()) {
            return Located::Past { negative };
        }
        Located::Code(values.code(negative, k))
    }
}
