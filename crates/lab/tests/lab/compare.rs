//! Comparisons: ratios seed by seed, and the faults that their intervals notice.

use halfulp_lab::experiment::{Experiment, Quiet};
use halfulp_lab::report::Verdict;

const SMALL: &str = r#"
name = "small"
title = "Weights in one bit beside gradients in one bit"
[run.compare]
problem = { rosenbrock = { spread = 0.2 } }
steps = 200
metric = "gradient-norm"
last = 50
seeds = 6
ratios = [{ name = "W over G", of = "Adam W M2", over = "Adam G M2" }]
[[run.compare.sweeps]]
name = "Adam"
optimizer = { adam = { rate = 2e-2 } }
mantissas = [2, 20]
rounding = "rne"
components = ["weights", "gradients"]
alone = true
master = true
[[run.compare.sweeps]]
name = "Short"
optimizer = { adam = { rate = 2e-2 } }
steps = 50
mantissas = [2]
components = ["weights"]
[[expect]]
number = "ratio of W over G.low"
relation = "agrees"
claim = [1.05, inf]
within = [1.05, 1000.0]
source = "a claim: weights are worse than gradients"
[[expect]]
number = "ratio of Adam W M20.high"
relation = "agrees"
claim = [0.0, 1.05]
within = [0.5, 1.05]
source = "a claim: 20 bits are fine"
"#;

#[test]
fn ratios_are_of_each_seed_and_planted_faults_are_noticed() {
    let run = |text: &str| Experiment::parse(text, "small.toml").unwrap().run(&Quiet).unwrap();
    let report = run(SMALL);
    assert_eq!(report.verdict(), Verdict::Holds, "{:#?}", report.failures());
    for (fault, from, to) in [
        ("seeds that are one run", "{ spread = 0.2 }", "{ spread = 0.0 }"),
        ("a single seed", "seeds = 6", "seeds = 1"),
        (
            "the two exchanged",
            "of = \"Adam W M2\", over = \"Adam G M2\"",
            "of = \"Adam G M2\", over = \"Adam W M2\"",
        ),
        ("a case beside itself", "over = \"Adam G M2\"", "over = \"Adam W M2\""),
    ] {
        let text = SMALL.replace(from, to);
        assert_ne!(text, SMALL, "{fault}");
        assert_eq!(run(&text).verdict(), Verdict::Fails, "{fault}");
    }
    for (from, to, key) in [
        ("of = \"Adam W M2\"", "of = \"Adam W M3\"", "run.compare.ratios[0].of"),
        ("name = \"W over G\"", "name = \"Adam W M2\"", "run.compare.ratios[0].name"),
        ("steps = 50", "steps = 49", "run.compare.steps"),
    ] {
        let error = Experiment::parse(&SMALL.replace(from, to), "x.toml").unwrap_err().to_string();
        assert!(error.contains(key), "{error}");
    }
}

/// Looks are 64 steps apart, and the loss passes its limit after the only one: the run has diverged all the same.
#[test]
fn a_run_that_diverges_between_looks_has_diverged() {
    let text = |diverged: &str| {
        format!(
            "name = \"between\"\ntitle = \"SGD that grows by a tenth a step\"\n[run.compare]\nsteps = 100\nevery = 64\nmetric = \"loss\"\n\
             diverged = {diverged}\nproblem = {{ quadratic = {{ dimension = 1, optimum = 1.0 }} }}\n[[run.compare.cases]]\nname = \"large rate\"\n\
             optimizer = {{ sgd = {{ rate = 2.1 }} }}\n"
        )
    };
    let run = |text: &str| Experiment::parse(text, "between.toml").unwrap().run(&Quiet).unwrap();
    // The loss grows by 1.1 squared a step: 2e5 times at step 64, 1.9e8 times at step 100.
    let report = run(&text("1e7"));
    assert_eq!(
        report.divergences.iter().map(|d| d.step).collect::<Vec<_>>(),
        [100],
        "{:?}",
        report.divergences
    );
    assert_eq!(run(&text("1e5")).divergences[0].step, 64);
    assert!(run(&text("1e9")).divergences.is_empty());
}
