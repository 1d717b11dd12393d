//! B7's bounded step with every rounding of the averages: formats, roundings, orders of operations, and signals that come near it.

use halfulp::format::catalog::builtin_format;
use halfulp::{NoiseBits, Policy, Rounding, Saturation, Stochastic};
use halfulp_lab::arithmetic::{Arithmetic, Native, Plain, Rounded};
use halfulp_lab::bound::adamw::OpenLoop;
use halfulp_lab::bound::{Status, Tally};
use halfulp_lab::detect::Value;
use halfulp_lab::optimizer::adam::{Denominator, Moments, Square};
use halfulp_lab::optimizer::{Adam, Elementwise, Ema, Storages};
use halfulp_lab::problem::{Problem, symmetric};
use halfulp_lab::storage::Storage;
use halfulp_lab::train::{Run, Streams};

use super::signals::{Signal, Signals};

const STEPS: u64 = 60;

/// Constant, alternating, one spike, at random, so small that squares are subnormal or 0, and growing as the bound's worst case does.
fn signals([b1, b2]: [f64; 2]) -> Signals {
    let growth = b2 / b1.max(0.5);
    let signals: Vec<Signal> = vec![
        Box::new(|_| 0.7),
        Box::new(|t| if t % 2 == 0 { 0.3 } else { -0.3 }),
        Box::new(|t| if t == 5 { 40.0 } else { 1e-3 }),
        Box::new(|t| symmetric(11, t)),
        Box::new(|t| symmetric(12, t) * 2f64.powi(-70)),
        Box::new(move |t| 1e-3 * growth.powi(t as i32)),
    ];
    Signals { start: 1.0, signals }
}

/// The bounded step of a run in one arithmetic, with a certificate that takes it to be in another.
fn bounded<V: Native + Value>(
    adam: &Adam,
    said: impl Arithmetic<Number = V> + Clone + Send + 'static,
    real: impl Arithmetic<Number = V> + Clone + Send + 'static,
    storages: &Storages,
) -> Tally {
    let problem = signals(adam.betas);
    let mut run =
        Run::new(&problem, Elementwise::Adam(*adam), real, storages, Streams::new(1), &problem.start(1))
            .expect("a run");
    let mut start = Vec::new();
    run.weights(&mut start);
    let mut open = OpenLoop::new(adam, &said, storages, &start, "run").expect("a certificate");
    // The narrowest formats can leave the finite numbers, which ends a run.
    let _ = (0..STEPS).try_for_each(|_| run.step(&mut open));
    let mut tallies = open.tallies();
    tallies.retain(|tally| tally.statement.name == "preconditioner.bounded-step");
    tallies.remove(0)
}

fn rounded(format: &str, rounding: Rounding) -> Rounded<f64> {
    Rounded::new(&builtin_format(format), &Policy::IEEE.rounding(rounding)).expect("an arithmetic")
}

fn plain(betas: [f64; 2]) -> Adam {
    Adam { betas, ..Adam::plain() }
}

/// What was found against the lemma without roundings: 0.95 and 0.95, a constant gradient, every operation in bfloat16. The certificate of a run whose
/// averages round nothing is exceeded; that of the run as it is holds.
#[test]
fn a_correct_run_exceeds_the_lemma_without_the_averages_roundings_and_not_the_one_with_them() {
    for rounding in [Rounding::NearestEven, Rounding::TowardNegative] {
        let (adam, real) = (plain([0.95, 0.95]), rounded("bfloat16", rounding));
        let storages = Storages::default();
        let exact = bounded(&adam, Plain::<f64>::default(), real.clone(), &storages);
        assert_eq!(exact.status(), Status::Violated, "{rounding:?}: {:?}", exact.worst());
        let found = bounded(&adam, real.clone(), real, &storages);
        assert_eq!(found.counts().violated, 0, "{rounding:?}: {:?}", found.worst());
        assert_eq!(found.status(), Status::Holds, "{rounding:?}: {:?}", found.failed_at);
    }
}

/// Where the averages' roundings take the condition to 1, nothing is said: 0.99 and 0.99 in bfloat16.
#[test]
fn decays_that_roundings_take_over_the_condition_are_no_bound_that_holds() {
    let real = rounded("bfloat16", Rounding::NearestEven);
    let found = bounded(&plain([0.99, 0.99]), real.clone(), real, &Storages::default());
    assert_eq!(found.status(), Status::HypothesisFailed);
    assert_eq!(found.failed[0], STEPS * 6, "{:?}", found.failed_at);
    // In binary64 the same decays are bounded.
    let wide = Plain::<f64>::default();
    assert_eq!(
        bounded(&plain([0.99, 0.99]), wide.clone(), wide, &Storages::default()).status(),
        Status::Holds
    );
}

