//! P3109's operations by both of its versions: the library's scalar path against the oracles, over every format of 3 to 5
//! bits in full, 8-bit formats, the external formats, and formats that are not P3109's.

use crate::small::{p3109, p3109_all};
use halfulp::format::catalog::lookup;
use halfulp::{Flags, Format, Op, Operands, Policy, Saturation, Standard, Task, noise};
use halfulp_verify::engine::definition::Definition;
#[cfg(feature = "mpfr")]
use halfulp_verify::engine::mpfr::Mpfr;
use halfulp_verify::engine::{Answer, Engine, Scalar};

const VERSIONS: [Standard; 2] = [Standard::P3109V4_0, Standard::P3109July2026];

/// Every rounding and saturation, by both versions.
fn policies() -> Vec<Policy> {
    let mut all = Vec::new();
    for rounding in crate::small::roundings() {
        for &saturation in Saturation::ALL {
            all.extend(VERSIONS.map(|s| Policy::IEEE.standard(s).rounding(rounding).saturation(saturation)));
        }
    }
    all
}

fn oracles() -> Vec<Box<dyn Engine>> {
    vec![
        Box::new(Definition::default()),
        #[cfg(feature = "mpfr")]
        Box::new(Mpfr::default()),
    ]
}

/// All operands of formats of few bits; of more, as many as `most`, spread.
fn operands(task: &Task, most: u64) -> Vec<Operands> {
    let widths: Vec<u32> = task.operands[..task.op.arity()].iter().map(Format::width).collect();
    let bits: u32 = widths.iter().sum();
    let all = 1u64 << bits.min(63);
    let count = all.min(most);
    let case = |i: u64| {
        let mut number = if count == all { i } else { noise::word(11, i) | noise::word(12, i) << 32 };
        let mut codes = [0; 3];
        for (code, width) in codes.iter_mut().zip(&widths) {
            *code = number & ((1 << width) - 1);
            number >>= width;
        }
        Operands { codes, noise: noise::word(1, i) }
    };
    (0..count).map(case).collect()
}

/// How many cases were compared; panics at the first that differs.
fn compare(task: Task, policies: &[Policy], most: u64) -> u64 {
    let cases = operands(&task, most);
    let mut got = vec![Answer::default(); cases.len()];
    let mut want = got.clone();
    let mut oracles = oracles();
    for &policy in policies {
        let task = task.with_policy(policy);
        Scalar.run(&task, &cases, &mut got).unwrap();
        for oracle in &mut oracles {
            assert!(oracle.covers(&task));
            oracle.run(&task, &cases, &mut want).unwrap();
            let first = (0..cases.len()).find(|&i| got[i] != want[i]);
            if let Some(i) = first {
                let (codes, engine) = (cases[i].codes, oracle.name());
                panic!("{codes:x?}: {:x?}, {engine} {:x?}\n{task:?}", got[i], want[i]);
            }
            assert!(want.iter().all(|a| a.flags == Flags::NONE && a.known == Flags::ALL), "{task:?}");
        }
    }
    (cases.len() * policies.len()) as u64
}

/// Every operation within a format.
fn within(format: Format, policies: &[Policy], most: u64) -> u64 {
    let integer = Format::integer(5, true).unwrap();
    let mut count = 0;
    for op in Op::all() {
        let second = if op == Op::ScaleB { integer } else { format };
        let task = Task::within(op, format).with_operands([format, second, format]);
        if task.check().is_err() {
            continue;
        }
        // The answers of queries depend on the standard alone.
        let one = VERSIONS.map(|s| Policy::IEEE.standard(s));
        count += compare(task, if op.is_query() { &one } else { policies }, most);
    }
    count
}

#[test]
fn every_format_of_three_and_four_bits_in_everything() {
    let policies = policies();
    let count: u64 = [3, 4].into_iter().flat_map(p3109_all).map(|f| within(f, &policies, 1 << 12)).sum();
    assert!(count > 5_000_000, "{count}");
}

#[test]
fn every_format_of_five_bits_and_some_of_eight() {
    let policies = policies();
    let mut count = 0;
    for (i, format) in p3109_all(5).into_iter().enumerate() {
        let some: Vec<Policy> = policies.iter().skip(i % 3).step_by(3).copied().collect();
        count += within(format, &some, 1 << 10);
    }
    for (i, (p, signed)) in [(4, true), (3, true), (1, false), (4, false), (8, false)].into_iter().enumerate()
    {
        for extended in [false, true] {
            let some: Vec<Policy> = policies.iter().skip(i).step_by(5).copied().collect();
            count += within(p3109(8, p, signed, extended), &some, 1 << 10);
        }
    }
    assert!(count > 5_000_000, "{count}");
}

/// The external formats, of which minus zero and many NaNs come in and never go out.
#[test]
fn external_formats_as_operands_and_as_results() {
    let policies = policies();
    let external = ["binary16", "bfloat16", "binary32", "binary64"].map(|name| lookup(name).unwrap());
    let formats = [p3109_all(4), vec![p3109(8, 4, true, true), p3109(8, 3, false, false)]].concat();
    let mut count = 0;
    for wide in external {
        for &narrow in &formats {
            for op in [Op::Convert, Op::Div, Op::CopySign, Op::Minimum, Op::TotalOrder, Op::Negate, Op::Mul] {
                let task =
                    |operands, result| Task::within(op, narrow).with_operands(operands).with_result(result);
                count += compare(task([wide; 3], narrow), &policies, 1 << 8);
                count += compare(task([narrow, wide, wide], narrow), &policies, 1 << 8);
                count += compare(task([wide, narrow, wide], wide), &policies, 1 << 8);
            }
        }
        count += within(wide, &policies, 1 << 8);
    }
    assert!(count > 1_000_000, "{count}");
}

/// SPEC.md P10: what it says of formats that are not P3109's, flushing and NaN results.
#[test]
fn other_formats_agree() {
    let mut count = 0;
    for (turn, policy) in (0..).zip(crate::small::policies(false)) {
        let standard = VERSIONS[turn % 2];
        let formats = crate::small::tiny();
        for format in formats.iter().skip(turn % 4).step_by(4) {
            count += within(*format, &[policy.standard(standard)], 1 << 9);
        }
    }
    for (from, to) in crate::small::tiny().into_iter().zip(crate::small::tiny().into_iter().skip(5)) {
        let task = Task::within(Op::Convert, from).with_operands([from; 3]).with_result(to);
        count += compare(task, &policies(), 1 << 9);
    }
    assert!(count > 500_000, "{count}");
}
