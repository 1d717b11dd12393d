//! Diagnosis: every deviation is planted, and named.

mod order;

use halfulp::format::catalog::builtin_format;
use halfulp::{Flags, Format, Op, Operands, Policy, Saturation, Task, apply, noise};
use halfulp_verify::Selection;
use halfulp_verify::deviation::{self, Deviation};
use halfulp_verify::diagnose::{Diagnosis, Row, Rows, diagnose, distinguishing, to_text};
use halfulp_verify::model::Behaviour;

/// All cases of a task, answered by a device.
fn rows(task: &Task, device: &Behaviour) -> Rows {
    let cases = Selection::usual(task).cases(task, 1).expect("cases");
    let row = |number| {
        let operands: Operands = cases.case(number);
        Row::full(operands, device.answer(task, operands))
    };
    Rows::new(*task, (0..cases.len()).map(row).collect())
}

/// What came of a planted set.
#[derive(Debug, PartialEq)]
enum Named {
    /// Its own names.
    Itself,
    /// Others, of a device that gives the same answers to all inputs.
    Equal(Vec<String>),
    /// Nothing, because no input shows it.
    Hidden,
    /// Something else.
    Wrong(Vec<String>, u64),
}

fn outcome(task: &Task, planted: &[Deviation]) -> Named {
    let device = deviation::device(&Behaviour::default(), planted);
    let rows = rows(task, &device);
    let found = diagnose(&rows, &Behaviour::default());
    let names: Vec<String> = found.names().iter().map(|name| name.to_string()).collect();
    if found.residual == 0 {
        let mut wanted: Vec<&str> = planted.iter().map(|d| d.name.as_str()).collect();
        let mut got = found.names();
        wanted.sort_unstable();
        got.sort_unstable();
        if wanted == got {
            return Named::Itself;
        }
        if distinguishing(task, &rows.comparison, (&device, &found.device), 1).is_empty() {
            return if names.is_empty() { Named::Hidden } else { Named::Equal(names) };
        }
        if names_with_others(&found, &wanted) {
            return Named::Itself;
        }
    }
    Named::Wrong(names, found.residual)
}

/// Whether the planted names are among those that the rows do not tell apart.
fn names_with_others(found: &Diagnosis, wanted: &[&str]) -> bool {
    let is_named = |name: &&str| {
        found.parts.iter().any(|part| {
            part.deviation.name == **name || part.others.iter().any(|other| other.deviation.name == **name)
        })
    };
    wanted.len() == found.parts.len() && wanted.iter().all(is_named)
}

fn ieee6() -> Format {
    crate::small::ieee(6, 3)
}

/// Six bits, of which one code is NaN and none infinity.
fn fn6() -> Format {
    use halfulp::{Nans, Overflow, Sign};
    crate::small::format(6, 4, 1, Sign::SignMagnitude, Nans::Top(1), Overflow::Nan)
}

/// What came of many planted sets.
#[derive(Default)]
struct Matrix {
    planted: u64,
    itself: u64,
    equal: Vec<String>,
    hidden: Vec<String>,
    wrong: Vec<String>,
}

impl Matrix {
    fn plant(&mut self, task: &Task, planted: &[Deviation]) {
        let names: Vec<&str> = planted.iter().map(|d| d.name.as_str()).collect();
        let line = |found: String| format!("{} {}: {found}", task.op, names.join(","));
        self.planted += 1;
        match outcome(task, planted) {
            Named::Itself => self.itself += 1,
            Named::Equal(found) => self.equal.push(line(found.join(","))),
            Named::Hidden => self.hidden.push(line("shown by no input".into())),
            Named::Wrong(found, left) => self.wrong.push(line(format!("{}, {left} left", found.join(",")))),
        }
    }

    fn singles(&mut self, task: &Task) {
        for deviation in devices(task) {
            self.plant(task, std::slice::from_ref(&deviation));
        }
    }

    /// Pairs of deviations of which each shows.
    fn pairs(&mut self, task: &Task, count: u64) {
        let all = devices(task);
        for number in 0..count {
            let draw = |k| all[(noise::word(number, k) % all.len() as u64) as usize].clone();
            let pair = [draw(0), draw(1)];
            let device = |planted: &[Deviation]| deviation::device(&Behaviour::default(), planted);
            let (both, rows) = (device(&pair), rows(task, &device(&pair)));
            let shows =
                |other: &Behaviour| !distinguishing(task, &rows.comparison, (&both, other), 1).is_empty();
            let singles = [&pair[..1], &pair[1..]].map(device);
            if !pair[0].excludes(&pair[1]) && both.covers(task) && singles.iter().all(shows) {
                self.plant(task, &pair);
            }
        }
    }

    fn print(&self) {
        for (what, lines) in
            [("the same device", &self.equal), ("hidden", &self.hidden), ("WRONG", &self.wrong)]
        {
            lines.iter().for_each(|line| println!("{what}: {line}"));
        }
        println!(
            "{} planted, {} named, {} named as the same device",
            self.planted,
            self.itself,
            self.equal.len()
        );
        println!("{} shown by no input, {} wrong", self.hidden.len(), self.wrong.len());
    }
}

