//! One case as the groups of bins see it: by the law, whatever a device answers.

use halfulp::exact::Outcome;
use halfulp::{Exact, Op, Operands, Real, Rounded, Task, Value, op, round};

use super::cut::Cut;
use super::operand::{Facts, Reader};

/// A case: its operands, its exact result, and the answer that is due.
pub(super) struct Situation<'a> {
    pub task: &'a Task,
    pub operands: &'a Operands,
    /// The operands' codes; the last one again in the place of those that the operation does not take.
    pub facts: [Facts; 3],
    /// The operands as the operation takes them, the second one of a subtraction negated.
    pub values: [Value<Exact>; 3],
    /// The exact result, of operations that have one.
    pub exact: Option<Outcome>,
    /// The place of rounding of a nonzero finite result.
    pub cut: Option<Cut>,
    /// Of a sum of two nonzero finite terms.
    pub sum: Option<Sum>,
    pub rounded: Rounded,
}

/// The terms of an addition, a subtraction or a fused multiply-add.
#[derive(Clone, Copy)]
pub(super) struct Sum {
    /// The first term: an operand, or the product.
    pub first: Real,
    /// Exponents of the terms' leading bits.
    pub exponents: [i32; 2],
    /// Whether the terms have opposite signs.
    pub subtracts: bool,
    /// The exponent of the result's leading bit; none if the terms cancel.
    pub result: Option<i32>,
}

impl<'a> Situation<'a> {
    #[inline]
    pub fn of(task: &'a Task, readers: &[std::sync::Arc<Reader>], operands: &'a Operands) -> Situation<'a> {
        let arity = readers.len();
        let facts: [Facts; 3] = core::array::from_fn(|i| {
            let i = i.min(arity - 1);
            readers[i].facts(operands.codes[i])
        });
        let closed = task.policy.standard.is_p3109();
        let mut values = match task.policy.flush_operands || closed {
            false => facts.map(|facts| facts.value),
            true => core::array::from_fn(|i| {
                let i = i.min(arity - 1);
                op::operand(task, i, operands.codes[i])
            }),
        };
        if task.op == Op::Sub {
            values[1] = values[1].with_sign(!values[1].is_negative());
        }
        let exact = op::exact_result(task, operands);
        // The law's answer; where the exact result is there, it is not computed again.
        let rounded = match exact {
            Some(Outcome { value, flags }) if task.op != Op::ConvertToInteger && !closed => {
                let Rounded { code, flags: more } = round(&task.result, &task.policy, value, operands.noise);
                Rounded { code, flags: flags.union(more) }
            }
            _ => halfulp::apply(task, *operands),
        };
        let number = match exact {
            Some(Outcome { value: Value::Finite(x), .. }) => Some(x),
            _ => None,
        };
        let cut = number.filter(|_| !task.op.is_query()).map(|x| Cut::of(&task.result, x));
        let sum = sum(task, &values, exact);
        Situation { task, operands, facts, values, exact, cut, sum, rounded }
    }

    /// The exact result, if it is a nonzero finite number.
    #[inline]
    pub fn number(&self) -> Option<Real> {
        match self.exact {
            Some(Outcome { value: Value::Finite(x), .. }) => Some(x),
            _ => None,
        }
    }
}

#[inline]
fn sum(task: &Task, values: &[Value<Exact>; 3], exact: Option<Outcome>) -> Option<Sum> {
    let (first, second) = match (task.op, values) {
        (Op::Add | Op::Sub, [Value::Finite(a), Value::Finite(b), _]) => (a.real(), *b),
        (Op::Fma, [Value::Finite(a), Value::Finite(b), Value::Finite(c)]) => (product(*a, *b), *c),
        _ => return None,
    };
    let result = match exact?.value {
        Value::Finite(x) => Some(super::cut::leading(x)),
        _ => None,
    };
    Some(Sum {
        first,
        exponents: [super::cut::leading(first), second.leading_exponent()],
        subtracts: first.negative != second.negative,
        result,
    })
}

fn product(a: Exact, b: Exact) -> Real {
    Real {
        negative: a.negative != b.negative,
        exponent: a.exponent + b.exponent,
        significand: u128::from(a.significand) * u128::from(b.significand),
        tail: false,
    }
}
