//! Faults that are planted in a run are caught by its certificates, or a hypothesis fails: each beside the sound run.

use halfulp_lab::arithmetic::{Arithmetic, Bounded, Coefficient, Operation, Plain, Running};
use halfulp_lab::bound::Status;
use halfulp_lab::bound::quantization::Errors;
use halfulp_lab::bound::running::{RunningTwin, deviation};
use halfulp_lab::optimizer::{Adam, Blind, Elementwise, States, Storages};
use halfulp_lab::problem::Problem;
use halfulp_lab::storage::Keeper;
use halfulp_lab::train::{Streams, Watch};

use super::certificate::{Bowl, Found, NEAREST, STOCHASTIC, certified, moments, read};

/// What is wrong.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Fault {
    None,
    /// Stores in bfloat16 are cut off.
    Truncated,
    /// The 60th store gives back what was stored before in its place.
    Stale,
    /// This store makes one element an ulp of binary32 larger: the 60th of moments, the 61st of weights.
    Ulp(usize),
    /// The 60th quotient of all is an ulp off, in one element.
    Quotient,
    /// `beta` and `1 - beta` go through bfloat16.
    Beta,
}

/// binary32 with a fault in it.
#[derive(Clone)]
struct Faulty {
    inner: Plain<f32>,
    fault: Fault,
    stores: usize,
    quotients: usize,
    kept: Vec<Vec<f32>>,
}

impl Faulty {
    fn new(fault: Fault) -> Faulty {
        Faulty { inner: Plain::default(), fault, stores: 0, quotients: 0, kept: vec![Vec::new(); 3] }
    }
}

fn cut(x: f32) -> f32 {
    f32::from_bits(x.to_bits() & 0xffff_0000)
}

impl Arithmetic for Faulty {
    type Number = f32;

    fn compute(&mut self, op: Operation, operands: [&[f32]; 3], to: &mut [f32]) {
        self.inner.compute(op, operands, to);
        self.quotients += usize::from(op == Operation::Div);
        if self.fault == Fault::Quotient && op == Operation::Div && self.quotients == 60 {
            to[3] = to[3].next_up();
        }
    }

    fn number(&self, x: f64) -> f32 {
        self.inner.number(x)
    }

    fn coefficient(&self, coefficient: Coefficient, kept: &mut Keeper) -> f32 {
        let x = self.inner.coefficient(coefficient, kept);
        if self.fault == Fault::Beta && matches!(coefficient, Coefficient::Given(0.999)) { cut(x) } else { x }
    }

    fn value(&self, x: &f32) -> f64 {
        f64::from(*x)
    }

    fn store(&mut self, keeper: &mut Keeper, values: &mut [f32], seed: u64, first: u64) {
        let (before, slot) = (values.to_vec(), self.stores % 3);
        self.inner.store(keeper, values, seed, first);
        self.stores += 1;
        match self.fault {
            Fault::Truncated if matches!(keeper, Keeper::Format(_)) => {
                values.iter_mut().zip(&before).for_each(|(x, b)| *x = cut(*b));
            }
            Fault::Stale if self.stores == 60 => values.clone_from_slice(&self.kept[slot]),
            Fault::Ulp(n) if self.stores == n => values[3] = values[3].next_up(),
            _ => {}
        }
        self.kept[slot] = values.to_vec();
    }

    fn errors(&self) -> Errors {
        self.inner.errors()
    }
}

fn adam() -> Adam {
    Adam { weight_decay: 0.01, ..Adam::preset("pytorch").expect("a preset") }
}

fn run(fault: Fault, storages: &Storages, steps: u64) -> Found {
    let problem = Bowl::new(16, 0.1);
    certified(Faulty::new(fault), &problem, &Elementwise::Adam(adam()), storages, steps, 1)
}

#[test]
fn a_wrong_rounding_is_named_and_ends_the_certificate() {
    let storages = moments(NEAREST, NEAREST);
    let sound = run(Fault::None, &storages, 100);
    assert_eq!(sound.status("run.rounding"), Status::Holds);
    assert_eq!(sound.tally("run.running").failed, [0, 0, 0]);
    for fault in [Fault::Truncated, Fault::Stale, Fault::Ulp(60), Fault::Ulp(61), Fault::Quotient] {
        let found = run(fault, &storages, 100);
        assert_eq!(found.status("run.rounding"), Status::Violated, "{fault:?}");
        let at = &found.tally("run.rounding").worst().expect("a place").at;
        let place = if fault == Fault::Quotient { "quotient of element 3" } else { "store of element" };
        assert!(at.starts_with(place), "{fault:?}: {at}");
        for name in ["run.running", "run.enclosure", "run.worst-case"] {
            let tally = found.tally(name);
            assert!(tally.failed[1] > 0, "{fault:?}: {name} supposes that roundings are");
        }
    }
}

