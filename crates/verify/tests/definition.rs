//! The library's scalar path, and the stages of models without deviation, against the definition oracle, exhaustively over small formats of
//! every kind.

mod small;

use halfulp::{Format, Op, Operands, Policy, Task, noise};
use halfulp_verify::engine::definition::{self, Definition};
use halfulp_verify::engine::{Answer, Engine, Scalar};
use halfulp_verify::model::Behaviour;

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
        operands.noise = noise::word(1, i as u64);
    }
    all
}

/// How many cases were compared, and the first mismatch of each task.
#[derive(Default)]
struct Tally {
    cases: u64,
    /// Those that were computed in stages too.
    staged: u64,
    mismatches: Vec<String>,
}

impl Tally {
    fn compare(&mut self, task: Task, policies: &[Policy]) {
        let operands = all_operands(task.op, task.operands);
        self.compare_on(task, policies, &operands);
    }

    fn compare_on(&mut self, task: Task, policies: &[Policy], operands: &[Operands]) {
        let mut got = vec![Answer::default(); operands.len()];
        let mut want = got.clone();
        let mut definition = Definition::default();
        let mut first = None;
        for &policy in policies {
            let task = task.with_policy(policy);
            if task.check().is_err() {
                continue;
            }
            Scalar.run(&task, operands, &mut got).expect("scalar answers");
            definition.run(&task, operands, &mut want).expect("definition answers");
            first = first.or_else(|| {
                let i = (0..operands.len()).find(|&i| got[i] != want[i])?;
                Some(mismatch(&task, operands[i], got[i], want[i]))
            });
            self.cases += operands.len() as u64;
            first = first.or_else(|| self.compare_stages(&task, operands, &want));
        }
        self.mismatches.extend(first);
    }

    /// The first case in which a model that deviates nowhere differs.
    fn compare_stages(&mut self, task: &Task, operands: &[Operands], want: &[Answer]) -> Option<String> {
        let law = Behaviour::default();
        if !law.computes(task) {
            return None;
        }
        self.staged += operands.len() as u64;
        let got = |case: &Operands| Answer::full(law.answer_in_stages(task, *case));
        let mut cases = operands.iter().zip(want);
        let (case, want) = cases.find(|(case, want)| got(case) != **want)?;
        Some(format!("in stages: {}", mismatch(task, *case, got(case), *want)))
    }

    /// The answers of queries depend on no policy but flushing.
    fn op(&mut self, op: Op, operands: [Format; 3], result: Format, policies: &[Policy]) {
        let policy = Policy::default();
        let task = Task::new(op, operands, result).with_policy(policy);
        let few = [policy, policy.flush_operands(true)];
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
        assert!(self.staged > self.cases / 20, "{} in stages", self.staged);
        let (count, some) = (self.mismatches.len(), self.mismatches.len().min(12));
        assert!(count == 0, "{count} tasks differ:\n{}", self.mismatches[..some].join("\n"));
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
    for (i, format) in small::small().into_iter().enumerate() {
        // Every other policy, each format the other half.
        let half: Vec<Policy> = policies.iter().skip(i % 2).step_by(2).copied().collect();
        tally.within(format, |op| op.arity() < 3, &half);
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

/// Codes of wide formats: small exponent distances are as likely as large ones.
fn wide_codes(format: Format, seed: u64, index: u64) -> u64 {
    let word = |k: u64| noise::word(seed, 8 * index + k);
    let trailing = format.precision() - 1;
    let near = format.top_bit() >> 2 & !((1 << trailing) - 1);
    match word(0) % 4 {
        // Anything, a value near one, near the ends of the range, and few bits.
        0 => word(1) & format.code_mask(),
        1 => {
            near.wrapping_add((word(2) % 17) << trailing) ^ word(3) & ((1 << trailing) - 1)
                | word(4) & format.top_bit()
        }
        2 => {
            (word(2) % 64).wrapping_sub(32).wrapping_add(format.largest(false) * (word(3) % 2))
                & format.code_mask()
        }
        _ => word(1) & word(2) & word(3) & format.code_mask(),
    }
}

fn wide_operands(formats: [Format; 3], seed: u64, count: u64) -> Vec<Operands> {
    let case = |i: u64| Operands {
        codes: std::array::from_fn(|k| wide_codes(formats[k], seed + k as u64, i)),
        noise: noise::word(seed, i),
    };
    (0..count).map(case).collect()
}

fn wide_formats() -> Vec<Format> {
    let integer = |width, signed| Format::integer(width, signed).expect("2 to 64 bits");
    vec![
        small::e4m3fn(),
        small::e8m0(),
        small::ieee(16, 11),
        small::ieee(16, 8),
        small::ieee(32, 24),
        small::ieee(64, 53),
        small::p3109(16, 1, false, true),
        integer(32, true),
        integer(64, true),
        integer(64, false),
    ]
}

#[test]
fn wide_formats_agree_on_samples() {
    let policies = small::policies(false);
    let formats = wide_formats();
    let mut tally = Tally::default();
    for (i, &format) in formats.iter().enumerate() {
        for (j, &result) in formats.iter().enumerate() {
            let operands = wide_operands([format; 3], 100 + (10 * i + j) as u64, 200);
            for op in [Op::Convert, Op::Mul, Op::Fma, Op::Div, Op::Sqrt, Op::Remainder] {
                let task = Task::new(op, [format; 3], result);
                tally.compare_on(task, &policies, &operands);
            }
        }
        for op in Op::all() {
            let task = Task::within(op, format);
            let operands = wide_operands(task.operands, i as u64, 300);
            tally.compare_on(task, &policies, &operands);
        }
    }
    assert!(tally.agreed() > 1_000_000);
}

/// Exponents of 20 bits: sums of a million bits.
#[test]
fn huge_exponents_agree_on_samples() {
    let sign = halfulp::Sign::SignMagnitude;
    let (nans, overflow) = (halfulp::Nans::Top(1), halfulp::Overflow::Infinity);
    let format = small::format(32, 12, 1 << 19, sign, nans, overflow);
    let policies: Vec<Policy> = small::policies(false).into_iter().step_by(5).collect();
    let mut tally = Tally::default();
    for op in Op::all().filter(|op| !op.is_query()) {
        let task = Task::within(op, format);
        tally.compare_on(task, &policies, &wide_operands(task.operands, 3, 100));
    }
    assert!(tally.agreed() > 10_000);
}

#[test]
fn the_quick_computation_is_the_plain_one() {
    for (i, &format) in wide_formats().iter().chain(&small::small()).enumerate() {
        for op in Op::all() {
            let task = Task::within(op, format);
            if task.check().is_err() {
                continue;
            }
            for operands in wide_operands(task.operands, 7 + i as u64, 60) {
                let quick = definition::answer(&task, operands);
                assert!(quick.is_some());
                assert_eq!(quick, definition::answer_slowly(&task, operands), "{task:?} {operands:x?}");
            }
        }
    }
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
