//! What operations say of themselves: their names, what tasks have a meaning, which can round.

use crate::support::*;
use halfulp::typed::F16;
use halfulp::{Facts, Nans, Op, Operands, Overflow, Policy, Sign, Standard, Task, TaskError, apply};

#[test]
fn every_operation_has_a_name_that_leads_back() {
    let mut names: Vec<&str> = Op::all().map(Op::name).collect();
    for op in Op::all() {
        assert_eq!(op.name().parse(), Ok(op));
        assert_eq!(op.name().replace('_', "-").parse(), Ok(op));
        assert_eq!(op.to_string(), op.name());
        assert_eq!(format!("{op:>30}"), format!("{:>30}", op.name()));
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 29 + 22);
    for (alias, op) in [("mulAdd", Op::Fma), ("rem", Op::Remainder), ("rint", Op::RoundToIntegralExact)] {
        assert_eq!(alias.parse(), Ok(op));
    }
    assert_eq!("le".parse::<Op>().map(Op::name), Ok("signalling_less_equal"));
    assert_eq!("le-quiet".parse::<Op>().map(Op::name), Ok("less_equal"));
}

#[test]
fn what_is_no_name_is_refused() {
    for text in ["", "ad", "addd", "bdd", "ADD", "next+up", "nextxup", "total-order_", "signalling equal"] {
        assert_eq!(text.parse::<Op>().map_err(|e| e.name), Err(text.into()), "{text}");
    }
    for (text, message) in [
        ("ad\n", r#"no operation is called "ad\n"; did you mean add?"#),
        ("plus", r#"no operation is called "plus"; `Op::all` lists the operations"#),
        ("", r#"no operation is called ""; `Op::all` lists the operations"#),
        ("SQRT", r#"no operation is called "SQRT"; did you mean sqrt?"#),
        ("mulSub", r#"no operation is called "mulSub"; `Op::all` lists the operations"#),
        ("minimun", r#"no operation is called "minimun"; did you mean minimum?"#),
        ("mull_add", r#"no operation is called "mull_add"; did you mean fma?"#),
        ("greater_equl", r#"no operation is called "greater_equl"; did you mean greater_equal?"#),
    ] {
        assert_eq!(text.parse::<Op>().unwrap_err().to_string(), message);
    }
    let long = "add".repeat(1 << 20).parse::<Op>().unwrap_err();
    assert!(long.near.is_empty());
}

/// All results of an operation under a rounding, from numbers of five bits of exponent to a format of two, and within a format.
fn results(op: Op, policy: Policy) -> Vec<halfulp::Rounded> {
    let (second, result) = match op {
        Op::ScaleB => (int(8, true), E2M1),
        Op::ConvertToInteger => (E5M2, int(8, true)),
        _ => (E5M2, E2M1),
    };
    let into = Task::new(op, [E5M2, second, E5M2], result).with_policy(policy);
    let tasks = [into, Task::within(op, E5M2).with_policy(policy)];
    let few: Vec<u64> = codes(&E5M2).step_by(7).collect();
    let mut all = Vec::new();
    for task in tasks.iter().filter(|task| task.check().is_ok()) {
        for (i, &a) in few.iter().enumerate() {
            all.extend(few.iter().map(|&b| apply(task, Operands::new(a, b, few[few.len() - 1 - i]))));
        }
    }
    assert!(!all.is_empty(), "{op}");
    all
}

#[test]
fn an_operation_rounds_if_results_depend_on_the_rounding() {
    for op in Op::all() {
        let nearest = results(op, RNE);
        let depends = ROUNDINGS.iter().any(|&rounding| results(op, RNE.rounding(rounding)) != nearest);
        assert_eq!(op.rounds(), depends, "{op}");
    }
}

/// O16: formats that differ in one fact are different.
#[test]
fn neighbours_are_of_the_same_format() {
    let facts = E4M3FN.facts();
    for (one, other) in [
        (facts, Facts { width: 9, ..facts }),
        (facts, Facts { precision: 3, ..facts }),
        (facts, Facts { bias: 8, ..facts }),
        (facts, Facts { sign: Sign::Unsigned, ..facts }),
        (facts, Facts { nans: Nans::NegativeZero, ..facts }),
        (facts, Facts { nans: Nans::Top(2), ..facts }),
        (facts, Facts { overflow: Overflow::Infinity, ..facts }),
        (UE5M3.facts(), Facts { subnormals: false, ..UE5M3.facts() }),
        (E2M1.facts(), Facts { nans: Nans::Top(1), ..E2M1.facts() }),
    ] {
        let [one, other] = [one, other].map(halfulp::Format::known);
        for (a, b) in [(one, other), (other, one)] {
            let task = Task::within(Op::NextUp, a).with_result(b);
            assert_eq!(task.check(), Err(TaskError::FormatsDiffer), "{a:?} {b:?}");
        }
        assert_eq!(Task::within(Op::NextUp, one).check(), Ok(()));
        assert_eq!(Task::within(Op::NextUp, other).check(), Ok(()));
    }
}

#[test]
fn a_task_without_a_meaning_says_why() {
    for (error, part) in [
        (TaskError::OperandTooPrecise, "an operand has more than 53 bits"),
        (TaskError::ResultTooPrecise, "the result has more than 53 bits"),
        (TaskError::FormatsDiffer, "must have the same"),
        (TaskError::PowerNotInteger, "the second operand of scaleB must be in an integer format"),
        (TaskError::ResultNotInteger, "the result must be in an integer format"),
        (TaskError::NoiseBits, "at most 72"),
    ] {
        assert!(error.to_string().contains(part), "{error}");
    }
}

/// Only scaleB's power may be an integer of 64 bits, and only as the second operand.
#[test]
fn a_power_may_be_wide_and_nothing_else() {
    let (f, wide) = (BINARY16, int(64, true));
    let check = |op, operands| Task::new(op, operands, f).with_policy(RNE).check();
    assert_eq!(check(Op::ScaleB, [f, wide, f]), Ok(()));
    assert_eq!(check(Op::ScaleB, [wide, wide, f]), Err(TaskError::OperandTooPrecise));
    assert_eq!(check(Op::Add, [f, wide, f]), Err(TaskError::OperandTooPrecise));
    assert_eq!(check(Op::Fma, [f, f, wide]), Err(TaskError::OperandTooPrecise));
}

/// Below the least value of a format without zero there is none, which P3109 answers with NaN.
#[test]
fn next_down_past_a_format_without_zero() {
    for standard in [Standard::P3109V4_0, Standard::P3109July2026] {
        let policy = RNE.standard(standard);
        assert_eq!(within(Op::NextDown, E8M0, policy, &[0]), is(0xff, "-"));
        assert_eq!(within(Op::NextDown, E8M0, policy, &[1]), is(0, "-"));
    }
}

/// The operator cuts the quotient, under the policy it is asked under; remainder takes the nearest one.
#[test]
fn the_remainder_operator_follows_the_policy() {
    let (five, three) = (F16::from_f32(5.0), F16::from_f32(3.0));
    assert_eq!(((five % three).to_f32(), five.remainder(three).to_f32()), (2.0, -1.0));
    assert_eq!((-five % three).to_f32(), -2.0);
    let (least, flush) = (F16::from_bits(1), RNE.flush_operands(true));
    assert_eq!(least.with(RNE).rem(three).value.to_bits(), 1);
    assert_eq!(least.with(flush).rem(three).value.to_bits(), 0);
}

/// A mutant that left the noise out of `with_noise` once survived.
#[test]
fn operands_keep_codes_and_noise() {
    let operands = Operands::from([0x12, 0x34]).with_noise(7);
    assert_eq!(operands, Operands { codes: [0x12, 0x34, 0], noise: 7 });
    assert_eq!(operands.with_noise(8).noise, 8);
}

/// `add` of one code once computed its sum with code 0.
#[test]
fn missing_operands_are_refused() {
    for task in Op::all().map(|op| Task::within(op, E4M3FN)).filter(|task| task.check().is_ok()) {
        let op = task.op;
        let panics = |few: fn(&Task) -> halfulp::Rounded| {
            let result = std::panic::catch_unwind(|| few(&task));
            result.map_err(|e| *e.downcast::<String>().expect("a message"))
        };
        let all = apply(&task, Operands::new(0x38, 0, 0));
        let results = [
            panics(|task| task.apply([0x38])),
            panics(|task| task.apply([0x38, 0])),
            panics(|task| task.apply([0x38, 0, 0])),
            panics(|task| task.apply(Operands::from([0x38]))),
        ];
        for (result, given) in results.into_iter().zip([1, 2, 3, 3]) {
            let want = match op.arity() {
                arity if arity <= given => Ok(all),
                arity => Err(format!("{op} takes {arity} operands, not {given}")),
            };
            assert_eq!(result, want, "{op}");
        }
    }
}