/// Every form of both averages, and every choice that the bound looks at.
fn orders(betas: [f64; 2]) -> Vec<Adam> {
    let forms = [Ema::TwoProduct, Ema::Fma, Ema::TwoProductFused, Ema::Sum, Ema::Lerp, Ema::LerpFused];
    let of = |first, second, square, denominator, moments| {
        let mut adam = plain(betas);
        adam.choices.first = first;
        adam.choices.second = second;
        adam.choices.square = square;
        adam.choices.denominator = denominator;
        adam.choices.moments = moments;
        adam
    };
    let usual = (Square::First, Denominator::Corrected, Moments::Fresh);
    let mut all: Vec<Adam> = forms.map(|form| of(form, form, usual.0, usual.1, Moments::Stored)).into();
    for form in [Ema::TwoProduct, Ema::TwoProductFused] {
        all.push(of(Ema::Lerp, form, Square::Scaled, usual.1, usual.2));
    }
    all.push(of(Ema::TwoProduct, Ema::Lerp, usual.0, Denominator::Inside, usual.2));
    all.push(of(Ema::LerpFused, Ema::TwoProduct, usual.0, Denominator::Uncorrected, usual.2));
    all
}

/// No correct run exceeds it, and where the condition holds it is evaluated.
#[test]
fn no_correct_run_exceeds_the_bounded_step() {
    let by_chance = Rounding::Stochastic { variant: Stochastic::A, bits: NoiseBits::known(16) };
    let roundings = [
        Rounding::NearestEven,
        Rounding::TowardNegative,
        Rounding::TowardPositive,
        Rounding::TowardZero,
        by_chance,
    ];
    let kept = |rounding| {
        let moments = Storage::mantissa(5, Policy::IEEE.rounding(rounding)).expect("a storage");
        Storages { first: moments.clone(), second: moments, ..Storages::default() }
    };
    let (mut evaluated, mut failed, mut largest) = (0, 0, 0.0f64);
    for betas in [[0.95, 0.95], [0.9, 0.999], [0.9, 0.99], [0.5, 0.9], [0.0, 0.9]] {
        for adam in orders(betas) {
            for rounding in roundings {
                let mut runs = Vec::new();
                for format in ["bfloat16", "binary16", "e5m2"] {
                    let a = rounded(format, rounding);
                    // The usual epsilon is 0 in the narrow ones.
                    let epsilon = if format == "bfloat16" { adam.epsilon } else { 1e-3 };
                    let adam = Adam { epsilon, ..adam };
                    runs.push((format, bounded(&adam, a.clone(), a, &Storages::default())));
                }
                let wide = Plain::<f32>::default();
                runs.push(("M5 in binary32", bounded(&adam, wide.clone(), wide, &kept(rounding))));
                for (name, tally) in runs {
                    let (counts, worst) = (tally.counts(), tally.worst());
                    assert_eq!(counts.violated, 0, "{betas:?} {name} {rounding:?} {adam:?}: {worst:?}");
                    evaluated += counts.evaluated;
                    failed += counts.failed;
                    largest = largest.max(tally.ratio().unwrap_or(0.0));
                }
            }
        }
    }
    if std::env::var_os("SHOW").is_some() {
        println!("evaluated {evaluated}, failed {failed}, largest ratio {largest}");
    }
    assert!(evaluated > 150_000, "{evaluated} of {failed}");
    assert!(largest > 0.9, "{largest}");
}

/// A square that saturates and an average that is then within the numbers again: nothing is said of the moment, where once a correct run exceeded its bound.
#[test]
fn squares_that_saturate_are_a_hypothesis_that_fails() {
    let policy = Policy::IEEE.saturation(Saturation::Finite);
    let a = Rounded::<f64>::new(&builtin_format("e4m3fn"), &policy).expect("an arithmetic");
    let problem = Signals { start: 1.0, signals: vec![Box::new(|_| 30.0)] };
    let adam = Adam { betas: [0.9, 0.9], epsilon: 0.1, rate: 0.1, ..Adam::plain() };
    let storages = Storages::default();
    let mut run = Run::new(&problem, Elementwise::Adam(adam), a.clone(), &storages, Streams::new(1), &[1.0])
        .expect("a run");
    let mut open = OpenLoop::new(&adam, &a, &storages, &[1.0], "run").expect("a certificate");
    let _ = (0..10).try_for_each(|_| run.step(&mut open));
    for tally in open.tallies() {
        let name = tally.statement.name;
        assert_eq!(tally.counts().violated, 0, "{name}: {:?}", tally.worst());
        if name == "adamw.second-moment" || name == "preconditioner.bounded-step" {
            assert_eq!(tally.status(), Status::HypothesisFailed, "{name}: {:?}", tally.worst());
        }
    }
}
