//! Runs under certificates.

use halfulp_lab::arithmetic::{Arithmetic, Native, Running};
use halfulp_lab::bound::running::{RunningTwin, Step, deviation};
use halfulp_lab::bound::{Status, Tally};
use halfulp_lab::optimizer::{StepIn, Storages, Twin};
use halfulp_lab::problem::{Constants, Problem, Quadratic, Shape, symmetric};
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
