//! The CPU's instructions as devices: as their profiles say, NaN for NaN. What this CPU does not have is not tried, and said.

use halfulp::format::catalog::lookup;
use halfulp::{NoiseBits, Op, Operands, Policy, Rounding, Saturation, Stochastic, Task, Tininess};
use halfulp_verify::diagnose::{Question, diagnose_device};
use halfulp_verify::engine::cpu::{Cpu, CpuError, Set};
use halfulp_verify::engine::definition::Definition;
use halfulp_verify::engine::profile::Modelled;
use halfulp_verify::engine::{Answer, Engine};
use halfulp_verify::model::Behaviour;
use halfulp_verify::verify::NanMatch;
use halfulp_verify::{Comparison, Job, Selection, profile};

use crate::{ROUNDINGS, exhaustive, random};

fn set(set: Set) -> Option<Cpu> {
    let found = Cpu::named(set.name());
    if let Err(error) = &found {
        assert_eq!(*error, CpuError::Unavailable(set));
        eprintln!("not tried: {error}");
    }
    found.ok()
}

fn task(op: Op, operands: &[&str], result: &str) -> Task {
    let format = |name: &str| lookup(name).unwrap();
    let operand = |k: usize| format(operands[k.min(operands.len() - 1)]);
    Task::new(op, [operand(0), operand(1), operand(2)], format(result))
}

fn answers(engine: &mut dyn Engine, task: &Task, cases: &[Operands]) -> Vec<Answer> {
    let mut answers = vec![Answer::default(); cases.len()];
    engine.run(task, cases, &mut answers).unwrap();
    answers
}

/// Compares two engines: how many cases agree, or the first that does not.
fn agree(a: &mut dyn Engine, b: &mut dyn Engine, task: &Task, cases: &[Operands], by: &Comparison) -> usize {
    for (case, (x, y)) in cases.iter().zip(answers(a, task, cases).iter().zip(answers(b, task, cases))) {
        assert!(by.agrees(task, x, &y), "{task:?}\n{case:x?}: {x:x?} and {y:x?}");
    }
    cases.len()
}

/// Instructions, their profile, operations, and the formats of operands and result.
type Profiled = (Set, &'static str, &'static [Op], &'static [&'static str], &'static str);

/// What the sets compute, by which profile.
const PROFILED: [Profiled; 8] = {
    const ARITHMETIC: &[Op] = &[Op::Add, Op::Sub, Op::Mul, Op::Div, Op::Sqrt];
    [
        (Set::Sse, "x86-sse", ARITHMETIC, &["binary32"], "binary32"),
        (Set::Sse, "x86-sse", &[Op::Convert], &["binary32"], "binary64"),
        (Set::Sse, "x86-sse", &[Op::Convert], &["binary64"], "binary32"),
        (Set::Fma, "x86-sse", &[Op::Fma], &["binary32"], "binary32"),
        (Set::F16c, "x86-f16c", &[Op::Convert], &["binary32"], "binary16"),
        (Set::F16c, "x86-f16c", &[Op::Convert], &["binary16"], "binary32"),
        (Set::Avx512Bf16, "x86-bf16", &[Op::Convert], &["binary32"], "bfloat16"),
        (Set::Avx512Bf16, "x86-amx-bf16", &[Op::Fma], &["bfloat16", "bfloat16", "binary32"], "binary32"),
    ]
};

#[test]
fn instructions_do_what_their_profiles_say() {
    let mut compared = 0;
    for (seed, (instructions, name, ops, operands, result)) in PROFILED.into_iter().enumerate() {
        let Some(mut cpu) = set(instructions) else { continue };
        let mut model = Modelled::new(name, profile::by_name(name).unwrap());
        for &op in ops {
            let plain = task(op, operands, result);
            let small = op.arity() == 1 && plain.operands[0].width() <= 16;
            let cases = match small {
                true => exhaustive(op, &plain.operands),
                false => random(&plain.operands, seed as u64, 40_000),
            };
            for rounding in ROUNDINGS {
                let task = plain.with_policy(Policy::IEEE.rounding(rounding));
                assert_eq!(cpu.covers(&task), model.covers(&task), "{name} {op} {rounding}");
                if cpu.covers(&task) {
                    compared += agree(&mut cpu, &mut model, &task, &cases, &Comparison::STRICT);
                }
            }
        }
    }
    // SSE at least, which every x86-64 has.
    assert_eq!(compared > 1_000_000, cfg!(target_arch = "x86_64"), "{compared}");
}

