//! Error feedback through the momentum (ECO, arXiv 2601.22101): the weights before rounding of the exact form are master weights, errors keep weights within a
//! radius that does not depend on the rate, and what is wrong with a feedback is found.

use halfulp_lab::arithmetic::Plain;
use halfulp_lab::bound::eco::Follow;
use halfulp_lab::bound::{Status, Tally};
use halfulp_lab::experiment::Invalid;
use halfulp_lab::optimizer::{
    Adam, Decay, Ema, Feedback, Observer, Optimizer, Quantity, Sgd, States, StepIn, Storages,
};
use halfulp_lab::problem::{Problem, Quadratic};
use halfulp_lab::storage::Storage;
use halfulp_lab::train::{Run, Seeds, Streams, Watch};

const BETA: f64 = 0.9;

fn sgd(rate: f64) -> Sgd {
    Sgd { rate, momentum: BETA, form: Ema::TwoProduct, ..Sgd::preset("plain").expect("a preset") }
}

fn bowl(noise: f64) -> Quadratic {
    Quadratic::new(Quadratic::logspace(0.4, 1.0, 12), noise, 3.0, 8.0).about(1.0)
}

fn storages(weights: &str, feedback: Feedback) -> Storages {
    Storages { weights: Storage::named(weights).expect("a format"), feedback, ..Storages::default() }
}

/// The bounds of a run with a feedback that is said to be another one.
fn followed(is: Feedback, said: Feedback, rate: f64, weights: &str) -> Vec<Tally> {
    let (problem, streams) = (bowl(0.0), Streams::new(3));
    let start = problem.start(3);
    let steps = (12.0 / (0.4 * rate)) as u64;
    let mut run =
        Run::new(&problem, sgd(rate), Plain::<f64>::default(), &storages(weights, is), streams, &start)
            .expect("a run");
    let mut stored = Vec::new();
    run.weights(&mut stored);
    let mut follow = Follow::new(&problem, [BETA, rate], said, [&start, &stored], steps, "a run");
    (0..steps).for_each(|_| run.step(&mut follow).expect("a step"));
    follow.into_tallies()
}

#[test]
fn the_exact_form_is_the_run_with_master_weights_and_faults_are_caught() {
    for weights in ["bfloat16", "binary16", "e4m3fn"] {
        for tally in followed(Feedback::Exact, Feedback::Exact, 0.05, weights) {
            let name = tally.statement.name;
            assert_eq!(tally.counts().violated, 0, "{weights} {name}: {:?}", tally.worst());
            assert!(
                name != "eco.identity" || tally.status() == Status::Holds,
                "{weights}: {:?}",
                tally.counts()
            );
        }
        // The form that takes errors as the same from step to step is only near, and none at all is farther.
        for fault in [Feedback::Eco, Feedback::None] {
            let identity = &followed(fault, Feedback::Exact, 0.05, weights)[0];
            assert!(identity.counts().violated > 100, "{weights} {fault:?}: {:?}", identity.counts());
        }
    }
}

#[test]
fn a_feedback_that_is_not_given_exceeds_the_radius() {
    for weights in ["bfloat16", "e4m3fn"] {
        let sound = followed(Feedback::Eco, Feedback::Eco, 0.01, weights).remove(0);
        assert_eq!(sound.counts().violated, 0, "{weights}: {:?}", sound.worst());
        let faulty = followed(Feedback::None, Feedback::Eco, 0.01, weights).remove(0);
        assert!(faulty.counts().violated > 100, "{weights}: {:?}", faulty.counts());
    }
}

/// A run that hands its weights before rounding and its gradients on.
#[derive(Default)]
struct Seen {
    gradient: Vec<f64>,
    weights: Vec<f64>,
}

impl Observer<f64> for Seen {
    fn see(&mut self, what: Quantity, first: usize, values: &[f64]) {
        if what == Quantity::Weights {
            self.weights.resize(self.weights.len().max(first + values.len()), 0.0);
            self.weights[first..first + values.len()].copy_from_slice(values);
        }
    }
}

impl Watch<f64> for Seen {
    fn before(&mut self, _: &Seeds, _: &States<f64>, gradient: &[f64]) {
        self.gradient = gradient.to_vec();
    }
}

