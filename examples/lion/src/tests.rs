//! What another crate adds is found by its names, runs, and its bounds catch what is planted.

mod stops;

use std::borrow::Cow;
use std::fmt;

use halfulp_lab::arithmetic::{Arithmetic, Coefficient, Plain};
use halfulp_lab::bound::ball::Ball;
use halfulp_lab::bound::{Bound, Hypothesis, Statement, Status, Tally};
use halfulp_lab::experiment::{Experiment, Findings, Invalid, Kind, Memory, Progress, Quiet, Seeds};
use halfulp_lab::optimizer::{Observer, Optimizer, Step};
use halfulp_lab::program::{Answer, Request};
use halfulp_lab::registry::Registry;
use halfulp_lab::report::{Report, Verdict};
use halfulp_lab::storage::Store;
use halfulp_lab::train::Watch;
use serde::Deserialize;

use super::bound::constant;
use super::{Lion, MOMENTUM, ONE_STEP, OneStep, registry};

const FILE: &str = include_str!("../lion.toml");

fn run(text: &str, registry: &Registry) -> Report {
    let experiment = Experiment::parse_with(text, "lion.toml", registry).unwrap_or_else(|e| panic!("{e}"));
    experiment.run(&Quiet).unwrap_or_else(|e| panic!("{e}"))
}

/// What became of a bound in a case.
fn status(report: &Report, bound: &str, of: &str) -> Status {
    let found = report.checks.iter().find(|check| check.tally.statement.name == bound && check.of == of);
    found.unwrap_or_else(|| panic!("no {bound} of {of}")).status()
}

#[test]
fn the_experiment_is_as_it_asserts() {
    let report = run(FILE, &registry());
    assert_eq!(report.verdict(), Verdict::Holds, "{:?}", report.failures());
    assert_eq!(report.command, "lion run lion.toml");
    for case in ["f32", "bfloat16 momentum", "bfloat16 momentum, stochastic, and weights"] {
        assert_eq!(status(&report, "lion.one-step", case), Status::Holds);
        assert_eq!(status(&report, "lion.momentum", case), Status::Holds);
    }
}

#[test]
fn the_program_runs_files_and_halfulp_does_not_know_them() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/lion.toml");
    let mut printed = Vec::new();
    let request = Request { check: true, ..Request::of([path]) };
    let answer = request.print(&registry(), &mut printed).unwrap_or_else(|e| panic!("{e}"));
    let printed = String::from_utf8(printed).expect("text");
    assert_eq!(answer, Answer::Yes, "{printed}");
    assert!(printed.contains("lion.one-step"), "{printed}");
    let error = request.print(&Registry::default(), &mut Vec::new()).unwrap_err().to_string();
    assert!(error.contains("unknown optimizer `lion`, expected one of `sgd`, `adam`, `muon`"), "{error}");
}

#[test]
fn errors_have_line_and_key() {
    let read = |from: &str, to: &str| {
        let text = FILE.replace(from, to);
        Experiment::parse_with(&text, "lion.toml", &registry()).map(|_| ()).unwrap_err().to_string()
    };
    let line = 1 + FILE.lines().position(|line| line.starts_with("optimizer")).expect("the line");
    for (to, expected) in [
        ("rate = 0.0", "optimizer.lion.rate: 0: expected a number above 0"),
        ("rate = \"fast\"", "optimizer.lion.rate: invalid type: string \"fast\", expected a number"),
        (
            "colour = 1",
            "optimizer.lion: unknown field `colour`, expected one of `rate`, `betas`, `weight-decay`",
        ),
    ] {
        let error = read("rate = 0.01", to);
        assert!(error.starts_with(&format!("lion.toml:{line}:")), "{error}");
        assert!(error.contains(expected), "{error}");
    }
    let error = read("lion = { rate", "tiger = { rate");
    assert!(error.contains("unknown optimizer `tiger`") && error.contains("`lion`"), "{error}");
}

/// A fault in the order of operations: the interpolation decays as the momentum should.
#[derive(Debug, Deserialize)]
struct Swapped(Lion);

impl Optimizer for Swapped {
    fn name(&self) -> Cow<'_, str> {
        self.0.name()
    }

    fn settings(&self) -> String {
        self.0.settings()
    }

    fn check(&self) -> Result<(), Invalid> {
        Optimizer::check(&self.0)
    }

    fn moments(&self) -> usize {
        1
    }

    fn decays(&self) -> Vec<f64> {
        self.0.decays()
    }

    fn step<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        step: Step<'_, A::Number>,
        observer: &mut O,
    ) -> Result<(), Invalid> {
        let [beta1, beta2] = self.0.betas;
        Lion { betas: [beta2, beta1], ..self.0 }.step(a, step, observer)
    }
}

#[test]
fn betas_in_the_wrong_order_violate_both_bounds() {
    let lion =
        |setting: &halfulp_lab::bound::Setting<'_>| setting.optimizer.downcast::<Swapped>().map(|s| s.0);
    let faulty = Registry::default()
        .optimizer::<Swapped>("lion")
        .bound(&ONE_STEP, move |setting| OneStep::weights(&lion(setting)?, setting))
        .bound(&MOMENTUM, move |setting| OneStep::momentum(&lion(setting)?, setting));
    let report = run(FILE, &faulty);
    assert_eq!(report.verdict(), Verdict::Fails);
    assert_eq!(status(&report, "lion.one-step", "f32"), Status::Violated);
    assert_eq!(status(&report, "lion.momentum", "f32"), Status::Violated);
    // The bounds of whole runs follow whatever order of operations was run.
    assert_eq!(status(&report, "run.running", "f32"), Status::Holds);
}

