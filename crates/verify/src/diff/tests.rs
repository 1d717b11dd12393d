//! Intervals against all operands one by one, and what is found.

use std::sync::Arc;

use halfulp::format::catalog::lookup;
use halfulp::{Format, Op, Operands, Policy, Rounding, Saturation, Task};

use rayon::prelude::*;

use super::*;
use crate::profile::{self, Profile};

fn convert(from: &str, to: &str) -> Task {
    Task::within(Op::Convert, lookup(from).unwrap()).with_result(lookup(to).unwrap())
}

fn by_intervals(task: &Task, a: Side, b: Side) -> Diff {
    let mut sides = [a, b];
    let cuts = cuts::of(task, &sides).unwrap();
    intervals::compare(task, &mut sides, &Comparison::STRICT, &cuts).unwrap()
}

/// All counts and examples but the method.
fn found(diff: &Diff) -> (u128, u128, [u128; 2], &[RegionDiff]) {
    (diff.cases, diff.compared, diff.unanswered, &diff.regions)
}

/// All rules of all profiles on all operands of 16 bits, and the scalar code under all policies that they have.
#[test]
fn intervals_find_what_all_operands_show() {
    let mut compared = 0;
    for profile in profile::all() {
        let pairs = profile.rules.iter().flat_map(|rule| {
            let to = |from: &Format| rule.to.iter().map(move |to| (*from, *to)).collect::<Vec<_>>();
            rule.from.iter().flat_map(to).collect::<Vec<_>>()
        });
        for (from, to) in pairs.filter(|(from, to)| from.width() == 16 && to.width() <= 16) {
            let task = Task::within(Op::Convert, from).with_result(to);
            for policy in profile.policies(&task) {
                let side = || Side::under("x", Arc::clone(profile), &task, policy);
                let sides = || (side(), Side::scalar(policy));
                let stepwise = cuts::of(&task, &[sides().0, sides().1]).is_some();
                if !stepwise {
                    continue;
                }
                let (a, b) = sides();
                let intervals = by_intervals(&task, a, b);
                let (a, b) = sides();
                let cases = cases::all(&task, &mut [a, b], &Comparison::STRICT).unwrap();
                assert_eq!(found(&intervals), found(&cases), "{} {task:?}", profile.name);
                compared += cases.compared;
            }
        }
    }
    assert!(compared > 100 << 16, "{compared}");
}

fn parsed(behaviour: &str) -> Arc<Profile> {
    let text = format!(
        "name = \"x\"\nversion = \"1\"\ntitle = \"x\"\nsource = \"a test\"\n[[rule]]\nfrom = [\"binary16\", \"bfloat16\"]\n\
         to = [\"e4m3fn\", \"e5m2\", \"e5m2fnuz\", \"e2m1\", \"e8m0\"]\nrounding = [\"rne\", \"rtz\", \"rup\"]\n\
         saturation = [\"none\", \"finite\"]\nevidence = \"text\"\n{behaviour}"
    );
    Arc::new(profile::parse(&text, "x").unwrap())
}

/// The same for deviations of every kind that is a step function.
#[test]
fn intervals_find_what_deviates() {
    for behaviour in [
        "rounding.rule = \"nearest-zero\"",
        "rounding.rule = \"away-from-zero\"",
        "rounding.rule = \"to-odd\"",
        "rounding.guard = { bits = 1 }",
        "rounding.guard = { bits = 2, sticky = true }",
        "rounding.carry = \"lost\"",
        "rounding.carry = \"cut-off\"",
        "range.overflow-at = \"exact\"",
        "range.overflow-at = \"next-binade\"",
        "range.overflow-at = \"next-value\"",
        "range.overflow = \"top-code\"",
        "range.tiny = \"before\"",
        "range.tiny = \"after\"",
        "range.tiny = \"grid\"",
        "range.tiny = \"nearest\"",
        "reading.a.subnormals = \"normal-binade\"",
        "reading.a.subnormals = \"smallest-normal\"",
        "computing.via = { format = \"e5m2\" }",
        "computing.scale = 3",
        "nan.payload = \"quieted\"",
        "zero.underflow-positive = true",
    ] {
        let profile = parsed(&format!("behaviour.{behaviour}"));
        for from in ["binary16", "bfloat16"] {
            for to in ["e4m3fn", "e5m2fnuz", "e8m0"] {
                let task = convert(from, to);
                for policy in profile.policies(&task).into_iter().step_by(4) {
                    let sides =
                        || (Side::under("x", Arc::clone(&profile), &task, policy), Side::scalar(policy));
                    let (a, b) = sides();
                    let intervals = by_intervals(&task, a, b);
                    let (a, b) = sides();
                    let cases = cases::all(&task, &mut [a, b], &Comparison::STRICT).unwrap();
                    assert_eq!(found(&intervals), found(&cases), "{behaviour} {from} {to} {policy:?}");
                }
            }
        }
    }
}