/// With FTZ and DAZ as the policy says, in both formats, by the oracle that shares no code with anything.
#[test]
fn sse_follows_the_policy() {
    let Some(mut cpu) = set(Set::Sse) else { return };
    let by = Comparison { nan: NanMatch::Any, ..Comparison::STRICT };
    for (seed, format) in ["binary32", "binary64"].into_iter().enumerate() {
        for op in [Op::Add, Op::Mul, Op::Div, Op::Sqrt] {
            let plain = task(op, &[format], format);
            let cases = random(&plain.operands, seed as u64, 4_000);
            for flush in 0..4 {
                let policy = Policy::IEEE.flush_operands(flush & 1 == 1).flush_results(flush & 2 == 2);
                let task = plain.with_policy(policy.rounding(Rounding::TowardNegative));
                agree(&mut cpu, &mut Definition::default(), &task, &cases, &by);
            }
        }
    }
}

/// The device that flushes is named by its diagnosis.
#[test]
fn a_flushing_cpu_is_diagnosed() {
    let Some(mut cpu) = set(Set::SseFtzDaz) else { return };
    let task = task(Op::Mul, &["binary32"], "binary32");
    let by = Comparison { nan: NanMatch::Any, ..Comparison::STRICT };
    let job = Job::new("sse", task, vec![Policy::IEEE], Selection::Random(30_000), 1).unwrap().comparing(by);
    let question = Question { job: &job, task, live: true };
    let (found, stopped) =
        diagnose_device(&mut cpu, &question, &Behaviour::default(), &mut |_, _| ()).unwrap();
    let mut names = found.names();
    names.sort_unstable();
    assert_eq!((names, found.residual, stopped), (vec!["daz", "ftz-after"], 0, None));
    assert!(found.mismatches > 0);
}

#[test]
fn what_no_instruction_does_is_not_covered() {
    let Some(sse) = set(Set::Sse) else { return };
    let add = task(Op::Add, &["binary32"], "binary32");
    let with = |policy: Policy| add.with_policy(policy);
    assert!(sse.covers(&with(Policy::IEEE)));
    for policy in [
        Policy::IEEE.rounding(Rounding::NearestAway),
        Policy::IEEE.rounding(Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(8) }),
        Policy::IEEE.saturation(Saturation::Finite),
        Policy::IEEE.tininess(Tininess::Before),
    ] {
        assert!(!sse.covers(&with(policy)), "{policy:?}");
    }
    for other in [
        task(Op::Fma, &["binary32"], "binary32"),
        task(Op::Add, &["binary16"], "binary16"),
        task(Op::Add, &["binary32"], "binary64"),
        task(Op::Minimum, &["binary32"], "binary32"),
        task(Op::Convert, &["binary32"], "bfloat16"),
    ] {
        assert!(!sse.covers(&other), "{other:?}");
    }
}

#[test]
fn names_are_known_or_refused() {
    let error = Cpu::named("cpu:mmx").unwrap_err().to_string();
    assert!(error.starts_with("\"cpu:mmx\" names no instructions: expected cpu:sse, "), "{error}");
    for instructions in Set::ALL {
        match Cpu::named(instructions.name()) {
            Ok(cpu) => assert!(instructions.is_available() && cpu.name() == instructions.name()),
            Err(error) => {
                assert!(!instructions.is_available());
                let text = error.to_string();
                assert!(
                    text.starts_with(instructions.name())
                        && text.contains("this CPU does not have these instructions"),
                    "{text}"
                );
            }
        }
    }
}

/// Runs of equal results are found to be such, and others are not.
#[test]
fn runs_are_asked_at_once() {
    let Some(mut cpu) = set(Set::F16c) else { return };
    let task = task(Op::Convert, &["binary32"], "binary16");
    assert!(cpu.sweeps(&task) && !cpu.sweeps(&self::task(Op::Convert, &["binary16"], "binary32")));
    // All that rounds to 1: from the midpoint below, a tie to even, to the one above.
    let (first, last) = (0x3f7f_f000, 0x3f80_1000);
    assert_eq!(cpu.gives(&task, first..last + 1, 0x3c00), Ok(true));
    for (range, result) in [
        (first - 1..last + 1, 0x3c00),
        (first..last + 2, 0x3c00),
        (first..last + 1, 0x3c01),
        (last + 1..last + 2, 0x3c00),
    ] {
        assert_eq!(cpu.gives(&task, range.clone(), result), Ok(false), "{range:x?}");
    }
    assert_eq!(cpu.gives(&task, last + 1..last + 2, 0x3c01), Ok(true));
    assert_eq!(cpu.gives(&task, 0x4780_0000..0x7f80_0001, 0x7c00), Ok(true));
}
