//! The certificates of whole runs last: after 10,000 steps they say something, in every order of operations and every storage.

use halfulp_lab::arithmetic::{Arithmetic, Native, Plain, Rounded, Running};
use halfulp_lab::bound::running::{RunningTwin, Step, deviation};
use halfulp_lab::bound::{Status, Tally};
use halfulp_lab::optimizer::adam::PRESETS;
use halfulp_lab::optimizer::{Adam, Elementwise, Ema, Muon, OptimizerSpec, Sgd, StepIn, Storages, Twin};
use halfulp_lab::problem::{Constants, Problem, ProblemSpec, Quadratic, Shape, symmetric};
use halfulp_lab::storage::Storage;
use halfulp_lab::train::{Run, Streams};

/// A bowl whose minimum is where weights are: around 1 in magnitude, of either sign.
pub struct Bowl {
    bowl: Quadratic,
    minimum: Vec<f64>,
}

impl Bowl {
    pub fn new(n: usize, noise: f64) -> Bowl {
        let minimum = (0..n as u64).map(|k| symmetric(77, k)).map(|x| x.signum() * (0.5 + x.abs()));
        let bowl = Quadratic::new(Quadratic::logspace(0.05, 1.0, n), noise, 1.0, 4.0);
        Bowl { bowl, minimum: minimum.collect() }
    }

    fn away(&self, at: &[f64]) -> Vec<f64> {
        at.iter().zip(&self.minimum).map(|(x, m)| x - m).collect()
    }
}

impl Problem for Bowl {
    fn name(&self) -> &str {
        "bowl"
    }

    fn shapes(&self) -> Vec<Shape> {
        self.bowl.shapes()
    }

    fn start(&self, seed: u64) -> Vec<f64> {
        self.minimum.iter().zip(self.bowl.start(seed)).map(|(m, x)| m * (1.0 + 0.3 * x)).collect()
    }

    fn value(&self, at: &[f64]) -> f64 {
        self.bowl.value(&self.away(at))
    }

    fn gradient(&self, at: &[f64], to: &mut [f64]) {
        self.bowl.gradient(&self.away(at), to);
    }

    fn sample(&self, at: &[f64], seed: u64, step: u64, to: &mut [f64]) {
        self.bowl.sample(&self.away(at), seed, step, to);
    }

    fn constants(&self) -> Constants {
        self.bowl.constants()
    }
}

/// What became of a run.
pub struct Found {
    pub tallies: Vec<Tally>,
    pub last: Step,
    pub until: [u64; 3],
    pub weights: usize,
}

impl Found {
    pub fn status(&self, name: &str) -> Status {
        self.tally(name).status()
    }

    pub fn tally(&self, name: &str) -> &Tally {
        self.tallies.iter().find(|tally| tally.statement.name == name).expect("a bound")
    }

    /// With SHOW in the environment: what became of everything.
    fn show(&self, name: &str) {
        if std::env::var_os("SHOW").is_some() {
            println!("{name}: {:?} of {}, until {:?}", self.last, self.weights, self.until);
            for t in &self.tallies {
                println!(
                    "    {} {} ratio {:?}, {} of {} vacuous, failed {:?} {:?} {:?}",
                    t.statement.name,
                    t.status(),
                    t.ratio(),
                    t.counts().vacuous,
                    t.counts().evaluated,
                    t.failed,
                    t.failed_at,
                    t.worst().map(|w| (&w.at, w.measured, w.bound))
                );
            }
        }
    }
}

