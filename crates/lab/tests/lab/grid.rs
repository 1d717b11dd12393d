//! The grid of horizons and mantissas: what it asserts, and the faults that it notices.

use halfulp_lab::experiment::{Experiment, Quiet};
use halfulp_lab::report::Verdict;

/// Claims on a small grid: the rule of the rate, what is lost, collapse, cost.
const SMALL: &str = r#"
name = "small"
title = "The second moment on a small grid"
[run.grid]
horizons = [64, 256, 1024]
mantissas = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
roundings = ["rne"]
seeds = 8
paths = { exponents = [0.0, 1.0], bits = 3 }
diagonals = [0.0, 0.5, 1.0, 1.5, 2.0]
[[run.grid.runs]]
name = "adam"
optimizer = { adam = { learning-rate = { least = 0.25, greatest = 4.0, factor = 2.0, seeds = [1000, 1001] }, epsilon = 1e-4 } }
problem = { quadratic = { dimension = 16, noise = 0.3, optimum = 1.0 } }
rounded = ["second"]
[[expect]]
number = "tuned-at-end.adam"
value = 0
within = [0, 0]
source = "the rule of the rate"
[[expect]]
number = "lost.adam.second.rne.m2.low"
relation = "agrees"
claim = [0.1, inf]
within = [0.1, 10.0]
source = "clause B15"
[[expect]]
number = "lost.adam.second.rne.m12.high"
relation = "agrees"
claim = [-inf, 0.1]
within = [-1.0, 0.1]
source = "clause B15"
[[expect]]
number = "collapse.adam.second.rne"
value = 1.0
within = [1.0, 1.0]
source = "clause B15"
[[expect]]
number = "excess.adam.second.rne.m8.high"
value = 0.0
within = [-0.05, 0.05]
source = "clause B15: two bits beyond log2 T are enough to nearest"
"#;

fn verdict(text: &str) -> (Verdict, Vec<String>) {
    let report = Experiment::parse(text, "small.toml").unwrap().run(&Quiet).unwrap();
    (report.verdict(), report.failures())
}

#[test]
fn a_grid_finds_what_the_second_moment_loses_and_every_planted_fault_is_noticed() {
    let (found, failures) = verdict(SMALL);
    assert_eq!(found, Verdict::Holds, "{failures:#?}");
    for (fault, from, to, noticed) in [
        ("bits taken from another component", "second", "gradients", "lost.adam.gradients.rne.m2.low"),
        ("toward zero in place of nearest", "rne", "rtz", "excess.adam.second.rtz.m8.high"),
        (
            "a grid of rates that is too low",
            "least = 0.25, greatest = 4.0",
            "least = 0.002, greatest = 0.03",
            "tuned",
        ),
        (
            "a memory that does not grow with the horizon",
            "epsilon = 1e-4",
            "beta2 = 0.5, epsilon = 1e-4",
            "m2.low",
        ),
        (
            "seeds that are one run",
            "noise = 0.3,",
            "noise = 0.0, start = 0.0,",
            "lost.adam.second.rne.m2.low",
        ),
        ("a single seed", "seeds = 8", "seeds = 1", "lost.adam.second.rne.m2.low"),
    ] {
        let text = SMALL.replace(from, to);
        assert_ne!(text, SMALL, "{fault}");
        let (found, failures) = verdict(&text);
        assert_eq!(found, Verdict::Fails, "{fault}");
        assert!(failures.iter().any(|failure| failure.contains(noticed)), "{fault}: {failures:#?}");
    }
}

const BOTH: &str = r#"
name = "both"
title = "Both optimizers"
[run.grid]
horizons = [64, 128, 256]
mantissas = [2, 6]
roundings = ["rne", "sr-a:32"]
seeds = 3
paths = { exponents = [0.0, 1.0], bits = 2 }
differences = [{ name = "gain", of = "adam.second.rne.m2", less = "adam.second.sr-a.m2" }]
looks = 32
[[run.grid.runs]]
name = "adam"
optimizer = { adam = { learning-rate = 0.5, epsilon = 1e-4 } }
problem = { quadratic = { dimension = 8, optimum = 1.0 } }
rounded = ["second", "no-master"]
[[run.grid.runs]]
name = "muon"
optimizer = { muon = { learning-rate = 0.5 } }
problem = { mlp = { hidden = 2, batch = 2 } }
rounded = ["momentum"]
[full.run]
horizons = [64, 128, 256, 512]
"#;

