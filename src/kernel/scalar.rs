//! The scalar kernel: one element at a time with [`apply`]. It serves whatever no vector kernel covers.

use super::base::{Noise, wide_format};
use super::counts::Counts;
use super::element::{Element, Wide, Word};
use super::plan::Plan;
use crate::op::{Op, Operands, Task, apply};
use crate::policy::Flags;
use crate::value::{Value, decode};

pub(super) fn encode<W: Wide, C: Word>(plan: &Plan, noise: Noise, from: &[W], to: &mut [C]) {
    let task = plan.narrowing(W::KIND);
    for (i, (x, y)) in from.iter().zip(to).enumerate() {
        *y = C::from_code(apply(&task, one(x.code(), noise.word(i))).code);
    }
}

pub(super) fn decode_all<W: Wide, C: Word>(plan: &Plan, noise: Noise, from: &[C], to: &mut [W]) {
    let task = plan.widening(W::KIND);
    for (i, (x, y)) in from.iter().zip(to).enumerate() {
        *y = W::from_code(apply(&task, one(x.code(), noise.word(i))).code);
    }
}

pub(super) fn quantize<W: Wide>(plan: &Plan, noise: Noise, from: &[W], to: &mut [W]) {
    let (narrow, widen) = (plan.narrowing(W::KIND), plan.widening(W::KIND));
    for (i, (x, y)) in from.iter().zip(to).enumerate() {
        let word = noise.word(i);
        let code = apply(&narrow, one(x.code(), word)).code;
        *y = W::from_code(apply(&widen, one(code, word)).code);
    }
}

/// Elementwise arithmetic; the operands beyond the operation's number are empty.
pub(super) fn arithmetic<E: Element>(plan: &Plan, noise: Noise, op: Op, operands: [&[E]; 3], to: &mut [E]) {
    let task = Task {
        op,
        operands: [E::format_of(plan.format()); 3],
        result: *plan.format(),
        policy: *plan.policy(),
    };
    for (i, y) in to.iter_mut().enumerate() {
        let word = noise.word(i);
        let codes = operands.map(|x| x.get(i).map_or(0, |x| x.code()));
        *y = E::deliver(plan, apply(&task, Operands { codes, noise: word }).code, word);
    }
}

/// What an array's conversion from a wide type raises, counted.
pub(super) fn count<W: Wide>(plan: &Plan, noise: Noise, from: &[W]) -> Counts {
    let (task, wide) = (plan.counting(W::KIND), wide_format(W::KIND));
    let mut counts = Counts::default();
    for (i, x) in from.iter().enumerate() {
        let value = decode(&wide, x.code());
        if matches!(value, Value::Nan(_)) {
            counts.nan += 1;
            continue;
        }
        let rounded = apply(&task, one(x.code(), noise.word(i)));
        let out = rounded.flags.contains(Flags::OVERFLOW) || rounded.flags.contains(Flags::INVALID);
        let zero = matches!(decode(plan.format(), rounded.code), Value::Zero { .. });
        counts.overflowed += u64::from(out);
        counts.became_zero += u64::from(zero && !out && !matches!(value, Value::Zero { .. }));
        counts.inexact += u64::from(rounded.flags.contains(Flags::INEXACT));
    }
    counts
}

const fn one(code: u64, noise: u64) -> Operands {
    Operands { codes: [code, 0, 0], noise }
}
