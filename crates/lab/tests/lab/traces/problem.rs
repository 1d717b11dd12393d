//! Recorded gradients as the problem of an experiment.

use std::path::Path;

use halfulp_lab::experiment::{self, Quiet};
use halfulp_lab::problem::{Problem, RecordedGradients};
use halfulp_lab::report::Verdict;

use super::files::{metadata, own, parts, recorded, written};

const TEXT: &str = r#"
name = "mine"
title = "bfloat16 moments on recorded gradients"

[run.adamw]
problem = { trace = "gradients.safetensors" }
optimizer = { adam = { preset = "PRESET", rate = 1e-2, betas = [0.9, 0.99] } }
steps = 12

[[run.adamw.cases]]
name = "bfloat16 moments"
arithmetic = "f32"
storage = { first = "bfloat16", second = "bfloat16" }

[[assert]]
bound = "BOUND"
"#;

/// An experiment in a folder of its own, beside a trace that it names by a relative path.
fn experiment(name: &str, text: &str) -> Result<experiment::Experiment, String> {
    let folder = own(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::copy(recorded("adamw-f32"), folder.join("gradients.safetensors")).expect("a copy");
    let path = folder.join("mine.toml");
    std::fs::write(&path, text).expect("a file");
    experiment::open(path.to_str().expect("UTF-8")).map_err(|e| e.to_string())
}

#[test]
fn an_experiment_takes_its_gradients_from_a_trace() {
    for (preset, bound) in [("pytorch", "run.running"), ("plain", "adamw.open-loop")] {
        let text = TEXT.replace("PRESET", preset).replace("BOUND", bound);
        let experiment = experiment(preset, &text).expect("an experiment");
        let report = experiment.run(&Quiet).expect("a report");
        assert_eq!(report.verdict(), Verdict::Holds, "{preset}: {:?}", report.failures());
        let check = report.checks.iter().find(|c| c.tally.statement.name == bound).expect("the bound");
        assert_eq!(check.tally.counts().places() % (75 * 12), 0, "all elements and steps");
        assert!(check.tally.ratio() > Some(0.01), "{:?}", check.tally.ratio());
        // Gradients that were recorded are the same at other weights: there is no closed loop.
        assert!(report.checks.iter().all(|c| c.tally.statement.name != "adamw.closed-loop"));
    }
}

/// The long run is read from the same place; once its trace was looked for where the program was started.
#[test]
fn a_long_run_takes_its_trace_from_the_folder_of_its_file() {
    let text =
        TEXT.replace("PRESET", "pytorch").replace("BOUND", "run.running").replace("steps = 12", "steps = 5");
    let experiment = experiment("full", &format!("{text}\n[full.run]\nsteps = 12\n")).expect("an experiment");
    let report = experiment.full().expect("a long run").run(&Quiet).expect("a report");
    let check = report.checks.iter().find(|c| c.tally.statement.name == "run.running").expect("the bound");
    assert_eq!(check.tally.steps().map(|steps| steps.last), Some(12));
}

#[test]
fn what_a_trace_cannot_be_is_said_with_the_key() {
    let text = TEXT.replace("PRESET", "plain").replace("BOUND", "run.running");
    let more =
        experiment("more-steps", &text.replace("steps = 12", "steps = 13")).expect_err("too few steps");
    assert!(more.contains("it has the gradients of 12 steps: expected 13 or more"), "{more}");
    let none = experiment("no-file", &text.replace("gradients.s", "other.s")).expect_err("no such file");
    assert!(none.contains("run.adamw.problem.trace: ") && none.contains("other.safetensors"), "{none}");
    let compare = "name = \"x\"\ntitle = \"x\"\n[run.compare]\nproblem = { trace = \"gradients.safetensors\" }\nsteps = 5\n\
                   metric = \"loss\"\n[[run.compare.cases]]\nname = \"a\"\noptimizer = { sgd = { rate = 0.1 } }\n";
    let error = experiment("compare", compare).expect_err("it has no values");
    assert!(error.contains("it has gradients and no values"), "{error}");
}

#[test]
fn the_gradients_are_those_of_the_file() {
    let problem = RecordedGradients::open(Path::new(&recorded("adamw-f32"))).expect("a trace");
    let trace = halfulp_lab::trace::Trace::open(&recorded("adamw-f32")).expect("a trace");
    let first = trace.read(0).expect("numbers");
    assert_eq!((problem.dimension(), problem.shapes().len()), (75, 4));
    assert_eq!(problem.start(9)[..48], first.weight[..48]);
    let mut g = vec![0.0; 75];
    problem.sample(&[], 1, 5, &mut g);
    assert_eq!(g[..48], first.gradient[4 * 48..5 * 48]);
    problem.sample(&[], 1, 13, &mut g);
    assert!(g[0].is_nan(), "there are 12 steps");
}

/// Gradients that are ascended, or that begin in the middle of a run, are not those of a run from its start.
#[test]
fn a_trace_that_is_no_run_from_its_start_is_no_problem() {
    for (name, key, change, expected) in [
        ("maximize", "groups", "maximize", "its optimizer maximizes: expected one that minimizes"),
        (
            "start",
            "parameters",
            "start",
            "0.weight had 5 steps before the trace: expected one from the first step",
        ),
    ] {
        let (mut head, data) = parts("adamw-f32");
        metadata(&mut head, key, |all| {
            all[0][change] = if change == "start" { 5.into() } else { true.into() };
        });
        let path = written(&format!("problem-{name}.safetensors"), &head, &data);
        let error = RecordedGradients::open(&path).map(|_| ()).expect_err("no problem").to_string();
        assert!(error.contains(expected), "{error}");
    }
}