#[test]
fn a_grid_is_the_same_for_any_number_of_threads() {
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let report = pool.install(|| Experiment::parse(BOTH, "both.toml").unwrap().run(&Quiet).unwrap());
        serde_json::to_string(&report).unwrap()
    };
    let one = run(1);
    assert!(one.contains("second"));
    assert_eq!(one, run(5));
}

#[test]
fn what_is_wrong_in_a_grid_is_named_with_its_place() {
    let bounds = "looks = 32\n";
    for (text, from, to, expected) in [
        (BOTH, "horizons = [64, 128, 256]\nm", "horizons = [256, 64]\nm", "run.grid.horizons"),
        (BOTH, "mantissas = [2,", "mantissas = [0, 2,", "run.grid.mantissas"),
        (BOTH, "mantissas = [2, 6]", "mantissas = [50]", "run.grid.mantissas"),
        (BOTH, "bits = 2", "bits = 0", "run.grid.paths.bits"),
        (BOTH, "exponents = [0.0, 1.0]", "exponents = [1.0, 0.0]", "run.grid.paths.exponents"),
        (BOTH, "epsilon = 1e-4", "beta2 = 1.5, epsilon = 1e-4", "run.grid.runs[0].optimizer.adam.beta2"),
        (
            BOTH,
            "learning-rate = 0.5, epsilon",
            "learning-rate = -0.5, epsilon",
            "runs[0].optimizer.adam.learning-rate",
        ),
        (BOTH, "[\"momentum\"]", "[\"second\"]", "run.grid.runs[1].rounded[0]"),
        (BOTH, "[\"momentum\"]", "[]", "run.grid.runs[1].rounded"),
        (BOTH, "dimension = 8", "dimension = 0", "run.grid.runs[0].problem.quadratic.dimension"),
        (BOTH, "optimum = 1.0", "optimum = -1.0", "run.grid.runs[0].problem.quadratic.optimum"),
        (BOTH, "\"sr-a:32\"", "\"nearest\"", "nearest"),
        (BOTH, "\"sr-a:32\"", "\"rne\"", "run.grid.roundings"),
        (BOTH, bounds, "looks = 2\n", "run.grid.looks"),
        (BOTH, bounds, "bounds = true\n", "run.grid.runs[0].rounded[1]"),
        (SMALL, "seeds = [1000, 1001]", "seeds = [7]", "run.grid.runs[0].optimizer.adam.learning-rate.seeds"),
        (SMALL, "factor = 2.0", "factor = 1.0", "run.grid.runs[0].optimizer.adam.learning-rate.factor"),
        (SMALL, "diagonals = [0.0,", "diagonals = [0.0, 0.0,", "run.grid.diagonals"),
    ] {
        assert!(text.contains(from), "{from}");
        let error = Experiment::parse(&text.replace(from, to), "x.toml").expect_err(to).to_string();
        assert!(error.contains(expected) && error.starts_with("x.toml:"), "{to}: {error}");
    }
    let text = BOTH.replace("less = \"adam.second.sr-a.m2\"", "less = \"adam.third\"");
    let error = Experiment::parse(&text, "x.toml").unwrap().run(&Quiet).unwrap_err().to_string();
    assert!(error.contains("adam.third"), "{error}");
}

/// Where a rate is given there is no grid that it could be at the end of: once `tuned-at-end` was 0 there, as if the rule had been checked.
#[test]
fn a_rate_that_is_not_tuned_has_no_end_of_its_grid() {
    let expect = "[[expect]]\nnumber = \"tuned-at-end.adam\"\nvalue = 0\nwithin = [0, 0]\nsource = \"the rule of the rate\"\n";
    let run =
        |text: &str| Experiment::parse(text, "both.toml").unwrap().run(&Quiet).map(|report| report.verdict());
    let error = run(&format!("{BOTH}{expect}")).unwrap_err().to_string();
    assert!(error.contains("tuned-at-end.adam"), "{error}");
    let tuned =
        "learning-rate = { least = 0.25, greatest = 1.0, factor = 2.0, seeds = [1000, 1001] }, epsilon";
    let text = BOTH.replace("learning-rate = 0.5, epsilon", tuned);
    assert_ne!(text, BOTH);
    assert!(run(&format!("{text}{expect}")).is_ok());
}