/// The deviations that devices for a task can have.
fn devices(task: &Task) -> Vec<Deviation> {
    let mut all = deviation::list(task);
    all.retain(|deviation| deviation::device(&Behaviour::default(), [deviation]).covers(task));
    all
}

/// Flags that no deviation has take nothing from what explains all results, though it explains few of them.
#[test]
fn all_results_stay_explained_where_flags_are_not() {
    let policy = Policy::IEEE.saturation(Saturation::Finite);
    let task = Task::within(Op::Mul, Format::E4M3FN).with_policy(policy);
    let names = ["daz", "overflow-past", "threshold-next-binade-largest", "truncate"];
    let device = deviation::planted(&task, &names.join(",")).expect("a device");
    let mut rows = rows(&task, &device);
    // A device that saturates what is in the last binade, with the flags of that.
    for row in &mut rows.rows {
        let right = apply(&task, row.operands);
        let answer = row.answer.as_mut().expect("an answer");
        if right.flags.contains(Flags::OVERFLOW) && answer.code == right.code {
            answer.flags = right.flags;
        }
    }
    let found = diagnose(&rows, &Behaviour::default());
    let mut named = found.names();
    named.sort_unstable();
    assert_eq!(named, names);
    assert_eq!((found.residual_of_results, found.explained), (0, found.mismatches));
    assert!(found.contradicted > 0 && found.contradicted == found.residual, "{}", found.contradicted);
    // Rows that it contradicts are no mismatches: it explains all of those that were held out.
    assert!(
        found.held_out.is_some_and(|(explained, all)| explained == all && all > 10_000),
        "{:?}",
        found.held_out
    );
    let text = to_text(&found);
    assert!(text.contains("\nAll results are explained, but not all flags. The device\n"), "{text}");
    let contradicted = format!("explained, {} rows contradicted in flags only\n", found.contradicted);
    assert!(text.contains(&contradicted), "{text}");
    // Results that differ are not called flags.
    rows.rows[0].answer.as_mut().expect("an answer").code ^= 1;
    let text = to_text(&diagnose(&rows, &Behaviour::default()));
    assert!(text.contains("This fits in part") && !text.contains("contradicted in flags only"), "{text}");
}

/// Every deviation but stuck bits, of which there are many alike; `confusion_matrix` has them, and larger formats.
#[test]
fn every_single_deviation_is_named() {
    let mut matrix = Matrix::default();
    let ieee5 = crate::small::ieee(5, 3);
    let tasks = [
        Task::within(Op::Mul, ieee5),
        Task::within(Op::Add, ieee5),
        Task::within(Op::Div, ieee5),
        Task::within(Op::Sqrt, ieee6()),
        Task::within(Op::Convert, ieee6()).with_result(Format::E2M1),
        Task::within(Op::Fma, crate::small::ieee(4, 2)),
    ];
    for task in tasks {
        for deviation in devices(&task).into_iter().filter(|d| !d.name.starts_with("stuck-")) {
            matrix.plant(&task, &[deviation]);
        }
    }
    assert!(matrix.wrong.is_empty(), "{}", matrix.wrong.join("\n"));
    assert!(matrix.itself > 200, "{}", matrix.itself);
}

/// The matrix of docs/devices.md.
#[test]
#[ignore = "minutes: every deviation of 14 tasks, and pairs"]
fn confusion_matrix() {
    let mut matrix = Matrix::default();
    for format in [ieee6(), fn6(), Format::E4M3FNUZ] {
        for op in [Op::Mul, Op::Add, Op::Div] {
            matrix.singles(&Task::within(op, format));
        }
    }
    matrix.singles(&Task::within(Op::Sqrt, Format::E5M2));
    matrix.singles(&Task::within(Op::Fma, crate::small::ieee(5, 3)));
    matrix.singles(&Task::within(Op::Convert, builtin_format("binary16")).with_result(Format::E5M2));
    matrix.singles(&Task::within(Op::Convert, builtin_format("binary16")).with_result(Format::E4M3FN));
    matrix.singles(&Task::within(Op::Convert, Format::E4M3FN).with_result(Format::E2M1));
    println!("Single deviations");
    matrix.print();
    let mut pairs = Matrix::default();
    for format in [ieee6(), fn6()] {
        for op in [Op::Mul, Op::Add] {
            pairs.pairs(&Task::within(op, format), 200);
        }
    }
    println!("Pairs");
    pairs.print();
    assert!(matrix.wrong.is_empty());
    assert!(20 * pairs.wrong.len() as u64 <= pairs.planted);
}

/// Pairs of deviations, with fixed seeds.
#[test]
fn most_pairs_are_named() {
    let mut matrix = Matrix::default();
    matrix.pairs(&Task::within(Op::Mul, ieee6()), 40);
    assert!(matrix.planted >= 20, "{}", matrix.planted);
    assert!(20 * matrix.wrong.len() as u64 <= matrix.planted, "{}", matrix.wrong.join("\n"));
}
