//! The closed loop's bound: it holds, it grows, and it needs the gradient's Lipschitz constant.

use halfulp::{Policy, Rounding};
use halfulp_lab::arithmetic::{Plain, Rounded};
use halfulp_lab::bound::adamw::{ClosedLoop, OpenLoop};
use halfulp_lab::bound::{Status, Tally};
use halfulp_lab::optimizer::{Adam, Elementwise, Storages};
use halfulp_lab::problem::{Constant, Constants, Domain, Problem, Quadratic};
use halfulp_lab::storage::Storage;
use halfulp_lab::train::{Run, Streams};

fn bowl(noise: f64) -> Quadratic {
    Quadratic::new(Quadratic::logspace(0.1, 10.0, 16), noise, 1.0, 100.0)
}

fn stored(mantissa: u32) -> Storages {
    let storage = Storage::mantissa(mantissa, Policy::IEEE).expect("a storage");
    Storages { weights: storage, ..Storages::default() }
}

/// The bounds of a run, how much the closed loop's grew at a step, and at how many steps it said something.
fn looped(
    problem: &dyn Problem,
    constants: &Constants,
    storages: &Storages,
    epsilon: f64,
) -> (Vec<Tally>, f64, usize) {
    run(problem, constants, [storages, storages], epsilon)
}

/// The same of a run whose storages are not those that it says it has.
fn run(
    problem: &dyn Problem,
    constants: &Constants,
    [storages, real]: [&Storages; 2],
    epsilon: f64,
) -> (Vec<Tally>, f64, usize) {
    let adam = Adam { rate: 1e-2, betas: [0.9, 0.99], epsilon, ..Adam::plain() };
    let (a, streams, start) = (Plain::<f64>::default(), Streams::new(1), problem.start(1));
    let mut run =
        Run::new(problem, Elementwise::Adam(adam), a.clone(), real, streams, &start).expect("a run");
    let mut stored = Vec::new();
    run.weights(&mut stored);
    let open = OpenLoop::new(&adam, &a, storages, &stored, "run").expect("a certificate");
    let (seed, master) = (streams.gradients(), storages.master);
    let mut closed = ClosedLoop::new(open, problem, constants, seed, master, &stored, "run");
    (0..300).for_each(|_| run.step(&mut closed).expect("no divergence"));
    let (growth, steps) = (closed.growth(), closed.curve.len());
    (closed.tallies(), growth, steps)
}

fn status(tallies: &[Tally], name: &str) -> Status {
    tallies.iter().find(|tally| tally.statement.name == name).expect("a bound").status()
}

/// That a bound was evaluated, said something, and was nowhere exceeded.
fn kept(tallies: &[Tally], name: &str) -> bool {
    let tally = tallies.iter().find(|tally| tally.statement.name == name).expect("a bound");
    tally.counts().violated == 0 && tally.counts().informative() > 0
}

#[test]
fn it_holds_and_grows_until_it_says_nothing() {
    let problem = bowl(0.1);
    let (tallies, growth, steps) = looped(&problem, &problem.constants(), &stored(20), 1e-3);
    assert_eq!(status(&tallies, "adamw.closed-loop"), Status::MostlyVacuous);
    assert!(kept(&tallies, "adamw.closed-loop") && kept(&tallies, "adamw.open-loop"));
    assert!(growth > 1.1 && (2..300).contains(&steps), "{growth} a step, {steps} steps");
    // What is finer says something for longer.
    let (_, _, later) = looped(&problem, &problem.constants(), &stored(30), 1e-3);
    assert!(later > steps, "{steps}, {later}");
}

#[test]
fn truncated_weights_that_are_said_to_be_rounded_are_caught() {
    let problem = bowl(0.1);
    let policy = Policy::IEEE.rounding(Rounding::TowardZero);
    let truncating = Storage::mantissa(20, policy).expect("a storage");
    let truncating = Storages { weights: truncating, ..Storages::default() };
    let (faulty, ..) = run(&problem, &problem.constants(), [&stored(20), &truncating], 1e-3);
    assert_eq!(status(&faulty, "adamw.closed-loop"), Status::Violated);
    let (open, ..) = looped(&problem, &problem.constants(), &truncating, 1e-3);
    assert!(kept(&open, "adamw.closed-loop"));
}

/// What is fed back is what the Lipschitz constant allows: with a smaller one the bound says something for longer.
#[test]
fn the_lipschitz_constant_feeds_back() {
    let problem = bowl(0.1);
    let constants = problem.constants();
    let smaller = Constants { sampled: Constant::known(1e-3), ..constants };
    let steps = |constants: &Constants| looped(&problem, constants, &stored(20), 1e-3).2;
    assert!(steps(&smaller) > 2 * steps(&constants), "{} {}", steps(&smaller), steps(&constants));
}

/// With two bits `14 u < 1` fails, with one `7 u < 1`, too. Neither is passed over.
#[test]
fn an_arithmetic_that_is_too_coarse_loses_its_hypotheses() {
    let (problem, adam) = (bowl(0.1), Adam { epsilon: 1e-3, ..Adam::plain() });
    let (streams, start) = (Streams::new(1), problem.start(1));
    for (bits, update) in [(2, Status::Vacuous), (1, Status::HypothesisFailed)] {
        let storage = Storage::mantissa(bits, Policy::IEEE).expect("a storage");
        let (format, policy) = storage.format().expect("a format");
        let (a, storages) =
            (Rounded::<f64>::new(format, policy).expect("an arithmetic"), Storages::default());
        let optimizer = Elementwise::Adam(adam);
        let mut run = Run::new(&problem, optimizer, a.clone(), &storages, streams, &start).expect("a run");
        let mut stored = Vec::new();
        run.weights(&mut stored);
        let mut open = OpenLoop::new(&adam, &a, &storages, &stored, "run").expect("a certificate");
        (0..3).for_each(|_| run.step(&mut open).expect("no divergence"));
        let tallies = open.tallies();
        assert_eq!(status(&tallies, "adamw.update"), update, "{bits}");
        for name in ["adamw.one-step", "adamw.open-loop"] {
            assert_eq!(status(&tallies, name), Status::HypothesisFailed, "{bits} {name}");
        }
    }
}

#[test]
fn its_hypotheses_are_checked() {
    let problem = bowl(0.1);
    let constants = problem.constants();
    let unknown = Constants { sampled: Constant::unknown("no one knows"), ..constants };
    let outside = Constants { domain: Domain::Box(0.5), ..constants };
    let master = Storages { master: true, ..stored(20) };
    for (constants, storages) in [(unknown, stored(20)), (outside, stored(20)), (constants, master)] {
        let (tallies, ..) = looped(&problem, &constants, &storages, 1e-3);
        let closed = tallies.last().expect("the closed loop");
        assert!(closed.failed.iter().sum::<u64>() > 0, "{closed:?}");
        assert_ne!(closed.status(), Status::Violated);
    }
}
