//! An optimizer whose step depends on where a tensor ends, and the exact twin that has to know it, too.

use std::borrow::Cow;

use halfulp_lab::arithmetic::{Arithmetic, Coefficient, Plain, Running};
use halfulp_lab::bound::outward::Upper;
use halfulp_lab::bound::running::RunningTwin;
use halfulp_lab::bound::{Status, Tally};
use halfulp_lab::experiment::{Experiment, Invalid, Quiet};
use halfulp_lab::optimizer::{Observer, Optimizer, Step, Storages};
use halfulp_lab::problem::{Constant, Constants, Domain, Problem, Shape};
use halfulp_lab::registry::Registry;
use halfulp_lab::report::Verdict;
use halfulp_lab::train::{Run, Streams};

/// Gradient descent with a rate for each tensor, the smaller the later it comes.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Layered {}

impl Optimizer for Layered {
    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed("layered")
    }

    fn settings(&self) -> String {
        "a rate for each tensor".into()
    }

    fn check(&self) -> Result<(), Invalid> {
        Ok(())
    }

    fn moments(&self) -> usize {
        0
    }

    fn decays(&self) -> Vec<f64> {
        Vec::new()
    }

    fn step<A: Arithmetic, O: Observer<A::Number>>(
        &self,
        a: &mut A,
        step: Step<'_, A::Number>,
        _: &mut O,
    ) -> Result<(), Invalid> {
        let mut first = 0;
        for (k, shape) in step.shapes.iter().enumerate() {
            let range = first..first + shape.elements();
            let rate =
                a.coefficient(Coefficient::Given(0.1 / (k + 1) as f64), &mut step.keepers.coefficients);
            let (weights, gradients) =
                (&mut step.states.weights[range.clone()], &step.gradients[range.clone()]);
            let rates = vec![rate; gradients.len()];
            let mut update = gradients.to_vec();
            a.mul(&rates, gradients, &mut update);
            let before = weights.to_vec();
            a.sub(&before, &update, weights);
            a.store(&mut step.keepers.weights, weights, step.seeds.weights, first as u64);
            first = range.end;
        }
        Ok(())
    }
}

/// Two tensors, whatever the weights are.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Two {}

impl Problem for Two {
    fn name(&self) -> &str {
        "two tensors"
    }

    fn shapes(&self) -> Vec<Shape> {
        [1, 2].map(shape).into()
    }

    fn start(&self, _: u64) -> Vec<f64> {
        vec![1.0; 3]
    }

    fn value(&self, at: &[f64]) -> f64 {
        at.iter().sum::<f64>() * 0.3
    }

    fn gradient(&self, _: &[f64], to: &mut [f64]) {
        to.fill(0.3);
    }

    fn sample(&self, _: &[f64], _: u64, step: u64, to: &mut [f64]) {
        to.iter_mut().enumerate().for_each(|(k, g)| *g = 0.3 / (step + k as u64) as f64);
    }

    fn constants(&self) -> Constants {
        let none = Constant::unknown("not worked out");
        Constants {
            smoothness: none,
            sampled: none,
            minimum: none,
            gradient_bound: none,
            deviation: none,
            domain: Domain::Everywhere,
            deterministic: false,
        }
    }
}

fn shape(rows: usize) -> Shape {
    Shape { name: "tensor".into(), rows, columns: 1 }
}

/// The bounds of a run whose twin is told of these tensors.
fn tallies(told: Vec<Shape>) -> Vec<Tally> {
    let (problem, start) = (Two {}, vec![1.0; 3]);
    let mut twin = RunningTwin::new(Layered {}, told, &start, Upper::UNKNOWN, "run");
    let a = Running::new(Plain::<f32>::default());
    let mut run =
        Run::new(&problem, Layered {}, a, &Storages::default(), Streams::new(0), &start).expect("a run");
    (0..20).for_each(|_| run.step(&mut twin).expect("no divergence"));
    twin.tallies()
}

fn status(tallies: &[Tally], name: &str) -> Status {
    tallies.iter().find(|tally| tally.statement.name == name).expect("a bound").status()
}

/// A twin that is told of one tensor of three elements steps the last two at the first one's rate: it is another run's.
#[test]
fn the_exact_twin_knows_where_tensors_end() {
    let sound = tallies(vec![shape(1), shape(2)]);
    for bound in ["run.running", "run.enclosure", "run.worst-case"] {
        assert_eq!(status(&sound, bound), Status::Holds, "{bound}");
        assert_eq!(status(&tallies(vec![shape(3)]), bound), Status::Violated, "{bound}");
    }
}

/// Experiments give it those of the problem.
#[test]
fn experiments_tell_the_twin_where_tensors_end() {
    let registry = Registry::default().optimizer::<Layered>("layered").problem::<Two>("two");
    let file = "name = \"x\"\ntitle = \"x\"\n[[assert]]\nbound = \"run.running\"\n[[assert]]\nbound = \"run.enclosure\"\n\
                [run.adamw]\nproblem = { two = {} }\noptimizer = { layered = {} }\nsteps = 20\nseeds = 1\n\
                cases = [{ name = \"f32\", arithmetic = \"f32\" }]\n";
    let experiment = Experiment::parse_with(file, "x.toml", &registry).expect("a file");
    let report = experiment.run(&Quiet).expect("a run");
    assert_eq!(report.verdict(), Verdict::Holds, "{:?}", report.failures());
}
