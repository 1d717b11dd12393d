//! The kind of experiment, in small.

use halfulp_lab::bound::Status;
use halfulp_lab::experiment::{Experiment, Quiet};
use halfulp_lab::registry::Registry;
use halfulp_lab::report::{Outcome, Report, Verdict, html, json, text};

fn registry() -> Registry {
    halfulp_networks::register(Registry::default())
}

const FILE: &str = r#"name = "small"
title = "A small network"

[run.abc]
model = { residual-digits = { width = 32, hidden = 32, blocks = 2 } }
optimizers = [
    { name = "adamw", optimizer = { adam = { rate = 1e-2 } } },
    { name = "sgd", optimizer = { sgd = { rate = 0.1, momentum = 0.9 } } },
]
quantizers = ["w4a4", "mxfp4"]
loss = 0.5
steps = 100
every = 5
rows = 12

[[assert]]
bound = "abc.identity"
[[assert]]
bound = "abc.linear"
[[assert]]
bound = "abc.gain"
[[assert]]
bound = "network.kept"
[[assert]]
bound = "network.product"

[[expect]]
number = "R.sgd over adamw.w4a4"
relation = "agrees"
claim = [0.0, inf]
within = [0.0, inf]
source = "a ratio"
"#;

fn run(text: &str) -> Report {
    let experiment =
        Experiment::parse_with(text, "small.toml", &registry()).unwrap_or_else(|e| panic!("{e}"));
    experiment.fits(2).unwrap_or_else(|e| panic!("{e}"));
    experiment.run(&Quiet).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn networks_are_trained_quantized_and_decomposed() {
    let report = run(FILE);
    assert_eq!(report.verdict(), Verdict::Holds, "{:#?}", report.failures());
    // Five statements along the tracks and two small networks, for each quantizer.
    assert_eq!(report.checks.len(), 2 * (5 + 2));
    assert!(report.checks.iter().all(|check| check.status() == Status::Holds));
    let identities = report.checks.iter().filter(|check| check.tally.statement.identity).count();
    assert_eq!(identities, 2 * 3);
    // R for each quantizer, parts for each optimizer; two tables.
    assert_eq!((report.figures.len(), report.tables.len()), (2 + 2, 2));
    let table = &report.tables[1];
    assert_eq!(table.rows.len(), 4);
    let column = |name: &str| table.head.iter().position(|head| head == name).expect("a column");
    for row in &table.rows {
        let number = |name: &str| row[column(name)].parse::<f64>().expect("a number");
        assert!(
            number("R") > 0.0 && number("gain") > 0.0 && (0.5..2.0).contains(&number("spectral")),
            "{row:?}"
        );
        let product = number("spectral") * number("alignment");
        assert!((number("layer-gain") / product - 1.0).abs() < 0.01, "{row:?}");
    }
    let data = json::report(&report).to_string();
    let text = text::report(&report, 100);
    let page = html::page(&[Outcome { name: "small".into(), seconds: 1.0, report: Ok(report) }]);
    for shown in [text, page, data] {
        assert!(shown.contains("abc.gain") && shown.contains("alignment"));
    }
}

#[test]
fn a_loss_that_is_not_reached_fails() {
    let report = run(&FILE.replace("loss = 0.5", "loss = 1e-9").replace("steps = 100", "steps = 5"));
    assert_eq!(report.verdict(), Verdict::Fails);
    let failures = report.failures().join("\n");
    assert!(failures.contains("adamw, seed 0: diverged at step 5: the loss is"), "{failures}");
}

#[test]
fn errors_have_line_and_key() {
    for (from, to, expected) in [
        (
            "\"w4a4\", \"mxfp4\"",
            "\"w4a4\", \"int4\"",
            "run.abc.quantizers[1]: unknown quantizer \"int4\", expected one of w4a4",
        ),
        ("\"w4a4\", \"mxfp4\"", "\"w4a4\", \"w4a4\"", "run.abc.quantizers[1]: \"w4a4\" is there twice"),
        ("\"w4a4\", \"mxfp4\"", "", "run.abc.quantizers: expected at least one"),
        ("loss = 0.5", "loss = nan", "run.abc.loss: NaN: expected a number above 0"),
        ("loss = 0.5", "loss = -1.0", "run.abc.loss: -1: expected a number above 0"),
        ("steps = 100", "steps = 0", "run.abc.steps: 0: expected 1 to"),
        ("every = 5", "every = 101", "run.abc.every: 101: expected 1 to 100 (steps)"),
        ("rows = 12", "rows = 360", "run.abc.rows: expected 1 to 359, got 360"),
        ("rows = 12", "rows = 0", "run.abc.rows: expected 1 to"),
        ("width = 32", "width = 0", "run.abc.model.residual-digits.width: expected 1 to 1024, got 0"),
        ("width = 32", "depth = 32", "unknown field `depth`"),
        ("residual-digits", "perceptron", "unknown variant `perceptron`"),
        ("rate = 1e-2", "rate = -1", "run.abc.optimizers[0].optimizer.adam.rate"),
        ("name = \"sgd\"", "name = \"adamw\"", "run.abc.optimizers[1]: \"adamw\" is there twice"),
        ("name = \"sgd\"", "name = \" \"", "run.abc.optimizers[1].name: expected a name"),
    ] {
        assert!(FILE.contains(from), "{from}");
        let error = Experiment::parse_with(&FILE.replace(from, to), "small.toml", &registry()).map(|_| ());
        let error = error.expect_err(to).to_string();
        assert!(error.starts_with("small.toml:") && error.contains(expected), "{to}: {error}");
    }
    let file = FILE.replace(
        "residual-digits = { width = 32, hidden = 32, blocks = 2 }",
        "transformer-text = { heads = 3 }",
    );
    let error = Experiment::parse_with(&file, "small.toml", &registry()).map(|_| ()).expect_err("3 heads");
    assert!(error.to_string().contains("run.abc.model.transformer-text.width"), "{error}");
}

#[test]
fn the_experiment_that_comes_along_is_read_and_is_within_the_limits() {
    let experiment = halfulp_lab::experiment::open_with("abc", &registry()).unwrap_or_else(|e| panic!("{e}"));
    assert!(experiment.has_full() && experiment.has_seeds());
    experiment.fits(16).and(experiment.full().and_then(|e| e.fits(16))).unwrap_or_else(|e| panic!("{e}"));
    let error = halfulp_lab::experiment::open_with("abd", &registry()).map(|_| ()).expect_err("no such");
    assert!(error.to_string().contains("muon-step, abc, ptq, qat, logits, or a file"), "{error}");
}

/// Every number of a file in turn is replaced by what it must not be: an error with its place, or a run within the limits, and nothing is allocated.
#[test]
fn hostile_numbers_are_refused_in_order() {
    let (head, rest) = FILE.split_once("[run.abc]").expect("a table");
    let (run, tail) = rest.split_once("[[assert]]").expect("assertions");
    let is_of_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | '-');
    let mut places: Vec<std::ops::Range<usize>> = Vec::new();
    for (at, c) in run.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
        let alone = !run[..at].ends_with(|c: char| c.is_alphanumeric() || is_of_number(c));
        let end = run[at..].find(|c| !is_of_number(c)).map_or(run.len(), |n| at + n);
        if alone && c.is_ascii_digit() && !run[end..].starts_with(char::is_alphabetic) {
            places.push(at..end);
        }
    }
    assert_eq!(places.len(), 10, "{places:?}");
    let mut refused = 0;
    for place in &places {
        for value in ["nan", "-1", "1e300", "9223372036854775807", "\"x\"", "[]", "{}", "true"] {
            let text =
                format!("{head}[run.abc]{}{value}{}[[assert]]{tail}", &run[..place.start], &run[place.end..]);
            let read = Experiment::parse_with(&text, "small.toml", &registry());
            if let Err(error) = read.and_then(|experiment| experiment.fits(2)) {
                let error = error.to_string();
                assert!(error.starts_with("small.toml:") && error.contains("run.abc"), "{value}: {error}");
                refused += 1;
            }
        }
    }
    assert!(refused >= 8 * places.len() - 8, "{refused} of {}", 8 * places.len());
}
