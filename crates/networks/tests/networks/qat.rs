//! Quantization in training: the kind of experiment in small.

use halfulp_lab::experiment::{Experiment, Quiet};
use halfulp_lab::registry::Registry;
use halfulp_lab::report::Verdict;

fn registry() -> Registry {
    halfulp_networks::register(Registry::default())
}

const FILE: &str = r#"name = "small"
title = "Small networks"

[run.qat]
sizes = [{ width = 16, hidden = 16, blocks = 1 }, { width = 32, hidden = 32, blocks = 1 }]
optimizers = [{ name = "adamw", optimizer = { adam = { rate = 1e-2 } } }]
formats = ["quest-w4a4", "fp8"]
steps = 30
seeds = 2

[[expect]]
number = "loss.adamw.full"
relation = "agrees"
claim = [0.0, 1.0]
within = [0.0, 1.0]
source = "less than the loss of guesses, ln 10"
[[expect]]
number = "drop.adamw.quest-w4a4"
relation = "agrees"
claim = [-0.2, 1.0]
within = [-0.2, 1.0]
source = "quantized networks learn, too"
"#;

#[test]
fn networks_are_trained_in_few_bits() {
    let experiment =
        Experiment::parse_with(FILE, "small.toml", &registry()).unwrap_or_else(|e| panic!("{e}"));
    experiment.fits(2).unwrap_or_else(|e| panic!("{e}"));
    let report = experiment.run(&Quiet).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(report.verdict(), Verdict::Holds, "{:#?}", report.failures());
    let names: Vec<&str> = report.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["losses", "laws", "published"]);
    assert_eq!(report.tables[2].rows.len(), 17);
    // Twelve runs for five parameters: a law, with a curve beside each format's.
    assert_eq!(report.tables[1].rows[0].len(), 5 + 2);
    assert!(report.tables[1].rows[0][2].parse::<f64>().is_ok(), "{:?}", report.tables[1].rows[0]);
    assert_eq!(report.figures.len(), 1);
}

/// A rate that makes everything overflow is a divergence, and nothing is said to hold.
#[test]
fn what_diverges_fails() {
    let file = FILE.replace("adam = { rate = 1e-2 }", "sgd = { rate = 1e30 }");
    let experiment =
        Experiment::parse_with(&file, "small.toml", &registry()).unwrap_or_else(|e| panic!("{e}"));
    let report = experiment.run(&Quiet).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(report.verdict(), Verdict::Fails);
    assert_eq!(report.divergences.len(), 12);
    assert!(report.tables[1].rows[0][1].contains("no fit: 0 runs"), "{:?}", report.tables[1].rows);
}

#[test]
fn errors_have_line_and_key() {
    for (from, to, expected) in [
        ("\"fp8\"", "\"fp9\"", "run.qat.formats[1]: unknown quantizer \"fp9\""),
        ("\"fp8\"", "\"quest-w4a4\"", "run.qat.formats[1]: \"quest-w4a4\" is there twice"),
        ("width = 32, hidden = 32", "width = 8, hidden = 8", "run.qat.sizes[1]: expected more parameters"),
        ("width = 16", "width = 0", "run.qat.sizes[0].width: expected 1 to 1024, got 0"),
        ("steps = 30", "steps = 0", "run.qat.steps: expected 1 to"),
        ("steps = 30", "steps = 30\ndelta = 0.0", "run.qat.delta: 0: expected a number above 0"),
        ("rate = 1e-2", "rate = -1.0", "run.qat.optimizers[0].optimizer.adam.rate"),
    ] {
        assert!(FILE.contains(from), "{from}");
        let error = Experiment::parse_with(&FILE.replace(from, to), "small.toml", &registry()).map(|_| ());
        let error = error.expect_err(to).to_string();
        assert!(error.starts_with("small.toml:") && error.contains(expected), "{to}: {error}");
    }
    let experiment = halfulp_lab::experiment::open_with("qat", &registry()).unwrap_or_else(|e| panic!("{e}"));
    assert!(experiment.has_full() && experiment.has_seeds());
    experiment.fits(16).and(experiment.full().and_then(|e| e.fits(16))).unwrap_or_else(|e| panic!("{e}"));
}
