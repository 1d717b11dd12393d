//! Faults of runs of AdamW.

use halfulp::{Policy, Rounding};
use halfulp_lab::arithmetic::{Plain, Running};
use halfulp_lab::bound::Tally;
use halfulp_lab::bound::adamw::OpenLoop;
use halfulp_lab::bound::outward::Upper;
use halfulp_lab::bound::running::RunningTwin;
use halfulp_lab::optimizer::{Adam, Elementwise, Storages};
use halfulp_lab::problem::{Problem, Quadratic};
use halfulp_lab::storage::Storage;
use halfulp_lab::train::{Run, Streams};

use crate::signals::{Signal, Signals};

pub fn adam() -> Adam {
    Adam { rate: 1e-2, betas: [0.9, 0.99], epsilon: 1e-3, weight_decay: 0.01, ..Adam::plain() }
}

fn bowl() -> Quadratic {
    Quadratic::new(Quadratic::logspace(0.1, 10.0, 16), 0.1, 1.0, 100.0)
}

/// The certificate of a run that says it is [`adam`], and is another where there is a fault.
pub fn certificate(other: Adam, fault: bool) -> Vec<Tally> {
    let real = if fault { other } else { adam() };
    let (problem, a, storages) = (bowl(), Plain::<f64>::default(), Storages::default());
    let start = problem.start(1);
    let mut open = OpenLoop::new(&adam(), &a, &storages, &start, "run").expect("a certificate");
    let mut run =
        Run::new(&problem, Elementwise::Adam(real), a, &storages, Streams::new(1), &start).expect("a run");
    (0..50).for_each(|_| run.step(&mut open).expect("no divergence"));
    open.tallies()
}

pub fn running(fault: bool) -> Vec<Tally> {
    let real = if fault { Adam { betas: [0.9, 0.9], ..adam() } } else { adam() };
    let (problem, a, storages) = (bowl(), Running::new(Plain::<f32>::default()), Storages::default());
    let start: Vec<f64> = problem.start(1).iter().map(|x| f64::from(*x as f32)).collect();
    let mut twin =
        RunningTwin::new(Elementwise::Adam(adam()), problem.shapes(), &start, Upper::UNKNOWN, "run");
    let mut run =
        Run::new(&problem, Elementwise::Adam(real), a, &storages, Streams::new(1), &start).expect("a run");
    (0..20).for_each(|_| run.step(&mut twin).expect("no divergence"));
    twin.tallies()
}

/// The certificate of a run on one signal, in binary64, that says it is `said` and is `real`.
fn signal(said: Adam, real: Adam, storages: &Storages, start: f64, steps: u64, signal: Signal) -> Vec<Tally> {
    let problem = Signals { start, signals: vec![signal] };
    let a = Plain::<f64>::default();
    let mut open = OpenLoop::new(&said, &a, storages, &[start], "run").expect("a certificate");
    let mut run =
        Run::new(&problem, Elementwise::Adam(real), a, storages, Streams::new(1), &[start]).expect("a run");
    (0..steps).for_each(|_| run.step(&mut open).expect("no divergence"));
    open.tallies()
}

/// Gradients that grow by `b2 / b1` a step, for which Cauchy and Schwarz is an equality: the update is as long as any can be.
pub fn longest(fault: bool) -> Vec<Tally> {
    let said = Adam { rate: 1e-2, betas: [0.9, 0.99], epsilon: 1e-12, ..Adam::plain() };
    let real = if fault { Adam { rate: 1.02 * said.rate, ..said } } else { said };
    let growing: Signal = Box::new(|t| 1e-3 * 1.1f64.powi(t as i32));
    signal(said, real, &Storages::default(), 1.0, 60, growing)
}

/// One large gradient, which a second moment of four bits that is rounded up never forgets, and then a constant one: the exact run takes its longest steps, the
/// computed one next to none, and the cap on what moments do not tell apart is what they come to.
pub fn capped(fault: bool) -> Vec<Tally> {
    let said = Adam { rate: 1e-3, betas: [0.9, 0.9], epsilon: 1e-12, ..Adam::plain() };
    let real = if fault { Adam { weight_decay: 3e-4, ..said } } else { said };
    let upwards = Policy::IEEE.rounding(Rounding::TowardPositive);
    let storages =
        Storages { second: Storage::mantissa(3, upwards).expect("a storage"), ..Storages::default() };
    signal(said, real, &storages, 1000.0, 2500, Box::new(|t| if t == 1 { -1e6 } else { -1.0 }))
}
