//! The second stage: from the values of the operands to the exact result, or to what a device takes for it.

use halfulp::{
    Exact, Flags, Format, Op, Policy, Real, Rounding, Saturation, Task, Value, decode, exact, round,
};
use serde::{Deserialize, Serialize};

use super::names;
use super::place::leading;

/// What is computed of the operands.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Computing {
    /// Where the product of a multiply-add is rounded first, if it is not fused.
    pub product: Option<Step>,
    /// Where the result is rounded first, before its own format.
    pub via: Option<Step>,
    /// The power of two by which the exact result is multiplied, as devices with a scale do: -1000 to 1000.
    pub scale: i32,
    /// How many bits of the smaller operand of a sum survive its alignment, if not all.
    pub alignment: Option<Alignment>,
    /// Results in place of NaNs, and of infinities of a division by zero.
    pub invalid: Invalid,
    /// Whether a sum, difference, product or quotient of which one operand is a NaN is the other operand, as it is and without an exception.
    pub ignores_nan: bool,
}

/// An intermediate result: a format, and its rounding if it is not the policy's.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Step {
    /// The format.
    #[serde(with = "names::one")]
    pub format: Format,
    /// The rounding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Rounding>,
    /// Whether tiny intermediate results become zero.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub flush: bool,
}

/// What a device keeps of the terms of a sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Alignment {
    /// The bits below the last place of the larger term: 0 to 40. Lower ones are cut off.
    pub bits: u32,
    /// Whether the last bit kept is set if anything lower was lost.
    #[serde(default)]
    pub sticky: bool,
}

/// What a device gives where the standard has NaN, and for a division by zero.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Invalid {
    /// Zero times infinity.
    pub zero_times_infinity: Option<InvalidResult>,
    /// The difference of two infinities.
    pub infinity_minus_infinity: Option<InvalidResult>,
    /// Zero by zero, and infinity by infinity.
    pub quotient: Option<InvalidResult>,
    /// The square root of a negative number.
    pub root: Option<InvalidResult>,
    /// A number by zero.
    pub divide_by_zero: Option<InvalidResult>,
}

/// A result in place of another; its sign is the product of the operands' signs, and that of the first operand for a sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InvalidResult {
    /// NaN.
    Nan,
    /// Zero.
    Zero,
    /// Infinity.
    Infinity,
    /// The largest finite value.
    Largest,
}

/// What a device takes for the exact result.
#[derive(Clone, Copy, Debug)]
pub(super) struct Computed {
    pub value: Value<Real>,
    /// Exceptions of the operation itself.
    pub flags: Flags,
    /// The exponent of the result before it is normalized.
    pub exponent: Option<i32>,
    /// The largest finite value of this sign instead.
    pub largest: Option<bool>,
}

impl Computing {
    pub(super) fn compute(&self, task: &Task, values: [Value<Exact>; 3], noise: u64) -> Computed {
        let policy = &task.policy;
        let mut flags = Flags::NONE;
        let zero_negative = policy.rounding == Rounding::TowardNegative;
        let [a, b, _] = values;
        let second = if task.op == Op::Sub { b.with_sign(!b.is_negative()) } else { b };
        let outcome = match task.op {
            Op::Add | Op::Sub | Op::Mul | Op::Div if self.ignores_nan && is_nan(a) != is_nan(b) => {
                exact::Outcome::of(if is_nan(a) { b.real() } else { a.real() })
            }
            Op::Add | Op::Sub => match self.aligned(task, a.real(), second.real(), zero_negative) {
                Some(value) => exact::Outcome::of(value),
                None => exact::add(a, second, zero_negative),
            },
            Op::Mul => exact::mul(a, b),
            Op::Div => exact::div(a, b),
            Op::Sqrt => exact::sqrt(a),
            Op::Fma => self.multiply_add(task, values, noise, &mut flags),
            _ if matches!(a, Value::Nan(_)) => exact::Outcome::from_nan(&[a]),
            _ => exact::Outcome::of(a.real()),
        };
        let computed = Computed {
            value: self.scaled(outcome.value),
            flags: flags | outcome.flags,
            exponent: exponent(task.op, values).map(|exponent| exponent + self.scale()),
            largest: None,
        };
        self.by_way_of(policy, self.invalid.instead(task.op, values, computed), noise)
    }

    fn scale(&self) -> i32 {
        self.scale.clamp(-1000, 1000)
    }

    fn scaled(&self, value: Value<Real>) -> Value<Real> {
        match value {
            Value::Finite(x) => Value::Finite(Real { exponent: x.exponent + self.scale(), ..x }),
            other => other,
        }
    }