/// The steps of a profile against its answers to all 2^32 operands: some ten minutes each. Run with `--ignored`.
#[test]
#[ignore = "takes tens of minutes"]
fn steps_are_the_function_on_all_32_bits() {
    for (name, to) in [("onnxruntime-saturate-0", "e4m3fn"), ("torch", "e8m0"), ("x86-bf16", "bfloat16")] {
        let task = convert("binary32", to);
        let profile = profile::by_name(name).unwrap();
        let (rule, policy) = profile.first_rule(&task).unwrap();
        let side = || Side::under(name, Arc::clone(&profile), &task, policy);
        let cuts = cuts::of(&task, &[side(), side()]).unwrap();
        let last = |i: usize| cuts.get(i + 1).map_or(u64::from(u32::MAX), |next| next - 1);
        let asked = task.with_policy(policy);
        let wrong = |range: std::ops::Range<usize>| {
            let lasts: Vec<_> = range.clone().map(last).collect();
            let all = intervals::side_parts(&mut side(), &task, &cuts[range], &lasts).unwrap();
            let mut wrong = 0u64;
            for (parts, last) in all.iter().zip(lasts) {
                for (k, (first, answer)) in parts.iter().enumerate() {
                    let end = parts.get(k + 1).map_or(last, |(next, _)| next - 1);
                    let code = answer.map(|answer| answer.code);
                    let differs = |x: &u64| Some(rule.answer(&asked, Operands::new(*x, 0, 0)).code) != code;
                    wrong += (*first..=end).filter(differs).count() as u64;
                }
            }
            wrong
        };
        let chunks: Vec<_> = (0..cuts.len()).step_by(64).map(|i| i..cuts.len().min(i + 64)).collect();
        let wrong: u64 = chunks.into_par_iter().map(wrong).sum();
        println!("{name} to {to}: {} intervals, wrong on {wrong} of 2^32 operands", cuts.len());
        assert_eq!(wrong, 0);
    }
}

#[test]
fn every_region_is_found() {
    let policy = Policy::IEEE;
    let task = convert("binary16", "e4m3fn");
    let diff =
        cases::all(&task, &mut [Side::scalar(policy), Side::scalar(policy)], &Comparison::STRICT).unwrap();
    let count = |region: Region| diff.regions[region as usize].compared;
    // NaN: two signs of 1023; infinities and zeros two each; subnormal: two signs of 1023.
    assert_eq!(
        [Region::Nan, Region::Infinity, Region::Zero, Region::Subnormal].map(count),
        [2046, 2, 2, 2046]
    );
    // Beyond 448 and below 480: one binade in 8 steps of 2^7 codes each.
    assert_eq!(count(Region::Gap), 2 * 127);
    // 480 to 65504.
    assert_eq!(count(Region::Overflow), 2 * (0x7bff - 0x5f80 + 1));
    // In each of the 118 steps above the smallest normal value, one; and of those below it, where binary16 is normal.
    assert_eq!(count(Region::Tie), 2 * (118 + 8));
    let all: u128 = diff.regions.iter().map(|region| region.compared).sum();
    assert_eq!((all, diff.differs()), (1 << 16, 0));
}

#[test]
fn what_has_no_answer_is_not_compared() {
    let task = convert("binary16", "e4m3fn");
    let ocp = profile::by_name("ocp").unwrap();
    let side = Side::of_profile("ocp", ocp, &task).unwrap();
    let diff = compare(&task, side, Side::scalar(Policy::IEEE), &Comparison::STRICT, None, 0).unwrap();
    // NaNs, infinities, and what overflows to a NaN: 464.25 to 65504.
    let unanswered = 2 * (1023 + 1 + 0x7bff - 0x5f40);
    assert_eq!(diff.unanswered, [unanswered, 0]);
    assert_eq!(diff.compared, (1 << 16) - unanswered);
    assert_eq!(diff.regions[Region::Nan as usize].compared, 0);
}

#[test]
fn other_operations_are_compared_case_by_case() {
    let task = Task::within(Op::Mul, Format::E4M3FN);
    let side = |rounding| Side::scalar(Policy::IEEE.rounding(rounding).saturation(Saturation::Finite));
    let (a, b) = (side(Rounding::NearestEven), side(Rounding::NearestAway));
    let diff = compare(&task, a, b, &Comparison::STRICT, None, 0).unwrap();
    assert_eq!((diff.method, diff.exhaustive, diff.compared), (Method::Cases, true, 1 << 16));
    let differing: Vec<Region> = diff.regions.iter().filter(|r| r.differs > 0).map(|r| r.region).collect();
    // Two roundings to nearest differ on ties, and where subnormal operands make them.
    assert_eq!(differing, [Region::Subnormal, Region::Tie]);
    let none = Task::within(Op::Remainder, Format::E4M3FN);
    let side = || Side::scalar(Policy::IEEE);
    assert_eq!(
        compare(&none, side(), side(), &Comparison::STRICT, None, 0),
        Err(DiffError::NoRegions(Op::Remainder))
    );
}

/// A threshold that is off by one operand is found, and nothing else.
#[test]
fn a_planted_threshold_is_found() {
    let task = convert("binary32", "e4m3fn");
    let sound = profile::by_name("cuda-float").unwrap();
    let mut planted = (*sound).clone();
    // 464, a tie, goes to 448; here it overflows.
    let instead = profile::Instead { first: 0x43e8_0000, last: 0x43e8_0000, code: 0x7f, positive: false };
    planted.rules[0].instead.push(instead);
    let a = Side::of_profile("sound", sound, &task).unwrap();
    let b = Side::of_profile("planted", Arc::new(planted), &task).unwrap();
    let diff = compare(&task, a, b, &Comparison::STRICT, None, 0).unwrap();
    assert_eq!((diff.differs(), diff.regions[Region::Gap as usize].differs), (2, 2));
    assert_eq!(diff.regions[Region::Gap as usize].example.unwrap().operands.codes[0], 0x43e8_0000);
}
