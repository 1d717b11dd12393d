//! The certificate beside the twin that sees the same gradients, in every order of operations.

use halfulp_lab::arithmetic::{Arithmetic, Native, Plain};
use halfulp_lab::bound::adamw::OpenLoop;
use halfulp_lab::bound::{Required, Status, Tally};
use halfulp_lab::detect::Value;
use halfulp_lab::optimizer::adam::{Denominator, Moments, PRESETS};
use halfulp_lab::optimizer::{Adam, Decay, Elementwise, Ema, Storages};
use halfulp_lab::problem::Problem;
use halfulp_lab::train::{Run, Streams};

use super::certificate::{Bowl, NEAREST, moments};

/// The bounds of a run that says it is one Adam, and is another; and its largest distances and bounds, step by step.
fn run<V: Native + Value>(
    a: impl Arithmetic<Number = V> + Clone + Send + 'static,
    [said, real]: [&Adam; 2],
    storages: &Storages,
    steps: u64,
) -> (Vec<Tally>, Vec<(f64, f64, f64)>) {
    let problem = Bowl::new(16, 0.1);
    let (start, streams) = (problem.start(1), Streams::new(1));
    let optimizer = Elementwise::Adam(*real);
    let mut run = Run::new(&problem, optimizer, a.clone(), storages, streams, &start).expect("a run");
    let mut stored = Vec::new();
    run.weights(&mut stored);
    let mut open = OpenLoop::new(said, &a, storages, &stored, "run").expect("a certificate");
    (0..steps).for_each(|_| run.step(&mut open).expect("no divergence"));
    let curve = open.curve.clone();
    (open.tallies(), curve)
}

fn of<'t>(tallies: &'t [Tally], name: &str) -> &'t Tally {
    tallies.iter().find(|tally| tally.statement.name == name).expect("a bound")
}

/// Every preset, the order that bounds were first derived for, every form of the averages, and weights that decay in every place.
fn orders() -> Vec<(String, Adam)> {
    let decaying = |adam: Adam| Adam { weight_decay: 0.01, ..adam };
    let preset = |name: &str| decaying(Adam::preset(name).expect("a preset"));
    let mut all: Vec<_> = PRESETS.map(|name| (name.to_string(), preset(name))).into();
    all.push(("plain".into(), decaying(Adam::plain())));
    for form in [Ema::Fma, Ema::Lerp, Ema::LerpFused, Ema::Sum] {
        let mut adam = preset("torchao");
        (adam.choices.first, adam.choices.second) = (form, form);
        all.push((format!("{form:?}"), adam));
    }
    for decay in [Decay::Before, Decay::After, Decay::Coupled] {
        for denominator in [Denominator::Corrected, Denominator::Uncorrected, Denominator::Inside] {
            let mut adam = preset("pytorch");
            (adam.choices.decay, adam.choices.denominator) = (decay, denominator);
            all.push((format!("{decay:?}, {denominator:?}"), adam));
        }
    }
    let mut stored = preset("bitsandbytes");
    stored.choices.moments = Moments::Stored;
    all.push(("moments as they are stored".into(), stored));
    all
}

fn show(name: &str, tallies: &[Tally]) {
    if std::env::var_os("SHOW").is_some() {
        for t in tallies {
            let until = t.steps().map(|steps| steps.informs_until(0.9));
            println!(
                "{name}: {} {} until {until:?}, ratio {:?}, failed {:?} {:?}",
                t.statement.name,
                t.status(),
                t.ratio(),
                t.failed,
                t.failed_at
            );
        }
    }
}

/// A second moment that forgets ten times as fast, and another epsilon.
#[test]
fn every_order_of_operations_has_faults_that_exceed_its_certificate() {
    for (name, adam) in orders() {
        let [b1, b2] = adam.betas;
        let hasty = Adam { betas: [b1, 1.0 - 10.0 * (1.0 - b2)], ..adam };
        let damped = Adam { epsilon: 1e-3, ..adam };
        let faulty = |real: &Adam| run(Plain::<f32>::default(), [&adam, real], &Storages::default(), 20).0;
        for bound in ["adamw.open-loop", "adamw.second-moment"] {
            assert_eq!(of(&faulty(&hasty), bound).status(), Status::Violated, "{name}: {bound}");
        }
        for bound in ["adamw.open-loop", "adamw.update"] {
            assert_eq!(of(&faulty(&damped), bound).status(), Status::Violated, "{name}: {bound}");
        }
    }
}

/// With bfloat16 moments and `u / (1 - beta2)` of 3.9 the moments soon tell nothing. From there on the bound grows by the lengths of two steps,
/// not by what epsilon allows, and the last step of which it informs is known.
#[test]
fn moments_that_say_nothing_leave_the_lengths_of_the_steps() {
    for (name, adam) in orders() {
        let (tallies, curve) = run(Plain::<f32>::default(), [&adam; 2], &moments(NEAREST, NEAREST), 1000);
        show(&name, &tallies);
        let open = of(&tallies, "adamw.open-loop");
        assert_eq!(open.counts().violated, 0, "{name}: {:?}", open.worst());
        assert_eq!(open.failed.iter().sum::<u64>(), 0, "{name}: {:?}", open.failed_at);
        let until = open.steps().expect("steps").informs_until(0.9);
        assert!(until > 500, "{name}: {until}");
        assert!(name != "pytorch" || until < 1000, "{name}: {until}");
        // No update of these is longer than nine times the rate, and none of the exact run's longer than 7.3 times, or 3.2 in a weighted sum.
        let largest = curve.windows(2).map(|pair| pair[1].2 - pair[0].2).fold(0.0, f64::max);
        assert!(largest < 17.0 * adam.rate, "{name}: {largest}");
    }
}

const BOUNDS: [&str; 4] = ["adamw.update", "adamw.one-step", "adamw.open-loop", "adamw.second-moment"];

/// In binary32, through 1000 steps with `1 / (1 - beta2)` as many, to the last of them.
#[test]
fn every_order_of_operations_has_a_certificate_that_informs() {
    let required = Required::default();
    for (name, adam) in orders() {
        let (tallies, _) = run(Plain::<f32>::default(), [&adam; 2], &Storages::default(), 1000);
        show(&name, &tallies);
        for bound in BOUNDS {
            let tally = of(&tallies, bound);
            assert_eq!(tally.status(), Status::Holds, "{name}: {bound} {:?}", tally.worst());
            let last = tally.steps().expect("steps").at_last;
            assert!(last.share().expect("places") >= required.informative_at_least, "{name}: {bound}");
        }
    }
}
