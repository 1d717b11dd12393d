//! Quantization after training: both ways through a network, and the kind of experiment in small.

use halfulp_lab::experiment::{Experiment, Quiet};
use halfulp_lab::problem::{Digits, PIXELS};
use halfulp_lab::product::Accumulator;
use halfulp_lab::registry::Registry;
use halfulp_lab::report::{Report, Table, Verdict, text};
use halfulp_networks::abc::{Kept, Subject};
use halfulp_networks::network::{Input, Residual};
use halfulp_networks::propagation::Propagation;
use halfulp_networks::quantizer::{Form, named};

fn registry() -> Registry {
    halfulp_networks::register(Registry::default())
}

/// The fast way beside the one in intervals, and another form beside that.
#[test]
fn ratios_are_those_of_the_tracks() {
    let network =
        Residual { inputs: PIXELS, width: 32, hidden: 64, blocks: 3, outputs: 10, norm: true }.network();
    let weights = network.start(3);
    let rows: Vec<f64> = Digits::get().test.images[..6].concat();
    let input = Input::Rows(&rows);
    for name in ["w4a4", "mxfp4", "nvfp4", "mxfp8"] {
        let declared =
            Kept { quantizer: named(name).expect("a quantizer"), accumulator: Accumulator::binary64() };
        let subject = Subject { network: &network, weights: &weights, declared, actual: Vec::new() };
        let tracks = subject.tracks(input, name);
        let found = Propagation::of(&network, &weights, &Form::named(name).expect("a form"), input);
        assert_eq!(found.blocks().count(), 3);
        let near = |x: f64, y: f64| (x - y).abs() <= 1e-9 * y.abs();
        for (found, expected) in found.stages.iter().zip(&tracks.stages) {
            let [x, y] = [&found.ratios, &expected.ratios];
            let all = [(x.r, y.r), (x.a, y.a), (x.b, y.b)].iter().all(|(x, y)| near(*x, *y));
            assert!(all && (x.c - y.c).abs() < 1e-9, "{name}, {}: {x:?} {y:?}", found.name);
            assert_eq!(found.gain.is_some(), expected.gain.is_some());
        }
        assert!(found.quantized.iter().zip(&tracks.quantized).all(|(x, y)| (x - y).abs() < 1e-9));
        let other = Form::named(&format!("{name}-rotated")).expect("a form");
        let other = Propagation::of(&network, &weights, &other, input);
        assert!(!near(other.stages[3].ratios.r, tracks.stages[3].ratios.r), "{name}");
    }
}

const FILE: &str = r#"name = "small"
title = "Small networks"

[run.ptq]
model = { residual-digits = { width = 32, hidden = 32, blocks = 2 } }
optimizers = [
    { name = "adamw", rates = [1e-9, 1e-2, 2e-2], optimizer = { adam = {} } },
    { name = "sgd", rates = [0.1, 0.2], optimizer = { sgd = { rate = 1.0, momentum = 0.9 } } },
]
formats = ["w4a4", "mxfp8"]
loss = 0.5
steps = 80
every = 4
rows = 40
resamples = 50
seeds = 2

[[expect]]
number = "weight-error.mxfp8 over w4a4"
relation = "agrees"
claim = [0.0, 0.2]
within = [0.0, 0.2]
source = "4 bits of significand and not 3 in all"
[[expect]]
number = "left-out"
value = 2.0
within = [2.0, 2.0]
source = "the rate 1e-9, of both seeds"
[[expect]]
number = "rate.adamw"
relation = "agrees"
claim = [1e-2, 2e-2]
within = [1e-2, 2e-2]
source = "1e-9 reaches nothing"
"#;

fn run(text: &str) -> Report {
    let experiment =
        Experiment::parse_with(text, "small.toml", &registry()).unwrap_or_else(|e| panic!("{e}"));
    experiment.fits(2).unwrap_or_else(|e| panic!("{e}"));
    experiment.run(&Quiet).unwrap_or_else(|e| panic!("{e}"))
}

fn table<'r>(report: &'r Report, name: &str) -> &'r Table {
    report.tables.iter().find(|table| table.name == name).unwrap_or_else(|| panic!("no table {name}"))
}