/// A run under certificates.
pub fn certified<V: Native, A: Arithmetic<Number = V> + Clone, P: StepIn<Running<A>> + Twin + Clone>(
    a: A,
    problem: &dyn Problem,
    optimizer: &P,
    storages: &Storages,
    steps: u64,
    seed: u64,
) -> Found {
    let (start, streams) = (problem.start(seed), Streams::new(seed));
    let k = deviation(start.len() as u64, steps);
    let run = |start: &[f64]| {
        let running = Running::within(a.clone(), k);
        Run::new(problem, optimizer.clone(), running, storages, streams, start).expect("a run")
    };
    // Both start from the weights as they are stored.
    let mut stored = Vec::new();
    run(&start).weights(&mut stored);
    let (mut run, mut twin) =
        (run(&stored), RunningTwin::new(optimizer.clone(), problem.shapes(), &stored, k, "run"));
    for _ in 0..steps {
        run.step(&mut twin).expect("no divergence");
    }
    let (last, until) = (twin.curve.last().copied(), [0, 1, 2].map(|i| twin.informs_until(i)));
    let last = last.unwrap_or(Step { t: 0, measured: 0.0, largest: [0.0; 3], informative: [0; 3] });
    let mut tallies = twin.tallies();
    tallies.push(run.arithmetic().roundings().clone());
    Found { tallies, last, until, weights: stored.len() }
}

pub fn read(text: &str) -> Storage {
    #[derive(serde::Deserialize)]
    struct File {
        storage: Storage,
    }
    toml::from_str::<File>(&format!("storage = {text}")).unwrap_or_else(|e| panic!("{text}: {e}")).storage
}

pub fn moments(first: &str, second: &str) -> Storages {
    Storages { first: read(first), second: read(second), ..Storages::default() }
}

pub const STOCHASTIC: &str = "{ format = \"bfloat16\", rounding = \"sr-a:16\" }";
pub const NEAREST: &str = "\"bfloat16\"";
const EXACT: &str = "\"exact\"";

fn sound(name: &str, found: &Found) {
    found.show(name);
    for tally in &found.tallies {
        assert_eq!(
            tally.counts().violated,
            0,
            "{name}: {} is violated: {:?}",
            tally.statement.name,
            tally.worst()
        );
    }
    assert_eq!(found.tally("run.enclosure").failed.iter().sum::<u64>(), 0, "{name}: a hypothesis failed");
}

/// At the last step `run.running` says something of nine weights in ten, and the enclosure of nine numbers in ten of all steps.
fn informs(name: &str, found: &Found) {
    sound(name, found);
    assert!(10 * found.last.informative[0] >= 9 * found.weights, "{name}: {:?}", found.last);
    let enclosure = found.tally("run.enclosure");
    assert!(10 * enclosure.counts().vacuous <= enclosure.counts().evaluated, "{name}: {enclosure:?}");
    // The bound is the truth up to what is not known of it.
    assert!(found.last.largest[0] <= found.last.measured * 1.001, "{name}: {:?}", found.last);
}

fn adamw(preset: &str) -> Elementwise {
    Elementwise::Adam(Adam { weight_decay: 0.01, ..Adam::preset(preset).expect("a preset") })
}

fn in_f32(optimizer: &Elementwise, storages: &Storages, steps: u64) -> Found {
    certified(Plain::<f32>::default(), &Bowl::new(16, 0.1), optimizer, storages, steps, 1)
}

#[test]
fn ten_thousand_steps_of_pytorch_s_adamw_with_stochastic_bfloat16_moments_are_certified() {
    let optimizer = adamw("pytorch");
    assert!(matches!(&optimizer, Elementwise::Adam(adam) if adam.betas == [0.9, 0.999]));
    let found = in_f32(&optimizer, &moments(STOCHASTIC, STOCHASTIC), 10_000);
    informs("pytorch", &found);
    // Magnitudes alone say nothing any more after a few hundred steps, and the step is known; squares of chances last longer.
    let [running, worst, chance] = found.until;
    assert_eq!(running, 10_000);
    assert!((100..1000).contains(&worst), "{worst}");
    assert!(chance > 10 * worst, "{chance}");
    assert_eq!(found.last.informative[1], 0);
    assert_eq!(found.status("run.chance-of-moments"), Status::Holds);
}

