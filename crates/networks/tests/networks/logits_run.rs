//! The kind of experiment `logits`, in small.

use halfulp_lab::bound::Status;
use halfulp_lab::experiment::{Experiment, Quiet};
use halfulp_lab::registry::Registry;
use halfulp_lab::report::{Outcome, Report, Verdict, html, json, text};

fn registry() -> Registry {
    halfulp_networks::register(Registry::default())
}

const FILE: &str = r#"name = "small"
title = "Small networks"

[run.logits]
model = { residual-digits = { width = 32, hidden = 32, blocks = 2 } }
optimizers = [
    { name = "adamw", optimizer = { adam = { rate = 1e-2 } } },
    { name = "sgd", optimizer = { sgd = { rate = 0.1, momentum = 0.9 } } },
]
quantizers = ["fp8", "mxfp4"]
loss = 0.5
steps = 100
every = 5
rows = 12
draws = 4

[[assert]]
bound = "logits.running"
[[assert]]
bound = "logits.layer"
[[assert]]
bound = "logits.chance"
[[assert]]
bound = "logits.first-order"
of = "fp8"
[[detect]]
detector = "layer-fault"
raised = false
[[expect]]
number = "exceeded.adamw.fp8"
relation = "agrees"
claim = [0.0, 0.05]
within = [0.0, 0.05]
source = "the confidence"
"#;

fn run(text: &str) -> Report {
    let experiment =
        Experiment::parse_with(text, "small.toml", &registry()).unwrap_or_else(|e| panic!("{e}"));
    experiment.fits(2).unwrap_or_else(|e| panic!("{e}"));
    experiment.run(&Quiet).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn networks_are_trained_quantized_and_certified() {
    let report = run(FILE);
    assert_eq!(report.verdict(), Verdict::Holds, "{:#?}", report.failures());
    // Of two optimizers in two quantizers: three certificates, layers, chance.
    assert_eq!(report.checks.len(), 2 * 2 * 5);
    let violated = report.checks.iter().filter(|check| check.status() == Status::Violated);
    assert_eq!(violated.count(), 0);
    // Four layers each.
    assert_eq!(report.detections.len(), 2 * 2 * 4);
    assert!(report.detections.iter().all(|d| !d.raised && d.out_of == 12 * 32 && d.expected == Some(false)));
    assert_eq!((report.figures.len(), report.tables.len()), (2 * 2, 2));
    let data = json::report(&report).to_string();
    let text = text::report(&report, 120);
    let page = html::page(&[Outcome { name: "small".into(), seconds: 1.0, report: Ok(report) }]);
    for shown in [text, page, data] {
        assert!(shown.contains("logits.worst-case") && shown.contains("factor-running"));
    }
}

#[test]
fn without_draws_nothing_is_said_of_chance() {
    let (head, tail) = FILE.split_once("[[expect]]").expect("an expectation");
    let file = head.replace("draws = 4", "draws = 0").replace("[[assert]]\nbound = \"logits.chance\"\n", "");
    assert!(tail.contains("exceeded"));
    let report = run(&file);
    assert_eq!(report.verdict(), Verdict::Holds, "{:#?}", report.failures());
    assert_eq!((report.checks.len(), report.tables.len()), (2 * 2 * 4, 1));
}

#[test]
fn errors_have_line_and_key() {
    for (from, to, expected) in [
        ("\"fp8\", \"mxfp4\"", "\"fp8\", \"int4\"", "run.logits.quantizers[1]: unknown quantizer \"int4\""),
        ("\"fp8\", \"mxfp4\"", "\"fp8\", \"fp8\"", "run.logits.quantizers[1]: \"fp8\" is there twice"),
        ("\"fp8\", \"mxfp4\"", "", "run.logits.quantizers: expected at least one"),
        ("name = \"sgd\"", "name = \"adamw\"", "run.logits.optimizers[1]: \"adamw\" is there twice"),
        ("rate = 1e-2", "rate = -1", "run.logits.optimizers[0].optimizer.adam.rate"),
        ("loss = 0.5", "loss = 0", "run.logits.loss: 0: expected a number above 0"),
        ("steps = 100", "steps = 0", "run.logits.steps: 0: expected 1 to"),
        ("every = 5", "every = 101", "run.logits.every: 101: expected 1 to 100 (steps)"),
        ("rows = 12", "rows = 360", "run.logits.rows: expected 1 to 359, got 360"),
        ("draws = 4", "draws = 10001", "run.logits.draws: expected 0 to 10000, got 10001"),
        (
            "draws = 4",
            "draws = 4\nconfidence = 1.0",
            "run.logits.confidence: 1: expected a number between 0 and 1",
        ),
        ("draws = 4", "draws = 4\nconfidence = nan", "run.logits.confidence: NaN: expected a number between"),
        ("width = 32", "width = 0", "run.logits.model.residual-digits.width: expected 1 to 1024, got 0"),
        (
            "residual-digits = { width = 32, hidden = 32, blocks = 2 }",
            "transformer-text = {}",
            "run.logits.model: expected residual-digits: there are no certificates of attention",
        ),
    ] {
        assert!(FILE.contains(from), "{from}");
        let error = Experiment::parse_with(&FILE.replace(from, to), "small.toml", &registry()).map(|_| ());
        let error = error.expect_err(to).to_string();
        assert!(error.starts_with("small.toml:") && error.contains(expected), "{to}: {error}");
    }
}

#[test]
fn the_experiment_that_comes_along_is_read_and_is_within_the_limits() {
    let experiment =
        halfulp_lab::experiment::open_with("logits", &registry()).unwrap_or_else(|e| panic!("{e}"));
    assert!(experiment.has_full() && experiment.has_seeds());
    experiment.fits(16).and(experiment.full().and_then(|e| e.fits(16))).unwrap_or_else(|e| panic!("{e}"));
}
