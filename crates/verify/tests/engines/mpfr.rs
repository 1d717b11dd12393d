//! MPFR: every kind of format, operation, rounding and saturation.

use halfulp::{Format, Op, Task};
use halfulp_verify::engine::Engine;
use halfulp_verify::engine::mpfr::Mpfr;

use crate::{
    Count, E4M3FN, E8M0, MXINT8, SMALL, all_policies, compare, exhaustive, finish, ieee, policies, random,
};

#[test]
fn mpfr_agrees_on_small_formats() {
    let mut count = Count::default();
    let mut mpfr = Mpfr::default();
    for (_, format) in SMALL {
        for op in Op::all().filter(|op| format.width() <= 5 || op.arity() < 3) {
            let mut task = Task::within(op, format);
            if op == Op::ScaleB {
                task.operands[1] = Format::integer(6, true).unwrap();
            }
            if op == Op::ConvertToInteger {
                task.result = Format::integer(3, true).unwrap();
            }
            all_policies(&task, &exhaustive(op, &task.operands), &mut mpfr, &mut count);
        }
    }
    finish(&count, "mpfr");
}

#[test]
fn mpfr_agrees_on_eight_bits() {
    let mut count = Count::default();
    let mut mpfr = Mpfr::default();
    for format in [E4M3FN, E8M0, MXINT8] {
        for op in [Op::Add, Op::Mul, Op::Div, Op::Remainder, Op::MaximumMagnitudeNumber] {
            let task = Task::within(op, format);
            let cases = exhaustive(op, &task.operands);
            for policy in policies().into_iter().step_by(7) {
                compare(&mut mpfr, &task.with_policy(policy), &cases, &mut count);
            }
        }
        for op in Op::all().filter(|op| op.arity() == 1) {
            let mut task = Task::within(op, format);
            if op == Op::ConvertToInteger {
                task.result = Format::integer(5, false).unwrap();
            }
            all_policies(&task, &exhaustive(op, &task.operands), &mut mpfr, &mut count);
        }
    }
    finish(&count, "mpfr");
}

/// Operations on wide formats, within them and across, on random cases.
#[test]
fn mpfr_agrees_on_wide_formats() {
    const WIDE: [Format; 4] = [ieee(16, 11), ieee(16, 8), ieee(32, 24), ieee(64, 53)];
    let mut count = Count::default();
    let mut mpfr = Mpfr::default();
    for (i, format) in WIDE.into_iter().enumerate() {
        for (seed, op) in Op::all().enumerate() {
            let mut task = Task::within(op, format);
            if op == Op::ConvertToInteger {
                task.result = Format::integer(64, true).unwrap();
            }
            wide_task(&task, seed as u64, &mut mpfr, &mut count);
            let other = WIDE[(i + seed) % WIDE.len()];
            let mixed =
                task.with_operands([format, task.operands[1], other]).with_result(WIDE[(i + 1) % WIDE.len()]);
            if mixed.check().is_ok() {
                wide_task(&mixed, seed as u64, &mut mpfr, &mut count);
            }
        }
    }
    finish(&count, "mpfr");
}

fn wide_task(task: &Task, seed: u64, mpfr: &mut dyn Engine, count: &mut Count) {
    let cases = random(&task.operands, seed, 1000);
    for policy in policies().into_iter().skip(seed as usize % 3).step_by(3) {
        let task = task.with_policy(policy);
        if task.check().is_ok() {
            compare(mpfr, &task, &cases, count);
        }
    }
}

#[test]
fn mpfr_agrees_on_conversions() {
    let integer = |width, signed| Format::integer(width, signed).unwrap();
    let sources =
        [ieee(16, 11), ieee(64, 53), integer(64, true), integer(64, false), integer(8, true), E8M0, MXINT8];
    let targets =
        [E4M3FN, E8M0, MXINT8, ieee(8, 3), ieee(32, 24), ieee(64, 53), integer(64, false), integer(16, true)];
    let mut count = Count::default();
    let mut mpfr = Mpfr::default();
    for (seed, source) in sources.into_iter().enumerate() {
        for target in targets {
            let task = Task::within(Op::Convert, target).with_operands([source; 3]);
            wide_task(&task, seed as u64, &mut mpfr, &mut count);
        }
    }
    finish(&count, "mpfr");
}
