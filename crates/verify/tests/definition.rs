//! The library's scalar path against the definition oracle, exhaustively over small formats of every kind.

mod small;

use halfulp::{Format, Op, Operands, Policy, Task};
use halfulp_verify::engine::definition::Definition;
use halfulp_verify::engine::{Answer, Engine, Scalar};

/// Every combination of operands, each with its own noise word.
fn all_operands(op: Op, formats: [Format; 3]) -> Vec<Operands> {
    let mut all = vec![Operands::default()];
    for (i, format) in formats.iter().enumerate().take(op.arity()) {
        let codes = |operands: Operands| {
            (0..1 << format.width()).map(move |code| {
                let mut operands = operands;
                operands.codes[i] = code;
                operands
            })
        };
        all = all.into_iter().flat_map(codes).collect();
    }
    for (i, operands) in all.iter_mut().enumerate() {
        operands.noise = halfulp::noise::word(1, i as u64);
    }
    all
}

/// How many cases were compared, and the first mismatch of each task.
#[derive(Default)]
struct Tally {
    cases: u64,
    mismatches: Vec<String>,
}

impl Tally {
    fn compare(&mut self, task: Task, policies: &[Policy]) {
        let operands = all_operands(task.op, task.operands);
        let mut got = vec![Answer::default(); operands.len()];
        let mut want = got.clone();
        let mut definition = Definition::default();
        let mut first = None;
        for &policy in policies {
            let task = task.with_policy(policy);
            if task.check().is_err() {
                continue;
            }
            Scalar.run(&task, &operands, &mut got).expect("scalar answers");
            definition
                .run(&task, &operands, &mut want)
                .expect("definition answers");
            first = first.or_else(|| {
                let i = (0..operands.len()).find(|&i| got[i] != want[i])?;
                Some(mismatch(&task, operands[i], got[i], want[i]))
            });
            self.cases += operands.len() as u64;
        }
        self.mismatches.extend(first);
    }

    /// The answers of queries depend on no policy but flushing.
    fn op(&mut self, op: Op, operands: [Format; 3], result: Format, policies: &[Policy]) {
        let policy = Policy::default();
        let task = Task {
            op,
            operands,
            result,
            policy,
        };
        let few = [
            policy,
            Policy {
                flush_operands: true,
                ..policy
            },
        ];
        self.compare(task, if op.is_query() { &few } else { policies });
    }

    fn within(&mut self, format: Format, ops: impl Fn(Op) -> bool, policies: &[Policy]) {
        let integer = Format::integer(5, true).expect("5 bits");
        for op in Op::all().filter(|op| ops(*op)) {
            let second = if op == Op::ScaleB { integer } else { format };
            self.op(op, [format, second, format], format, policies);
        }
    }

    /// The number of cases, if all agree.
    fn agreed(self) -> u64 {
        let (count, some) = (self.mismatches.len(), self.mismatches.len().min(12));
        assert!(
            count == 0,
            "{count} tasks differ:\n{}",
            self.mismatches[..some].join("\n")
        );
        self.cases
    }
}

fn mismatch(task: &Task, operands: Operands, got: Answer, want: Answer) -> String {
    let [a, b, c] = operands.codes;
    let formats = task.operands.map(|f| f.facts());
    format!(
        "{} {a:02x} {b:02x} {c:02x} noise {:x}: scalar {:02x} {}, definition {:02x} {}\n  {:?}\n  {:?}\n  {:?}",
        task.op,
        operands.noise & 0xff,
        got.code,
        got.flags,
        want.code,
        want.flags,
        &formats[..task.op.arity()],
        task.result,
        task.policy
    )
}

#[test]
fn tiny_formats_agree_in_everything() {
    let policies = small::policies(false);
    let mut tally = Tally::default();
    for format in small::tiny() {
        tally.within(format, |_| true, &policies);
    }
    assert!(tally.agreed() > 1_000_000);
}

#[test]
fn small_formats_agree_with_one_and_two_operands() {
    let policies = small::policies(false);
    let mut tally = Tally::default();
    for format in small::small() {
        tally.within(format, |op| op.arity() < 3, &policies);
    }
    assert!(tally.agreed() > 1_000_000);
}

#[test]
fn mixed_formats_agree() {
    let policies = small::policies(false);
    let tiny = small::tiny();
    let mut tally = Tally::default();
    for (i, &a) in tiny.iter().enumerate() {
        let b = tiny[(3 * i + 7) % tiny.len()];
        for j in 0..3 {
            let result = tiny[(5 * i + 11 * j + 2) % tiny.len()];
            for op in Op::all().filter(|op| op.arity() < 3) {
                tally.op(op, [a, b, b], result, &policies);
            }
        }
    }
    assert!(tally.agreed() > 1_000_000);
}

#[test]
#[ignore = "minutes: every switch of the policy, and fma of 5 and 6 bits"]
fn everything_agrees() {
    let (all, some) = (small::policies(true), small::policies(false));
    let tiny = small::tiny();
    let mut tally = Tally::default();
    for &format in &tiny {
        tally.within(format, |_| true, &all);
        for &result in &tiny {
            tally.op(Op::Convert, [format; 3], result, &all);
            tally.op(Op::Mul, [format; 3], result, &some);
            tally.op(Op::Add, [format, result, format], tiny[7], &some);
        }
    }
    for format in small::small() {
        tally.within(format, |op| op.arity() < 3, &all);
        tally.within(format, |op| op.arity() == 3, &some);
    }
    println!("{} cases", tally.agreed());
}
