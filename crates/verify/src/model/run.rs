//! The stages one after the other: from the codes of the operands to the answer.

use halfulp::{Flags, Op, Operands, Real, Rounded, Standard, Task, Tininess, Value, apply, decode};

use super::behaviour::{Addend, Behaviour, Output};
use super::computing::Computing;
use super::delivery::{Delivery, exactly};
use super::flags::FlagRules;
use super::nan::{Cause, NanRules};
use super::place::{self, leading, place};
use super::range::{OverflowResult, TinyResult};
use super::reading::{Reading, Subnormals};
use super::rounding::{By, Position, Rule};

impl Behaviour {
    /// Whether the model answers a task. Precondition: [`Task::check`] returns `Ok`.
    ///
    /// Without deviations it answers every task, otherwise those that its [stages compute](Behaviour::computes).
    #[must_use]
    pub fn covers(&self, task: &Task) -> bool {
        self.is_law() || self.computes(task)
    }

    /// Whether the stages compute a task: add, sub, mul, div, sqrt, fma and convert, by IEEE 754.
    #[must_use]
    pub fn computes(&self, task: &Task) -> bool {
        let arithmetic =
            matches!(task.op, Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Sqrt | Op::Fma | Op::Convert);
        arithmetic && task.policy.standard == Standard::Ieee754 && self.reads(task) && self.writes(task)
    }

    /// Whether its answers to a conversion change at most once between neighbouring values of the result and their midpoints: it reads and
    /// returns codes as they are, and what is beyond the range is not wrapped.
    #[must_use]
    pub(crate) fn is_stepwise(&self) -> bool {
        let plain = |reading: &Reading| {
            reading.format.is_none()
                && reading.clear == 0
                && reading.set == 0
                && !reading.reversed
                && !reading.bytes_reversed
        };
        self.reading.each().into_iter().all(plain)
            && self.range.overflow != OverflowResult::Wrapped
            && self.output == Output::default()
    }

    /// Whether its answers to a conversion are monotone among the numbers of a sign, as the law's are: it deviates in NaNs, flags and the flushing
    /// of operands alone.
    #[must_use]
    pub(crate) fn is_monotone(&self) -> bool {
        let mut plain = Behaviour { nan: NanRules::default(), flags: FlagRules::default(), ..*self };
        let subnormals = &mut plain.reading.a.subnormals;
        if *subnormals == Subnormals::Zero {
            *subnormals = Subnormals::Kept;
        }
        plain.is_law() && self.nan.missing.is_none()
    }

    /// Whether the formats by which it reads operands are as wide as the task's, with at most 53 bits of precision.
    fn reads(&self, task: &Task) -> bool {
        let formats = task.operands.iter().zip(self.reading.each());
        formats.take(task.op.arity()).all(|(format, reading)| match reading.format {
            Some(other) => other.width() == format.width() && other.precision() <= 53,
            None => true,
        })
    }

    /// Whether the format by which it writes results is as wide as the task's.
    fn writes(&self, task: &Task) -> bool {
        match self.output.format {
            Some(other) => other.width() == task.result.width() && task.with_result(other).check().is_ok(),
            None => true,
        }
    }

    /// The device's answer. Precondition: it covers the task.
    pub fn answer(&self, task: &Task, operands: Operands) -> Rounded {
        if self.is_law() { apply(task, operands) } else { self.answer_in_stages(task, operands) }
    }

    /// [`Behaviour::answer`] computed in the model's stages even where nothing deviates, for testing them. Precondition: they compute the task.
    pub fn answer_in_stages(&self, task: &Task, operands: Operands) -> Rounded {
        answer(self, task, operands)
    }
}

/// The exact result of an operation that the stages compute, before any rounding.
pub(crate) fn exact_result(task: &Task, operands: Operands) -> Value<Real> {
    let mut values = [Value::Zero { negative: false }; 3];
    for ((value, format), code) in
        values.iter_mut().zip(&task.operands).zip(operands.codes).take(task.op.arity())
    {
        *value = decode(format, code);
    }
    Computing::default().compute(task, values, operands.noise).value
}

