//! apfloat: the formats that it has, and its errata, counted.

use halfulp::{Format, NanResult, Op, Operands, Policy, Rounding, Saturation, Task, Tininess, noise};
use halfulp_verify::engine::apfloat::Apfloat;
use halfulp_verify::engine::definition::Definition;
use halfulp_verify::engine::{Answer, Engine, Scalar};
use halfulp_verify::errata::{self, LIST};

use crate::{Count, E4M3FN, ROUNDINGS, compare, exhaustive, finish, ieee, random};

const FORMATS: [Format; 6] = [E4M3FN, ieee(8, 3), ieee(16, 11), ieee(16, 8), ieee(32, 24), ieee(64, 53)];

/// The policies that apfloat can be asked for.
fn policies(task: &Task) -> Vec<Task> {
    let mut tasks = Vec::new();
    for (i, rounding) in ROUNDINGS.into_iter().enumerate() {
        for (tininess, nan) in [(Tininess::After, NanResult::Least), (Tininess::Before, NanResult::Zero)] {
            let saturation = [Saturation::None, Saturation::Finite][i % 2];
            tasks.push(Policy::IEEE.rounding(rounding).saturation(saturation).tininess(tininess).nan(nan));
            tasks.push(Policy::IEEE.rounding(rounding).tininess(tininess).nan(nan));
        }
    }
    let mut tasks: Vec<Task> = tasks.into_iter().map(|policy| task.with_policy(policy)).collect();
    tasks.retain(|task| task.check().is_ok() && Apfloat.covers(task));
    tasks.dedup();
    tasks
}

/// Compares where no erratum is listed.
fn compare_rest(task: &Task, cases: &[Operands], count: &mut Count) {
    for task in policies(task) {
        if errata::find("apfloat", &task).is_none() {
            compare(&mut Apfloat, &task, cases, count);
        }
    }
}

#[test]
fn apfloat_agrees_on_eight_bits() {
    let mut count = Count::default();
    for format in [E4M3FN, ieee(8, 3)] {
        for op in Op::all().filter(|op| op.arity() < 3) {
            let mut task = Task::within(op, format);
            if op == Op::ScaleB {
                task.operands[1] = Format::integer(6, true).unwrap();
            }
            compare_rest(&task, &exhaustive(op, &task.operands), &mut count);
        }
    }
    finish(&count, "apfloat");
}

#[test]
fn apfloat_agrees_on_random_cases() {
    let mut count = Count::default();
    for (seed, format) in FORMATS.into_iter().enumerate() {
        for op in Op::all() {
            let task = Task::within(op, format);
            compare_rest(&task, &random(&task.operands, seed as u64, 2000), &mut count);
        }
    }
    finish(&count, "apfloat");
}

#[test]
fn apfloat_agrees_on_conversions() {
    let integers = [(8, true), (16, false), (32, true), (64, true), (64, false)];
    let integers = integers.map(|(width, signed)| Format::integer(width, signed).unwrap());
    let all: Vec<Format> = FORMATS.into_iter().chain(integers).collect();
    let mut count = Count::default();
    for (seed, source) in all.iter().enumerate() {
        for result in &all {
            for op in [Op::Convert, Op::ConvertToInteger, Op::LogB] {
                let task = Task::within(op, *result).with_operands([*source; 3]);
                if task.check().is_ok() {
                    compare_rest(&task, &random(&task.operands, seed as u64, 2000), &mut count);
                }
            }
        }
    }
    finish(&count, "apfloat");
}

/// How many wrong answers there are: in each case the answer is right, or the one that the erratum knows to be wrong.
fn wrong(task: &Task, cases: impl Iterator<Item = Operands>) -> u64 {
    let erratum = errata::find("apfloat", task).unwrap();
    let mut definition = Definition::default();
    let mut wrong = 0;
    for case in cases {
        let (mut right, mut said) = ([Answer::default()], [Answer::default()]);
        Scalar.run(task, &[case], &mut right).unwrap();
        Apfloat.run(task, &[case], &mut said).unwrap();
        let known = erratum.explains(task, case, &said[0], &mut definition);
        assert_eq!(known, !right[0].agrees(&said[0]), "{task:?} {case:x?}: {right:x?} and {said:x?}");
        // No other answer is excused.
        let other = Answer { code: said[0].code ^ 1, ..said[0] };
        assert!(!erratum.explains(task, case, &other, &mut definition));
        wrong += u64::from(known);
    }
    wrong
}

/// Every erratum in the list that can be counted has its count.
#[test]
fn errata_have_their_counts() {
    for erratum in LIST.iter().filter(|e| e.count.is_some() && e.op != Op::Fma) {
        let mut task = Task::within(erratum.op, erratum.result);
        if erratum.op == Op::ScaleB {
            task.operands[1] = Format::integer(6, true).unwrap();
        }
        task.operands[0] = erratum.operand;
        let task = task.with_policy(Policy::IEEE.rounding(erratum.rounding));
        let count = wrong(&task, exhaustive(task.op, &task.operands).into_iter());
        assert!(!erratum.has_changed(count), "{erratum:?}: {count}");
        assert!(erratum.has_changed(count + 1));
    }
}

/// The same for fma, of whose 2^24 triples only those with `c` in one of eight codes are tried here.
#[test]
fn fma_errata_are_the_known_answers() {
    for rounding in [Rounding::TowardPositive, Rounding::TowardNegative] {
        let task = Task::within(Op::Fma, E4M3FN).with_policy(Policy::IEEE.rounding(rounding));
        let third = [0x00, 0x80, 0x01, 0x81, 0x38, 0xb8, 0x7e, 0xfe];
        let cases = (0..1u64 << 19).map(|n| Operands::new(n & 255, n >> 8 & 255, third[(n >> 16) as usize]));
        assert_ne!(wrong(&task, cases), 0);
    }
}

/// All triples: half a minute.
#[test]
#[ignore = "takes half a minute"]
fn fma_errata_have_their_counts() {
    for rounding in [Rounding::TowardPositive, Rounding::TowardNegative] {
        let task = Task::within(Op::Fma, E4M3FN).with_policy(Policy::IEEE.rounding(rounding));
        let cases = (0..1u64 << 24).map(|n| Operands::new(n & 255, n >> 8 & 255, n >> 16));
        let count = wrong(&task, cases);
        assert!(!errata::find("apfloat", &task).unwrap().has_changed(count), "{count}");
    }
}

/// Conversions of 32 and 64 bits, of which only a sample can be tried.
#[test]
fn wide_conversion_errata_are_the_known_answers() {
    for format in [ieee(32, 24), ieee(64, 53)] {
        for rounding in [Rounding::TowardPositive, Rounding::TowardNegative] {
            let task = Task::within(Op::Convert, E4M3FN).with_operands([format; 3]);
            let task = task.with_policy(Policy::IEEE.rounding(rounding));
            // Around -448: the sign, the exponent 8, and any trailing bits.
            let exponent = (format.facts().bias as u64 + 8) << (format.precision() - 1);
            let trailing = (1 << (format.precision() - 1)) - 1;
            let cases = (0..20_000).map(|n| {
                let code = format.top_bit() | exponent | (noise::word(9, n) & trailing);
                Operands::new(code, 0, 0)
            });
            assert_ne!(wrong(&task, cases), 0);
        }
    }
}