#[test]
fn every_order_of_operations_has_a_certificate_that_lasts() {
    for preset in PRESETS.into_iter().filter(|preset| *preset != "pytorch") {
        informs(preset, &in_f32(&adamw(preset), &moments(STOCHASTIC, STOCHASTIC), 10_000));
    }
    informs("plain", &in_f32(&Elementwise::Adam(Adam::plain()), &moments(NEAREST, NEAREST), 10_000));
    for first in [Ema::TwoProduct, Ema::Lerp, Ema::Fma, Ema::LerpFused, Ema::TwoProductFused] {
        let mut adam = Adam::preset("torchao").expect("a preset");
        (adam.choices.first, adam.choices.second) = (first, first);
        let found = in_f32(&Elementwise::Adam(adam), &moments(STOCHASTIC, STOCHASTIC), 3000);
        informs(&format!("{first:?}"), &found);
    }
    for form in [Ema::Sum, Ema::Lerp, Ema::LerpFused] {
        let sgd = Sgd { rate: 1e-4, momentum: 0.99, form, ..Sgd::preset("pytorch").expect("a preset") };
        informs(&format!("{form:?}"), &in_f32(&Elementwise::Sgd(sgd), &moments(STOCHASTIC, EXACT), 3000));
    }
}

#[test]
fn every_storage_has_a_certificate_that_lasts() {
    let book = |signed: bool| {
        format!("{{ blockwise = \"torchao\", map = \"dynamic\", signed = {signed}, block = 8 }}")
    };
    let blocks = moments(&book(true), &book(false));
    let by_chance = moments(STOCHASTIC, STOCHASTIC);
    let kahan = Storages { weights: read(NEAREST), compensated: true, ..by_chance.clone() };
    let weights = Storages { weights: read(STOCHASTIC), ..by_chance };
    let cases = [("blocks", blocks), ("kahan", kahan), ("stochastic weights", weights)];
    for (name, storages) in cases {
        for preset in ["pytorch", "torchao"] {
            informs(&format!("{name}, {preset}"), &in_f32(&adamw(preset), &storages, 10_000));
        }
    }
}

/// With every operation in bfloat16 the run itself leaves the exact one; by how much, and to where, is known all the same.
#[test]
fn a_run_that_leaves_the_exact_one_is_followed() {
    let storage = read(NEAREST);
    let (format, policy) = storage.format().expect("a format");
    let a = Rounded::<f64>::new(format, policy).expect("arithmetic");
    let problem = Bowl::new(16, 0.1);
    let found = certified(a, &problem, &adamw("pytorch"), &Storages::all(&storage), 3000, 1);
    sound("every operation in bfloat16", &found);
    assert!(found.last.measured > 1.0, "{:?}", found.last);
    assert!(found.last.largest[0] <= found.last.measured * 1.001, "{:?}", found.last);
    assert_eq!(found.tally("run.enclosure").counts().vacuous, 0);
}

/// The momentum of Muon is an average of elements; its weights are not.
#[test]
fn muon_s_momentum_has_a_certificate_that_lasts() {
    for warm in [false, true] {
        let muon = Muon { warm, ..Muon::reference() };
        let found = in_f32(&Elementwise::Muon(Box::new(muon)), &moments(STOCHASTIC, EXACT), 3000);
        sound("muon", &found);
        assert_eq!(found.status("run.running"), Status::HypothesisFailed);
        let enclosure = found.tally("run.enclosure");
        assert_eq!((enclosure.counts().evaluated, enclosure.counts().vacuous), (16 * 3000, 0));
    }
}

/// The example of docs/ci.md, thirty times as long.
#[test]
fn the_documentation_s_example_informs_at_its_last_step() {
    #[derive(serde::Deserialize)]
    struct Settings {
        problem: ProblemSpec,
        optimizer: OptimizerSpec,
        cases: Vec<Case>,
    }
    #[derive(serde::Deserialize)]
    struct Case {
        storage: Storages,
    }
    let text = std::fs::read_to_string(crate::traces::files::package().join("../../docs/ci.md"))
        .expect("docs/ci.md");
    let example =
        text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let file: toml::Table = toml::from_str(example).expect("TOML");
    let settings: Settings = file["run"]["adamw"].clone().try_into().expect("an experiment");
    let problem = settings.problem.build().expect("a problem");
    let optimizer = settings.optimizer.build("optimizer").expect("an optimizer");
    for seed in [0, 1] {
        let storages = &settings.cases[0].storage;
        let found = certified(Plain::<f32>::default(), problem.as_ref(), &optimizer, storages, 3000, seed);
        informs("docs/ci.md", &found);
    }
}
