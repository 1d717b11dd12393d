//! What is wrong with an experiment file is named by its key.

use halfulp_lab::check::check_experiment;
use halfulp_lab::experiment::{Experiment, Quiet};
use halfulp_lab::report::Verdict;

#[test]
fn wrong_settings_of_blockwise_are_named() {
    let file = |settings: &str| {
        let all = "blocks = 1\naveraged = 1\nsteps = 1\nspread = 1.0\n";
        format!("name = \"x\"\ntitle = \"x\"\n[run.blockwise]\n{all}{settings}")
    };
    for (settings, expected) in [
        (
            "presets = [\"bnb\"]\nblock = 4\nbetas = [0.9, 0.9]",
            "run.blockwise.presets[0]: no preset is named \"bnb\"",
        ),
        ("presets = [\"paper\"]\nblock = 0\nbetas = [0.9, 0.9]", "run.blockwise.block: block: 0 elements"),
        ("presets = []\nblock = 4\nbetas = [0.9, 0.9]", "run.blockwise.presets: expected at least one"),
        (
            "presets = [\"int8\"]\nblock = 4\nbetas = [0.9, 1.0]",
            "run.blockwise.betas[1]: 1: expected a number above 0",
        ),
    ] {
        let error = Experiment::parse(&file(settings), "test").unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn wrong_settings_of_swamping_are_named() {
    let file = |change: (&str, &str)| {
        let settings = [
            ("books", "[{ map = \"linear\", bits = 4 }]"),
            ("betas", "[0.9]"),
            ("elements", "4"),
            ("steps", "4"),
            ("draws", "4"),
            ("spacings", "[2.0]"),
        ];
        let line = |(key, value): (&str, &str)| {
            format!("{key} = {}\n", if key == change.0 { change.1 } else { value })
        };
        format!("name = \"x\"\ntitle = \"x\"\n[run.swamping]\n{}", settings.map(line).concat())
    };
    Experiment::parse(&file(("", "")), "x.toml").unwrap();
    for (key, value, expected) in [
        ("books", "[]", "run.swamping.books: expected at least one"),
        ("books", "[{ map = \"linear\", bits = 9 }]", "run.swamping.books[0]: 9 bits: expected 2 to 8"),
        ("books", "[{ map = \"integer\", bits = 8 }]", "run.swamping.books[0]: map: integers"),
        ("betas", "[0.5, 1.0]", "run.swamping.betas[1]: expected a number above 0 and below 1"),
        ("elements", "1", "run.swamping.elements: expected 2 to 2^20"),
        ("draws", "0", "run.swamping.draws: expected 1 to 2^20"),
        ("spacings", "[0.5]", "run.swamping.spacings[0]: expected a number of steps"),
    ] {
        let error = Experiment::parse(&file((key, value)), "x.toml").unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn wrong_settings_of_eco_are_named() {
    let file = |change: (&str, &str)| {
        let settings = [
            ("weights", "[\"bfloat16\"]"),
            ("rates", "[0.1]"),
            ("momentum", "0.9"),
            ("curvatures", "[0.5, 1.0]"),
            ("dimension", "2"),
            ("optimum", "1.0"),
            ("start", "1.0"),
            ("horizon", "2.0"),
            ("last", "0.5"),
            ("chance", "\"sr-c:32\""),
        ];
        let line = |(key, value): (&str, &str)| {
            format!("{key} = {}\n", if key == change.0 { change.1 } else { value })
        };
        format!("name = \"x\"\ntitle = \"x\"\n[run.eco]\n{}", settings.map(line).concat())
    };
    Experiment::parse(&file(("", "")), "x.toml").unwrap();
    for (key, value, expected) in [
        ("weights", "[]", "run.eco.weights: expected at least one"),
        ("weights", "[\"exact\"]", "run.eco.weights[0]: exact: expected a format that rounds"),
        ("rates", "[0.1, 50.0]", "run.eco.rates[1]: 50: expected a number above 0 and below 38"),
        ("rates", "[1e-9]", "run.eco.rates[0]: expected 8 to"),
        ("momentum", "0.0", "run.eco.momentum: 0: expected a number above 0 and below 1"),
        ("curvatures", "[1.0, 0.5]", "run.eco.curvatures: 1 and 0.5: expected two numbers"),
        ("dimension", "0", "run.eco.dimension: expected 1 to"),
        ("horizon", "0.5", "run.eco.horizon: expected 1 to 1000"),
        ("last", "1.0", "run.eco.last: 1: expected a number above 0 and below 1"),
        ("chance", "\"sr\"", "run.eco.chance: rounding"),
    ] {
        let error = Experiment::parse(&file((key, value)), "x.toml").unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn feedback_that_does_not_fit_is_named() {
    let file = |optimizer: &str, storage: &str, kind: &str| {
        format!(
            "name = \"x\"\ntitle = \"x\"\n[run.{kind}]\nproblem = {{ quadratic = {{ dimension = 4 }} }}\nsteps = 3\n{}\
             [[run.{kind}.cases]]\nname = \"a\"\noptimizer = {{ {optimizer} }}\nstorage = {{ {storage} }}\n",
            if kind == "compare" { "metric = \"loss\"\n" } else { "optimizer = { adam = {} }\n" }
        )
    };
    let sgd = "sgd = { rate = 0.1, momentum = 0.9 }";
    let eco = "weights = \"bfloat16\", feedback = \"eco\"";
    Experiment::parse(&file(sgd, eco, "compare"), "x.toml").unwrap();
    for (optimizer, storage, kind, expected) in [
        (
            "muon = {}",
            eco,
            "compare",
            "run.compare.cases[0].storage.feedback: eco: expected an update proportional",
        ),
        (sgd, "feedback = \"eco\", master = true", "compare", "expected neither master nor compensated"),
        ("adam = {}", "feedback = \"exact\"", "compare", "exact: expected an update without denominators"),
        (sgd, eco, "adamw", "run.adamw.cases[0].storage.feedback: there are no bounds"),
    ] {
        let error = Experiment::parse(&file(optimizer, storage, kind), "x.toml").unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_file_that_is_not_there_is_said() {
    let message = check_experiment("no/such.toml").map_or_else(|e| e.to_string(), |_| String::new());
    assert!(message.contains("no/such.toml"), "{message}");
}

/// A bound that is asserted of a run that diverges is not evaluated: a run that fails, and no mistake in the file, as it once was called.
#[test]
fn a_bound_of_a_run_that_diverges_is_not_evaluated() {
    let file = |bound: &str| {
        format!(
            "name = \"x\"\ntitle = \"x\"\n[run.adamw]\nproblem = {{ quadratic = {{ dimension = 4, curvatures = [0.05, 1.0], noise = 0.1 }} }}\n\
             optimizer = {{ adam = {{ preset = \"pytorch\", rate = 1e300 }} }}\nsteps = 3\nseeds = 1\n\
             [[run.adamw.cases]]\nname = \"all\"\narithmetic = \"f32\"\nstorage = {{ first = \"bfloat16\" }}\n\
             [[assert]]\nbound = \"{bound}\"\n"
        )
    };
    let report = Experiment::parse(&file("run.running"), "x.toml").unwrap().run(&Quiet).unwrap();
    let failures = report.failures().join("\n");
    assert!(failures.contains("run.running of all: not evaluated"), "{failures}");
    assert!(failures.contains("all: diverged at step 1"), "{failures}");
    assert_eq!(report.verdict(), Verdict::Fails);
    // Of a bound that there is not at all the file is wrong.
    let error =
        Experiment::parse(&file("run.runing"), "x.toml").unwrap().run(&Quiet).unwrap_err().to_string();
    assert!(error.contains("found no \"run.runing\""), "{error}");
}

/// One case diverges and another does not: what is asserted of both is not what the other came to.
#[test]
fn a_bound_that_holds_elsewhere_does_not_hold_of_a_run_that_diverged() {
    let case = |name: &str, rate: &str| {
        format!(
            "[[run.adamw.cases]]\nname = \"{name}\"\narithmetic = \"f32\"\noptimizer = {{ adam = {{ preset = \"pytorch\", rate = {rate} }} }}\n"
        )
    };
    let text = format!(
        "name = \"x\"\ntitle = \"x\"\n[run.adamw]\nproblem = {{ quadratic = {{ dimension = 4, curvatures = [0.05, 1.0], noise = 0.1 }} }}\n\
         optimizer = {{ adam = {{ preset = \"pytorch\", rate = 1e-2 }} }}\nsteps = 3\nseeds = 1\n{}{}\
         [[assert]]\nbound = \"run.running\"\n[[diverge]]\nof = \"wild\"\n",
        case("calm", "1e-2"),
        case("wild", "1e300")
    );
    let report = Experiment::parse(&text, "x.toml").unwrap().run(&Quiet).unwrap();
    assert_eq!(report.failures(), ["run.running of wild: not evaluated: it was evaluated nowhere"]);
}