/// A storage that says bfloat16 to nearest, and truncates if that is planted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bfloat16 {
    truncates: bool,
}

impl fmt::Display for Bfloat16 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("own bfloat16")
    }
}

impl Store for Bfloat16 {
    fn store(&self, values: &mut [f64], _: u64, _: u64) {
        for x in values {
            let bits = (*x as f32).to_bits();
            let nearest = if self.truncates { 0 } else { 0x7fff + (bits >> 16 & 1) };
            *x = f64::from(f32::from_bits((bits + nearest) & 0xffff_0000));
        }
    }

    fn bytes(&self, elements: usize) -> f64 {
        2.0 * elements as f64
    }

    /// Half an ulp of 8 bits of significand, of numbers that are normal.
    fn errors(&self, values: &[f64], _: &[f64]) -> Vec<Option<f64>> {
        let normal = |x: f64| x == 0.0 || (1e-37..1e38).contains(&x.abs());
        values.iter().map(|&x| normal(x).then(|| x.abs() * 2f64.powi(-8))).collect()
    }
}

#[test]
fn a_storage_of_another_crate_is_run_and_its_truncation_is_found() {
    let report = |truncates: bool| {
        let own = format!("storage = {{ first = {{ own-bfloat16 = {{ truncates = {truncates} }} }} }}");
        let text = FILE.replace("storage = { first = \"bfloat16\" }", &own);
        run(&text, &registry().storage::<Bfloat16>("own-bfloat16"))
    };
    let (nearest, truncated) = (report(false), report(true));
    assert_eq!(status(&nearest, "lion.momentum", "bfloat16 momentum"), Status::Holds);
    assert_eq!(status(&nearest, "run.rounding", "bfloat16 momentum"), Status::Holds);
    assert_eq!(status(&truncated, "lion.momentum", "bfloat16 momentum"), Status::Violated);
    assert_eq!(status(&truncated, "run.rounding", "bfloat16 momentum"), Status::Violated);
    // To nearest it is this crate's own bfloat16, to the last bit.
    let settings = run(FILE, &registry());
    let tightest = |report: &Report| {
        let check =
            report.checks.iter().find(|c| c.tally.statement == &ONE_STEP && c.of == "bfloat16 momentum");
        check.and_then(|check| check.tally.ratio())
    };
    assert_eq!(tightest(&nearest), tightest(&settings));
}

/// A kind of experiment: signs of noise are counted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Coins {
    throws: u64,
    #[serde(default)]
    seeds: Seeds,
}

impl Kind for Coins {
    fn check(&self) -> Result<(), Invalid> {
        match self.throws {
            1..=1000 => Ok(()),
            other => Err(Invalid::new("run.coins.throws", format!("{other}: expected 1 to 1000"))),
        }
    }

    fn memory(&self, _: u64) -> Memory {
        Memory::of("run.coins.throws", &[self.throws])
    }

    fn run(&self, _: &dyn Progress) -> Result<Findings, Invalid> {
        let seed = self.seeds.as_slice()[0];
        let heads = (0..self.throws).filter(|&k| halfulp::noise::word(seed, k) >> 63 == 1).count();
        Ok(Findings { numbers: vec![("heads".into(), heads as f64)], ..Findings::default() })
    }
}

#[test]
fn a_kind_of_another_crate_runs_and_its_errors_have_keys() {
    let registry = Registry::default().kind::<Coins>("coins");
    let file = |throws: &str| {
        format!(
            "name = \"coins\"\ntitle = \"Coins\"\n[run.coins]\nthrows = {throws}\n[[expect]]\nnumber = \"heads\"\nvalue = 50\nwithin = [25, 75]\nsource = \"fair coins\"\n"
        )
    };
    let experiment = Experiment::parse_with(&file("100"), "coins.toml", &registry).expect("an experiment");
    assert!(experiment.has_seeds() && experiment.fits(1).is_ok());
    let report =
        experiment.with_seeds(&"7,".parse().expect("a seed")).and_then(|e| e.run(&Quiet)).expect("a run");
    assert_eq!((report.verdict(), report.references.len()), (Verdict::Holds, 1));
    for (throws, expected) in [
        ("0", "coins.toml:4:10: run.coins.throws: 0: expected 1 to 1000"),
        (
            "\"many\"",
            "coins.toml:4:10: run.coins.throws: invalid type: string \"many\", expected a whole number",
        ),
    ] {
        let error = Experiment::parse_with(&file(throws), "coins.toml", &registry).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    let error = Experiment::parse(&file("1"), "coins.toml").unwrap_err().to_string();
    assert!(error.contains("unknown kind of experiment `coins`, expected one of `ema`"), "{error}");
}

#[test]
#[should_panic(expected = "there is a \"adamw\" already")]
fn names_are_not_taken_twice() {
    let _ = registry().optimizer::<Lion>("adamw");
}

/// `1 - rate decay` is two roundings in binary64. Close to 0 the first is far more than half an ulp of the result, which was once all that counted.
#[test]
fn a_constant_of_two_roundings_stays_within_its_bound() {
    let binary64 = Plain::<f64>::default().errors();
    for (rate, decay) in [(0.7, 1.4284), (0.01, 99.9), (0.7, 1.4287)] {
        let product: f64 = rate * decay;
        // The difference from 1 is exact, so that the product's rounding is all that is lost.
        let lost = f64::mul_add(rate, decay, -product).abs();
        let k = Ball::exact(1.0) - Ball::exact(rate) * Ball::exact(decay);
        let bound = constant(&binary64, k, Coefficient::Decay(rate, decay)).get();
        assert!(lost > 0.0 && lost <= bound, "{rate} {decay}: {lost} {bound}");
    }
}