/// The answer of a device.
fn answer(behaviour: &Behaviour, task: &Task, operands: Operands) -> Rounded {
    let task = &task.with_result(behaviour.output.format.unwrap_or(task.result));
    let mut codes = operands.codes;
    if behaviour.reading.swapped && task.op.arity() > 1 {
        codes.swap(0, 1);
    }
    if task.op == Op::Fma {
        match behaviour.reading.addend {
            Addend::A => codes.swap(0, 2),
            Addend::B => codes.swap(1, 2),
            Addend::C => {}
        }
    }
    let readings = behaviour.reading.each();
    let flush = task.policy.flush_operands;
    let mut values = [Value::Zero { negative: false }; 3];
    for i in 0..task.op.arity() {
        values[i] = readings[i].value(&task.operands[i], codes[i], flush);
    }
    let computed = behaviour.computing.compute(task, values, operands.noise);
    let delivery = Delivery { behaviour, task, values, computed: &computed, noise: operands.noise };
    let given = delivery.deliver();
    let code = behaviour.output.code(&task.result, given.code);
    let raised = behaviour.flags.of(&values[..task.op.arity()], given.flags | computed.flags);
    Rounded { code, flags: raised }
}

impl Delivery<'_> {
    fn deliver(&self) -> Rounded {
        if let Some(negative) = self.computed.largest {
            return exactly(self.format().largest(negative));
        }
        match self.computed.value {
            Value::Finite(x) => self.number(x),
            Value::Zero { negative } => {
                let negative = self.behaviour.zero.sign(self.task.op, &self.values, negative);
                self.zero(negative, Flags::NONE)
            }
            Value::Infinite { negative } => self.infinite(negative),
            Value::Nan(_) => self.nan(Cause::Operation),
        }
    }

    fn number(&self, x: Real) -> Rounded {
        let before = match (self.behaviour.rounding.position, self.computed.exponent) {
            (Position::Operands, Some(exponent)) => self.round_before(x, exponent),
            _ => None,
        };
        match before {
            // What is left of a number that was rounded before is cut off.
            Some((Some(x), inexact)) => {
                let Rounded { code, flags } = self.rounded(x, By::Rule(Rule::TowardZero), true);
                Rounded { code, flags: flags | Flags::INEXACT.when(inexact) }
            }
            Some((None, _)) => self.zero(x.negative, Flags::UNDERFLOW | Flags::INEXACT),
            None => self.rounded(x, self.by(), false),
        }
    }

    /// A number rounded where the operands' exponent has its last place: `None` inside if it becomes zero; and whether it changed.
    fn round_before(&self, x: Real, exponent: i32) -> Option<(Option<Real>, bool)> {
        let quantum = place::quantum(self.format(), exponent);
        let (kept, rest) = place::cut(&x, quantum);
        let away = self.by().away(x.negative, kept & 1 == 1, rest);
        let significand = kept + u128::from(away);
        let number = Real { significand, exponent: quantum, tail: false, ..x };
        Some(((significand != 0).then_some(number), !rest.is_zero()))
    }

    /// `by_policy`: whether a result beyond the range follows the policy's rounding though the number is cut off.
    fn rounded(&self, x: Real, by: By, by_policy: bool) -> Rounded {
        let f = self.format();
        let mut place = place(f, &x);
        let inexact = !place.rest.is_zero();
        if let Some(guard) = self.behaviour.rounding.guard {
            place.rest = place.rest.first(guard.bits.min(64), guard.sticky);
        }
        if place.index < 0 {
            return self.below_smallest(&x, by);
        }
        let away = by.away(x.negative, place.index & 1 == 1, place.rest);
        let rounded = self.behaviour.rounding.carry.rounded(&place, away, f.precision());
        if self.behaviour.range.overflow_at.reached(f, x.negative, &place, rounded) {
            return self.overflow(x.negative, rounded, if by_policy { self.by() } else { by });
        }
        let mut raised = Flags::INEXACT.when(inexact);
        if rounded > i128::from(f.largest_magnitude(x.negative)) {
            return Rounded { code: self.in_gap(x.negative, rounded), flags: raised };
        }
        if leading(&x) < f.tiny_below() {
            match self.tiny(&x, by, rounded) {
                Tiny::Zero => return self.zero(x.negative, Flags::UNDERFLOW | Flags::INEXACT),
                Tiny::Smallest => return self.in_range(x.negative, self.smallest_normal(), Flags::INEXACT),
                Tiny::Subnormal { tiny } => {
                    let counts = inexact || self.behaviour.flags.exact_underflow;
                    raised |= Flags::UNDERFLOW.when(tiny && counts);
                }
            }
        }
        if self.is_flushed_by_operands(&x) {
            return self.zero(x.negative, Flags::UNDERFLOW | Flags::INEXACT);
        }
        self.in_range(x.negative, rounded as u64, raised)
    }

    /// Whether the operands' exponents alone give a tiny result.
    fn is_flushed_by_operands(&self, x: &Real) -> bool {
        let by_operands = self.behaviour.range.tiny == TinyResult::Operands;
        by_operands && self.computed.exponent.unwrap_or(leading(x)) < self.format().tiny_below()
    }

    /// The number of the smallest normal value.
    fn smallest_normal(&self) -> u64 {
        if self.format().has_zero() { 1 << (self.format().precision() - 1) } else { 0 }
    }

    fn tiny(&self, x: &Real, by: By, rounded: i128) -> Tiny {
        let normal = i128::from(self.smallest_normal());
        let by_result = self.behaviour.flags.tiny_by_result;
        let tiny = if by_result { rounded < normal } else { self.is_tiny(x, by) };
        let zero_if = |flushed: bool| if flushed { Tiny::Zero } else { Tiny::Subnormal { tiny } };
        match self.behaviour.range.tiny {
            TinyResult::Policy => zero_if(tiny && self.policy().flush_results),
            TinyResult::Before => Tiny::Zero,
            TinyResult::After => zero_if(self.stays_tiny(x, by)),
            TinyResult::Grid => zero_if(rounded < normal),
            TinyResult::Nearest if exceeds_half(x, self.format().tiny_below()) => Tiny::Smallest,
            TinyResult::Nearest => Tiny::Zero,
            TinyResult::SmallestNormal => Tiny::Smallest,
            TinyResult::Operands => Tiny::Subnormal { tiny },
        }
    }

    fn is_tiny(&self, x: &Real, by: By) -> bool {
        match self.behaviour.range.tininess.unwrap_or(self.policy().tininess) {
            Tininess::Before => true,
            Tininess::After => self.stays_tiny(x, by),
        }
    }

    /// Whether a number below the smallest normal value is still below it after rounding with an unbounded exponent.
    fn stays_tiny(&self, x: &Real, by: By) -> bool {
        let f = self.format();
        if leading(x) != f.tiny_below() - 1 {
            return leading(x) < f.tiny_below();
        }
        let (kept, rest) = place::cut(x, leading(x) - f.precision() as i32 + 1);
        // Where the significand is one bit, parity is that of the exponent's code.
        let odd = if f.precision() == 1 { !f.has_zero() } else { kept & 1 == 1 };
        let rounded = kept + u128::from(by.away(x.negative, odd, rest));
        rounded >> f.precision() == 0
    }

    /// The code of a magnitude code within range, if the format has the sign.
    fn in_range(&self, negative: bool, magnitude: u64, flags: Flags) -> Rounded {
        let f = self.format();
        if !f.is_signed() && negative && !(magnitude == 0 && f.has_zero()) {
            return self.unrepresentable(true);
        }
        if magnitude == 0 && f.has_zero() {
            return self.zero(negative, flags);
        }
        Rounded { code: f.encode(negative, magnitude), flags }
    }

    fn below_smallest(&self, x: &Real, by: By) -> Rounded {
        if x.negative {
            return self.unrepresentable(true);
        }
        let underflow = Flags::UNDERFLOW.when(leading(x) < self.format().tiny_below() && self.is_tiny(x, by));
        Rounded { code: 0, flags: Flags::INEXACT | underflow }
    }
}

/// What becomes of a number below the smallest normal value.
enum Tiny {
    Zero,
    Smallest,
    Subnormal { tiny: bool },
}

/// Whether a number is above `2^(emin - 1)`, half of the smallest normal value.
fn exceeds_half(x: &Real, emin: i32) -> bool {
    leading(x) == emin - 1 && (!x.significand.is_power_of_two() || x.tail) || leading(x) >= emin
}
