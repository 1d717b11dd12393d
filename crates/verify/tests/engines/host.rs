//! The CPU: everything that it covers, on random cases, and its binary16 conversions in full.

use halfulp::{Format, NanResult, Op, Policy, Rounding, Task};
use halfulp_verify::engine::Engine;
use halfulp_verify::engine::host::Host;

use crate::{Count, ROUNDINGS, compare, exhaustive, finish, ieee, random};

const FORMATS: [Format; 3] = [ieee(16, 11), ieee(32, 24), ieee(64, 53)];

/// Every rounding and flushing.
fn policies() -> Vec<Policy> {
    let mut policies = Vec::new();
    for rounding in ROUNDINGS {
        for flush in 0..4 {
            policies.push(
                Policy::IEEE
                    .rounding(rounding)
                    .flush_operands(flush & 1 == 1)
                    .flush_results(flush & 2 == 2)
                    .nan(NanResult::Least),
            );
        }
    }
    policies
}

fn compare_covered(task: &Task, seed: u64, count: &mut Count) {
    let small = task.op.arity() == 1 && task.operands[0].width() <= 16;
    let cases = match small {
        true => exhaustive(task.op, &task.operands),
        false => random(&task.operands, seed, 20_000),
    };
    for policy in policies() {
        let task = task.with_policy(policy);
        if task.check().is_ok() && Host.covers(&task) {
            compare(&mut Host, &task, &cases, count);
        }
    }
}

#[test]
fn the_cpu_agrees() {
    let mut count = Count::default();
    for (seed, format) in FORMATS.into_iter().enumerate() {
        for op in Op::all() {
            compare_covered(&Task::within(op, format), seed as u64, &mut count);
        }
    }
    finish(&count, "host");
}

#[test]
fn the_cpu_converts_alike() {
    let integers = [32, 64].map(|width| Format::integer(width, true).unwrap());
    let all: Vec<Format> = FORMATS.into_iter().chain(integers).collect();
    let mut count = Count::default();
    for (seed, source) in all.iter().enumerate() {
        for result in &all {
            for op in [Op::Convert, Op::ConvertToInteger] {
                let operands = [*source; 3];
                compare_covered(&Task::within(op, *result).with_operands(operands), seed as u64, &mut count);
            }
        }
    }
    finish(&count, "host");
}

/// Where the CPU is an x86-64 its roundings and exceptions count, not only its values.
#[cfg(target_arch = "x86_64")]
#[test]
fn directed_roundings_and_flushing_are_covered() {
    let task = Task::within(Op::Div, FORMATS[1]);
    for rounding in [Rounding::TowardZero, Rounding::TowardPositive, Rounding::TowardNegative] {
        let policy = Policy::IEEE.rounding(rounding).flush_operands(true).flush_results(true);
        assert!(Host.covers(&task.with_policy(policy)));
    }
    assert!(!Host.covers(&task.with_policy(Policy::IEEE.rounding(Rounding::NearestAway))));
}