    fn multiply_add(
        &self,
        task: &Task,
        values: [Value<Exact>; 3],
        noise: u64,
        flags: &mut Flags,
    ) -> exact::Outcome {
        let [a, b, c] = values;
        let zero_negative = task.policy.rounding == Rounding::TowardNegative;
        let nan = values.iter().copied().any(is_nan);
        let product = exact::mul(a, b);
        if nan || product.flags.contains(Flags::INVALID) {
            return exact::fma(a, b, c, zero_negative);
        }
        if let Some(step) = self.product {
            let (rounded, raised) = step.take(&task.policy, product.value, noise);
            *flags |= raised;
            return match self.aligned(task, rounded.real(), c.real(), zero_negative) {
                Some(value) => exact::Outcome::of(value),
                None => exact::add(rounded, c, zero_negative),
            };
        }
        match self.aligned(task, product.value, c.real(), zero_negative) {
            Some(value) => exact::Outcome::of(value),
            None => exact::fma(a, b, c, zero_negative),
        }
    }

    /// The sum of two numbers of which only some bits are kept; `None` if all are, or if they are no numbers.
    fn aligned(
        &self,
        task: &Task,
        x: Value<Real>,
        y: Value<Real>,
        zero_negative: bool,
    ) -> Option<Value<Real>> {
        let (Some(alignment), Value::Finite(x), Value::Finite(y)) = (self.alignment, x, y) else {
            return None;
        };
        let bits = task.result.precision() as i32 - 1 + alignment.bits.min(40) as i32;
        let unit = leading(&x).max(leading(&y)) - bits;
        let sum = alignment.units(&x, unit) + alignment.units(&y, unit);
        Some(match sum {
            0 => Value::Zero { negative: zero_negative },
            _ => Value::Finite(Real {
                negative: sum < 0,
                exponent: unit,
                significand: sum.unsigned_abs(),
                tail: false,
            }),
        })
    }

    fn by_way_of(&self, policy: &Policy, computed: Computed, noise: u64) -> Computed {
        match self.via {
            Some(step) if !matches!(computed.value, Value::Nan(_)) => {
                let (value, flags) = step.take(policy, computed.value, noise);
                Computed { value: value.real(), flags: computed.flags | flags, ..computed }
            }
            _ => computed,
        }
    }
}

impl Alignment {
    /// A number in units of `2^unit`, with its sign.
    fn units(&self, x: &Real, unit: i32) -> i128 {
        let drop = unit - x.exponent;
        let magnitude = if drop <= 0 {
            x.significand << -drop
        } else {
            let kept = x.significand.checked_shr(drop as u32).unwrap_or(0);
            let lost = kept.checked_shl(drop as u32).unwrap_or(0) != x.significand;
            kept | u128::from(self.sticky && lost)
        };
        if x.negative { -(magnitude as i128) } else { magnitude as i128 }
    }
}

impl Step {
    /// The value after this step, and what it raised.
    fn take(&self, policy: &Policy, value: Value<Real>, noise: u64) -> (Value<Exact>, Flags) {
        let rounding = self.rounding.unwrap_or(policy.rounding);
        let policy = Policy::IEEE.rounding(rounding).saturation(Saturation::None).flush_results(self.flush);
        let rounded = round(&self.format, &policy, value, noise);
        (decode(&self.format, rounded.code), rounded.flags)
    }
}

impl Invalid {
    fn instead(&self, op: Op, [a, b, c]: [Value<Exact>; 3], computed: Computed) -> Computed {
        let nans = [a, b, c].into_iter().take(op.arity()).any(is_nan);
        let invalid = computed.flags.contains(Flags::INVALID);
        let rule = match op {
            _ if nans => None,
            Op::Div if computed.flags.contains(Flags::DIVIDE_BY_ZERO) => self.divide_by_zero,
            _ if !invalid => None,
            Op::Mul => self.zero_times_infinity,
            Op::Fma if matches!(exact::mul(a, b).value, Value::Nan(_)) => self.zero_times_infinity,
            Op::Add | Op::Sub | Op::Fma => self.infinity_minus_infinity,
            Op::Div => self.quotient,
            Op::Sqrt => self.root,
            _ => None,
        };
        let negative = match op {
            Op::Add | Op::Sub => a.is_negative(),
            Op::Mul | Op::Div | Op::Fma => a.is_negative() != b.is_negative(),
            _ => false,
        };
        let value = match rule {
            None => return computed,
            Some(InvalidResult::Largest) => return Computed { largest: Some(negative), ..computed },
            Some(InvalidResult::Nan) => exact::Outcome::invalid().value,
            Some(InvalidResult::Zero) => Value::Zero { negative },
            Some(InvalidResult::Infinity) => Value::Infinite { negative },
        };
        Computed { value, ..computed }
    }
}

fn is_nan(x: Value<Exact>) -> bool {
    matches!(x, Value::Nan(_))
}

/// The exponent that the operands' exponents alone give a result.
fn exponent(op: Op, values: [Value<Exact>; 3]) -> Option<i32> {
    let of = |x: Value<Exact>| match x {
        Value::Finite(x) => Some(x.leading_exponent()),
        _ => None,
    };
    let [a, b, c] = values.map(of);
    match op {
        Op::Add | Op::Sub => a.max(b),
        Op::Mul => Some(a? + b?),
        Op::Div => Some(a? - b?),
        Op::Sqrt => Some(a?.div_euclid(2)),
        Op::Fma => a.zip(b).map(|(a, b)| a + b).max(c),
        _ => a,
    }
}