#[test]
fn a_beta_that_is_rounded_in_secret_fails_the_hypothesis() {
    let found = run(Fault::Beta, &moments(STOCHASTIC, STOCHASTIC), 100);
    assert_eq!(found.status("run.running"), Status::HypothesisFailed);
    assert_eq!(found.tally("run.running").failed_at[1].as_deref(), Some("run, step 1, element 0"));
    // Said openly it is within the bound, which knows the constants.
    let open = Storages { coefficients: read(NEAREST), ..moments(STOCHASTIC, STOCHASTIC) };
    let found = run(Fault::None, &open, 100);
    assert_eq!(found.status("run.running"), Status::Holds);
}

/// Each truncation is within an ulp, as by chance it may be; all of them together are not.
#[test]
fn truncation_in_the_place_of_chance_is_what_chance_cannot_be() {
    let storages = moments(STOCHASTIC, STOCHASTIC);
    let sound = run(Fault::None, &storages, 1500);
    assert_eq!(sound.status("run.chance-of-moments"), Status::Holds);
    let found = run(Fault::Truncated, &storages, 1500);
    assert_eq!(found.status("run.rounding"), Status::Holds);
    assert_eq!(found.status("run.chance-of-moments"), Status::Violated);
}

/// States that something outside of the step has changed: `tamper` gets them after each step, with those of the step before.
fn tampered(tamper: impl Fn(u64, &mut States<Bounded<f32>>, &States<Bounded<f32>>)) -> Found {
    let (problem, steps) = (Bowl::new(16, 0.1), 100);
    let storages = moments(STOCHASTIC, STOCHASTIC);
    let (start, k) = (problem.start(1), deviation(16, steps));
    let start: Vec<f64> = start.iter().map(|x| f64::from(*x as f32)).collect();
    let mut a = Running::within(Plain::<f32>::default(), k);
    let number = |xs: &[f64]| xs.iter().map(|&x| a.number(x)).collect::<Vec<_>>();
    let zeros = vec![0.0; 16];
    let mut states = States {
        weights: number(&start),
        compensation: Vec::new(),
        matrices: Vec::new(),
        first: number(&zeros),
        second: number(&zeros),
    };
    let mut twin = RunningTwin::new(Elementwise::Adam(adam()), problem.shapes(), &start, k, "run");
    let (mut keepers, mut gradient) = (storages.keepers().expect("keepers"), vec![0.0; 16]);
    for t in 1..=steps {
        let weights: Vec<f64> = states.weights.iter().map(|w| f64::from(w.value)).collect();
        problem.sample(&weights, 1, t, &mut gradient);
        let g: Vec<_> = gradient.iter().map(|&g| a.number(g)).collect();
        let (seeds, before) = (Streams::new(1).step(t), states.clone());
        twin.before(&seeds, &states, &g);
        adam().step(&mut a, &seeds, &mut states, &g, &mut keepers, &mut Blind);
        tamper(t, &mut states, &before);
        twin.after(&seeds, &states);
    }
    let until = [0, 1, 2].map(|i| twin.informs_until(i));
    let last = *twin.curve.last().expect("steps");
    let mut tallies = twin.tallies();
    tallies.push(a.roundings().clone());
    Found { tallies, last, until, weights: 16 }
}

#[test]
fn states_that_were_changed_from_outside_exceed_the_bounds() {
    let sound = tampered(|_, _, _| {});
    for name in ["run.running", "run.enclosure", "run.worst-case", "run.chance", "run.chance-of-moments"] {
        assert_eq!(sound.status(name), Status::Holds, "{name}");
    }
    // One weight, by one ulp of binary32, at one step.
    let ulp = tampered(|t, states, _| {
        if t == 50 {
            states.weights[3].value = states.weights[3].value.next_up();
        }
    });
    assert_eq!(ulp.status("run.enclosure"), Status::Violated);
    assert_eq!(ulp.status("run.rounding"), Status::Holds);
    // One second moment that is not written, at one step.
    let stale = tampered(|t, states, before| {
        if t == 50 {
            states.second[5] = before.second[5];
        }
    });
    assert_eq!(stale.status("run.enclosure"), Status::Violated);
    // A weight that is far off: all bounds.
    let far = tampered(|t, states, _| {
        if t == 50 {
            states.weights[3].value *= 1.5;
            states.first[3].value *= 100.0;
        }
    });
    for name in ["run.running", "run.enclosure", "run.worst-case", "run.chance", "run.chance-of-moments"] {
        assert_eq!(far.status(name), Status::Violated, "{name}");
    }
}