/// In every form of the momentum, with weights that decay and with noisy gradients.
#[test]
fn the_identity_holds_of_every_form_of_the_momentum() {
    for form in [Ema::TwoProduct, Ema::Lerp, Ema::Fma, Ema::Sum] {
        for decay in [Decay::Before, Decay::After] {
            let sgd = Sgd { form, decay, weight_decay: 0.1, fused: true, ..sgd(0.01) };
            let problem = bowl(0.2);
            let start = problem.start(5);
            let fed = storages("bfloat16", Feedback::Exact);
            let mut run = Run::new(&problem, sgd, Plain::<f64>::default(), &fed, Streams::new(5), &start)
                .expect("a run");
            let (mut master, mut momentum, mut worst) = (start.clone(), vec![0.0; start.len()], 0.0f64);
            let mut seen = Seen::default();
            for _ in 0..400 {
                run.step(&mut seen).expect("a step");
                for i in 0..start.len() {
                    let add = if form == Ema::Sum { 1.0 } else { 1.0 - BETA };
                    momentum[i] = BETA * momentum[i] + add * seen.gradient[i];
                    let (keep, step) = (1.0 - sgd.rate * sgd.weight_decay, sgd.rate * momentum[i]);
                    master[i] = if decay == Decay::Before {
                        keep * master[i] - step
                    } else {
                        keep * (master[i] - step)
                    };
                    worst = worst.max((seen.weights[i] - master[i]).abs());
                }
            }
            assert!(worst <= 1e-12, "{form:?} {decay:?}: {worst}");
        }
    }
}

/// Where a run ends: the root mean square distance from the minimum.
fn distance<P: Optimizer + Copy + StepIn<Plain<f64>>>(optimizer: P, storages: &Storages) -> f64 {
    let problem = bowl(0.0);
    let start = problem.start(1);
    let mut run = Run::new(&problem, optimizer, Plain::<f64>::default(), storages, Streams::new(1), &start)
        .expect("a run");
    (0..4000).for_each(|_| run.step(&mut Seen::default()).expect("a step"));
    let mut weights = Vec::new();
    run.weights(&mut weights);
    let away = weights.iter().zip(problem.optimum()).map(|(w, o)| (w - o).powi(2)).sum::<f64>();
    (away / weights.len() as f64).sqrt()
}

/// Adam's updates have denominators, by which errors are multiplied: no identity, but weights go on where they would stand still.
#[test]
fn adam_s_weights_go_on_with_feedback_where_they_stand_still_without() {
    let adam = Adam { rate: 1e-3, ..Adam::preset("pytorch").expect("a preset") };
    let naive = distance(adam, &storages("bfloat16", Feedback::None));
    let fed = distance(adam, &storages("bfloat16", Feedback::Eco));
    let master = distance(adam, &Storages { master: true, ..storages("bfloat16", Feedback::None) });
    println!("distance from the minimum: {naive} without feedback, {fed} with, {master} with master weights");
    assert!(naive > 1.0 && fed < naive / 8.0, "{naive} {fed} {master}");
}

#[test]
fn what_does_not_go_together_is_named() {
    let wrong = |optimizer: Sgd, storages: &Storages| {
        let problem = bowl(0.0);
        let start = problem.start(1);
        let run = Run::new(&problem, optimizer, Plain::<f64>::default(), storages, Streams::new(1), &start);
        run.err().map(|e: Invalid| e.to_string()).unwrap_or_default()
    };
    let eco = storages("bfloat16", Feedback::Eco);
    for (optimizer, storages, expected) in [
        (
            Sgd { momentum: 0.0, ..sgd(0.1) },
            eco.clone(),
            "run.storage.feedback: eco: expected an update proportional",
        ),
        (Sgd { nesterov: true, ..sgd(0.1) }, eco.clone(), "expected an update proportional"),
        (sgd(0.1), Storages { master: true, ..eco.clone() }, "neither master nor compensated"),
    ] {
        let error = wrong(optimizer, &storages);
        assert!(error.contains(expected), "{error}");
    }
    let adam = Adam::preset("pytorch").expect("a preset");
    let error = Storages { feedback: Feedback::Exact, ..eco.clone() }
        .check_feedback(adam.proportion(1))
        .expect_err("denominators")
        .to_string();
    assert!(error.contains("without denominators"), "{error}");
    assert_eq!(eco.bytes(100, 1, 4.0), 4.0);
    assert_eq!(storages("bfloat16", Feedback::Exact).bytes(100, 1, 4.0), 8.0);
}
