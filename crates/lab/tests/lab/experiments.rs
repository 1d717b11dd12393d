//! The experiments that come with the program find what they assert.

use halfulp_lab::bound::Status;
use halfulp_lab::experiment::kind::NAMES;
use halfulp_lab::experiment::{Experiment, Quiet, TEMPLATES, builtin, template};
use halfulp_lab::report::{Report, Verdict};

fn run(name: &str) -> Report {
    let experiment = builtin(name).unwrap_or_else(|e| panic!("{e}"));
    let report = experiment.run(&Quiet).unwrap_or_else(|e| panic!("{e}"));
    if std::env::var_os("SHOW").is_some() {
        report.not_evaluated().iter().for_each(|sentence| println!("not evaluated: {sentence}"));
        for check in &report.checks {
            let (name, status, ratio) =
                (check.tally.statement.name, check.tally.status(), check.tally.ratio());
            let at = check.tally.worst().map_or("", |worst| worst.at.as_str());
            println!("{name} of {}: {status} {ratio:?} {at}", check.of);
        }
        for reference in &report.references {
            println!("{}: {} beside {}", reference.what, reference.found, reference.expected);
        }
        for detection in report.detections.iter().filter(|d| d.raised) {
            println!(
                "{} of {}: {} of {}",
                detection.detector, detection.of, detection.count, detection.out_of
            );
        }
    }
    report
}

fn holds(name: &str) {
    let report = run(name);
    assert_eq!(report.verdict(), Verdict::Holds, "{name}: {:#?}", report.failures());
    let violated = report.checks.iter().find(|check| check.tally.status() == Status::Violated);
    assert!(violated.is_none(), "{name}: {violated:?} is violated, asserted or not");
}

/// And nothing is reported alone.
fn holds_and_asserts_all(name: &str) {
    let report = run(name);
    assert_eq!(report.verdict(), Verdict::Holds, "{name}: {:#?}", report.failures());
    assert!(report.checks.iter().all(|check| check.asserted && check.tally.counts().violated == 0));
}

#[test]
fn ema() {
    holds("ema");
}

#[test]
fn one_step() {
    holds("one-step");
}

#[test]
fn adamw_open_loop() {
    holds("adamw-open-loop");
}

#[test]
fn rosenbrock() {
    holds("rosenbrock");
}

#[test]
fn digits() {
    holds("digits");
}

#[test]
fn ablation() {
    holds("ablation");
}

#[test]
fn eight_bit() {
    holds("eight-bit");
}

#[test]
fn pathologies() {
    holds("pathologies");
}

#[test]
fn sums() {
    holds("sums");
}

#[test]
fn muon_step() {
    holds("muon-step");
}

#[test]
fn blockwise() {
    holds("blockwise");
}

#[test]
fn swamping() {
    holds("swamping");
}

#[test]
fn eco() {
    holds("eco");
}

#[test]
fn low_bit() {
    holds("low-bit");
}

#[test]
fn rates_of_adam() {
    holds("rates-adam");
}

#[test]
fn rates_of_muon() {
    holds("rates-muon");
}

#[test]
fn rates_on_digits() {
    holds("rates-digits");
}

#[test]
fn sensitivity() {
    holds("sensitivity");
}

#[test]
fn adams_theorem_says_nothing_of_a_bowl_of_many_curvatures() {
    holds_and_asserts_all("theorem-adam");
}

#[test]
fn adams_theorem_informs_of_a_bowl_of_one_curvature() {
    holds_and_asserts_all("theorem-adam-flat");
}

#[test]
fn muons_theorem_finds_what_it_asserts() {
    holds_and_asserts_all("theorem-muon");
}

#[test]
fn muons_theorem_informs_of_newton_schulz_steps() {
    holds_and_asserts_all("theorem-newton-schulz");
}

/// The files that `halfulp bound new` writes.
#[test]
fn every_kind_has_a_file_that_runs_and_holds() {
    assert_eq!(TEMPLATES.len(), NAMES.len());
    for kind in NAMES {
        let text = template(kind).unwrap();
        let experiment = Experiment::parse(text, "mine.toml").unwrap_or_else(|e| panic!("{kind}: {e}"));
        let report = experiment.run(&Quiet).unwrap_or_else(|e| panic!("{kind}: {e}"));
        assert!(text.contains(&format!("\n[run.{kind}]\n")), "{kind}");
        assert_eq!(report.verdict(), Verdict::Holds, "{kind}: {:?}", report.failures());
    }
}
