//! The long run of an experiment: the table `full`.

use halfulp_lab::experiment::{Experiment, Quiet, Seeds};
use halfulp_lab::report::Verdict;

const TEXT: &str = r#"
name = "x"
title = "x"
[run.ema]
storages = ["bfloat16"]
betas = [0.9]
signals = ["constant"]
steps = 8
elements = 2
seeds = 1
[[assert]]
bound = "ema.running"
[full.run]
steps = 16
"#;

#[test]
fn the_long_run_has_other_settings_and_keeps_what_is_asserted() {
    let read = |text: &str| Experiment::parse(text, "x.toml");
    let steps = |experiment: Experiment| {
        let report = experiment.run(&Quiet).unwrap();
        report.settings.iter().find(|(key, _)| key == "steps").map(|(_, value)| value.clone()).unwrap()
    };
    assert_eq!(steps(read(TEXT).unwrap()), "8");
    let full = read(TEXT).unwrap().full().unwrap();
    assert_eq!(steps(full), "16");
    let seeds = Seeds::count(2).unwrap();
    let both = read(TEXT).unwrap().full().unwrap().with_seeds(&seeds).unwrap();
    assert_eq!(both.run(&Quiet).unwrap().command, "halfulp bound run x.toml --full --seeds 0,1");
    assert_eq!(steps(both), "16");
}

/// A regression is of the run that it was recorded in; the long one has its own, or none.
#[test]
fn what_the_short_run_found_is_not_judged_of_the_long_one() {
    let recorded = |within: &str| {
        format!(
            "[[expect]]\nnumber = \"largest ratio of ema.running\"\nvalue = 3.0\nwithin = {within}\nsource = \"x\"\n"
        )
    };
    let (before, long) = TEXT.split_once("[full.run]").unwrap();
    let passes = |text: &str, full: bool| {
        let read = Experiment::parse(text, "x.toml").unwrap();
        let report = if full { read.full().unwrap() } else { read }.run(&Quiet).unwrap();
        assert_eq!(report.references.len(), 1);
        report.references[0].passes()
    };
    let short = format!("{before}{}[full.run]{long}", recorded("[2.0, 4.0]"));
    assert!(!passes(&short, false) && passes(&short, true));
    let own = recorded("[2.0, 4.0]").replace("[[expect]]", "[[full.expect]]");
    assert!(!passes(&format!("{short}{own}"), true));
    let claimed = short.replace("value = 3.0", "relation = \"agrees\"\nvalue = 3.0");
    assert!(!passes(&claimed, true));
}

/// What the long run is to hold is written in its own table: of the same bound and `of` in place of the short run's, of others beside it.
#[test]
fn the_long_run_has_its_own_assertions() {
    let asked = |more: &str| {
        let full = Experiment::parse(&format!("{TEXT}{more}"), "x.toml").unwrap().full().unwrap();
        let report = full.run(&Quiet).unwrap();
        let asserted = report.checks.iter().filter(|check| check.asserted).count();
        (asserted, report.verdict() == Verdict::Holds)
    };
    assert_eq!(asked(""), (1, true));
    let vacuous = "[[full.assert]]\nbound = \"ema.running\"\nexpect-status = \"vacuous\"\nreason = \"x\"\n";
    assert_eq!(asked(vacuous), (1, false), "the long run's in place of the short one's");
    assert_eq!(asked("[[full.assert]]\nbound = \"ema.a-priori\"\n").0, 2);
}

#[test]
fn a_long_run_that_would_not_do_is_an_error_at_once() {
    let without = TEXT.split("[full.run]").next().unwrap();
    let error = Experiment::parse(without, "x.toml").unwrap().full().unwrap_err().to_string();
    assert!(error.contains("no table full"), "{error}");
    for (from, to) in
        [("steps = 16", "steps = 0"), ("steps = 16", "colour = 1"), ("[full.run]", "[full.walk]")]
    {
        assert!(Experiment::parse(&TEXT.replace(from, to), "x.toml").is_err(), "{to}");
    }
}
