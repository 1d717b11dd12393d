//! Detectors of what low precision does to an optimizer: counted in every run, and named.

mod rules;

pub use rules::{NAMES, coefficients};

use std::collections::HashMap;

use crate::arithmetic::{Arithmetic, Coefficient};
use crate::bound::quantization::Errors;
use crate::optimizer::{Feedback, Observer, Quantity, States, Storages};
use crate::train::{Seeds, Watch};

/// How often something was seen, of how often it could have been.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Count {
    /// Seen.
    pub seen: u64,
    /// Could have been seen.
    pub of: u64,
}

impl Count {
    /// One more time.
    pub(crate) fn add(&mut self, could: bool, seen: bool) {
        self.of += u64::from(could);
        self.seen += u64::from(could && seen);
    }

    /// Takes in another run's.
    pub(crate) fn merge(&mut self, other: Count) {
        self.of += other.of;
        self.seen += other.seen;
    }

    /// Elements that were to change and were stored as they had been.
    pub(crate) fn frozen(&mut self, before: &[f64], wanted: &[f64], stored: &[f64]) {
        for ((b, w), s) in before.iter().zip(wanted).zip(stored) {
            self.add(b != w, b == s);
        }
    }

    /// The share that was seen; 0 where nothing could have been.
    #[must_use]
    pub fn share(&self) -> f64 {
        if self.of == 0 { 0.0 } else { self.seen as f64 / self.of as f64 }
    }
}

/// Detectors that watch a run.
#[derive(Clone, Debug)]
pub struct Detectors {
    errors: [Errors; 3],
    before: [Vec<f64>; 3],
    gradient: Vec<f64>,
    fresh: HashMap<Quantity, Vec<f64>>,
    /// Writes of the first and of the second moment that were to change them, and did not.
    pub frozen: [Count; 2],
    /// Updates that were not 0, and left the weights as they were.
    pub lost: Count,
    /// Weights that were not 0 and were to decay, and were left as they were.
    pub undecayed: Count,
    /// Second moments above 0 that were stored as 0.
    pub zeroed: Count,
    /// First moments that were not 0 and were stored as 0.
    pub vanished: Count,
    /// Values of weights, first and second moments beyond the storage's finite range.
    pub saturated: [Count; 3],
    /// The same below its normal numbers.
    pub underflowed: [Count; 3],
    /// Per element: chances of the second moment to decrease, and whether it ever did.
    decay: Vec<(u64, bool)>,
    /// Sums of `<Q(m) - m, m>` and of `<m, m>`.
    radial: [f64; 2],
    /// Whether the first moment gets the errors of weights: then an update that leaves a weight as it was is not lost, and how the moment changes after a
    /// step is not only how it is stored.
    fed: bool,
}

impl Detectors {
    /// Detectors for tensors in these storages.
    #[must_use]
    pub fn new(storages: &Storages) -> Detectors {
        let errors = |storage: &crate::storage::Storage| {
            storage.format().map_or_else(Errors::none, |(format, policy)| Errors::of(format, policy))
        };
        let weights = if storages.master { Errors::none() } else { errors(&storages.weights) };
        Detectors {
            errors: [weights, errors(&storages.first), errors(&storages.second)],
            before: Default::default(),
            gradient: Vec::new(),
            fresh: HashMap::new(),
            frozen: [Count::default(); 2],
            lost: Count::default(),
            undecayed: Count::default(),
            zeroed: Count::default(),
            vanished: Count::default(),
            saturated: [Count::default(); 3],
            underflowed: [Count::default(); 3],
            decay: Vec::new(),
            radial: [0.0; 2],
            fed: storages.feedback != Feedback::None,
        }
    }

    /// Takes in those of other elements.
    pub fn merge(&mut self, other: Detectors) {
        let pairs = self.frozen.iter_mut().zip(other.frozen);
        let pairs = pairs.chain(self.saturated.iter_mut().zip(other.saturated));
        let pairs = pairs.chain(self.underflowed.iter_mut().zip(other.underflowed));
        let one = [
            (&mut self.lost, other.lost),
            (&mut self.undecayed, other.undecayed),
            (&mut self.zeroed, other.zeroed),
            (&mut self.vanished, other.vanished),
        ];
        pairs.chain(one).for_each(|(mine, its)| mine.merge(its));
        self.decay.extend(other.decay);
        self.radial = [self.radial[0] + other.radial[0], self.radial[1] + other.radial[1]];
    }

    /// Second moments that never decreased, of those that had ten chances.
    #[must_use]
    pub fn ratchet(&self) -> Count {
        let mut count = Count::default();
        for &(chances, decreased) in &self.decay {
            count.add(chances >= 10, !decreased);
        }
        count
    }