#[test]
fn networks_are_trained_quantized_and_compared() {
    let report = run(FILE);
    assert_eq!(report.verdict(), Verdict::Holds, "{:#?}", report.failures());
    // Optimizers by formats; formats by metrics; R by depth of each format, and three pictures of metrics.
    assert_eq!(table(&report, "losses").rows.len(), 2);
    assert_eq!(table(&report, "correlations").rows.len(), 2 * 6);
    assert_eq!(report.figures.len(), 2 + 3);
    // What is left out is named, in print too.
    let left_out = table(&report, "left-out");
    assert_eq!(left_out.rows.len(), 2);
    assert_eq!(left_out.rows[0][..3], ["adamw", "0.000000001", "0"]);
    let printed = text::report(&report, 200);
    assert!(
        printed.contains("Left out: 2 of 10 networks") && printed.contains("had to come to 0.5"),
        "{printed}"
    );
    // R's lead over itself.
    let own = &table(&report, "correlations").rows[0];
    assert!(own[1] == "R" && own[3].starts_with("+0.00 [+0.00, +0.00]"), "{own:?}");
}

/// An optimizer without a network at the common loss has no numbers, and what is said of them fails.
#[test]
fn nothing_holds_of_networks_that_are_not_there() {
    let file = FILE
        .replace("rates = [0.1, 0.2]", "rates = [1e-9]")
        .replace("value = 2.0", "value = 4.0")
        .replace("[2.0, 2.0]", "[4.0, 4.0]")
        + "[[expect]]\nnumber = \"rise.sgd over adamw.w4a4\"\nrelation = \"agrees\"\nclaim = [-inf, inf]\nwithin = [-inf, inf]\nsource = \"any\"\n";
    let report = run(&file);
    assert_eq!(report.verdict(), Verdict::Fails);
    let failures = report.failures();
    assert!(failures.len() == 1 && failures[0].contains("rise.sgd over adamw.w4a4"), "{failures:?}");
}

#[test]
fn errors_have_line_and_key() {
    for (from, to, expected) in [
        ("\"w4a4\", \"mxfp8\"", "\"w4a4\", \"int4\"", "run.ptq.formats[1]: unknown quantizer \"int4\""),
        ("\"w4a4\", \"mxfp8\"", "\"w4a4\", \"w4a4\"", "run.ptq.formats[1]: \"w4a4\" is there twice"),
        ("\"w4a4\", \"mxfp8\"", "", "run.ptq.formats: expected at least one"),
        ("[0.1, 0.2]", "[]", "run.ptq.optimizers[1].rates: expected at least one, in ascending order"),
        (
            "[0.1, 0.2]",
            "[0.2, 0.2]",
            "run.ptq.optimizers[1].rates: expected at least one, in ascending order",
        ),
        ("[0.1, 0.2]", "[nan]", "run.ptq.optimizers[1].optimizer.sgd.rate"),
        ("[1e-9, 1e-2, 2e-2]", "[-1.0]", "run.ptq.optimizers[0].optimizer.adam.rate"),
        ("adam = {}", "shampoo = {}", "run.ptq.optimizers[0].optimizer: rates apply to"),
        ("name = \"sgd\"", "name = \"adamw\"", "run.ptq.optimizers[1]: \"adamw\" is there twice"),
        ("loss = 0.5", "loss = 0.0", "run.ptq.loss: 0: expected a number above 0"),
        ("every = 4", "every = 81", "run.ptq.every: 81: expected 1 to 80 (steps)"),
        ("rows = 40", "rows = 1439", "run.ptq.rows: expected 1 to 1438, got 1439"),
        ("resamples = 50", "resamples = 0", "run.ptq.resamples: 0: expected 1 to 100000"),
    ] {
        assert!(FILE.contains(from), "{from}");
        let error = Experiment::parse_with(&FILE.replace(from, to), "small.toml", &registry()).map(|_| ());
        let error = error.expect_err(to).to_string();
        assert!(error.starts_with("small.toml:") && error.contains(expected), "{to}: {error}");
    }
}

#[test]
fn the_experiment_that_comes_along_is_read_and_is_within_the_limits() {
    let experiment = halfulp_lab::experiment::open_with("ptq", &registry()).unwrap_or_else(|e| panic!("{e}"));
    assert!(experiment.has_full() && experiment.has_seeds());
    experiment.fits(16).and(experiment.full().and_then(|e| e.fits(16))).unwrap_or_else(|e| panic!("{e}"));
}