    /// The mean of `<Q(m) - m, m> / <m, m>`, weighted by `<m, m>`: negative where storing shrinks the first moment.
    #[must_use]
    pub fn radial_bias(&self) -> f64 {
        if self.radial[1] == 0.0 { 0.0 } else { self.radial[0] / self.radial[1] }
    }

    fn compare(&mut self, tensor: usize, fresh: &[f64], stored: &[f64]) {
        let errors = self.errors[tensor];
        let normal = errors.normal();
        for (&x, &q) in fresh.iter().zip(stored) {
            self.saturated[tensor].add(!errors.is_none(), errors.saturates(x));
            self.underflowed[tensor].add(!errors.is_none() && x != 0.0, x.abs() < normal);
            match tensor {
                1 => self.vanished.add(x != 0.0, q == 0.0),
                2 => self.zeroed.add(x > 0.0, q == 0.0),
                _ => {}
            }
            if tensor == 1 {
                self.radial[0] += (q - x) * x;
                self.radial[1] += x * x;
            }
        }
    }
}

impl<N: Value> Observer<N> for Detectors {
    fn see(&mut self, what: Quantity, first: usize, values: &[N]) {
        let moments = matches!(what, Quantity::First | Quantity::Second);
        if moments || matches!(what, Quantity::Weights | Quantity::Update | Quantity::DecayedBefore) {
            let all = self.fresh.entry(what).or_default();
            all.resize(all.len().max(first + values.len()), 0.0);
            for (to, x) in all[first..].iter_mut().zip(values) {
                *to = x.value();
            }
        }
    }
}

/// A number that detectors can look at.
pub trait Value {
    /// The value, in binary64.
    fn value(&self) -> f64;
}

impl Value for f32 {
    fn value(&self) -> f64 {
        f64::from(*self)
    }
}

impl Value for f64 {
    fn value(&self) -> f64 {
        *self
    }
}

fn values<N: Value>(from: &[N], to: &mut Vec<f64>) {
    to.clear();
    to.extend(from.iter().map(Value::value));
}

impl<N: Value> Watch<N> for Detectors {
    fn before(&mut self, _: &Seeds, states: &States<N>, gradient: &[N]) {
        for (to, from) in self.before.iter_mut().zip([&states.weights, &states.first, &states.second]) {
            values(from, to);
        }
        values(gradient, &mut self.gradient);
    }

    fn after(&mut self, _: &Seeds, states: &States<N>) {
        let mut after: [Vec<f64>; 3] = Default::default();
        for (to, from) in after.iter_mut().zip([&states.weights, &states.first, &states.second]) {
            values(from, to);
        }
        let fresh = std::mem::take(&mut self.fresh);
        for (tensor, what) in [Quantity::Weights, Quantity::First, Quantity::Second].into_iter().enumerate() {
            let Some(fresh) = fresh.get(&what).filter(|_| tensor != 1 || !self.fed) else { continue };
            self.compare(tensor, fresh, &after[tensor]);
            if tensor > 0 {
                self.frozen[tensor - 1].frozen(&self.before[tensor], fresh, &after[tensor]);
            }
        }
        if let Some(updates) = fresh.get(&Quantity::Update).filter(|_| !self.fed) {
            for ((u, w), was) in updates.iter().zip(&after[0]).zip(&self.before[0]) {
                self.lost.add(*u != 0.0, w == was);
            }
        }
        if let Some(decayed) = fresh.get(&Quantity::DecayedBefore) {
            for (d, was) in decayed.iter().zip(&self.before[0]) {
                self.undecayed.add(*was != 0.0, d == was);
            }
        }
        self.decay.resize(after[2].len(), (0, false));
        for (k, (chances, decreased)) in self.decay.iter_mut().enumerate() {
            *chances += u64::from(self.gradient[k] * self.gradient[k] < self.before[2][k]);
            *decreased |= after[2][k] < self.before[2][k];
        }
        self.fresh = fresh;
    }
}

/// A step's averages with the constants as they are stored: whether a constant is rounded to something else.
pub fn constants<A: Arithmetic>(
    a: &A,
    beta: f64,
    storages: &Storages,
) -> Result<[f64; 2], crate::storage::StorageError> {
    let mut keeper = storages.coefficients.keeper()?;
    let keep = a.coefficient(Coefficient::Given(beta), &mut keeper);
    let add = a.coefficient(Coefficient::Complement(beta), &mut keeper);
    Ok([a.value(&keep), a.value(&add)])
}
